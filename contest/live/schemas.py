"""The JSON contract of clocks and questions, as types (docs/contract.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field


class ClockOut(Schema):
    """``paused``: the round stands still and the deadline will move by as much."""

    deadline: datetime
    state: Literal["in_progress", "finished"]
    server_time: datetime
    paused: bool


class InquiryIn(Schema):
    text: Annotated[str, Field(max_length=5_000)]


class InquiryOut(Schema):
    """An own question. ``answer`` is "" and ``answered_at`` None until it is answered."""

    id: int
    text: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None


class InquiriesOut(Schema):
    """Own questions, newest first, and how many more may be asked now."""

    inquiries: list[InquiryOut]
    left: int
