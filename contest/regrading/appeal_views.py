"""Pages of appeals: making one, the public log, and deciding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Case, Count, Q, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from contest import access, closing, payloads
from contest.errors import ContestError, InvalidAnswers, NotFound
from contest.forms import Problem
from contest.models import Appeal, Attempt, Round
from contest.regrading import appeals as service
from contest.regrading import gates
from contest.regrading.appeal_forms import AppealForm, VerdictForm
from contest.regrading.appeal_log import Logged, logged
from contest.regrading.forms import problems
from contest.regrading.views import why_locked
from contest.reviews import ReviewedQuestion, reviewed
from contest.rules.fairness import MOST_OPEN_APPEALS
from contest.views import page

PER_PAGE = 20


# -- Making one ----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@cache_control(no_store=True, private=True)
@page
def appeal(request: HttpRequest, attempt_id: int, number: int) -> HttpResponse:
    """An appeal against one question of an own attempt; what was typed stays when refused."""
    now = timezone.now()
    attempt = access.own_attempt(cast(User, request.user), attempt_id)
    closing.close_if_overdue(attempt=attempt, now=now)
    question = _own_question(attempt, number, now)
    if reason := service.reason_not_to_appeal(attempt, number, now):
        return _form(request, attempt, question, None, refusal=reason)
    clauses = service.clauses_to_cite(service.question_at(attempt, number))
    form = AppealForm(request.POST or None, clauses=clauses)
    if request.method == "POST" and form.is_valid():
        try:
            service.make_appeal(attempt=attempt, number=number, now=now, **form.cleaned_data)
        except InvalidAnswers as refusal:
            for name, text in refusal.fields.items():
                form.add_error(name, text)
        except ContestError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, f"Đã gửi đề nghị phúc khảo câu {number}.")
            return redirect(f"{reverse('contest:attempt', args=[attempt.pk])}#cau-{number}")
    return _form(request, attempt, question, form)


def _own_question(attempt: Attempt, number: int, now: datetime) -> ReviewedQuestion:
    """The question as its owner sees it; ``NotFound`` before its solution may be seen."""
    payload = payloads.attempt_payload(attempt, now)
    if payload["solutions"] is None:
        raise NotFound("Đáp án của bài này chưa mở nên chưa phúc khảo được.")
    questions = reviewed(payload["paper"], payload["solutions"], attempt.answers)
    if not 1 <= number <= len(questions):
        raise NotFound("Bài này không có câu hỏi đó.")
    return questions[number - 1]


def _form(
    request: HttpRequest,
    attempt: Attempt,
    question: ReviewedQuestion,
    form: AppealForm | None,
    refusal: str = "",
) -> HttpResponse:
    wrong: list[Problem] = problems(form) if form and form.is_bound else []
    context = {
        "nav": "contests",
        "attempt": attempt,
        "round": attempt.entry.round,
        "question": question,
        "form": form,
        "refusal": refusal,
        "problems": wrong,
        "most": MOST_OPEN_APPEALS,
    }
    status = 422 if wrong else 409 if refusal and request.method == "POST" else 200
    return render(request, "contest/appeal_form.html", context, status=status)


# -- The public log ------------------------------------------------------------------------------


@require_safe
@page
def public_log(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Every appeal of a round with its answer, without names, once solutions are public."""
    round = access.visible_round_at(slug, number)
    now = timezone.now()
    context: dict[str, Any] = {"nav": "contests", "round": round, "contest": round.contest}
    if not service.is_public(round, now):
        context["opens"] = payloads.opening(round, round.solutions_shown)
        return render(request, "contest/appeals_pending.html", context, status=404)
    rows = round.appeals.order_by("-made_at", "-pk")
    pages = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context |= {
        "page": pages,
        "shown": logged(pages.object_list),
        "total": pages.paginator.count,
        "counts": _counts(round),
    }
    return render(request, "contest/appeals.html", context)


def _counts(round: Round) -> dict[str, int]:
    rows = round.appeals.order_by().values_list("status").annotate(n=Count("pk"))
    return dict.fromkeys(Appeal.Status.values, 0) | dict(rows)


# -- Deciding ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round with appeals, as reviewers find it."""

    round: Round
    open: int
    total: int


