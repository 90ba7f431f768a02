"""What a unit's page shows: its row of the units board, and more for whoever leads the unit."""

from __future__ import annotations

import json
from collections import defaultdict
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


@dataclass(frozen=True, slots=True)
class Part:
    """A unit that went into another one, and what its people brought before: ``row`` is its row
    of the units board, with the name it had. ``into`` is what took it in, on the day ``on``."""

    into: str
    on: date | None
    row: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Whole:
    """A unit in a round together with everything that went into it. ``own``: its row, if any.

    A person has one line on a round's board, under one unit, so sums count nobody twice.
    """

    own: dict[str, Any] | None
    parts: list[Part]

    @property
    def entrants(self) -> int:
        """People on the board for any of these units."""
        return self._sum("entrants")

    @property
    def perfect(self) -> int:
        """Those of them who answered everything right."""
        return self._sum("perfect")

    def _sum(self, column: str) -> int:
        rows = [part.row for part in self.parts] + ([self.own] if self.own else [])
        return sum(row[column] for row in rows)


def whole(unit: Unit, found: Participation) -> Whole | None:
    """The unit's figures with those of its predecessors that have people on the same board; None
    when there are none. Asks the database once."""
    rows = {row["code"]: row for row in found.board["rows"]}
    parts = [
        Part(into, gone.dissolved_on, rows[gone.code])
        for gone, into in _predecessors(unit)
        if gone.code in rows
    ]
    return Whole(found.row, parts) if parts else None


def _predecessors(unit: Unit) -> list[tuple[Unit, str]]:
    """Every unit that went into this one, directly or (after those) by way of others, and the
    name of what took it in. All merged units are read, which are few."""
    merged = Unit.objects.exclude(successor=None).order_by("-dissolved_on", "path")
    by_successor: defaultdict[int | None, list[Unit]] = defaultdict(list)
    for gone in merged.only("code", "name", "successor_id", "dissolved_on", "path"):
        by_successor[gone.successor_id].append(gone)
    found = [(gone, unit.name) for gone in by_successor[unit.pk]]
    for gone, _ in found:  # grows while it is read: mergers make chains
        found += [(earlier, gone.name) for earlier in by_successor[gone.pk]]
    return found


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
