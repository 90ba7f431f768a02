"""Pages of boards: the one of the day, a round's, the same for a projector, a unit's page."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Unit
from contest.access import visible_round_at, visible_rounds
from contest.errors import BoardHidden
from contest.models import Round
from contest.phases import State
from contest.views import home_context, page
from contest.visibility import public_state
from leaderboard import access, pages, unit_pages
from leaderboard.cells import time_left, time_of_day
from leaderboard.projections import BOARDS
from quizzes.qr import qr_code

# Longer names are set smaller and in two lines on a projector.
_LONG_NAME = {"units": 22, "people": 40}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first page: what contest/ has to say, and the units that lead its round."""
    context = home_context(request)
    card = context["card"]
    begun = card and card.state != State.SCHEDULED
    if begun and access.may_look(card.round, request.user, card.now):
        board = pages.Wanted(card.round, "units").read()
        context["leaders"] = pages.rows_of(board, pages.LEADERS)
        context["provisional"] = board["provisional"]
    return render(request, "leaderboard/home.html", context)


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
    entrance, state = _entrance(request, round), public_state(round.visibility, now)
    context |= {
        "round": round,
        "state": state,
        "leader": unit_pages.leader_view(round, unit, now)
        if unit_pages.leads(request.user, unit)
        else None,
        "entrance": entrance,
        "qr": qr_code(entrance) if state == State.OPEN else None,
    }
    if access.may_look(round, request.user, now):
        context |= _taking_part(round, unit)
    else:
        context["hidden"] = access.opening_words(round)
    return render(request, "leaderboard/unit.html", context)


def _taking_part(round: Round, unit: Unit) -> dict[str, Any]:
    found = unit_pages.participation(round, unit)
    return {
        "board": found.board,
        "row": found.row,
        "cells": found.cells,
        "mean": found.mean,
        "whole": unit_pages.whole(unit, found),
        "updated_at": _updated_at(found.board),
    }


def _entrance(request: HttpRequest, round: Round) -> str:
    """The full address of a round's page, for codes and messages."""
    return request.build_absolute_uri(
        reverse("contest:round", args=[round.contest.slug, round.number])
    )


@require_safe
@page
def board(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A round's board: people, units, or the people of one unit; ``screen=1`` for a hall."""
    round, now = visible_round_at(slug, number), timezone.now()
    is_screen = request.GET.get("screen") == "1"
    wanted = _wanted(request, round, "units" if is_screen else "people")
    try:
        access.require_board(round, request.user, now)
    except BoardHidden as refusal:
        context = {"nav": "boards", "round": round, "words": refusal.message}
        return render(request, "leaderboard/hidden.html", context, status=refusal.status)
    if is_screen:
        return _screen(request, replace(wanted, unit=None, offset=0), now)
    snapshot = wanted.read()
    context = _common(wanted, snapshot) | {
        "nav": "boards",
        "rows": pages.rows_of(snapshot),
        "visit": pages.visit(request.user, wanted),
        "has_unit_page": wanted.unit is not None and unit_pages.has_page(wanted.unit),
        "divisions": pages.division_tabs(wanted),
        "first": wanted.offset + 1,
        "last": wanted.offset + len(snapshot["rows"]),
        "has_more": wanted.offset + len(snapshot["rows"]) < snapshot["total"],
    }
    return render(request, "leaderboard/board.html", context)


def _wanted(request: HttpRequest, round: Round, usual: str) -> pages.Wanted:
    """What the address asks for; anything unreadable means the first page of the usual board."""
    asked = request.GET
    unit = access.board_unit(asked.get("unit", "")[:60])
    by = asked.get("by", "") if asked.get("by") in BOARDS else usual
    if unit is not None:
        by = "people"
    offset = asked.get("offset", "")[:7]
    start = int(offset) if offset.isascii() and offset.isdigit() else 0
    division = pages.wanted_division(round, request.user, asked.get("division", "")[:40], by)
    return pages.Wanted(round, by, unit, start, division)


def _common(wanted: pages.Wanted, snapshot: dict[str, Any]) -> dict[str, Any]:
    frozen_at = snapshot["frozen_at"]
    return {
        "round": wanted.round,
        "wanted": wanted,
        "board": snapshot,
        "frozen_at": datetime.fromisoformat(frozen_at) if frozen_at else None,
        "version": str(snapshot["version"]),
        "updated_at": _updated_at(snapshot),
    }


def _updated_at(snapshot: dict[str, Any]) -> str:
    return time_of_day(datetime.fromisoformat(snapshot["updated_at"]))


def _screen(request: HttpRequest, wanted: pages.Wanted, now: datetime) -> HttpResponse:
    """For a projector: units unless people are asked for, countdown, figures, the way in."""
    snapshot = wanted.read()
    context = _common(wanted, snapshot) | {
        "rows": pages.rows_of(snapshot, pages.SCREEN_ROWS),
        "long": _LONG_NAME[wanted.by],
        "figures": pages.figures(wanted.round, now, wanted.division),
        "qr": qr_code(_entrance(request, wanted.round)),
        "countdown": _countdown(wanted.round, now),
    }
    return render(request, "leaderboard/screen.html", context)


def _countdown(round: Round, now: datetime) -> dict[str, str]:
    """The clock of the hall: its two lines now, and the moments (ms since 1970) to go on from."""
    state = public_state(round.visibility, now)
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
