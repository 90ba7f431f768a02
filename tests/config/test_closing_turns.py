"""Closing what is over: in one process at a time (test_concurrency.py: several do no harm)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.models import Unit, User
from config.closing_turns import Turns, take_turn
from contest.attempts import save_answers, start_attempt
from contest.models import Attempt, Round
from tests.config.edge_servers import until
from tests.factories import make_person, make_round

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def overdue(ha: User, commune: Unit) -> int:
    """Twelve people whose time ran out ten minutes ago."""
    then = timezone.now() - timedelta(minutes=20)
    round: Round = make_round(ha, then)
    for n in range(12):
        person = make_person(f"nguoi{n}", f"Người {n}", commune)
        start_attempt(user=person, round=round, now=then)
    return 12


def open_attempts() -> int:
    return Attempt.objects.filter(state=Attempt.State.IN_PROGRESS).count()


def test_a_turn_closes_what_is_over_unless_another_process_is_at_it(overdue: int) -> None:
    cache.set("closing-turn", 1, 60)
    take_turn()
    assert open_attempts() == overdue
    cache.delete("closing-turn")
    take_turn()
    assert open_attempts() == 0
    assert cache.get("closing-turn") is None  # the next one may begin


def test_who_ended_just_now_may_still_be_heard(ha: User, yen: User) -> None:
    """Answers stamped in time may wait for a thread; a turn must not close before them."""
    now = timezone.now()
    then = now - timedelta(minutes=10, seconds=30)
    round: Round = make_round(ha, then)
    attempt, _ = start_attempt(user=yen, round=round, now=then)
    assert attempt.deadline < now - timedelta(seconds=20)
    take_turn()
    assert open_attempts() == 1
    saved = save_answers(
        attempt=attempt, rev=1, answers={"1": ["a"]}, now=attempt.deadline - timedelta(seconds=1)
    )
    assert saved.rev == 1


def test_without_a_cache_it_closes_all_the_same(
    overdue: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(cache, "add", away)
    monkeypatch.setattr(cache, "delete", away)
    take_turn()
    assert open_attempts() == 0


def test_turns_come_by_themselves_and_stop(overdue: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.closing_turns.EVERY_S", 0.05)
    turns = Turns()
    turns.start()
    until(lambda: open_attempts() == 0, "everything is closed")
    turns.stop()
    assert not turns.is_alive()
