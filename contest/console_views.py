"""The organisers' console: contests and rounds, drafting, publishing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contest import access, forms, phases, rounds, wording
from contest.errors import CannotPublish, ContestError
from contest.models import Attempt, AuditRecord, Contest, Round
from contest.papers import seed_commitment
from contest.views import P, Page, page
from quizzes.models import Programme
from quizzes.pools import pool_sizes


def organiser_page(view: Page[P]) -> Page[P]:
    """A page of the console: anonymous people sign in first, others without the right get 403."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        access.require_organiser(request.user)
        return view(request, *args, **kwargs)

    return page(guarded)


# -- Looking -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Turnout:
    """People who started, attempts under way and finished; people on duty are not counted."""

    people: int = 0
    running: int = 0
    finished: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A round as the console lists it; ``state`` is "draft" until it is published."""

    round: Round
    state: str
    turnout: Turnout


def _turnout(of: Iterable[Round]) -> dict[int, Turnout]:
    ranked = Attempt.objects.filter(entry__round__in=of, is_ranked=True).order_by()
    counted = ranked.values_list("entry__round").annotate(
        people=Count("entry", distinct=True),
        running=Count("id", filter=Q(state=Attempt.State.IN_PROGRESS)),
        finished=Count("id", filter=Q(state=Attempt.State.FINISHED)),
    )
    return {round_id: Turnout(*counts) for round_id, *counts in counted}


def _rows(of: list[Round]) -> list[Row]:
    now, turnout = timezone.now(), _turnout(of)
    return [
        Row(
            round,
            phases.state(round.window, now) if round.published_at else "draft",
            turnout.get(round.pk, Turnout()),
        )
        for round in of
    ]


@require_safe
@organiser_page
def console(request: HttpRequest) -> HttpResponse:
    """Every contest with its rounds, published or not."""
    by_contest: dict[int, list[Row]] = {}
    for row in _rows(list(Round.objects.select_related("contest").order_by("number"))):
        by_contest.setdefault(row.round.contest_id, []).append(row)
    contests = [(contest, by_contest.get(contest.pk, [])) for contest in Contest.objects.all()]
    return render(request, "contest/console/contests.html", {"contests": contests})


@require_safe
@organiser_page
def round_page(request: HttpRequest, round_id: int) -> HttpResponse:
    """A round: settings, publication, turnout, what was decided about it."""
    round = access.organised_round(request.user, round_id)
    reasons = [] if round.published_at else rounds.reasons_not_to_publish(round, timezone.now())
    return _show_round(request, round, reasons)


def _show_round(
    request: HttpRequest, round: Round, reasons: list[str], status: int = 200
) -> HttpResponse:
    sizes = pool_sizes()
    lines = list(round.lines.select_related("programme").order_by("position"))
    context = {
        "row": _rows([round])[0],
        "round": round,
        "reasons": reasons,
        "lines": [(line, sizes.get((line.programme_id, line.difficulty), 0)) for line in lines],
        "questions": sum(line.count for line in lines),
        "points": sum(line.count * line.points for line in lines),
        "prediction": Round.PredictionTarget(round.prediction_target).label,
        "seed_commitment": seed_commitment(round.secret),
        "records": AuditRecord.objects.filter(subject=f"round:{round.pk}")[:50],
    }
    return render(request, "contest/console/round.html", context, status=status)


# -- Drafting ------------------------------------------------------------------------------------


def _editor(
    request: HttpRequest, values: dict[str, Any], lines: list[dict[str, Any]]
) -> tuple[forms.RoundForm, forms.LineFormSet]:
    """The two forms of a round: as typed on POST, else as given."""
    data = request.POST if request.method == "POST" else None
    prefill = [] if data is not None else lines
    line_forms = forms.LineFormSet(data, prefill=prefill, pools=pool_sizes())
    return forms.RoundForm(data, initial=values), line_forms


def _suggested(request: HttpRequest, usual: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines a new round starts with: those the coverage page asked for, or the usual ones."""
    lines = forms.suggested_values(request.GET) if request.method != "POST" else None
    if lines is None:
        return usual
    found, asked = sum(line["count"] for line in lines), int(request.GET["suggest"])
    if found < asked:
        messages.warning(
            request,
            f"Ngân hàng chỉ có {found} câu đã duyệt cho đề {asked} câu; "
            "hãy duyệt thêm câu hỏi hoặc giảm số câu.",
        )
    return lines


