"""Whom a decision concerns, and the small call that tells a page its own clock (T5, T6)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from contest.attempts import start_attempt
from contest.conduct import people, timing
from contest.conduct.undoing import undo
from contest.live.inquiries import answer_privately, ask
from contest.live.rechecks import RECENT, recheck
from contest.models import Attempt, Entry, Round
from tests.factories import make_round

SECOND = timedelta(seconds=1)
Named = Callable[[datetime], list[int] | None]


@pytest.fixture
def by(ha: User, noon: datetime) -> dict[str, Any]:
    return {"actor": ha, "reason": "Nghẽn mạng", "now": noon}


@pytest.fixture
def hers(yen: User, tai: User, round: Round, noon: datetime) -> Attempt:
    """Yến's attempt; Tài works too."""
    start_attempt(user=tai, round=round, now=noon - SECOND)
    return start_attempt(user=yen, round=round, now=noon - SECOND)[0]


@pytest.fixture
def named(round: Round) -> Named:
    return lambda at: recheck(Round.objects.get(pk=round.pk), at)["attempts"]


def test_nothing_decided_concerns_nobody(named: Named, hers: Attempt, noon: datetime) -> None:
    assert named(noon) == []


def test_t6_extra_time_and_taking_it_back_concern_one_person_for_a_while(
    named: Named, hers: Attempt, noon: datetime, by: dict[str, Any]
) -> None:
    given = timing.give_extra_time(entry=hers.entry, seconds=60, **by)
    assert named(noon) == named(noon + RECENT - SECOND) == [hers.pk]
    assert named(noon + RECENT) == []
    later = noon + 2 * RECENT  # her ten minutes are not over
    undo(decision=given, **by | {"now": later})
    assert named(later) == [hers.pk]


@pytest.mark.parametrize("deed", ["extend", "pause", "outage"])
def test_t5_what_is_decided_about_time_concerns_everybody(
    named: Named, round: Round, hers: Attempt, noon: datetime, by: dict[str, Any], deed: str
) -> None:
    if deed == "extend":
        timing.extend_round(round=round, closes_at=round.closes_at + 60 * SECOND, **by)
    elif deed == "pause":
        timing.pause_round(round=round, **by)
    else:
        timing.declare_outage(round=round, starts=noon - 60 * SECOND, ends=noon, **by)
    assert named(noon) is None
    assert named(noon + RECENT) == []


def test_going_on_after_a_long_pause_concerns_everybody(
    named: Named, round: Round, hers: Attempt, noon: datetime, by: dict[str, Any]
) -> None:
    timing.pause_round(round=round, **by)
    later = noon + 5 * RECENT
    timing.resume_round(round=round, **by | {"now": later})
    assert named(later) is None
    assert named(later + RECENT) == []


def test_a_decision_about_the_result_concerns_no_clock(
    named: Named, hers: Attempt, noon: datetime, by: dict[str, Any]
) -> None:
    people.disqualify(entry=hers.entry, **by)
    assert named(noon) == []


def test_an_answer_concerns_the_asker(
    named: Named, ha: User, yen: User, round: Round, hers: Attempt, noon: datetime
) -> None:
    asked = ask(user=yen, round=round, text="Sao?", now=noon)
    assert named(noon) == []
    answer_privately(inquiry=asked, text="Vậy.", actor=ha, now=noon)
    assert named(noon) == [hers.pk]


# -- The own clock -------------------------------------------------------------------------------


@pytest.fixture
def running(yen: User, ha: User) -> Attempt:
    round = make_round(ha, timezone.now())
    return start_attempt(user=yen, round=round, now=timezone.now())[0]


def clock(client: Client, attempt: Attempt) -> Any:
    return client.get(f"/api/v1/attempts/{attempt.pk}/clock")


def test_the_clock_of_an_own_attempt(yen_client: Client, running: Attempt, ha: User) -> None:
    said = clock(yen_client, running).json()
    assert set(said) == {"deadline", "state", "server_time", "paused"}
    assert (said["state"], said["paused"]) == ("in_progress", False)
    timing.give_extra_time(
        entry=Entry.objects.get(), seconds=60, actor=ha, reason="Ốm", now=timezone.now()
    )
    moved = datetime.fromisoformat(clock(yen_client, running).json()["deadline"])
    assert moved - datetime.fromisoformat(said["deadline"]) == timedelta(seconds=60)
    timing.pause_round(round=running.entry.round, actor=ha, reason="Mất điện", now=timezone.now())
    assert clock(yen_client, running).json()["paused"] is True


def test_the_clock_closes_what_is_over(yen_client: Client, running: Attempt) -> None:
    Attempt.objects.update(deadline=timezone.now() - timedelta(minutes=1))
    assert clock(yen_client, running).json()["state"] == "finished"


def test_another_persons_clock_is_not_there(running: Attempt, tai: User) -> None:
    client = Client()
    client.force_login(tai)
    assert clock(client, running).status_code == 404
    assert clock(Client(), running).status_code == 401
