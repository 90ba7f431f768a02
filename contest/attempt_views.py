"""Sitting an attempt: starting it, the exam page, and its result under the same address."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.models import User
from contest import access, attempts, payloads
from contest.cards import card
from contest.errors import ContestError
from contest.models import Attempt, Round
from contest.reviews import reviewed
from contest.views import page

# Fetched together with the page instead of one after the other (exam.js names them in turn).
EXAM_MODULES = [
    f"js/exam/{name}.js"
    for name in (
        "exam", "banner", "choices", "clock", "frame", "handin", "kinds", "pairs", "question",
        "queue", "saver", "sequence", "sheet", "storage", "transport", "words",
    )
]  # fmt: skip

PREDICTED = {
    Round.PredictionTarget.PERFECT: "người đúng tất cả các câu",
    Round.PredictionTarget.ENTRANTS: "người dự thi",
}


@login_required
@page
def start(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """POST: start an attempt or go on with the one in progress; a refusal says why."""
    round = access.visible_round_at(slug, number)
    if request.method == "POST":
        try:
            attempt, _ = attempts.start_attempt(
                user=cast(User, request.user), round=round, now=timezone.now()
            )
        except ContestError as refusal:
            messages.error(request, refusal.message)
        else:
            return redirect("contest:attempt", attempt.pk)
    return redirect("contest:round", slug, number)


@require_safe
@login_required
@cache_control(no_store=True, private=True)
@page
def attempt_page(request: HttpRequest, attempt_id: int) -> HttpResponse:
    """The exam while the attempt is in progress, afterwards its result."""
    now = timezone.now()
    attempt = access.own_attempt(cast(User, request.user), attempt_id)
    attempts.close_if_overdue(attempt=attempt, now=now)
    payload = payloads.attempt_payload(attempt, now)
    if attempt.state == Attempt.State.IN_PROGRESS:
        return render(request, "contest/exam.html", _exam(attempt, payload))
    return render(request, "contest/result.html", _result(request, attempt, payload, now))


def _exam(attempt: Attempt, payload: dict[str, Any]) -> dict[str, Any]:
    return {"attempt": attempt, "payload": payload, "modules": EXAM_MODULES}


def _result(
    request: HttpRequest, attempt: Attempt, payload: dict[str, Any], now: datetime
) -> dict[str, Any]:
    round = attempt.entry.round
    paper, solutions = payload["paper"], payload["solutions"]
    return {
        "nav": "contests",
        "attempt": attempt,
        "round": round,
        "result": payload["result"],
        "card": card(round, request.user, now),
        "is_counted": attempt.entry.counted_id == attempt.pk,
        # A hand-in within the seconds granted to the network counts as made at the deadline.
        "ran_out": attempt.submitted_at is not None and attempt.submitted_at >= attempt.deadline,
        "has_weights": any(item["points"] != 1 for item in paper),
        "max_points": sum(item["points"] for item in paper),
        "predicted": PREDICTED.get(Round.PredictionTarget(round.prediction_target), ""),
        "reviewed": reviewed(paper, solutions, attempt.answers) if solutions else [],
        "kept": {"id": attempt.pk, "answers": attempt.answers},
    }
