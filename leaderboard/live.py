"""What every open page of a round should hear: changes of time, announcements, whom to recheck."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from contest.access import visible_round
from contest.live import announcements
from contest.live.rechecks import recheck
from leaderboard.watching import kept_round, round_id_of, round_of_moment


@dataclass(frozen=True, slots=True)
class RoundNotices:
    """The notices of a round: one text for everybody, whoever they are."""

    round_id: int

    @property
    def key(self) -> str:
        return f"notices:{self.round_id}"

    def body(self) -> dict[str, Any]:
        """The notices now, without version. Raises ``NotFound`` for what nobody may see."""
        round = visible_round(self.round_id)
        return {
            "type": "notices",
            "round": round.pk,
            "closes_at": round.closes_at.isoformat(),
            "paused": round.paused_at is not None,
            "announcements": announcements.payload(round),
            "recheck": recheck(round, timezone.now()),
        }


def wanted_notices(scope: dict[str, Any]) -> RoundNotices:
    """The notices a socket asks for. Raises ``NotFound``."""
    return RoundNotices(round_of_moment(round_id_of(scope)).pk)


def known_notices(scope: dict[str, Any]) -> RoundNotices | None:
    """The same without reading anything; None unless the round was read a moment ago."""
    round = kept_round(round_id_of(scope))
    return RoundNotices(round.pk) if round is not None else None
