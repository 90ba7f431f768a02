"""Sitting an attempt: starting it, the exam page, and its result under the same address."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.models import User
from contest import access, attempts, closing, payloads
from contest.cards import card
from contest.devices import device_of, note_device, remember_device, settled_device
from contest.entries import rulings_of
from contest.errors import ContestError
from contest.marking import counted_size
from contest.models import Attempt, Contest, Round
from contest.reviews import reviewed
from contest.rulings import Rulings
from contest.views import page
from contest.visibility import board_visible, is_frozen, result_visible

ATTEMPTS_A_PAGE = 50

# Fetched together with the page instead of one after the other (exam.js names them in turn).
EXAM_MODULES = [
    f"js/exam/{name}.js"
    for name in (
        "exam", "banner", "choices", "clock", "essay", "frame", "handin", "kinds", "pairs",
        "question", "queue", "saver", "sequence", "sheet", "storage", "transport", "words",
    )
]  # fmt: skip

PREDICTED = {
    Round.PredictionTarget.PERFECT: "người đúng tất cả các câu",
    Round.PredictionTarget.ENTRANTS: "người dự thi",
    Round.PredictionTarget.ATTEMPTS: "lượt dự thi",
    Round.PredictionTarget.PERCENT: "% người đúng tất cả các câu",
}


@login_required
@page
def start(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """POST: start an attempt or go on with the one in progress; a refusal says why."""
    round = access.visible_round_at(slug, number)
    if request.method == "POST":
        now, device = timezone.now(), device_of(request)
        try:
            attempt, _ = attempts.start_attempt(
                user=cast(User, request.user), round=round, now=now, device=device
            )
        except ContestError as refusal:
            messages.error(request, refusal.message)
        else:
            answer = redirect("contest:attempt", attempt.pk)
            remember_device(answer, settled_device(request, attempt, device, now))
            return answer
    return redirect("contest:round", slug, number)


@require_safe
@login_required
@cache_control(no_store=True, private=True)
def my_attempts(request: HttpRequest) -> HttpResponse:
    """Everything the person started, in all contests, the last first."""
    now = timezone.now()
    own = Paginator(access.own_attempts(cast(User, request.user)), ATTEMPTS_A_PAGE)
    shown = own.get_page(request.GET.get("page"))
    decided: dict[int, Rulings] = {}
    by_contest: dict[Contest, list[dict[str, Any]]] = {}
    for attempt in shown:
        closing.close_if_overdue(attempt=attempt, now=now)
        round = attempt.entry.round
        if round.pk not in decided:
            decided[round.pk] = rulings_of(round)
        line = {
            "attempt": attempt,
            "is_shown": result_visible(round.visibility, now),
            "total": counted_size(attempt.paper, decided[round.pk])[0],
        }
        by_contest.setdefault(round.contest, []).append(line)
    context = {"nav": "contests", "page": shown, "contests": list(by_contest.items())}
    return render(request, "contest/my_attempts.html", context)


@require_safe
@login_required
@cache_control(no_store=True, private=True)
@page
def attempt_page(request: HttpRequest, attempt_id: int) -> HttpResponse:
    """The exam while the attempt is in progress, afterwards its result."""
    now = timezone.now()
    attempt = access.own_attempt(cast(User, request.user), attempt_id)
    closing.close_if_overdue(attempt=attempt, now=now)
    payload = payloads.attempt_payload(attempt, now)
    if attempt.state == Attempt.State.IN_PROGRESS:
        return _exam(request, attempt, payload, now)
    return render(request, "contest/result.html", _result(request, attempt, payload, now))


def _exam(
    request: HttpRequest, attempt: Attempt, payload: dict[str, Any], now: datetime
) -> HttpResponse:
    device = device_of(request)
    context = {
        "attempt": attempt,
        "payload": payload,
        "modules": EXAM_MODULES,
        "is_moved": _is_looked_at(request) and note_device(attempt, device, now),
    }
    answer = render(request, "contest/exam.html", context)
    remember_device(answer, device)
    return answer


def _is_looked_at(request: HttpRequest) -> bool:
    """Not fetched ahead by a browser, nor asked for its headers only."""
    ahead = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return request.method == "GET" and "prefetch" not in ahead


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
        "no_place": _no_place(round, now),
        "results_open": payloads.opening(round, round.results_shown),
        "solutions_open": payloads.opening(round, round.solutions_shown),
        # A hand-in within the seconds granted to the network counts as made at the deadline.
        "ran_out": attempt.submitted_at is not None and attempt.submitted_at >= attempt.deadline,
        "has_weights": bool(round.essay_prompt) or any(item["points"] != 1 for item in paper),
        "max_points": counted_size(attempt.paper, rulings_of(round))[1] + round.essay_points,
        "predicted": PREDICTED.get(Round.PredictionTarget(round.prediction_target), ""),
        "reviewed": reviewed(paper, solutions, attempt.answers) if solutions else [],
        "kept": {"id": attempt.pk, "answers": attempt.answers},
    }


def _no_place(round: Round, now: datetime) -> str:
    """Why a ranked attempt is shown without a place."""
    seen = round.visibility
    if is_frozen(seen, now):
        return "Bảng xếp hạng đang dừng; thứ hạng có khi Ban Tổ chức công bố kết quả."
    if not board_visible(seen, now, has_finished=True):
        return f"Thứ hạng có {payloads.opening(round, round.board_shown)}."
    return "Ngoài 1.000 hạng đầu; hạng chính xác có trên bảng xếp hạng."
