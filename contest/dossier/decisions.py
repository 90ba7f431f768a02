"""The decisions that the documents of a round's result report, as plain records. Pure.

Moments are aware datetimes in any zone; free texts may end with or without a full stop.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Undone:
    """A decision taken back."""

    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """Who decided, when and why; ``undone`` where it no longer holds."""

    by: str
    at: datetime
    reason: str
    undone: Undone | None = None


@dataclass(frozen=True, slots=True)
class Amendment:
    """A later version of the rules: its number and what is new in it."""

    number: int
    what: str
    ruling: Ruling


@dataclass(frozen=True, slots=True)
class Extension:
    """A change of the closing time."""

    closes_before: datetime
    closes_after: datetime
    ruling: Ruling


@dataclass(frozen=True, slots=True)
class Outage:
    """A time in which people could not work and that was given back to them."""

    began_at: datetime
    ended_at: datetime
    ruling: Ruling


@dataclass(frozen=True, slots=True)
class Disqualification:
    """A person whose result was cancelled."""

    person: str
    unit: str
    ruling: Ruling


@dataclass(frozen=True, slots=True)
class QuestionDecision:
    """A question voided or marked anew: ``decision`` in words, how many results it changed."""

    code: str
    clause: str
    decision: str
    changed: int
    ruling: Ruling


@dataclass(frozen=True, slots=True)
class Incident:
    """Anything else that had to be decided: ``at`` is when it happened, ``what`` in words."""

    at: datetime
    what: str
    ruling: Ruling


@dataclass(frozen=True, slots=True)
class Appeals:
    """How many were received and how they ended; the others are still being looked at."""

    count: int = 0
    accepted: int = 0
    rejected: int = 0

    @property
    def pending(self) -> int:
        return self.count - self.accepted - self.rejected
