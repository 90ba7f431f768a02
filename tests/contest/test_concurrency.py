"""Many at once, with real threads and real transactions (D1, D2, D3, D7, D8)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections

from accounts.models import User
from contest.attempts import finish_attempt, save_answers, start_attempt
from contest.closing import close_overdue
from contest.errors import AttemptsUsed, ContestError, StaleRev
from contest.models import Attempt, Entry, RefusedSave, Round
from contest.phases import GRACE
from tests.factories import make_person, right_answers, stored

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(jobs: list[Callable[[], Any]], threads: int | None = None) -> list[Any]:
    """Run the jobs in threads that start together; an exception is a result too."""
    threads = threads or len(jobs)
    barrier = Barrier(threads)
    waited: set[int] = set()

    def run(number: int, job: Callable[[], Any]) -> Any:
        if number < threads:
            waited.add(number)
            barrier.wait(20)
        try:
            return job()
        except ContestError as refusal:
            return refusal

    def last(_: Any = None) -> None:
        connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        results = list(pool.map(run, range(len(jobs)), jobs))
        closing = Barrier(threads)
        list(pool.map(lambda _: (closing.wait(20), last()), range(threads)))
    return results


def test_d1_a_double_tap_on_start_makes_one_attempt(
    yen: User, round: Round, noon: datetime
) -> None:
    found = at_once([lambda: start_attempt(user=yen, round=round, now=noon)] * 8)
    assert {attempt.pk for attempt, _ in found} == {Attempt.objects.get().pk}
    assert [created for _, created in found].count(True) == 1
    assert Entry.objects.get().attempts_started == 1


def test_d7_parallel_starts_never_exceed_the_limit(yen: User, round: Round, noon: datetime) -> None:
    """Each start is finished at once, so that the next one may begin: the limit is two."""

    def sit() -> Any:
        attempt, created = start_attempt(user=yen, round=round, now=noon)
        finish_attempt(attempt=attempt, rev=1, answers={}, prediction=None, now=noon)
        return created

    results = at_once([sit] * 20, threads=8)
    assert Attempt.objects.count() == 2
    assert [r for r in results if r is True] == [True, True]
    assert any(isinstance(r, AttemptsUsed) for r in results)


def test_d3_of_two_saves_with_one_number_one_wins_and_both_are_kept(
    yen: User, round: Round, noon: datetime
) -> None:
    attempt, _ = start_attempt(user=yen, round=round, now=noon)
    letters = ["a", "b", "c", "d"]
    jobs = [
        lambda letter=letter: save_answers(
            attempt=stored(attempt), rev=1, answers={"2": [letter]}, now=noon
        )
        for letter in letters
    ]
    results = at_once(jobs)
    kept = stored(attempt)
    assert sum(isinstance(r, StaleRev) for r in results) == 3
    refused = [save.answers["2"][0] for save in RefusedSave.objects.all()]
    assert sorted(refused + kept.answers["2"]) == letters
    assert len(kept.journal) == 1


def test_saves_of_one_attempt_with_different_numbers_lose_nothing(
    yen: User, round: Round, noon: datetime
) -> None:
    """Whatever is acknowledged is in the attempt, whatever order the saves arrived in."""
    attempt, _ = start_attempt(user=yen, round=round, now=noon)
    jobs = [
        lambda n=n: save_answers(attempt=stored(attempt), rev=n, answers={str(n): ["a"]}, now=noon)
        for n in range(1, 6)
    ]
    results = at_once(jobs)
    taken = {str(n) for n, r in enumerate(results, start=1) if isinstance(r, Attempt)}
    assert set(stored(attempt).answers) == taken
    assert "5" in taken


def test_d5_finish_and_save_at_once_end_in_one_consistent_result(
    yen: User, round: Round, noon: datetime
) -> None:
    attempt, _ = start_attempt(user=yen, round=round, now=noon)
    answers = right_answers(attempt.paper)
    at_once(
        [
            lambda: finish_attempt(
                attempt=stored(attempt), rev=1, answers=answers, prediction=None, now=noon
            ),
            lambda: save_answers(attempt=stored(attempt), rev=2, answers={"1": []}, now=noon),
            lambda: finish_attempt(
                attempt=stored(attempt), rev=1, answers=answers, prediction=None, now=noon
            ),
        ]
    )
    kept = stored(attempt)
    assert kept.state == Attempt.State.FINISHED or kept.answers == {}
    assert kept.points in (None, 5)
    assert Entry.objects.get().points == (kept.points or 0)


def test_workers_at_once_close_each_attempt_once(
    round: Round, commune: Any, noon: datetime
) -> None:
    for number in range(12):
        person = make_person(f"p{number}", f"Người {number}", commune)
        start_attempt(user=person, round=round, now=noon)
    late = noon + timedelta(minutes=10) + GRACE
    closed = at_once([lambda: close_overdue(now=late)] * 4)
    assert sum(closed) == 12
    assert Attempt.objects.filter(closed_by="deadline").count() == 12


def test_d8_a_thousand_answers_none_lost(round: Round, commune: Any, noon: datetime) -> None:
    """100 people save ten times each through eight threads; every save is in a journal."""
    attempts = [
        start_attempt(
            user=make_person(f"p{number}", f"Người {number}", commune), round=round, now=noon
        )[0]
        for number in range(100)
    ]

    def save_all(attempt: Attempt) -> int:
        for rev in range(1, 11):
            letter = "abcd"[rev % 4]
            question = str(rev % 5 + 1)
            attempt = save_answers(attempt=attempt, rev=rev, answers={question: [letter]}, now=noon)
        return 10

    acknowledged = sum(at_once([lambda a=a: save_all(a) for a in attempts], threads=8))
    recorded = sum(len(attempt.journal) for attempt in Attempt.objects.all())
    assert acknowledged == recorded == 1000
    assert all(len(attempt.answers) == 5 for attempt in Attempt.objects.all())


def test_both_databases_refuse_a_second_attempt_in_progress(
    yen: User, round: Round, noon: datetime
) -> None:
    from django.db import IntegrityError, transaction

    attempt, _ = start_attempt(user=yen, round=round, now=noon)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(
            entry=attempt.entry, number=2, unit=attempt.unit, started_at=noon,
            deadline=noon, paper=[],
        )  # fmt: skip
    assert connection.vendor in {"sqlite", "postgresql"}
