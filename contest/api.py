"""JSON endpoints of competing. Each parses, passes a gatekeeper, calls one service, answers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from django.http import HttpRequest
from ninja import Router, Status

from accounts.limits import within_limit
from accounts.models import User
from contest import access, attempts, payloads, schemas
from contest.clock import arrival
from contest.errors import InvalidAnswers, RateLimited
from contest.models import Round
from contest.predictions import read_count
from contest.standing import standpoint

router = Router()
signed_in = Router()

REFUSALS = {401: schemas.ErrorOut, 403: schemas.ErrorOut, 404: schemas.ErrorOut}


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


def _limit(request: HttpRequest, action: str, times: int) -> None:
    if not within_limit(action, _user(request).pk, times=times, seconds=60):
        raise RateLimited


@router.get("contests", response=list[schemas.ContestOut], summary="Published contests")
def contests(request: HttpRequest) -> list[dict[str, Any]]:
    now = arrival(request)
    return [
        {
            "slug": contest.slug,
            "title": contest.title,
            "summary": contest.summary,
            "rounds": [
                payloads.round_payload(round, now)
                for round in access.visible_rounds()
                .filter(contest=contest)
                .prefetch_related("lines")
            ],
        }
        for contest in access.visible_contests()
    ]


@router.get(
    "rounds/{round_id}", response={200: schemas.RoundOut, 404: schemas.ErrorOut}, summary="A round"
)
def round_detail(request: HttpRequest, round_id: int) -> dict[str, Any]:
    now = arrival(request)
    round = access.visible_round(round_id)
    user = request.user
    mine = standpoint(user=user, round=round, now=now) if isinstance(user, User) else None
    return payloads.round_payload(round, now, mine)


@signed_in.post(
    "rounds/{round_id}/attempts",
    response={
        200: schemas.AttemptOut,
        201: schemas.AttemptOut,
        409: schemas.ErrorOut,
        429: schemas.ErrorOut,
        **REFUSALS,
    },
    summary="Start an attempt, or go on with the one in progress",
)
def start(request: HttpRequest, round_id: int) -> Status[dict[str, Any]]:
    _limit(request, "start", 60)
    now = arrival(request)
    round = access.visible_round(round_id)
    attempt, created = attempts.start_attempt(user=_user(request), round=round, now=now)
    return Status(201 if created else 200, payloads.attempt_payload(attempt, now))


@signed_in.get(
    "attempts/{attempt_id}",
    response={200: schemas.AttemptOut, **REFUSALS},
    summary="An own attempt, for resuming on any device",
)
def attempt_detail(request: HttpRequest, attempt_id: int) -> dict[str, Any]:
    now = arrival(request)
    attempt = access.own_attempt(_user(request), attempt_id)
    attempts.close_if_overdue(attempt=attempt, now=now)
    return payloads.attempt_payload(attempt, now)


@signed_in.patch(
    "attempts/{attempt_id}/answers",
    response={
        200: schemas.SavedOut,
        409: schemas.StaleOut,
        422: schemas.ErrorOut,
        429: schemas.ErrorOut,
        **REFUSALS,
    },
    summary="Save answers",
)
def save(request: HttpRequest, attempt_id: int, body: schemas.SaveIn) -> dict[str, Any]:
    now = arrival(request)
    _limit(request, "save", 240)
    attempt = access.own_attempt(_user(request), attempt_id, with_round=False)
    saved = attempts.save_answers(attempt=attempt, rev=body.rev, answers=body.answers, now=now)
    return payloads.saved_payload(saved, now)


@signed_in.post(
    "attempts/{attempt_id}/finish",
    response={
        200: schemas.ResultOut,
        409: schemas.StaleOut,
        422: schemas.ErrorOut,
        429: schemas.ErrorOut,
        **REFUSALS,
    },
    summary="Hand in an attempt",
)
def finish(request: HttpRequest, attempt_id: int, body: schemas.FinishIn) -> dict[str, Any] | None:
    now = arrival(request)
    _limit(request, "finish", 60)
    attempt = access.own_attempt(_user(request), attempt_id)
    prediction = _prediction(attempt.entry.round, body)
    done = attempts.finish_attempt(
        attempt=attempt, rev=body.rev, answers=body.answers, prediction=prediction, now=now
    )
    return payloads.result_payload(done)


def _prediction(round: Round, body: schemas.FinishIn) -> Decimal | None:
    if not round.prediction_target:
        return None
    try:
        return read_count(body.prediction)
    except ValueError as fault:
        raise InvalidAnswers(fields={"prediction": str(fault)}) from fault
