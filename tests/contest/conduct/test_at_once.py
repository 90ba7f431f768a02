"""Deciding while people hand in: neither is computed without the other (R5, T11)."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction

from accounts.models import Unit, User
from contest.attempts import finish_attempt, start_attempt
from contest.audit import record
from contest.conduct import people, timing
from contest.conduct.comparing import recompute_round
from contest.conduct.decisions import locked
from contest.models import Attempt, Entry, Round
from contest.regrading.services import apply_regrade, proposal
from quizzes.models import QuestionVersion
from tests.contest.conduct import oracle
from tests.contest.test_concurrency import at_once
from tests.factories import make_person, right_answers, stored

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def running(commune: Unit, round: Round, noon: datetime) -> list[Attempt]:
    """Six people in the middle of an attempt."""
    who = [make_person(f"nguoi{n}", f"Hoàng Văn {n}", commune) for n in range(6)]
    return [start_attempt(user=user, round=round, now=noon)[0] for user in who]


def hands_in(attempt: Attempt, at: datetime) -> Callable[[], Any]:
    answers = right_answers(attempt.paper)
    return lambda: finish_attempt(
        attempt=stored(attempt), rev=1, answers=answers, prediction=None, now=at
    )


def test_r5_results_handed_in_while_they_are_cancelled(
    running: list[Attempt], round: Round, ha: User, noon: datetime
) -> None:
    at = noon + MINUTE
    by: Any = {"actor": ha, "reason": "thử", "now": at}
    cancels = [
        lambda entry=attempt.entry: people.disqualify(entry=entry, **by) for attempt in running
    ]
    jobs = [job for attempt, cancel in zip(running, cancels, strict=True)
            for job in (hands_in(attempt, at), cancel)]  # fmt: skip
    at_once(jobs)
    assert Attempt.objects.filter(state=Attempt.State.FINISHED).count() == 6
    assert set(Entry.objects.values_list("rank_key", flat=True)) == {""}
    assert oracle.board(round) == oracle.computed_board(oracle.world(round))


def test_t11_results_handed_in_while_an_outage_is_declared(
    running: list[Attempt], round: Round, ha: User, noon: datetime
) -> None:
    at = noon + 5 * MINUTE
    by: Any = {"actor": ha, "reason": "thử", "now": at}

    def declare() -> Any:
        return timing.declare_outage(round=round, starts=noon, ends=noon + 2 * MINUTE, **by)

    at_once([declare, *(hands_in(attempt, at) for attempt in running)])
    assert set(Entry.objects.values_list("elapsed_ms", flat=True)) == {3 * 60_000}
    assert recompute_round(round=Round.objects.get(pk=round.pk), now=at, fix=False) == []


# -- While another transaction is still open -----------------------------------------------------

on_a_server = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite has one writer at a time"
)


def apart(job: Callable[[], Any]) -> Callable[[], Any]:
    """The job for another thread, whose connection is closed afterwards."""

    def run() -> Any:
        try:
            return job()
        finally:
            connections.close_all()

    return run


@on_a_server
def test_nobody_waits_for_a_decision_to_start(
    yen: User, round: Round, ha: User, noon: datetime
) -> None:
    """The first attempt makes an entry that refers to the round, which is held."""
    start = apart(lambda: start_attempt(user=yen, round=round, now=noon))
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        locked(round)
        assert pool.submit(start).result(timeout=10)[1] is True


@on_a_server
def test_a_name_is_hidden_while_a_round_is_decided_about(
    yen: User, round: Round, ha: User, noon: datetime
) -> None:
    """Both write the audit and touch the round, in the same order: neither is thrown out."""
    hide = apart(lambda: people.hide_name(user=yen, actor=ha, reason="thử", now=noon))
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            locked(round)
            done = pool.submit(hide)
            time.sleep(0.5)
            record(actor=ha, action="change_round", subject=f"round:{round.pk}")
        assert done.result(timeout=10).is_in_force


def test_a_result_handed_in_while_its_question_is_decided_about(
    running: list[Attempt], round: Round, ha: User, noon: datetime
) -> None:
    attempt, at = running[0], noon + MINUTE
    version = QuestionVersion.objects.get(pk=attempt.paper[0]["v"])
    proposed = proposal(round=round, version=version, verdict="credit", accepted=[])
    decide = apart(
        lambda: apply_regrade(actor=ha, round=round, proposed=proposed, reason="thử", now=at)
    )
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            finish_attempt(attempt=stored(attempt), rev=1, answers={}, prediction=None, now=at)
            done = pool.submit(decide)
            time.sleep(0.5)
        assert done.result(timeout=10).is_in_force
    assert stored(attempt).points == 1
    assert recompute_round(round=Round.objects.get(pk=round.pk), now=at, fix=False) == []


@on_a_server
def test_somebody_with_extra_time_starts_while_it_is_decided_about_them(
    yen: User, round: Round, ha: User, noon: datetime
) -> None:
    """Both hold the round, then the entry: neither is thrown out."""
    entry = Entry.objects.create(user=yen, round=round, extra_time_s=600)
    at = round.closes_at - MINUTE
    start = apart(lambda: start_attempt(user=yen, round=round, now=at))
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            locked(round)
            done = pool.submit(start)
            time.sleep(0.5)
            Entry.objects.select_for_update().get(pk=entry.pk)
        assert done.result(timeout=10)[1] is True
