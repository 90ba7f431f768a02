"""JSON endpoints of the own clock and of questions to the organisers."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from ninja import Router, Status

from accounts.limits import within_limit
from accounts.models import User
from contest import access, closing
from contest.clock import arrival
from contest.errors import RateLimited
from contest.live import inquiries, schemas
from contest.models import Round
from contest.schemas import ErrorOut

signed_in = Router()

REFUSALS = {401: ErrorOut, 403: ErrorOut, 404: ErrorOut}


@signed_in.get(
    "attempts/{attempt_id}/clock",
    response={200: schemas.ClockOut, **REFUSALS},
    summary="When an own attempt ends, and whether its clock runs",
)
def clock(request: HttpRequest, attempt_id: int) -> dict[str, Any]:
    now = arrival(request)
    attempt = access.own_attempt(cast(User, request.user), attempt_id)
    closing.close_if_overdue(attempt=attempt, now=now)
    return {
        "deadline": attempt.deadline,
        "state": attempt.state,
        "server_time": now,
        "paused": attempt.entry.round.paused_at is not None,
    }


@signed_in.get(
    "rounds/{round_id}/inquiries",
    response={200: schemas.InquiriesOut, **REFUSALS},
    summary="Own questions to the organisers, with their answers",
)
def own_inquiries(request: HttpRequest, round_id: int) -> dict[str, Any]:
    return _own(cast(User, request.user), access.visible_round(round_id))


@signed_in.post(
    "rounds/{round_id}/inquiries",
    response={201: schemas.InquiriesOut, 409: ErrorOut, 422: ErrorOut, 429: ErrorOut, **REFUSALS},
    summary="Ask the organisers",
)
def ask(request: HttpRequest, round_id: int, body: schemas.InquiryIn) -> Status[dict[str, Any]]:
    user = cast(User, request.user)
    if not within_limit("inquiry", user.pk, times=10, seconds=60):
        raise RateLimited
    round = access.visible_round(round_id)
    inquiries.ask(user=user, round=round, text=body.text, now=arrival(request))
    return Status(201, _own(user, round))


def _own(user: User, round: Round) -> dict[str, Any]:
    own = inquiries.own_inquiries(user, round)
    waiting = sum(each.answered_at is None for each in own)
    return {
        "inquiries": [inquiries.payload(each) for each in own],
        "left": max(0, inquiries.MOST_OPEN - waiting),
    }
