"""Appeals with real threads and real transactions: two reviewers, many appeals."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from accounts.models import User
from contest.errors import ContestError
from contest.models import Appeal, Attempt, AuditRecord, Round
from contest.regrading.appeals import decide_appeal, make_appeal
from contest.rules.fairness import MOST_OPEN_APPEALS
from tests.contest.regrading.sitting import sit
from tests.contest.test_concurrency import at_once
from tests.factories import stored

pytestmark = pytest.mark.django_db(transaction=True)
CITED = {"clause": "03-CTr/TU:1", "text": "Mục 1 ghi khác với đáp án."}


def test_two_reviewers_at_once_one_decides(
    attempt: Attempt, number: int, reviewer: User, ha: User, now: datetime
) -> None:
    made = make_appeal(attempt=stored(attempt), number=number, now=now, **CITED)
    jobs = [
        lambda: decide_appeal(actor=ha, appeal=made, accepted=True, answer="Có", now=now),
        lambda: decide_appeal(actor=reviewer, appeal=made, accepted=False, answer="Không", now=now),
    ]
    results = at_once(jobs)
    assert [isinstance(r, ContestError) for r in results].count(True) == 1
    winner = next(r for r in results if isinstance(r, Appeal))
    made.refresh_from_db()
    assert (made.status, made.answer) == (winner.status, winner.answer)
    assert AuditRecord.objects.filter(action__endswith="_appeal").count() == 1


def test_appeals_sent_at_once_never_exceed_the_limit(
    attempt: Attempt, tai: User, over: Round, opened: datetime, now: datetime
) -> None:
    """Ten questions of two attempts: five appeals get in, whichever they are."""
    second = sit(tai, over, opened + timedelta(minutes=5))
    jobs = [
        lambda a=a, n=n: make_appeal(attempt=stored(a), number=n, now=now, **CITED)
        for n in range(1, 6)
        for a in (attempt, second)
    ]
    results = at_once(jobs, threads=5)
    assert Appeal.objects.count() == MOST_OPEN_APPEALS
    refused = [r for r in results if isinstance(r, ContestError)]
    assert len(refused) == len(jobs) - MOST_OPEN_APPEALS


def test_one_appeal_sent_twice_at_once_is_one(attempt: Attempt, now: datetime) -> None:
    results = at_once(
        [lambda: make_appeal(attempt=stored(attempt), number=1, now=now, **CITED)] * 4
    )
    assert Appeal.objects.count() == 1
    assert [isinstance(r, ContestError) for r in results].count(True) == 3
