"""A round that is over, with solutions open: what regrading and appeals are about."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from contest.models import Attempt, Round
from quizzes.duties import REVIEWERS, grant_desk_duty
from tests.contest.regrading.sitting import signed_in, sit
from tests.factories import make_person, make_pool, make_round


@pytest.fixture
def opened(db: None) -> datetime:
    """Long enough ago for a round of a day to be over now."""
    return timezone.now().replace(microsecond=0) - timedelta(days=3)


@pytest.fixture
def now(opened: datetime) -> datetime:
    return timezone.now()


@pytest.fixture
def over(ha: User, opened: datetime) -> Round:
    """Closed; five questions, all of the pool, so that everybody had each of them."""
    make_pool(size=5)
    return make_round(ha, opened, prediction_target=Round.PredictionTarget.PERFECT)


@pytest.fixture
def wrong_one(over: Round) -> int:
    """The version that ``attempt`` answered wrongly: a question with one right choice."""
    members = over.pool_members.filter(version__type="single").order_by("version_id")
    return members.first().version_id  # type: ignore[union-attr]


@pytest.fixture
def attempt(tai: User, over: Round, wrong_one: int, opened: datetime) -> Attempt:
    """Lục Văn Tài's: four of five right."""
    return sit(tai, over, opened, wrong=wrong_one)


@pytest.fixture
def number(attempt: Attempt, wrong_one: int) -> int:
    """Where the wrong answer stands on the paper."""
    return next(n for n, item in enumerate(attempt.paper, start=1) if item["v"] == wrong_one)


@pytest.fixture
def full_marks(yen: User, over: Round, opened: datetime) -> Attempt:
    """Hoàng Thị Yến's: all right."""
    return sit(yen, over, opened)


@pytest.fixture
def reviewer(db: None) -> User:
    """Somebody who reviews questions and organises nothing."""
    user = make_person("duyet", "Bế Văn Duyệt")
    grant_desk_duty(user=user, duty=REVIEWERS)
    return user


@pytest.fixture
def desk(ha: User) -> Client:
    return signed_in(ha)


@pytest.fixture
def tai_client(tai: User) -> Client:
    return signed_in(tai)


@pytest.fixture
def reviewing(reviewer: User) -> Client:
    return signed_in(reviewer)
