"""Who got which prize of a result, and the ties that bore on it. Reads only.

Which list a person won in is worked out as it was when the prizes were given: first the prizes
for everybody, then those of each division.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from operator import itemgetter
from typing import Any

from contest.dossier.content import PrizeList, Tie, UnitRow, Winner
from contest.dossier.tables import mean_points, percent
from contest.models import Prize, ResultRow, RoundResult, UnitResultRow
from contest.results.prizes import Contender, Offer, awards
from contest.results.reading import published_name
from contest.results.reasons import TIED
from contest.wording import number

COLLECTIVE = "Giải tập thể"

# The lists of prizes in the order they are given: rows by division code, "" for everybody.
_Lists = Mapping[str, Sequence[ResultRow]]


def prize_rows(result: RoundResult) -> list[ResultRow]:
    """Rows with a prize, and of those passed over, best first."""
    rows = result.rows.select_related("entry__user", "division").order_by("position")
    return list(rows.exclude(prize="", prize_note=""))


def by_list(rows: Sequence[ResultRow], prizes: Sequence[Mapping[str, Any]]) -> _Lists:
    """Winners by the list they won in, and those it passed over. ``prizes``: the settings'."""
    offers = [
        Offer(prize["name"], prize["count"])
        for prize in prizes
        if not prize["measure"] and not prize["division"]
    ]
    contenders = (
        Contender(row.entry_id, row.rank, "" if row.prize else row.prize_note) for row in rows
    )
    overall = awards(offers, contenders)
    found: dict[str, list[ResultRow]] = {}
    for row in rows:
        code = row.division.code if row.division and row.entry_id not in overall else ""
        found.setdefault(code, []).append(row)
    return found


def prize_lists(
    lists: _Lists, divisions: Mapping[str, str], units: Iterable[UnitResultRow], prizes: Any
) -> tuple[PrizeList, ...]:
    """Prizes of people, list by list, then those of units; ``divisions``: names by code."""
    found = []
    for code in ("", *divisions):
        if code in lists:
            title = divisions[code] if code else "Toàn vòng thi" if divisions else ""
            found.append(_prize_list(title, lists[code], code, bool(divisions)))
    collective = _collective(units, prizes)
    return (*found, PrizeList(COLLECTIVE, collective)) if collective else tuple(found)


def _prize_list(title: str, rows: Sequence[ResultRow], code: str, is_divided: bool) -> PrizeList:
    winners = tuple(_winner(row, code, not code and is_divided) for row in rows if row.prize)
    passed = tuple(
        f"Hạng {number(_rank(row, code))}, {published_name(row)}: {row.prize_note}"
        for row in rows
        if not row.prize
    )
    return PrizeList(title, winners, passed)


def _rank(row: ResultRow, code: str) -> int:
    return row.division_rank if code else row.rank


def _winner(row: ResultRow, code: str, is_apart: bool) -> Winner:
    """``is_apart``: the row's reason compares it within its division, not in this list."""
    return Winner(
        prize=row.prize,
        rank=_rank(row, code),
        name=published_name(row),
        unit=row.unit_name,
        points=row.points,
        elapsed_ms=row.elapsed_ms,
        prediction=row.prediction,
        distance=row.distance,
        reason="" if is_apart or row.why == TIED else row.why,
    )


def ties(lists: _Lists) -> tuple[Tie, ...]:
    """Equals among the winners of a list."""
    found = []
    for code, rows in lists.items():
        winners = [(_rank(row, code), row) for row in rows if row.prize]
        for rank, equals in groupby(winners, key=itemgetter(0)):
            together = [row for _, row in equals]
            if len(together) > 1:
                found.append(_tie(rank, together))
    return tuple(found)


def _tie(rank: int, together: Sequence[ResultRow]) -> Tie:
    names = tuple(published_name(row) for row in together)
    count = number(len(together))
    return Tie(
        rank,
        names,
        f"{count} người bằng nhau ở mọi tiêu chí nên cùng hạng và cùng nhận {together[0].prize}",
    )


# -- Units ---------------------------------------------------------------------------------------


def unit_rows(rows: Iterable[UnitResultRow]) -> tuple[UnitRow, ...]:
    return tuple(
        UnitRow(
            rank=row.rank,
            unit=row.name,
            entrants=row.entrants,
            members=row.members,
            mean=Decimal(row.points_sum) / row.entrants,
            perfect=row.perfect,
            winners=row.winners,
        )
        for row in rows
    )


_FIGURES: dict[str, Callable[[UnitResultRow], str]] = {
    Prize.Measure.ENTRANTS: lambda row: f"{number(row.entrants)} người dự thi",
    Prize.Measure.RATE: lambda row: (
        f"{percent(Fraction(row.entrants, row.members))} ({number(row.entrants)} trên "
        f"{number(row.members)} người)"
        if row.members
        else ""
    ),
    Prize.Measure.MEAN: lambda row: (
        f"trung bình {mean_points(Decimal(row.points_sum) / row.entrants)} điểm"
    ),
    Prize.Measure.PERFECT: lambda row: f"{number(row.perfect)} người đúng tất cả các câu",
    Prize.Measure.WINNERS: lambda row: f"{number(row.winners)} người đạt giải",
}


def _collective(
    units: Iterable[UnitResultRow], prizes: Iterable[Mapping[str, Any]]
) -> tuple[Winner, ...]:
    """The units' prizes in the order of the list. A prize of a division has no figure: that of
    the unit's people in the division is not kept."""
    won = [(prize, row) for row in units if row.prize for prize in row.prize.split("; ")]
    offered = [prize for prize in prizes if prize["measure"]]
    names = list(dict.fromkeys(prize["name"] for prize in offered))
    won.sort(key=lambda pair: names.index(pair[0]) if pair[0] in names else len(names))
    return tuple(_unit_winner(name, row, offered) for name, row in won)


def _unit_winner(name: str, row: UnitResultRow, offered: Iterable[Mapping[str, Any]]) -> Winner:
    same = [prize for prize in offered if prize["name"] == name]
    measures = {prize["measure"] for prize in same}
    is_of_all = len(measures) == 1 and not any(prize["division"] for prize in same)
    block = row.unit.block
    in_block = bool(block) and any(prize.get("block") == block for prize in same)
    return Winner(
        prize=f"{name} ({block})" if in_block else name,
        rank=None,
        name=row.name,
        figure=_FIGURES[measures.pop()](row) if is_of_all else "",
    )
