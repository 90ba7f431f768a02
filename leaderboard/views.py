"""Pages of boards: the one of the day, a round's, the same for a projector, a unit's page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from contest import phases
from contest.access import visible_round_at, visible_rounds
from contest.models import Round
from contest.phases import State
from contest.views import home_context, page
from leaderboard import pages, unit_pages
from leaderboard.access import board_unit
from leaderboard.cells import time_left, time_of_day
from quizzes.qr import qr_code

# Longer names are set smaller and in two lines on a projector.
_LONG_NAME = {"units": 22, "people": 40}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first page: what contest/ has to say, and the units that lead its round."""
    context = home_context(request)
    card = context["card"]
    leaders = pages.leaders(card.round) if card and card.state != State.SCHEDULED else []
    return render(request, "leaderboard/home.html", context | {"leaders": leaders})


@require_safe
def current(request: HttpRequest) -> HttpResponse:
    """To the board people look for today: of the round open now, else of the last one."""
    found = _round_of_the_day(timezone.now())
    if found is None:
        return render(request, "leaderboard/none.html", {"nav": "boards"})
    return redirect("leaderboard:board", found.contest.slug, found.number)


def _round_of_the_day(now: datetime) -> Round | None:
    """The round that is open, else the last one; None before the first."""
    begun = visible_rounds().filter(opens_at__lte=now)
    return (
        begun.filter(closes_at__gt=now).order_by("closes_at").first()
        or begun.order_by("-closes_at").first()
    )


@require_safe
@page
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """How a unit takes part in the round of the day; its leaders see a little more."""
    unit, now = unit_pages.unit_with_page(code), timezone.now()
    context: dict[str, Any] = {
        "nav": "boards",
        "unit": unit,
        "former": unit.former_names.order_by("pk"),
    }
    round = _round_of_the_day(now)
    if round is None:
        return render(request, "leaderboard/unit.html", context)
    taking_part = unit_pages.participation(round, unit)
    entrance, state = _entrance(request, round), phases.state(round.window, now)
    context |= {
        "round": round,
        "state": state,
        "board": taking_part.board,
        "row": taking_part.row,
        "cells": taking_part.cells,
        "mean": taking_part.mean,
        "updated_at": _updated_at(taking_part.board),
        "leader": unit_pages.leader_view(round, unit)
        if unit_pages.leads(request.user, unit)
        else None,
        "entrance": entrance,
        "qr": qr_code(entrance) if state == State.OPEN else None,
    }
    return render(request, "leaderboard/unit.html", context)


def _entrance(request: HttpRequest, round: Round) -> str:
    """The full address of a round's page, for codes and messages."""
    return request.build_absolute_uri(
        reverse("contest:round", args=[round.contest.slug, round.number])
    )


@require_safe
@page
def board(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A round's board: people, units, or the people of one unit; ``screen=1`` for a hall."""
    round = visible_round_at(slug, number)
    if request.GET.get("screen") == "1":
        return _screen(request, round)
    wanted = _wanted(request, round)
    snapshot = wanted.read()
    context = _common(wanted, snapshot) | {
        "nav": "boards",
        "rows": pages.rows_of(snapshot),
        "visit": pages.visit(request.user, wanted),
        "has_unit_page": wanted.unit is not None and unit_pages.has_page(wanted.unit),
        "first": wanted.offset + 1,
        "last": wanted.offset + len(snapshot["rows"]),
        "has_more": wanted.offset + len(snapshot["rows"]) < snapshot["total"],
    }
    return render(request, "leaderboard/board.html", context)


def _wanted(request: HttpRequest, round: Round) -> pages.Wanted:
    """What the address asks for; anything unreadable means the first page of people."""
    unit = board_unit(request.GET.get("unit", "")[:60])
    by = "units" if request.GET.get("by") == "units" and unit is None else "people"
    offset = request.GET.get("offset", "")[:7]
    start = int(offset) if offset.isascii() and offset.isdigit() else 0
    return pages.Wanted(round, by, unit, start)


def _common(wanted: pages.Wanted, snapshot: dict[str, Any]) -> dict[str, Any]:
    return {
        "round": wanted.round,
        "wanted": wanted,
        "board": snapshot,
        "version": str(snapshot["version"]),
        "updated_at": _updated_at(snapshot),
    }


def _updated_at(snapshot: dict[str, Any]) -> str:
    return time_of_day(datetime.fromisoformat(snapshot["updated_at"]))


def _screen(request: HttpRequest, round: Round) -> HttpResponse:
    """For a projector: units unless people are asked for, countdown, figures, the way in."""
    by = "people" if request.GET.get("by") == "people" else "units"
    wanted = pages.Wanted(round, by)
    snapshot = wanted.read()
    context = _common(wanted, snapshot) | {
        "rows": pages.rows_of(snapshot, pages.SCREEN_ROWS),
        "long": _LONG_NAME[by],
        "figures": pages.figures(round),
        "qr": qr_code(_entrance(request, round)),
        "countdown": _countdown(round, timezone.now()),
    }
    return render(request, "leaderboard/screen.html", context)


def _countdown(round: Round, now: datetime) -> dict[str, str]:
    """The clock of the hall: its two lines now, and the moments (ms since 1970) to go on from."""
    state = phases.state(round.window, now)
    times = {"now": now, "opens": round.opens_at, "closes": round.closes_at}
    moments = {name: int(moment.timestamp() * 1000) for name, moment in times.items()}
    if state == State.SCHEDULED:
        lines = "Mở sau", time_left(moments["opens"] - moments["now"])
    elif state == State.OPEN:
        lines = "Còn", time_left(moments["closes"] - moments["now"])
    else:
        lines = "Vòng thi", "Đã đóng"
    return {name: str(ms) for name, ms in moments.items()} | dict(
        zip(("label", "text"), lines, strict=True)
    )
