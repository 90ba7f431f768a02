"""What the HTML pages of boards show: reads behind the gatekeepers, no requests, no clock."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.db.models import Count, Sum
from django.urls import reverse

from accounts.access import Visitor, primary_unit
from accounts.models import Unit, User
from contest.models import Entry, Round
from leaderboard.boards import FIRST_PAGE, PAGE, Page
from leaderboard.cells import Cells, cells_of
from leaderboard.feed import Projection, current

SCREEN_ROWS = 8
LEADERS = 3
# A scan over all entries of the round, done at most once in this time however many look.
_FIGURES_S = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """The part of a round's boards that an address asks for; ``unit`` only with people."""

    round: Round
    by: str = "people"
    unit: Unit | None = None
    offset: int = 0

    @property
    def page(self) -> Page:
        return Page(self.offset, PAGE, self.unit)

    @property
    def is_live(self) -> bool:
        """Whether the feed sends exactly this; other parts are asked for now and then."""
        return self.page == FIRST_PAGE

    @property
    def query(self) -> str:
        """The same part in an address, of the page and of the JSON endpoint alike."""
        parts = {"by": self.by}
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
        return f"/ws/rounds/{self.round.pk}/board/?by={self.by}" if self.is_live else ""

    @property
    def before(self) -> Wanted:
        return replace(self, offset=max(0, self.offset - PAGE))

    @property
    def after(self) -> Wanted:
        return replace(self, offset=self.offset + PAGE)

    def read(self) -> dict[str, Any]:
        """The board as the JSON endpoint gives it. Raises ``NotFound``."""
        unit = self.unit.code if self.unit else ""
        projection = Projection(self.round.pk, self.by, self.offset, PAGE, unit)
        board: dict[str, Any] = json.loads(current(projection).text)
        return board


def leaders(round: Round) -> list[Cells]:
    """The units that lead a round, for the first page; empty while nobody has finished."""
    return rows_of(Wanted(round, "units").read(), LEADERS)


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


def figures(round: Round) -> dict[str, int]:
    """``people`` on the board and the ``attempts`` they started; up to ten seconds old.

    People on duty are in neither: their entries have no place on the board.
    """
    key = f"board-figures:{round.pk}"
    found: dict[str, int] | None = cache.get(key)
    if found is None:
        ranked = Entry.objects.filter(round=round, rank_key__gt="")
        found = ranked.aggregate(people=Count("id"), attempts=Sum("attempts_started", default=0))
        cache.set(key, found, _FIGURES_S)
    return found
