"""Time rules of a round, in one place. Pure: every function takes ``now``, aware datetimes.

Intervals are half-open: a round is open in ``[opens_at, closes_at)``; work received before
``deadline + GRACE`` still counts, at that very instant it does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# Covers the way of the last answer over a slow network, nothing else: the paper shows the
# deadline without it, and solutions stay closed until it has passed for everybody.
GRACE = timedelta(seconds=5)


class State(StrEnum):
    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Window:
    """When a round opens and closes, and when its result was made final (if it was)."""

    opens_at: datetime
    closes_at: datetime
    finalised_at: datetime | None = None


def state(window: Window, now: datetime) -> State:
    """Where the round stands at ``now``."""
    if window.finalised_at is not None and now >= window.finalised_at:
        return State.FINAL
    if now < window.opens_at:
        return State.SCHEDULED
    return State.OPEN if now < window.closes_at else State.CLOSED


def deadline(window: Window, limit: timedelta, started_at: datetime) -> datetime:
    """When an attempt started at ``started_at`` ends: its limit, or the round's close if sooner."""
    return min(started_at + limit, window.closes_at)


def takes_answers(attempt_deadline: datetime, now: datetime) -> bool:
    """Whether an answer received at ``now`` still counts for an attempt with this deadline."""
    return now < attempt_deadline + GRACE


def submission_time(attempt_deadline: datetime, received_at: datetime) -> datetime:
    """The instant a finish counts from: never later than the deadline, whoever was late."""
    return min(received_at, attempt_deadline)


def solutions_visible(window: Window, now: datetime) -> bool:
    """Solutions open only when no answer of anybody can be taken any more."""
    return now >= window.closes_at + GRACE


def elapsed_ms(started_at: datetime, submitted_at: datetime) -> int:
    """Whole milliseconds between the two instants, rounded down; never negative."""
    return max(0, (submitted_at - started_at) // timedelta(milliseconds=1))
