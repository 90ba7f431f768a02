"""Time rules of a round, in one place. Pure: every function takes ``now``, aware datetimes.

Intervals are half-open: a round is open in ``[opens_at, closes_at)``; work received before
``deadline + GRACE`` still counts, at that very instant it does not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

# Covers the way of the last answer over a slow network, nothing else: the paper shows the
# deadline without it, and solutions stay closed until it has passed for everybody.
GRACE = timedelta(seconds=5)

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


class State(StrEnum):
    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Hours:
    """The part of a day in which people may work: ``[starts, ends)`` of Vietnam's clock on the
    given weekdays (0 is Monday)."""

    weekdays: frozenset[int]
    starts: time
    ends: time

    def on(self, day: datetime) -> Span | None:
        """The hours of the day this moment lies in, None on a day off."""
        local = day.astimezone(VIETNAM)
        if local.weekday() not in self.weekdays:
            return None
        return Span(
            datetime.combine(local, self.starts, VIETNAM),
            datetime.combine(local, self.ends, VIETNAM),
        )


@dataclass(frozen=True, slots=True)
class Span:
    """An interval ``[starts, ends)``; ``ends`` None while it is still going on."""

    starts: datetime
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """When a round opens and closes, and when its result was made final (if it was).

    ``hours`` limits each day; ``answers_until`` is the latest deadline of anybody, where a
    decision moved one beyond the close.
    """

    opens_at: datetime
    closes_at: datetime
    finalised_at: datetime | None = None
    hours: Hours | None = None
    answers_until: datetime | None = None


def state(window: Window, now: datetime) -> State:
    """Where the round stands at ``now``; hours of the day do not change it."""
    if window.finalised_at is not None and now >= window.finalised_at:
        return State.FINAL
    if now < window.opens_at:
        return State.SCHEDULED
    return State.OPEN if now < window.closes_at else State.CLOSED


def session_end(window: Window, now: datetime) -> datetime | None:
    """Until when somebody who starts at ``now`` may work at most; None when nobody may start."""
    if not window.opens_at <= now < window.closes_at:
        return None
    if window.hours is None:
        return window.closes_at
    today = window.hours.on(now)
    if today is None or today.ends is None or not today.starts <= now < today.ends:
        return None
    return min(today.ends, window.closes_at)


def next_session(window: Window, now: datetime) -> datetime | None:
    """When people may start next, for an open round outside its hours; None when never again."""
    if window.hours is None:
        return window.opens_at if now < window.opens_at else None
    moment = max(now, window.opens_at)
    for _ in range(8):  # a week has every weekday once
        today = window.hours.on(moment)
        if today is not None and today.ends is not None and moment < today.ends:
            starts = max(today.starts, moment)
            return starts if starts < window.closes_at else None
        local = moment.astimezone(VIETNAM) + timedelta(days=1)
        moment = datetime.combine(local, time(0), VIETNAM)
    return None


def deadline(
    window: Window,
    limit: timedelta,
    started_at: datetime,
    *,
    extra: timedelta = timedelta(0),
    outages: Iterable[Span] = (),
) -> datetime:
    """When an attempt started at ``started_at`` ends.

    Its limit, or the end of the day's hours or of the round if sooner; then ``extra`` time
    granted to the person, and as much as outages took of the time until then.
    """
    ends = session_end(window, started_at) or window.closes_at
    due = min(started_at + limit, ends) + extra
    lost = sorted(outages, key=lambda span: span.starts)
    while True:
        moved = min(started_at + limit, ends) + extra + overlap(lost, started_at, due)
        if moved == due:
            return due
        due = moved


# While a pause goes on nobody's time may run out; longer ones are no pause but another day.
LONGEST_PAUSE = timedelta(hours=12)


def overlap(spans: Iterable[Span], starts: datetime, ends: datetime) -> timedelta:
    """How much of ``[starts, ends)`` lies in the spans; where they overlap it counts once.

    A span that is still going on counts as ``LONGEST_PAUSE``.
    """
    total, reached = timedelta(0), starts
    for span in sorted(spans, key=lambda span: span.starts):
        first = max(span.starts, reached)
        last = min(span.ends or span.starts + LONGEST_PAUSE, ends)
        if last > first:
            total += last - first
            reached = last
    return total


def takes_answers(attempt_deadline: datetime, now: datetime) -> bool:
    """Whether an answer received at ``now`` still counts for an attempt with this deadline."""
    return now < attempt_deadline + GRACE


def submission_time(attempt_deadline: datetime, received_at: datetime) -> datetime:
    """The instant a finish counts from: never later than the deadline, whoever was late."""
    return min(received_at, attempt_deadline)


def answers_are_in(window: Window, now: datetime) -> bool:
    """Whether no answer of anybody can be taken any more."""
    return now >= last_deadline(window) + GRACE


def last_deadline(window: Window) -> datetime:
    """The latest deadline of anybody: the close, or what a decision gave beyond it."""
    return max(window.closes_at, window.answers_until or window.closes_at)


def elapsed_ms(started_at: datetime, submitted_at: datetime) -> int:
    """Whole milliseconds between the two instants, rounded down; never negative."""
    return max(0, (submitted_at - started_at) // timedelta(milliseconds=1))
