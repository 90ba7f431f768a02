"""What the pages of results show: reads behind the gatekeepers, no requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import ceil
from typing import Any

from django.db.models import QuerySet

from contest.errors import NotFound
from contest.models import Division, ResultRow, Round, RoundResult
from contest.names import ERASED, HIDDEN_BY_DECISION
from contest.results.figures import FULL, HIGH, LOW, MIDDLE
from contest.results.prizegiving import latest_table
from contest.results.reasons import plain
from contest.visibility import board_visible, is_final, is_frozen

PAGE, FIRST_UNITS = 50, 50

BANDS = (
    (FULL, "Đúng tất cả các câu"),
    (HIGH, "Đúng từ 75% trở lên"),
    (MIDDLE, "Đúng từ 25% đến dưới 75%"),
    (LOW, "Đúng dưới 25%"),
)


def published_name(row: ResultRow) -> str:
    """The name of the row as it was published; nothing of people who are gone or whose name was
    hidden since."""
    user = row.entry.user
    if not row.name or user is None or user.erased_at is not None:
        return ERASED
    return HIDDEN_BY_DECISION if user.is_name_hidden else row.name


def tables_of(round: Round) -> QuerySet[RoundResult]:
    """The ranked tables of a round, the one in force first."""
    return round.results.exclude(kind=RoundResult.Kind.CLOSE).order_by("-number")


def table_at(round: Round, number: str) -> RoundResult:
    """The table of this number, the one in force for ""; raises ``NotFound``."""
    found = latest_table(round)
    if number:
        known = number.isascii() and number.isdigit() and len(number) < 5
        found = tables_of(round).filter(number=int(number)).first() if known else None
    if found is None:
        raise NotFound("Vòng thi không có bản kết quả này.")
    return found


def file_visible(result: RoundResult, now: datetime) -> bool:
    """Whether everybody may read the published file: of a table once it is public, of the
    attempts once boards may be looked at, because its header has figures of them."""
    seen = result.round.visibility
    if result.kind != RoundResult.Kind.CLOSE:
        return is_final(seen, now)
    return board_visible(seen, now, has_finished=False) and not is_frozen(seen, now)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The part of a table that is asked for: a division or None for all, and a page from 1."""

    result: RoundResult
    division: Division | None = None
    page: int = 1

    @property
    def rows(self) -> QuerySet[ResultRow]:
        rows = ResultRow.objects.filter(result=self.result).order_by("position")
        return rows.filter(division=self.division) if self.division else rows


def wanted(round: Round, result: RoundResult, division: str, page: str) -> Wanted:
    """The part that an address asks for; raises ``NotFound`` for one there is not."""
    chosen = round.contest.divisions.filter(code=division).first() if division else None
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 0
    if (division and chosen is None) or not number:
        raise NotFound("Bảng kết quả không có phần này.")
    return Wanted(result, chosen, number)


@dataclass(frozen=True, slots=True)
class Shown:
    """A row with the name and the rank to show."""

    row: ResultRow
    name: str
    rank: int


def shown(rows: QuerySet[ResultRow], division: Division | None) -> list[Shown]:
    people = rows.select_related("entry__user", "division")
    return [
        Shown(row, published_name(row), row.division_rank if division else row.rank)
        for row in people
    ]


def table_context(part: Wanted, *, all_units: bool) -> dict[str, Any]:
    """What the page of a final result shows besides its round."""
    result, figures = part.result, part.result.figures
    total = part.rows.count()
    first = (part.page - 1) * PAGE
    if part.page > 1 and first >= total:
        raise NotFound("Bảng kết quả không có trang này.")
    units = result.unit_rows.order_by("position")
    return {
        "result": result,
        "part": part,
        "prizes": shown(part.rows.exclude(prize=""), part.division),
        "passed": shown(part.rows.filter(prize="").exclude(prize_note=""), part.division),
        "rows": shown(part.rows[first : first + PAGE], part.division),
        "total": total,
        "pages": pages(part.page, max(1, ceil(total / PAGE))),
        "figures": figures,
        "bands": [
            (label, figures["bands"][name], share(figures["bands"][name], figures["entrants"]))
            for name, label in BANDS
        ],
        "truth": None if result.truth is None else plain(result.truth),
        "units": units if all_units else units[:FIRST_UNITS],
        "more_units": not all_units and units.count() > FIRST_UNITS,
        "unit_prizes": units.exclude(prize=""),
        "versions": list(tables_of(result.round)),
    }


def pages(page: int, last: int) -> Sequence[int]:
    """The pages to link to: the first, the last, and those around the one that is shown."""
    return sorted({1, last, *range(max(1, page - 2), min(last, page + 2) + 1)})


def share(part: int, whole: int) -> str:
    """ "62,5%"; "–" of nothing."""
    if not whole:
        return "–"
    return f"{plain(round_half_up(Decimal(part * 100) / whole))}%"


def round_half_up(value: Decimal) -> Decimal:
    return (value + Decimal("0.05")) // Decimal("0.1") / 10
