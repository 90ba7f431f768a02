"""Taking back any decision: which service does it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from accounts.models import User
from contest.conduct import people, timing
from contest.models import Decision
from contest.regrading.services import take_back_regrade


class TakesBack(Protocol):
    def __call__(
        self, *, decision: Decision, actor: User, reason: str, now: datetime
    ) -> Decision: ...


_SERVICES: dict[str, TakesBack] = {
    Decision.Kind.EXTEND: timing.take_back_extension,
    Decision.Kind.EXTRA_TIME: timing.take_back_extra_time,
    Decision.Kind.OUTAGE: timing.take_back_outage,
    Decision.Kind.DISQUALIFY: people.take_back_disqualification,
    Decision.Kind.HIDE_NAME: people.take_back_hidden_name,
    Decision.Kind.MERGE: people.take_back_merge,
    Decision.Kind.REGRADE: take_back_regrade,
}


def undo(*, decision: Decision, actor: User, reason: str, now: datetime) -> Decision:
    """Take the decision back. Raises ``ContestError`` with why not, as its service does."""
    service = _SERVICES[decision.kind]
    return service(decision=decision, actor=actor, reason=reason, now=now)
