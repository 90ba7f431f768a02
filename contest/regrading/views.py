"""The console pages of correcting a question: finding it, looking first, applying, undoing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.text import nfc
from contest import access
from contest.conduct.decisions import require_not_final
from contest.console_views import organiser_page
from contest.errors import ContestError, NotFound, RoundIsFinal
from contest.models import Appeal, Decision, Round
from contest.regrading.decided import VERDICT_NAMES
from contest.regrading.forms import ReasonForm, RegradeForm, problems, values_for
from contest.regrading.preview import preview
from contest.regrading.prizes import prize_changes
from contest.regrading.questions import Asked, answers_given, asked, asked_one, in_words
from contest.regrading.services import (
    ChangedMeanwhile,
    Proposal,
    apply_regrade,
    take_back_regrade,
)
from contest.regrading.tallies import tallies
from quizzes.models import QuestionVersion
from quizzes.versions import VersionText, version_texts

PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Line:
    """A decision as the page lists it; ``form`` takes it back, None when that cannot be done."""

    decision: Decision
    code: str
    what: str
    form: ReasonForm | None


def _published(request: HttpRequest, round_id: int) -> Round:
    round = access.organised_round(request.user, round_id)
    if round.published_at is None:
        raise NotFound("Vòng thi chưa công bố nên chưa có câu hỏi nào để chấm lại.")
    return round


def _question(round: Round, version_id: int) -> Asked:
    question = asked_one(round, version_id, tallies(round, timezone.now()))
    if question is None:
        raise NotFound("Câu hỏi này không có trong ngân hàng của vòng thi.")
    return question


def why_locked(round: Round) -> str:
    """Why nothing can be decided about questions any more; "" while it can."""
    try:
        require_not_final(round)
    except RoundIsFinal as refusal:
        return refusal.message
    return ""


# -- The list ------------------------------------------------------------------------------------


@require_safe
@organiser_page
def regrades(request: HttpRequest, round_id: int) -> HttpResponse:
    """The questions of the round, what was decided about them, and appeals that wait."""
    return _show(request, _published(request, round_id))


def _show(
    request: HttpRequest, round: Round, *, undoing: int = 0, form: ReasonForm | None = None
) -> HttpResponse:
    """The page; ``form`` is the one to take decision ``undoing`` back, as it was typed."""
    counts = tallies(round, timezone.now())
    query = nfc(request.GET.get("q", ""))[:100]
    found = asked(round, counts, query)
    locked = why_locked(round)
    context = {
        "console_nav": "contests",
        "here": "regrades",
        "round": round,
        "locked": locked,
        "counted_at": counts.at,
        "q": query,
        "total": len(found),
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "lines": _lines(round, locked, undoing, form),
        "problems": problems(form) if form else [],
        "open_appeals": round.appeals.filter(status=Appeal.Status.OPEN).count(),
        "waiting": _waiting(round),
        "appeals": round.appeals.count(),
    }
    return render(request, "contest/console/regrades.html", context, status=422 if form else 200)


def _waiting(round: Round) -> list[Appeal]:
    """Accepted appeals whose question was not decided about yet, one for each question."""
    accepted = round.appeals.filter(status=Appeal.Status.ACCEPTED, decision=None)
    by_version = {a.version_id: a for a in accepted.select_related("version__question")}
    return list(by_version.values())


def _lines(round: Round, locked: str, undoing: int, bound: ReasonForm | None) -> list[Line]:
    decisions = round.decisions.filter(kind=Decision.Kind.REGRADE).order_by("-made_at", "-pk")
    ids = {int(decision.data["version"]) for decision in decisions}
    texts = version_texts(ids)
    codes = dict(QuestionVersion.objects.filter(pk__in=ids).values_list("pk", "question__code"))
    lines = []
    for decision in decisions:
        form = None
        if decision.is_in_force and not locked:
            form = bound if decision.pk == undoing else None
            form = form or ReasonForm(auto_id=f"undo_{decision.pk}_%s")
        version = int(decision.data["version"])
        lines.append(Line(decision, codes[version], what(decision, texts[version]), form))
    return lines


def what(decision: Decision, text: VersionText) -> str:
    """What was decided, in a sentence without the reason."""
    return _in_words(decision.data["verdict"], decision.data["accepted"], text)


def _in_words(verdict: str, accepted: Any, text: VersionText) -> str:
    more = " hoặc ".join(f"“{in_words(text, tuple(keys))}”" for keys in accepted)
    return f"{VERDICT_NAMES[verdict]}: {more}" if more else VERDICT_NAMES[verdict]


@require_POST
@organiser_page
def undo(request: HttpRequest, round_id: int, decision_id: int) -> HttpResponse:
    """Take a decision about a question back, for a reason."""
    round = _published(request, round_id)
    regraded = round.decisions.filter(kind=Decision.Kind.REGRADE).select_related("round__contest")
    decision = regraded.filter(pk=decision_id).first()
    if decision is None:
        raise NotFound("Không tìm thấy quyết định này.")
    form = ReasonForm(request.POST, auto_id=f"undo_{decision.pk}_%s")
    if not form.is_valid():
        return _show(request, round, undoing=decision.pk, form=form)
    try:
        take_back_regrade(
            actor=access.require_organiser(request.user),
            decision=decision,
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
        )
    except ContestError as refusal:
        form.add_error(None, refusal.message)
        return _show(request, round, undoing=decision.pk, form=form)
    messages.success(request, "Đã thu hồi quyết định; kết quả trở lại như khi chưa có nó.")
    return redirect("contest:regrades", round.pk)


# -- One question --------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@organiser_page
def regrade(request: HttpRequest, round_id: int, version_id: int) -> HttpResponse:
    """A question and the form about it; POST shows what would change, ``change`` goes back.

    ``?appeal=`` fills the form for an accepted appeal, ``&preview=1`` shows what it would do.
    """
    round = _published(request, round_id)
    question = _question(round, version_id)
    if request.method == "POST":
        form = RegradeForm(request.POST, round=round, question=question)
        if "change" in request.POST:
            return _ask(request, round, form)
        return _looked_at(request, round, form)
    values = _values(request, round, question)
    if values and request.GET.get("preview"):
        return _looked_at(request, round, RegradeForm(values, round=round, question=question))
    return _ask(request, round, RegradeForm(initial=values, round=round, question=question))


def _values(request: HttpRequest, round: Round, question: Asked) -> dict[str, Any]:
    number = request.GET.get("appeal", "")
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        return {}
    accepted = round.appeals.filter(status=Appeal.Status.ACCEPTED, version=question.version)
    appeal = accepted.select_related("attempt", "round__contest").filter(pk=number).first()
    return values_for(appeal, question) if appeal else {}


def _ask(request: HttpRequest, round: Round, form: RegradeForm) -> HttpResponse:
    """The form, with what was typed and what is wrong with it."""
    question = form.question
    counts = tallies(round, timezone.now())
    context = {
        "console_nav": "contests",
        "here": "regrades",
        "round": round,
        "question": question,
        "answers": answers_given(question, counts),
        "decided": [(each, what(each, question.text)) for each in question.about.decisions],
        "form": form,
        "locked": why_locked(round),
        "problems": problems(form) if form.is_bound else [],
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "contest/console/regrade.html", context, status=status)


def _looked_at(request: HttpRequest, round: Round, form: RegradeForm) -> HttpResponse:
    """The preview of what the form proposes, or the form again."""
    if not form.is_valid() or form.proposed is None or why_locked(round):
        return _ask(request, round, form)
    return _preview(request, round, form, form.proposed)


def _preview(
    request: HttpRequest, round: Round, form: RegradeForm, proposed: Proposal, refusal: str = ""
) -> HttpResponse:
    text = form.question.text
    context = {
        "console_nav": "contests",
        "here": "regrades",
        "round": round,
        "question": form.question,
        "what": _in_words(proposed.verdict, proposed.accepted, text),
        "form": form,
        "seen": preview(round=round, proposed=proposed),
        "prizes": prize_changes(round, proposed) if round.reopened_at else None,
        "refusal": refusal,
        "problems": problems(form),
    }
    status = 409 if refusal else 422 if form.errors else 200
    return render(request, "contest/console/regrade_preview.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@organiser_page
def apply(request: HttpRequest, round_id: int, version_id: int) -> HttpResponse:
    """POST: decide as previewed; when something changed meanwhile, the fresh preview."""
    round = _published(request, round_id)
    if request.method != "POST":
        return redirect("contest:regrade", round.pk, version_id)
    form = RegradeForm(request.POST, round=round, question=_question(round, version_id))
    is_valid = form.is_valid()
    if form.proposed is None:
        return _ask(request, round, form)
    if not is_valid:
        return _preview(request, round, form, form.proposed)
    try:
        apply_regrade(
            actor=access.require_organiser(request.user),
            round=round,
            proposed=form.proposed,
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
            seen=request.POST.get("seen", "")[:64],
        )
    except ChangedMeanwhile as refusal:
        return _preview(request, round, form, form.proposed, refusal.message)
    except ContestError as refusal:
        form.add_error(None, refusal.message)
        return _ask(request, round, form)
    messages.success(request, "Đã áp dụng quyết định; điểm và bảng xếp hạng đã tính lại.")
    return redirect("contest:regrades", round.pk)
