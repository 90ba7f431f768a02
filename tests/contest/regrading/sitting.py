"""People who sit a round with a chosen question answered wrongly, and pages as they read them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

from django.test import Client

from accounts.models import User
from contest.attempts import finish_attempt, start_attempt
from contest.models import Attempt, Round
from tests.factories import right_answers, wrong_answer


def sit(
    user: User,
    round: Round,
    now: datetime,
    *,
    wrong: int | None = None,
    predicts: int | None = None,
) -> Attempt:
    """All right but the question with this version id, in a minute."""
    attempt, _ = start_attempt(user=user, round=round, now=now)
    answers = right_answers(attempt.paper)
    for number, item in enumerate(attempt.paper, start=1):
        if item["v"] == wrong:
            answers[str(number)] = wrong_answer(item)
    return finish_attempt(
        attempt=attempt,
        rev=1,
        answers=answers,
        prediction=None if predicts is None else Decimal(predicts),
        now=now + timedelta(minutes=1),
    )


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(response: Any) -> str:
    """What the page says, without tags."""
    plain = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", unescape(plain))
