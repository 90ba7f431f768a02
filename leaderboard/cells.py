"""What a row of a board shows, as text. Pure; ``static/js/board/cells.js`` says the same.

Both sides round half up in whole tenths, so that a row does not change its text when the
script takes over from the server.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contest.wording import VIETNAM, number, stopwatch

MEDALS = 3


@dataclass(frozen=True, slots=True)
class Cells:
    """One row. ``bar`` is a percentage from 0 to 100 with a dot, "" where there is no bar."""

    key: str
    rank: str
    is_top: bool
    name: str
    note: str
    score: str
    sign: str
    detail: str
    bar: str = ""


def cells_of(board: dict[str, Any]) -> list[Cells]:
    """The rows of a snapshot or of any page of a board, best first."""
    if board["by"] == "units":
        return [unit_cells(row) for row in board["rows"]]
    return [person_cells(row, board["questions"]) for row in board["rows"]]


def person_cells(row: dict[str, Any], questions: int) -> Cells:
    """A person: the unit as a note, right answers of all, time taken."""
    return Cells(
        key=str(row["key"]),
        rank=number(row["rank"]),
        is_top=row["rank"] <= MEDALS,
        name=row["name"],
        note=row["unit"],
        score=f"{row['correct']}/{questions}",
        sign="",
        detail=stopwatch(row["elapsed_ms"]),
    )


def unit_cells(row: dict[str, Any]) -> Cells:
    """A unit: the share of its members who took part, or a dash while it declared none."""
    percent = None if row["rate"] is None else row["rate"] * 100
    entrants = number(row["entrants"])
    return Cells(
        key=row["code"],
        rank=number(row["rank"]),
        is_top=row["rank"] <= MEDALS,
        name=row["unit"],
        note=f"{entrants} người dự thi, chưa khai báo số người"
        if percent is None
        else f"{entrants}/{number(row['members'])} người dự thi",
        score="–" if percent is None else one_decimal(percent),
        sign="" if percent is None else "%",
        detail=f"TB {one_decimal(row['mean'])} điểm",
        bar="" if percent is None else str(min(_tenths(percent), 1000) / 10),
    )


def one_decimal(value: float) -> str:
    """62.84 as "62,8"; never negative."""
    whole, rest = divmod(_tenths(value), 10)
    return f"{number(whole)},{rest}"


def _tenths(value: float) -> int:
    return math.floor(value * 10 + 0.5)


def time_of_day(moment: datetime) -> str:
    """ "19:49:10" in Vietnam."""
    return f"{moment.astimezone(VIETNAM):%H:%M:%S}"


def time_left(milliseconds: int) -> str:
    """A countdown: "02:14:37", from one day on "3 ngày 02:14"; never below zero."""
    minutes, seconds = divmod(max(0, milliseconds) // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} ngày {hours:02d}:{minutes:02d}"
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}"
