"""The first page names the units that lead."""

from datetime import date, timedelta

from django.test import Client
from django.utils import timezone

from accounts.models import HeadCount, Unit, User
from contest.attempts import finish_attempt, start_attempt
from tests.factories import make_round, right_answers


def test_leading_units_by_rate(
    client: Client, ha: User, yen: User, tai: User, commune: Unit, ward: Unit
) -> None:
    round = make_round(ha, timezone.now())
    HeadCount.objects.create(unit=commune, members=2, as_of=date(2026, 1, 1))
    HeadCount.objects.create(unit=ward, members=10, as_of=date(2026, 1, 1))
    for person in (yen, tai):
        now = timezone.now() - timedelta(seconds=50)
        attempt, _ = start_attempt(user=person, round=round, now=now)
        answers = right_answers(attempt.paper)
        finish_attempt(attempt=attempt, rev=1, answers=answers, prediction=None, now=timezone.now())
    text = client.get("/").content.decode()
    assert "Đơn vị dẫn đầu" in text
    assert text.index("Xã Trùng Khánh") < text.index("Phường Thục Phán")
    assert "50" in text


def test_no_leaders_before_anybody_finished(client: Client, ha: User) -> None:
    make_round(ha, timezone.now())
    assert "Đơn vị dẫn đầu" not in client.get("/").content.decode()
