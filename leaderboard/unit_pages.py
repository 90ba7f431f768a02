"""What a unit's page shows: its row of the units board, and more for whoever leads the unit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.access import Visitor, in_subtree, leads_units, transfers
from accounts.models import HeadCount, Unit
from contest.errors import NotFound
from contest.models import Attempt, Round
from leaderboard.cells import Cells, one_decimal, unit_cells
from leaderboard.feed import current
from leaderboard.projections import BoardProjection
from leaderboard.shown import shown_entries, stands_still

# More than any register has: the whole units board is one snapshot for the pages of all units.
_ALL_UNITS = 10_000
# Nobody registers there, so no figures of their own.
_WITHOUT_PAGE = (Unit.Kind.PROVINCE, Unit.Kind.GROUP)


def has_page(unit: Unit) -> bool:
    """Whether the unit is one that people register in, not a group of such units."""
    return unit.kind not in _WITHOUT_PAGE


def unit_with_page(code: str) -> Unit:
    """The unit by code; ``NotFound`` for unknown codes, the province and groups."""
    found = Unit.objects.filter(code=code).first()
    if found is None or not has_page(found):
        raise NotFound("Không tìm thấy đơn vị này.")
    return found


@dataclass(frozen=True, slots=True)
class Participation:
    """A unit in a round: its ``row`` of the units board, None while nobody has taken part.

    ``board`` is that board as the contract has it; its ``total`` counts units with entrants.
    """

    board: dict[str, Any]
    row: dict[str, Any] | None

    @property
    def cells(self) -> Cells | None:
        """The row as the board says it."""
        return unit_cells(self.row) if self.row else None

    @property
    def mean(self) -> str:
        """Mean points such as "17,3"; "" without a row."""
        return one_decimal(self.row["mean"]) if self.row else ""


def participation(round: Round, unit: Unit) -> Participation:
    """The unit's figures out of the shared units board, as old as the feed lets boards be."""
    snapshot = current(BoardProjection(round.pk, "units", limit=_ALL_UNITS))
    board: dict[str, Any] = json.loads(snapshot.text)
    row = next((row for row in board["rows"] if row["code"] == unit.code), None)
    return Participation(board, row)


def leads(user: Visitor, unit: Unit) -> bool:
    """Whether the person leads this unit, or one above it, today."""
    return any(in_subtree(unit, led) for led in leads_units(user))


@dataclass(frozen=True, slots=True)
class LeaderView:
    """For whoever leads a unit. ``unfinished``: people who started and have no result yet.

    ``members`` and ``as_of`` are the head count the board reckons with, None without one.
    ``joined`` and ``left``: moves into and out of the unit since the round opened.
    """

    unfinished: int
    joined: int
    left: int
    members: int | None = None
    as_of: date | None = None


def leader_view(round: Round, unit: Unit, now: datetime) -> LeaderView:
    """The figures for leaders; ask ``leads`` first. While boards stand still they, too, are
    those of that instant: who handed in since would show."""
    last = HeadCount.objects.filter(unit=unit).order_by("as_of", "id").last()
    moves = [
        (in_subtree(move.left, unit), in_subtree(move.joined, unit))
        for move in transfers(unit, round.opens_at)
    ]
    joined, left = moves.count((False, True)), moves.count((True, False))
    unfinished = _under_way(round, unit, now).count()
    if last is None:
        return LeaderView(unfinished, joined, left)
    return LeaderView(unfinished, joined, left, last.members, last.as_of)


def _under_way(round: Round, unit: Unit, now: datetime) -> QuerySet[Attempt]:
    """First attempts of the unit's people that are under way, or were at the freeze."""
    ranked = Attempt.objects.filter(entry__round=round, unit=unit, is_ranked=True)
    running = Q(state=Attempt.State.IN_PROGRESS)
    if round.frozen_at is None or not stands_still(round, now):
        return ranked.filter(running, entry__rank_key="")
    since = ranked.filter(running | Q(submitted_at__gte=round.frozen_at))
    shown = shown_entries(round, now).order_by().values("pk")
    return since.filter(started_at__lt=round.frozen_at).exclude(entry__in=shown)
