"""JSON endpoints of competing. Each parses, passes a gatekeeper, calls one service, answers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router
from ninja.security import SessionAuth

from accounts.limits import within_limit
from accounts.models import User
from accounts.sessions import Claim, session_claim
from contest import access, attempts, closing, essays, payloads, schemas
from contest.clock import arrival
from contest.devices import device_of, note_device, remember_device, settled_device
from contest.errors import InvalidAnswers, RateLimited
from contest.journal import SAVES_A_MINUTE, is_flooded
from contest.models import Attempt, Round
from contest.phases import elapsed_ms
from contest.predictions import read_prediction
from contest.standing import standpoint

router = Router()
signed_in = Router()

REFUSALS = {401: schemas.ErrorOut, 403: schemas.ErrorOut, 404: schemas.ErrorOut}


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


class ClaimedSession(SessionAuth):
    """Gives the endpoint what the session claims; a gatekeeper proves it with its own read, so
    that saving asks the database once who it is for and what there is."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Claim | None:
        return session_claim(request)


def _claim(request: HttpRequest) -> Claim:
    return cast(Claim, request.auth)  # type: ignore[attr-defined]


def _answer(payload: Any, status: int = 200) -> HttpResponse:
    """A payload as it is: holding a paper against its schema would cost a fifth of a start, and
    tests do it instead."""
    compact = {"ensure_ascii": False, "separators": (",", ":")}
    return JsonResponse(payload, status=status, json_dumps_params=compact)


def _limit(action: str, user_id: int, times: int) -> None:
    if not within_limit(action, user_id, times=times, seconds=60):
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
    auth=ClaimedSession(),
    summary="Start an attempt, or go on with the one in progress",
)
def start(request: HttpRequest, round_id: int) -> HttpResponse:
    now, device = arrival(request), device_of(request)
    user = access.claimed_person(_claim(request))
    _limit("start", user.pk, 60)
    round = access.visible_round(round_id)
    attempt, created = attempts.start_attempt(user=user, round=round, now=now, device=device)
    if not created:
        device = settled_device(request, attempt, device, now)
        note_device(attempt, device, now)
    answer = _answer(payloads.attempt_payload(attempt, now), 201 if created else 200)
    remember_device(answer, device)
    return answer


@signed_in.get(
    "attempts/{attempt_id}",
    response={200: schemas.AttemptOut, **REFUSALS},
    summary="An own attempt, for resuming on any device",
)
def attempt_detail(request: HttpRequest, attempt_id: int) -> dict[str, Any]:
    now = arrival(request)
    attempt = access.own_attempt(_user(request), attempt_id)
    closing.close_if_overdue(attempt=attempt, now=now)
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
    auth=ClaimedSession(),
    summary="Save answers",
)
def save(request: HttpRequest, attempt_id: int, body: schemas.SaveIn) -> HttpResponse:
    now = arrival(request)
    attempt = access.claimed_attempt(_claim(request), attempt_id)
    # The journal counts the saves that were taken; only the others need a count of their own.
    if is_flooded(attempt.journal, elapsed_ms(attempt.started_at, now)):
        raise RateLimited
    if body.rev <= attempt.rev or attempt.state != Attempt.State.IN_PROGRESS:
        _limit("save", _claim(request).user_id, SAVES_A_MINUTE)
    saved = attempts.save_answers(attempt=attempt, rev=body.rev, answers=body.answers, now=now)
    return _answer(payloads.saved_payload(saved, now))


@signed_in.put(
    "attempts/{attempt_id}/essay",
    response={
        200: schemas.EssayOut,
        409: schemas.StaleOut,
        422: schemas.ErrorOut,
        429: schemas.ErrorOut,
        **REFUSALS,
    },
    summary="Keep the essay as it stands",
)
def save_essay(request: HttpRequest, attempt_id: int, body: schemas.EssayIn) -> dict[str, Any]:
    now = arrival(request)
    _limit("essay", _user(request).pk, 60)
    attempt = access.own_attempt(_user(request), attempt_id)
    saved = essays.save_essay(attempt=attempt, text=body.essay, now=now)
    return {"characters": len(saved.essay), "deadline": saved.deadline, "server_time": now}


@signed_in.post(
    "attempts/{attempt_id}/finish",
    response={
        200: schemas.ResultOut,
        409: schemas.StaleOut,
        422: schemas.ErrorOut,
        429: schemas.ErrorOut,
        **REFUSALS,
    },
    auth=ClaimedSession(),
    summary="Hand in an attempt",
)
def finish(request: HttpRequest, attempt_id: int, body: schemas.FinishIn) -> HttpResponse:
    now = arrival(request)
    attempt = access.claimed_attempt(_claim(request), attempt_id, with_round=True)
    if attempt.state != Attempt.State.IN_PROGRESS or body.rev <= attempt.rev:
        _limit("finish", _claim(request).user_id, 60)
    prediction = _prediction(attempt.entry.round, body)
    done = attempts.finish_attempt(
        attempt=attempt, rev=body.rev, answers=body.answers, prediction=prediction, now=now
    )
    return _answer(payloads.result_payload(done, now))


def _prediction(round: Round, body: schemas.FinishIn) -> Decimal | None:
    if not round.prediction_target:
        return None
    try:
        return read_prediction(body.prediction, round.prediction_target)
    except ValueError as fault:
        raise InvalidAnswers(fields={"prediction": str(fault)}) from fault
