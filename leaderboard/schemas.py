"""The JSON contract of boards, as types (docs/contract.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ninja import Schema


class PersonRow(Schema):
    key: int
    rank: int
    name: str
    unit: str
    points: int
    correct: int
    elapsed_ms: int
    submitted_at: datetime | None


class UnitRow(Schema):
    rank: int
    unit: str
    code: str
    entrants: int
    members: int | None
    rate: float | None
    mean: float
    perfect: int


class BoardOut(Schema):
    """``division`` is a code, "" for all. ``frozen_at`` is set while the board shows the state of
    that instant; ``result`` is the number of the final table it was read from."""

    type: Literal["board"]
    version: int
    updated_at: datetime
    round: int
    by: Literal["people", "units"]
    division: str
    provisional: bool
    frozen_at: datetime | None
    result: int | None
    total: int
    questions: int
    max_points: int
    rows: list[PersonRow] | list[UnitRow]


class MyPlaceOut(Schema):
    """``row`` is None while the person has no counted attempt. Ranks and ``total`` are those of
    the person's division, ``division`` is its name ("" without divisions)."""

    total: int
    division: str
    row: PersonRow | None
    above: list[PersonRow]
    below: list[PersonRow]


class AnnouncementOut(Schema):
    id: int
    text: str
    at: datetime


class RecheckOut(Schema):
    """Who should ask for the own clock and answers; ``attempts`` None means everybody."""

    rev: int
    attempts: list[int] | None
    answered_at: datetime | None


class NoticesOut(Schema):
    type: Literal["notices"]
    version: int
    updated_at: datetime
    round: int
    closes_at: datetime
    paused: bool
    announcements: list[AnnouncementOut]
    recheck: RecheckOut