@require_safe
@gates.reviewer_page
def rounds(request: HttpRequest) -> HttpResponse:
    """Rounds that have appeals, those with open ones first."""
    still_open = Count("appeals", filter=Q(appeals__status=Appeal.Status.OPEN))
    found = (
        Round.objects.filter(published_at__isnull=False)
        .select_related("contest")
        .annotate(open=still_open, total=Count("appeals"))
        .filter(total__gt=0)
        .order_by("-open", "-closes_at")
    )
    rows = [RoundRow(round, round.open, round.total) for round in found]
    context = {"console_nav": "appeals", "rows": rows}
    return render(request, "contest/console/appeal_rounds.html", context)


@require_safe
@gates.reviewer_page
def queue(request: HttpRequest, round_id: int) -> HttpResponse:
    """The appeals of a round: the open ones in the order they came, then the decided ones."""
    round = gates.reviewed_round(request.user, round_id)
    status = request.GET.get("status", "")
    rows = round.appeals.order_by("made_at", "pk")
    if status in Appeal.Status.values:
        rows = rows.filter(status=status)
    else:
        open_first = Case(When(status=Appeal.Status.OPEN, then=0), default=1)
        status, rows = "", rows.order_by(open_first, "made_at", "pk")
    pages = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    counts = _counts(round)
    context = {
        "console_nav": "contests" if access.may_organise(request.user) else "appeals",
        "here": "regrades",
        "round": round,
        "page": pages,
        "shown": logged(pages.object_list),
        "chosen": status,
        "tiles": [(s, s.label, counts[s]) for s in Appeal.Status],
    }
    return render(request, "contest/console/appeals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@gates.reviewer_page
def decide(request: HttpRequest, round_id: int, appeal_id: int) -> HttpResponse:
    """One appeal beside the question as its author saw it; POST decides it."""
    found = gates.reviewed_appeal(request.user, round_id, appeal_id)
    decisions = service.decisions_about(found)
    form = VerdictForm(request.POST or None, decisions=decisions)
    if request.method != "POST" or not form.is_valid():
        return _decide(request, found, form)
    try:
        decided = service.decide_appeal(
            actor=gates.require_reviewer(request.user),
            appeal=found,
            accepted=form.is_accepted,
            answer=form.cleaned_data["answer"],
            now=timezone.now(),
            settled_by=form.cleaned_data.get("settled_by"),
        )
    except ContestError as refusal:
        form.add_error(None, refusal.message)
        return _decide(request, gates.reviewed_appeal(request.user, round_id, appeal_id), form)
    return _after(request, decided)


def _after(request: HttpRequest, decided: Appeal) -> HttpResponse:
    """Where to go on: an organiser looks at once at what accepting would change."""
    round = decided.round
    if decided.status != Appeal.Status.ACCEPTED:
        messages.success(request, "Đã ghi kết luận: không chấp nhận.")
    elif decided.decision_id:
        messages.success(request, "Đã chấp nhận; câu hỏi đã được chấm lại trước đó.")
    elif access.may_organise(request.user) and not why_locked(round):
        messages.success(request, "Đã chấp nhận. Hãy xem trước việc chấm lại rồi áp dụng.")
        page_of = reverse("contest:regrade", args=[round.pk, decided.version_id])
        return redirect(f"{page_of}?appeal={decided.pk}&preview=1")
    else:
        messages.success(request, "Đã chấp nhận. Ban Tổ chức sẽ chấm lại câu này.")
    return redirect("contest:console_appeals", round.pk)


def _decide(request: HttpRequest, found: Appeal, form: VerdictForm) -> HttpResponse:
    shown: Logged = logged([found])[0]
    is_open = found.status == Appeal.Status.OPEN
    user = gates.require_reviewer(request.user)
    context = {
        "console_nav": "contests" if access.may_organise(user) else "appeals",
        "here": "regrades",
        "round": found.round,
        "it": shown,
        "form": form,
        "is_open": is_open,
        "barred": service.why_not_decide(user, found) if is_open else "",
        "locked": why_locked(found.round),
        "problems": problems(form) if form.is_bound else [],
    }
    status = 422 if form.is_bound else 200
    return render(request, "contest/console/appeal.html", context, status=status)
