"""The columns of every table in the documents, and how a value is read as text. Pure.

Each format turns the same columns into its own cells, so that no document can show a figure
another one does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Generic, TypeVar

from contest.dossier.content import Dossier, ResultRow, UnitRow, Winner
from contest.phases import VIETNAM
from contest.wording import number, stopwatch

Row = TypeVar("Row")
Value = str | int | Decimal | Fraction | datetime | None

# What XML cannot hold and what would break a line of CSV.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff\ufffe\uffff]+")
_FORMULA_SIGNS = tuple("=+-@＝＋－＠")


class Kind(Enum):
    """What a column holds, which decides how it is written and aligned."""

    TEXT = "text"
    COUNT = "count"
    AMOUNT = "amount"  # exact, with as many decimals as it has
    MEAN = "mean"  # two decimals
    SHARE = "share"  # a fraction, read as a percentage
    LENGTH = "length"  # milliseconds
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """``width`` is in characters; documents on paper share out their width by it."""

    heading: str
    kind: Kind
    width: int
    value: Callable[[Row], Value]


def plain_text(text: str) -> str:
    """The text on one line, without signs a file cannot hold."""
    return _UNSEEN.sub(" ", text)


def is_formula_like(text: str) -> bool:
    """Whether a spreadsheet would compute the text instead of showing it."""
    return text.lstrip().startswith(_FORMULA_SIGNS)


def amount(value: Decimal) -> str:
    """ "31.754" or "87,65432", however many zeros the value was stored with."""
    trimmed = value.normalize()
    return number(Decimal(int(trimmed)) if trimmed == trimmed.to_integral_value() else trimmed)


def percent(share: Fraction) -> str:
    """ "62,8%", rounded half up."""
    tenths = (share * 2000 + 1) // 2
    return f"{number(tenths // 10)},{tenths % 10}%"


def mean_points(value: Decimal) -> str:
    """ "17,25"."""
    return number(value.quantize(Decimal("0.01")))


def exact_length(milliseconds: int) -> str:
    """ "06:41,123": ranks may differ by a thousandth."""
    return f"{stopwatch(milliseconds)},{milliseconds % 1000:03d}"


def exact_moment(moment: datetime) -> str:
    """ "09/03/2026 12:05:32,123" in Vietnam."""
    local = moment.astimezone(VIETNAM)
    return f"{local:%d/%m/%Y %H:%M:%S},{local.microsecond // 1000:03d}"


def shown(kind: Kind, value: Value) -> str:
    """A value as people read it; "" for None."""
    match kind, value:
        case _, None:
            return ""
        case Kind.COUNT, int():
            return number(value)
        case Kind.AMOUNT, Decimal():
            return amount(value)
        case Kind.MEAN, Decimal():
            return mean_points(value)
        case Kind.SHARE, Fraction():
            return percent(value)
        case Kind.LENGTH, int():
            return exact_length(value)
        case Kind.MOMENT, datetime():
            return exact_moment(value)
        case _:
            return plain_text(str(value))


def result_columns(dossier: Dossier) -> list[Column[ResultRow]]:
    """The full table; divisions and the prediction only where the round has them."""
    columns = [*_place(dossier), *_attempt(dossier)]
    return [
        *columns,
        Column("Giải thưởng", Kind.TEXT, 18, lambda row: row.prize),
        Column("Mã xác nhận", Kind.TEXT, 28, lambda row: row.receipt),
    ]


def top_columns(dossier: Dossier) -> list[Column[ResultRow]]:
    """The part of the full table that fits on paper."""
    wide = {"Số câu đúng", "Nộp bài lúc"}
    return [*_place(dossier), *(c for c in _attempt(dossier) if c.heading not in wide)]


def _place(dossier: Dossier) -> list[Column[ResultRow]]:
    divided: list[Column[ResultRow]] = [
        Column("Bảng", Kind.TEXT, 14, lambda row: row.division),
        Column("Hạng trong bảng", Kind.COUNT, 9, lambda row: row.division_rank),
    ]
    return [
        Column("Hạng", Kind.COUNT, 8, lambda row: row.rank),
        Column("Họ và tên", Kind.TEXT, 26, lambda row: row.name),
        Column("Đơn vị", Kind.TEXT, 30, lambda row: row.unit),
        *(divided if dossier.divisions else []),
    ]


def _attempt(dossier: Dossier) -> list[Column[ResultRow]]:
    predicted: list[Column[ResultRow]] = [
        Column("Dự đoán", Kind.AMOUNT, 12, lambda row: row.prediction),
        Column("Độ lệch", Kind.AMOUNT, 12, lambda row: row.distance),
    ]
    return [
        Column("Điểm", Kind.COUNT, 8, lambda row: row.points),
        Column("Số câu đúng", Kind.COUNT, 9, lambda row: row.correct),
        *(predicted if dossier.prediction else []),
        Column("Thời gian làm bài", Kind.LENGTH, 14, lambda row: row.elapsed_ms),
        Column("Nộp bài lúc", Kind.MOMENT, 25, lambda row: row.submitted_at),
    ]


def unit_columns() -> list[Column[UnitRow]]:
    return [
        Column("Hạng", Kind.COUNT, 8, lambda row: row.rank),
        Column("Đơn vị", Kind.TEXT, 36, lambda row: row.unit),
        Column("Số người dự thi", Kind.COUNT, 12, lambda row: row.entrants),
        Column("Số người khai báo", Kind.COUNT, 12, lambda row: row.members),
        Column("Tỷ lệ dự thi", Kind.SHARE, 11, lambda row: row.rate),
        Column("Điểm trung bình", Kind.MEAN, 11, lambda row: row.mean),
        Column("Số người đúng tất cả", Kind.COUNT, 12, lambda row: row.perfect),
        Column("Số người đạt giải", Kind.COUNT, 10, lambda row: row.winners),
    ]


def winner_columns(winners: Sequence[Winner]) -> list[Column[Winner]]:
    """The columns of a prize list in which somebody has something: collective prizes have no
    time, and a round without prediction has no distance. The reasons are not among them."""
    columns: list[Column[Winner]] = [
        Column("Giải", Kind.TEXT, 15, lambda row: row.prize),
        Column("Hạng", Kind.COUNT, 8, lambda row: row.rank),
        Column("Họ và tên", Kind.TEXT, 26, lambda row: row.name),
        Column("Đơn vị", Kind.TEXT, 28, lambda row: row.unit),
        Column("Điểm", Kind.COUNT, 8, lambda row: row.points),
        Column("Dự đoán", Kind.AMOUNT, 12, lambda row: row.prediction),
        Column("Độ lệch", Kind.AMOUNT, 12, lambda row: row.distance),
        Column("Thời gian làm bài", Kind.LENGTH, 14, lambda row: row.elapsed_ms),
        Column("Kết quả", Kind.TEXT, 24, lambda row: row.figure),
    ]
    if not all(winner.unit for winner in winners):
        mixed = any(winner.unit for winner in winners)
        heading = "Người, đơn vị đạt giải" if mixed else "Đơn vị đạt giải"
        columns[2] = Column(heading, Kind.TEXT, 36, lambda row: row.name)
    return [c for c in columns if any(c.value(winner) not in (None, "") for winner in winners)]
