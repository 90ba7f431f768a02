"""A round that is over and final: yen before tai, and ha who made it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from contest.drafts import PrizeDraft
from contest.models import Round, RoundResult
from contest.results.finalising import finalise_round
from tests.contest.results.sitting import sit
from tests.factories import make_round


@pytest.fixture
def opened() -> datetime:
    """When people sat: the round is over by the clock that pages look at."""
    return timezone.now() - timedelta(days=3)


@pytest.fixture
def over(ha: User, yen: User, tai: User, opened: datetime) -> Round:
    """yen 5 of 5, tai 4 and then 2 of 5; closed two days ago."""
    round = make_round(ha, opened, prizes=[PrizeDraft("Giải Nhất", 1)])
    sit(yen, round, right=5, at=opened, predicts=2)
    sit(tai, round, right=4, at=opened, predicts=10)
    sit(tai, round, right=2, at=opened + timedelta(minutes=5))
    return round


@pytest.fixture
def result(ha: User, over: Round) -> RoundResult:
    made = finalise_round(actor=ha, round=over, now=timezone.now())
    over.refresh_from_db()
    return made
