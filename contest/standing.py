"""Where a person stands in a round before starting: attempts, what is left, may they start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.access import primary_unit
from accounts.models import User
from contest import phases
from contest.attempts import close_if_overdue
from contest.models import Attempt, Round


@dataclass(frozen=True, slots=True)
class Standpoint:
    """A person's view of a round at one instant. ``attempts`` are in the order they were made."""

    round: Round
    attempts: Sequence[Attempt]
    state: phases.State
    time_if_started_now_s: int
    has_unit: bool

    @property
    def running(self) -> Attempt | None:
        return next((a for a in self.attempts if a.state == Attempt.State.IN_PROGRESS), None)

    @property
    def finished(self) -> list[Attempt]:
        return [a for a in self.attempts if a.state == Attempt.State.FINISHED]

    @property
    def attempts_left(self) -> int | None:
        """Attempts not started yet; None without limit."""
        allowed = self.round.attempts_allowed
        return None if allowed is None else max(0, allowed - len(self.attempts))

    @property
    def start_refusal(self) -> str | None:
        """Why no new attempt can start: an error code of the contract, or None."""
        if self.state != phases.State.OPEN:
            return "round_not_open"
        if self.attempts_left == 0:
            return "attempts_used"
        return None if self.has_unit else "unit_required"

    @property
    def is_cut_short(self) -> bool:
        """Whether the round closes before an attempt started now would reach its limit."""
        return self.time_if_started_now_s < self.round.time_limit_s

    def payload(self) -> dict[str, Any]:
        """The ``me`` part of the round in the JSON contract."""
        return {
            "attempts": [
                {
                    "id": attempt.pk,
                    "number": attempt.number,
                    "state": attempt.state,
                    "points": attempt.points,
                    "correct": attempt.correct,
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
    attempts = list(
        Attempt.objects.select_related("entry__round__contest")
        .filter(entry__user=user, entry__round=round)
        .defer("journal")
        .order_by("number")
    )
    for attempt in attempts:
        close_if_overdue(attempt=attempt, now=now)
    state = phases.state(round.window, now)
    seconds = 0
    if state == phases.State.OPEN:
        ends = phases.deadline(round.window, round.time_limit, now)
        seconds = int((ends - now).total_seconds())
    return Standpoint(round, attempts, state, seconds, primary_unit(user) is not None)
