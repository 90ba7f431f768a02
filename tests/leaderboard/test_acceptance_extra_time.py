"""T6: extra time for one person, and what stands still, what is final, what others have."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from contest.attempts import start_attempt
from contest.conduct.timing import give_extra_time
from contest.models import Round
from contest.phases import GRACE
from contest.results.finalising import finalise_round
from contest.results.refusals import CannotFinalise
from leaderboard.boards import people_board
from tests.contest.results.sitting import order
from tests.factories import make_round, stored
from tests.leaderboard.staging import hand_in, take

MINUTE = timedelta(minutes=1)


def points(round: Round, now: datetime) -> list[int]:
    round.refresh_from_db()
    return [row["points"] for row in people_board(round, now)["rows"]]


def test_t6_who_works_beyond_the_close_moves_no_frozen_board_and_is_in_the_final_table(
    ha: User, yen: User, tai: User
) -> None:
    """The other one's time stays as it was; the result waits for the last hand-in."""
    opened = timezone.now() - timedelta(days=2)
    closes = opened + 60 * MINUTE
    round = make_round(
        ha, opened, opens_at=opened, closes_at=closes, frozen_at=closes - 20 * MINUTE
    )
    take(tai, round, opened, 3)
    late, _ = start_attempt(user=yen, round=round, now=closes - 5 * MINUTE)
    frozen = points(round, closes - MINUTE)
    assert frozen == [3]
    give_extra_time(
        entry=late.entry, seconds=600, actor=ha, reason="Mất điện ở điểm thi",
        now=closes - MINUTE,
    )  # fmt: skip
    assert stored(late).deadline == closes + 10 * MINUTE
    with pytest.raises(CannotFinalise, match="bài đang làm"):
        finalise_round(actor=ha, round=round, now=closes + MINUTE)
    done = hand_in(stored(late), closes + 9 * MINUTE, 5)
    assert (done.points, done.submitted_at) == (5, closes + 9 * MINUTE)
    assert points(round, closes + 9 * MINUTE) == frozen
    result = finalise_round(actor=ha, round=round, now=closes + 10 * MINUTE + GRACE)
    assert order(result) == [(1, "yen"), (2, "tai")]
    assert (result.figures["entrants"], result.figures["attempts"]) == (2, 2)
