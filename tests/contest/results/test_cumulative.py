"""The table over the rounds of a contest: sums of public final results, ties, names."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from contest.models import Contest, Round
from contest.results.cumulative import entrance, results_in_force, table_page
from contest.results.finalising import finalise_round
from tests.contest.results.sitting import sit
from tests.factories import make_person, make_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def rounds(ha: User, yen: User, tai: User) -> list[Round]:
    """yen 5 and 3, tai 4 and 5: tai leads with 9 to 8."""
    then = timezone.now() - timedelta(days=9)
    first = make_round(ha, then)
    second = make_round(ha, then + timedelta(days=3), contest=first.contest)
    for user, round, right in (
        (yen, first, 5),
        (tai, first, 4),
        (yen, second, 3),
        (tai, second, 5),
    ):
        sit(user, round, right=right, at=round.opens_at + timedelta(hours=1))
    Contest.objects.filter(pk=first.contest_id).update(has_table=True)
    return [first, second]


def lines(contest: Contest) -> list[tuple[int, str, int, dict[int, int]]]:
    results = results_in_force(contest, timezone.now())
    return [(line.rank, line.name, line.points, line.rounds) for line in table_page(results)]


def test_sums_over_the_final_rounds(rounds: list[Round], ha: User, yen: User, tai: User) -> None:
    contest = rounds[0].contest
    assert lines(contest) == []
    finalise_round(actor=ha, round=rounds[0], now=timezone.now())
    assert lines(contest) == [
        (1, yen.full_name, 5, {1: 5}),
        (2, tai.full_name, 4, {1: 4}),
    ]
    finalise_round(actor=ha, round=rounds[1], now=timezone.now())
    assert lines(contest) == [
        (1, tai.full_name, 9, {1: 4, 2: 5}),
        (2, yen.full_name, 8, {1: 5, 2: 3}),
    ]


def test_the_stricter_way_of_naming_holds(rounds: list[Round], ha: User, yen: User) -> None:
    Round.objects.filter(pk=rounds[1].pk).update(names_shown="hidden")
    for round in rounds:
        round.refresh_from_db()
        finalise_round(actor=ha, round=round, now=timezone.now())
    assert all(yen.full_name not in name for _, name, _, _ in lines(rounds[0].contest))


def test_the_page(rounds: list[Round], ha: User, tai: User, client: Client) -> None:
    address = f"/c/{rounds[0].contest.slug}/table/"
    assert "Chưa có vòng nào công bố" in client.get(address).content.decode()
    for round in rounds:
        finalise_round(actor=ha, round=round, now=timezone.now())
    page = client.get(address).content.decode()
    assert page.index(tai.full_name) < page.index("Hoàng Thị Yến")
    assert client.get(f"{address}?division=khac").status_code == 404
    assert client.get(f"{address}?offset=x").status_code == 200


def test_a_contest_without_table_has_no_page(rounds: list[Round], client: Client) -> None:
    Contest.objects.update(has_table=False)
    assert client.get(f"/c/{rounds[0].contest.slug}/table/").status_code == 404


@pytest.mark.parametrize(
    ("top", "admitted"), [(1, {"tai"}), (2, {"yen", "tai"}), (5, {"yen", "tai"})]
)
def test_whom_the_table_admits(
    rounds: list[Round], ha: User, yen: User, tai: User, top: int, admitted: set[str]
) -> None:
    for round in rounds:
        finalise_round(actor=ha, round=round, now=timezone.now())
    last = make_round(
        ha, timezone.now(), contest=rounds[0].contest, admits_from="table", admits_top=top
    )
    people, now = [yen, tai, make_person("lam", "Hà Thị Lam")], timezone.now()
    inside = [u for u in people if entrance(round=last, user_id=u.pk, now=now).is_open]
    assert {user.username for user in inside} == admitted
    with CaptureQueriesContext(connection) as asked:
        entrance(round=last, user_id=yen.pk, now=now)
    # The sums of everybody are not added up again for every person who opens the round.
    sums = [query["sql"] for query in asked if "SUM(" in query["sql"]]
    assert all(f'"user_id" = {yen.pk}' in sql for sql in sums)
