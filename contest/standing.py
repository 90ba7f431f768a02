"""Where a person stands in a round before starting: attempts, what is left, may they start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.access import primary_unit
from accounts.models import User
from contest import phases, visibility
from contest.admission import admission
from contest.attempts import attempts_allowed, entry_of, require_start
from contest.closing import close_if_overdue
from contest.drawing import plan_of_opened
from contest.errors import ContestError, UnitRequired
from contest.models import Attempt, Entry, Round


@dataclass(frozen=True, slots=True)
class Standpoint:
    """A person's view of a round at one instant. ``attempts`` are in the order they were made."""

    round: Round
    attempts: Sequence[Attempt]
    state: phases.State
    time_if_started_now_s: int
    # Why no new attempt can start: an error code of the contract with its words, or None.
    refusal: ContestError | None
    attempts_allowed: int | None
    has_unit: bool
    results_visible: bool

    @property
    def running(self) -> Attempt | None:
        return next((a for a in self.attempts if a.state == Attempt.State.IN_PROGRESS), None)

    @property
    def finished(self) -> list[Attempt]:
        return [a for a in self.attempts if a.state == Attempt.State.FINISHED]

    @property
    def attempts_left(self) -> int | None:
        """Attempts not started yet; None without limit."""
        allowed = self.attempts_allowed
        return None if allowed is None else max(0, allowed - len(self.attempts))

    @property
    def start_refusal(self) -> str | None:
        """The code of why no new attempt can start, or None."""
        return self.refusal.code if self.refusal else None

    @property
    def may_try_again(self) -> bool:
        """Whether an attempt is running or could still be started before the round closes."""
        over = self.state not in (phases.State.SCHEDULED, phases.State.OPEN)
        return self.running is not None or not (over or self.attempts_left == 0)

    def payload(self) -> dict[str, Any]:
        """The ``me`` part of the round in the JSON contract."""
        return {
            "attempts": [
                {
                    "id": attempt.pk,
                    "number": attempt.number,
                    "state": attempt.state,
                    "points": _points(attempt) if self.results_visible else None,
                    "correct": attempt.correct if self.results_visible else None,
                    "elapsed_ms": attempt.elapsed_ms,
                }
                for attempt in self.attempts
            ],
            "attempts_left": self.attempts_left,
            "in_progress": self.running.pk if self.running else None,
            "start_refusal": self.start_refusal,
            "time_if_started_now_s": self.time_if_started_now_s,
        }


def standpoint(*, user: User, round: Round, now: datetime) -> Standpoint:
    """The person's view of the round at ``now``; closes their attempt if its time ran out."""
    entry = entry_of(user, round) or Entry(user=user, round=round)
    attempts = _attempts(entry) if entry.attempts_started else []
    for attempt in attempts:
        close_if_overdue(attempt=attempt, now=now)
    ends = phases.session_end(round.window, now)
    seconds = 0
    if ends is not None:
        extra = timedelta(seconds=entry.extra_time_s)
        due = phases.deadline(round.window, round.time_limit, now, extra=extra)
        seconds = int((due - now).total_seconds())
    refusal, has_unit = _refusal(user, round, entry, now)
    return Standpoint(
        round,
        attempts,
        phases.state(round.window, now),
        seconds,
        refusal,
        attempts_allowed(round, entry),
        has_unit,
        visibility.result_visible(round.visibility, now),
    )


def _attempts(entry: Entry) -> list[Attempt]:
    attempts = Attempt.objects.select_related("entry__round__contest").filter(entry=entry)
    return list(attempts.defer("journal").order_by("number"))


def _refusal(
    user: User, round: Round, entry: Entry, now: datetime
) -> tuple[ContestError | None, bool]:
    """Why the person cannot start, if there is a reason, and whether they chose a unit."""
    try:
        require_start(round, entry, now)
    except ContestError as refusal:
        return refusal, primary_unit(user) is not None
    try:
        admission(user=user, round=round, now=now, divisions=plan_of_opened(round).divisions)
    except ContestError as refusal:
        return refusal, not isinstance(refusal, UnitRequired)
    return None, True


def _points(attempt: Attempt) -> int | None:
    """With those of a marked essay; None while the attempt is in progress."""
    return None if attempt.points is None else attempt.points + (attempt.essay_points or 0)
