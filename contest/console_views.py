"""The organisers' console: looking at contests and rounds, publishing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import wraps

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from contest import access, phases, rounds, wording
from contest.errors import CannotPublish
from contest.forms.words import settings_in_words
from contest.models import Attempt, AuditRecord, BlueprintLine, Contest, Division, Round
from contest.papers import seed_commitment
from contest.views import P, Page, page
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
    lines = list(round.lines.select_related("programme", "division").order_by("position"))
    context = {
        "row": _rows([round])[0],
        "round": round,
        "here": "settings",
        "reasons": reasons,
        "lines": [(line, sizes.get((line.programme_id, line.difficulty), 0)) for line in lines],
        "papers": _papers(lines),
        "settings": settings_in_words(round),
        "prizes": round.prizes.select_related("division").order_by("position"),
        "seed_commitment": seed_commitment(round.secret),
        "records": AuditRecord.objects.filter(subject=f"round:{round.pk}")[:50],
    }
    return render(request, "contest/console/round.html", context, status=status)


@dataclass(frozen=True, slots=True)
class Paper:
    """What the lines of one division, or of everybody, make together."""

    division: Division | None
    questions: int
    points: int


def _papers(lines: list[BlueprintLine]) -> list[Paper]:
    by_division: dict[Division | None, list[BlueprintLine]] = {}
    for line in lines:
        by_division.setdefault(line.division, []).append(line)
    return [
        Paper(
            division, sum(line.count for line in of), sum(line.count * line.points for line in of)
        )
        for division, of in by_division.items()
    ]


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
