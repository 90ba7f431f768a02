"""Reading the boards of a round: people, units, one person's place. Reads only, no clock.

Once the final result is public all of them come from the stored table, before that from what
``leaderboard/shown.py`` lets out; ``now`` decides which.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from accounts.models import HeadCount, Unit, User
from contest.models import Division, Round
from contest.plans import paper_size
from contest.results.units import unit_order
from leaderboard.finals import FinalPeople, final_table, final_totals
from leaderboard.people import LivePeople, Part
from leaderboard.ranking import ranked
from leaderboard.shown import shown_by_unit

PAGE = 20
MOST_ROWS = 100


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a board: ``limit`` rows from ``offset``, of one division, within one unit's
    subtree, or of all."""

    offset: int = 0
    limit: int = PAGE
    unit: Unit | None = None
    division: Division | None = None


FIRST_PAGE = Page()


def people(
    round: Round, now: datetime, division: Division | None = None, unit: Unit | None = None
) -> LivePeople | FinalPeople:
    """Everybody on the board of a division (or of all), within a unit's subtree (or anywhere)."""
    table = final_table(round, now)
    if table is not None:
        return FinalPeople(table, division, unit)
    return LivePeople(round, now, division, unit)


def people_board(round: Round, now: datetime, page: Page = FIRST_PAGE) -> dict[str, Any]:
    """The people's board: ``total`` and ``rows`` as the contract names them."""
    part = people(round, now, page.division, page.unit).page(page.offset, page.limit)
    return {
        "by": "people",
        "total": part.total,
        "rows": part.rows,
        **_paper_size(round, page.division),
    }


def units_board(round: Round, now: datetime, page: Page = FIRST_PAGE) -> dict[str, Any]:
    """The units' board: every unit with at least one entrant, by rate, then by entrants."""
    table = final_table(round, now)
    if table is not None:
        totals = final_totals(table, page.division, page.unit)
    else:
        totals = _totals(shown_by_unit(round, now, page.division, page.unit))

    def order(total: Mapping[str, Any]) -> tuple[Any, ...]:
        return unit_order(total["entrants"], total["members"])

    numbered = ranked(sorted(totals, key=lambda t: (*order(t), t["code"])), order)
    rows = [unit_row(total, rank) for rank, total in numbered]
    return {
        "by": "units",
        "total": len(rows),
        "rows": rows[page.offset : page.offset + page.limit],
        **_paper_size(round, page.division),
    }


def _totals(entries: QuerySet[Any]) -> list[dict[str, Any]]:
    """What each unit's people brought together, with its present name and head count."""
    counted = entries.values("shown_unit").annotate(
        entrants=Count("*"),
        points_sum=Sum("shown_points"),
        perfect=Count("shown_perfect", filter=Q(shown_perfect=True)),
    )
    found = {row.pop("shown_unit"): row for row in counted}
    units = Unit.objects.in_bulk(list(found))
    members = _members()
    return [
        {"name": units[pk].name, "code": units[pk].code, "members": members.get(pk), **row}
        for pk, row in found.items()
    ]


def unit_row(total: Mapping[str, Any], rank: int) -> dict[str, Any]:
    """One unit on a board. ``rate`` is a share (0.6284), ``mean`` points to two decimals."""
    entrants, members = total["entrants"], total["members"]
    return {
        "rank": rank,
        "unit": total["name"],
        "code": total["code"],
        "entrants": entrants,
        "members": members,
        "rate": round(entrants / members, 4) if members else None,
        "mean": round(total["points_sum"] / entrants, 2),
        "perfect": total["perfect"],
    }


def _members() -> dict[int, int]:
    """The head count each unit declared last, by unit id."""
    rows = HeadCount.objects.order_by("as_of", "id").values_list("unit_id", "members")
    return dict(rows)


def _paper_size(round: Round, division: Division | None) -> dict[str, int]:
    size = paper_size(round, division.pk if division else None)
    return {"questions": size.questions, "max_points": size.points}


def my_place(round: Round, user: User, now: datetime) -> dict[str, Any]:
    """A person's own row as everybody sees it, with neighbours above and below, in their own
    division (``division`` its name, "" where there is none); ``row`` None while not on the board.

    Never loads the board: two counts and two short slices along an index.
    """
    everybody = people(round, now)
    mine, division = everybody.find(user), None
    if mine is not None and mine.shown_division is not None:
        division = Division.objects.get(pk=mine.shown_division)
        everybody = people(round, now, division)
    part = everybody.around(mine) if mine is not None else Part(everybody.total(), [])
    place = {"total": part.total, "division": division.name if division else ""}
    if part.own is None:
        return place | {"row": None, "above": [], "below": []}
    rows, at = part.rows, part.own
    return place | {"row": rows[at], "above": rows[:at], "below": rows[at + 1 :]}
