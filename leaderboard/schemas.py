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
    type: Literal["board"]
    version: int
    updated_at: datetime
    round: int
    by: Literal["people", "units"]
    provisional: bool
    frozen_at: datetime | None
    total: int
    questions: int
    max_points: int
    rows: list[PersonRow] | list[UnitRow]


class MyPlaceOut(Schema):
    """``row`` is None while the person has no counted attempt."""

    total: int
    row: PersonRow | None
    above: list[PersonRow]
    below: list[PersonRow]