def _show_editor(
    request: HttpRequest,
    settings: forms.RoundForm,
    lines: forms.LineFormSet,
    contest_form: forms.ContestForm | None = None,
    **context: Any,
) -> HttpResponse:
    """The page with the forms; what was typed and what is wrong with it stay on it."""
    wrong = []
    if settings.is_bound:
        wrong = forms.problems([f for f in (contest_form, settings) if f is not None], lines)
    sizes = {f"{programme}:{level}": size for (programme, level), size in pool_sizes().items()}
    context |= {
        "settings": settings,
        "lines": lines,
        "contest_form": contest_form,
        "problems": wrong,
        "pools": sizes,
        "even": [str(p.pk) for p in Programme.objects.exclude(kind=Programme.Kind.DISPATCH)],
    }
    status = 422 if wrong else 200
    return render(request, "contest/console/editor.html", context, status=status)


def _all_valid(*bound: Any) -> bool:
    """Whether every form is valid; each one is asked, so that every error is shown at once."""
    return False not in [form.is_valid() for form in bound]


@require_http_methods(["GET", "HEAD", "POST"])
@organiser_page
def new_contest(request: HttpRequest) -> HttpResponse:
    """A contest and its first round on one page."""
    values = forms.new_round_values(None, timezone.now())
    settings, lines = _editor(request, values, _suggested(request, []))
    contest_form = forms.ContestForm(request.POST if settings.is_bound else None)
    if not settings.is_bound or not _all_valid(contest_form, settings, lines):
        return _show_editor(request, settings, lines, contest_form)
    actor, named = access.require_organiser(request.user), contest_form.cleaned_data
    round = rounds.create_contest_with_round(
        actor=actor,
        title=named["contest_title"],
        summary=named["summary"],
        draft=settings.draft(lines.drafts()),
    )
    messages.success(request, "Đã lưu bản nháp. Xem lại rồi công bố.")
    return redirect("contest:console_round", round.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@organiser_page
def new_round(request: HttpRequest, slug: str) -> HttpResponse:
    """The next round of a contest, starting from the settings of the one before."""
    contest = access.organised_contest(request.user, slug)
    last = contest.rounds.order_by("number").last()
    values = forms.new_round_values(last, timezone.now())
    settings, lines = _editor(request, values, _suggested(request, forms.line_values(last)))
    if not settings.is_bound or not _all_valid(settings, lines):
        return _show_editor(request, settings, lines, contest=contest)
    actor = access.require_organiser(request.user)
    draft = settings.draft(lines.drafts())
    round = rounds.create_round(actor=actor, contest=contest, draft=draft)
    messages.success(request, "Đã lưu bản nháp. Xem lại rồi công bố.")
    return redirect("contest:console_round", round.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@organiser_page
def edit_round(request: HttpRequest, round_id: int) -> HttpResponse:
    """Change a draft; a published round only tells that it cannot be changed."""
    round = access.organised_round(request.user, round_id)
    if round.published_at is not None:
        messages.error(request, "Vòng thi đã công bố nên không sửa được các thông số nữa.")
        return redirect("contest:console_round", round.pk)
    settings, lines = _editor(request, forms.round_values(round), forms.line_values(round))
    if not settings.is_bound or not _all_valid(settings, lines):
        return _show_editor(request, settings, lines, contest=round.contest, round=round)
    actor, draft = access.require_organiser(request.user), settings.draft(lines.drafts())
    try:
        rounds.update_round(actor=actor, round=round, draft=draft)
        messages.success(request, "Đã lưu bản nháp.")
    except ContestError as refusal:  # somebody published it meanwhile
        messages.error(request, refusal.message)
    return redirect("contest:console_round", round.pk)


# -- Publishing ----------------------------------------------------------------------------------


@require_POST
@organiser_page
def publish(request: HttpRequest, round_id: int) -> HttpResponse:
    """Show the round to everybody, or say every reason why not."""
    round = access.organised_round(request.user, round_id)
    actor = access.require_organiser(request.user)
    try:
        rounds.publish_round(actor=actor, round=round, now=timezone.now())
    except CannotPublish as refusal:
        return _show_round(request, round, refusal.reasons, status=refusal.status)
    opening = wording.at(round.opens_at)
    messages.success(request, f"Đã công bố vòng {round.number}. Vòng thi mở lúc {opening}.")
    return redirect("contest:console_round", round.pk)
