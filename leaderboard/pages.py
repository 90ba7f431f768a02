"""What the HTML pages of boards show: reads behind the gatekeepers, no requests, no clock."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Sum
from django.urls import reverse

from accounts.access import Visitor, primary_unit
from accounts.models import Unit, User
from contest.models import Attempt, Division, Entry, Round
from leaderboard.access import board_division
from leaderboard.boards import FIRST_PAGE, PAGE, Page
from leaderboard.cells import Cells, cells_of
from leaderboard.feed import current
from leaderboard.finals import final_rows, final_table
from leaderboard.projections import BoardProjection
from leaderboard.shown import shown_entries, stands_still

SCREEN_ROWS = 8
LEADERS = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """The part of a round's boards that an address asks for; ``unit`` only with people, who
    always have a ``division`` where the contest has any."""

    round: Round
    by: str = "people"
    unit: Unit | None = None
    offset: int = 0
    division: Division | None = None

    @property
    def page(self) -> Page:
        return Page(self.offset, PAGE, self.unit, self.division)

    @property
    def is_live(self) -> bool:
        """Whether the feed sends exactly this; other parts are asked for now and then."""
        return self.page == replace(FIRST_PAGE, division=self.division)

    @property
    def query(self) -> str:
        """The same part in an address, of the page and of the JSON endpoint alike."""
        parts = {"by": self.by}
        if self.division:
            parts["division"] = self.division.code
        if self.unit:
            parts["unit"] = self.unit.code
        if self.offset:
            parts["offset"] = str(self.offset)
        return urlencode(parts)

    @property
    def data_url(self) -> str:
        return f"{reverse('api:board', args=[self.round.pk])}?{self.query}"

    @property
    def socket_url(self) -> str:
        """Where the feed sends this part; "" where it does not."""
        return f"/ws/rounds/{self.round.pk}/board/?{self.query}" if self.is_live else ""

    @property
    def before(self) -> Wanted:
        return replace(self, offset=max(0, self.offset - PAGE))

    @property
    def after(self) -> Wanted:
        return replace(self, offset=self.offset + PAGE)

    @property
    def people(self) -> Wanted:
        """The people's board of the same division."""
        return replace(self, by="people", unit=None, offset=0)

    @property
    def units(self) -> Wanted:
        """The units' board over all divisions."""
        return replace(self, by="units", unit=None, offset=0, division=None)

    def of_division(self, division: Division | None) -> Wanted:
        """The same board of another division, from its beginning."""
        return replace(self, division=division, offset=0)

    def read(self) -> dict[str, Any]:
        """The board as the JSON endpoint gives it. Raises ``NotFound``."""
        unit = self.unit.code if self.unit else ""
        division = self.division.code if self.division else ""
        projection = BoardProjection(
            self.round.pk, self.by, self.offset, PAGE, unit, division, self.round.board_shown
        )
        board: dict[str, Any] = json.loads(current(projection, kept_s=projection.kept_s).text)
        return board


@dataclass(frozen=True, slots=True)
class Tab:
    """A way to another part of the board."""

    label: str
    query: str
    is_current: bool


def division_tabs(wanted: Wanted) -> list[Tab]:
    """The divisions of the contest to choose from; of units all of them together, too."""
    divisions: Sequence[Division | None] = list(wanted.round.contest.divisions.order_by("position"))
    if divisions and wanted.by == "units":
        divisions = [None, *divisions]
    return [
        Tab(
            division.name if division else "Mọi bảng",
            wanted.of_division(division).query,
            division == wanted.division,
        )
        for division in divisions
    ]


def wanted_division(round: Round, visitor: Visitor, code: str, by: str) -> Division | None:
    """The division of this code; for "" on the people's board the visitor's own, else the
    first. Raises ``NotFound``."""
    if not code and by == "people" and isinstance(visitor, User):
        attempts = Attempt.objects.filter(entry__user=visitor, entry__round=round)
        own = attempts.exclude(division=None).select_related("division").last()
        if own is not None:
            return own.division
    return board_division(round, code, by)


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looks: the own unit, and the key of the own row ("" where there is none)."""

    unit: Unit | None = None
    row_key: str = ""


def visit(user: Visitor, wanted: Wanted) -> Visit:
    """The visitor's unit and row on this board."""
    if not isinstance(user, User):
        return Visit()
    unit = primary_unit(user)
    if wanted.by == "units":
        return Visit(unit, unit.code if unit else "")
    entry = Entry.objects.filter(user=user, round=wanted.round).values_list("pk", flat=True)
    return Visit(unit, str(entry[0]) if entry else "")


def rows_of(board: dict[str, Any], most: int = PAGE) -> list[Cells]:
    """The first rows of a board as cells."""
    return cells_of(board | {"rows": board["rows"][:most]})


def figures(round: Round, now: datetime, division: Division | None = None) -> dict[str, int]:
    """``people`` on the board and the ``attempts`` they started, as old as the feed lets boards
    be.

    People on duty are in neither: their entries have no place on the board. While boards stand
    still, attempts started since then are not counted either.
    """
    said = json.loads(current(Figures(round, now, division)).text)
    return {name: said[name] for name in ("people", "attempts")}


@dataclass(frozen=True, slots=True)
class Figures:
    """A scan over all entries of the round, done for everybody who looks."""

    round: Round
    now: datetime
    division: Division | None = None

    @property
    def round_id(self) -> int:
        return self.round.pk

    @property
    def key(self) -> str:
        return f"board-figures:{self.round.pk}:{self.division.pk if self.division else ''}"

    def body(self) -> dict[str, Any]:
        """``people`` and ``attempts``."""
        return dict(_count(self.round, self.now, self.division))


def _count(round: Round, now: datetime, division: Division | None) -> dict[str, int]:
    table = final_table(round, now)
    if table is not None:
        counted = {"people": Count("pk"), "attempts": Sum("entry__attempts_started", default=0)}
        return final_rows(table, division).aggregate(**counted)
    shown = shown_entries(round, now, division).order_by()
    if round.frozen_at is not None and stands_still(round, now):
        begun = Attempt.objects.filter(entry__in=shown.values("pk"), started_at__lt=round.frozen_at)
        return {"people": shown.count(), "attempts": begun.count()}
    return shown.aggregate(people=Count("pk"), attempts=Sum("attempts_started", default=0))
