"""What a unit's page shows: its row of the units board, and more for whoever leads the unit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.access import Visitor
from accounts.models import Affiliation, HeadCount, Unit, User
from contest.errors import NotFound
from contest.models import Attempt, Round
from leaderboard.cells import Cells, one_decimal, unit_cells
from leaderboard.feed import Projection, current

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
    snapshot = current(Projection(round.pk, "units", limit=_ALL_UNITS))
    board: dict[str, Any] = json.loads(snapshot.text)
    row = next((row for row in board["rows"] if row["code"] == unit.code), None)
    return Participation(board, row)


def leads(user: Visitor, unit: Unit) -> bool:
    """Whether the person leads this unit, or one above it, today."""
    if not isinstance(user, User):
        return False
    led = Affiliation.objects.filter(user=user, role=Affiliation.Role.LEADER, until=None)
    return any(unit.path.startswith(path) for path in led.values_list("unit__path", flat=True))


@dataclass(frozen=True, slots=True)
class LeaderView:
    """For whoever leads a unit. ``unfinished``: people who started and have no result yet.

    ``members`` and ``as_of`` are the head count the board reckons with, None without one.
    """

    unfinished: int
    members: int | None = None
    as_of: date | None = None


def leader_view(round: Round, unit: Unit) -> LeaderView:
    """The figures for leaders; ask ``leads`` first."""
    unfinished = Attempt.objects.filter(
        entry__round=round,
        entry__rank_key="",
        unit=unit,
        is_ranked=True,
        state=Attempt.State.IN_PROGRESS,
    ).count()
    last = HeadCount.objects.filter(unit=unit).order_by("as_of", "id").last()
    return LeaderView(unfinished, last.members, last.as_of) if last else LeaderView(unfinished)
