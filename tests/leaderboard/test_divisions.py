"""Boards of divisions: people among themselves, units over all or of one division."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Unit, User
from contest.drafts import LineDraft
from contest.models import Contest, Division, Round
from quizzes.models import Programme
from tests.factories import make_contest, make_person, make_pool, make_round
from tests.leaderboard.staging import board_address, take

MINUTE = timedelta(minutes=1)


@pytest.fixture
def contest(ha: User, commune: Unit, ward: Unit) -> Contest:
    """Bảng A for people of the commune, bảng B for those of the ward."""
    contest = make_contest(ha)
    for position, (code, unit) in enumerate([("a", commune), ("b", ward)], start=1):
        Division.objects.create(
            contest=contest,
            position=position,
            code=code,
            name=f"Bảng {code.upper()}",
            eligibility={"units": [unit.code]},
        )
    return contest


@pytest.fixture
def round(ha: User, contest: Contest, yen: User, tai: User, commune: Unit) -> Round:
    """In bảng A yen 4 and lan 3, in bảng B tai 5 of five."""
    round = make_round(ha, timezone.now() - 30 * MINUTE, contest=contest)
    lan = make_person("lan", "Bế Thị Lan", commune)
    for user, right in ((yen, 4), (lan, 3), (tai, 5)):
        take(user, round, timezone.now() - 20 * MINUTE, right)
    return round


def board(client: Client, round: Round, query: str = "") -> Any:
    return client.get(f"/api/v1/rounds/{round.pk}/board{query}").json()


def standing(found: Any) -> list[tuple[int, str]]:
    return [(row["rank"], row.get("name", row["unit"])) for row in found["rows"]]


def current_tabs(html: str) -> list[str]:
    return re.findall(r'aria-current="page">([^<]+)</a>', html.split('class="tabs"', 1)[1])


def test_ranks_are_within_the_division(client: Client, round: Round) -> None:
    first = board(client, round)
    assert (first["division"], first["total"]) == ("a", 2)
    assert standing(first) == [(1, "Hoàng Thị Yến"), (2, "Bế Thị Lan")]
    assert standing(board(client, round, "?division=b")) == [(1, "Lục Văn Tài")]
    assert standing(board(client, round, "?division=a&offset=1")) == [(2, "Bế Thị Lan")]


def test_units_are_over_all_or_of_one_division(client: Client, round: Round) -> None:
    everybody = board(client, round, "?by=units")
    assert (everybody["division"], everybody["total"]) == ("", 2)
    assert [row["unit"] for row in board(client, round, "?by=units&division=b")["rows"]] == [
        "Phường Thục Phán"
    ]


@pytest.mark.parametrize("query", ["?division=c", "?by=units&division=c"])
def test_an_unknown_division_is_404(client: Client, round: Round, query: str) -> None:
    assert client.get(f"/api/v1/rounds/{round.pk}/board{query}").status_code == 404
    assert client.get(board_address(round, query)).status_code == 404


def test_the_page_opens_with_the_own_division(
    client: Client, round: Round, tai: User, yen: User
) -> None:
    assert current_tabs(client.get(board_address(round)).content.decode()) == ["Cá nhân", "Bảng A"]
    signed_in = Client()
    signed_in.force_login(tai)
    html = signed_in.get(board_address(round)).content.decode()
    assert current_tabs(html) == ["Cá nhân", "Bảng B"]
    assert "Lục Văn Tài" in html
    assert "Yến" not in html
    assert f'data-socket="/ws/rounds/{round.pk}/board/?by=people&amp;division=b"' in html


def test_people_have_no_tab_for_all_and_units_have(client: Client, round: Round) -> None:
    people = client.get(board_address(round)).content.decode()
    units = client.get(board_address(round, "?by=units")).content.decode()
    assert "Mọi bảng" not in people
    assert current_tabs(units) == ["Đơn vị", "Mọi bảng"]


def test_the_projector_shows_a_division(client: Client, round: Round) -> None:
    html = client.get(board_address(round, "?screen=1&by=people&division=b")).content.decode()
    assert "Lục Văn Tài" in html
    assert ", Bảng B</p>" in html
    assert re.findall(r"<dd data-figure>([^<]+)<", html) == ["1", "1"]


def test_the_own_place_is_within_the_division(round: Round, tai: User) -> None:
    client = Client()
    client.force_login(tai)
    place = client.get(f"/api/v1/rounds/{round.pk}/board/me").json()
    assert (place["division"], place["total"], place["row"]["rank"]) == ("Bảng B", 1, 1)
    assert place["above"] == []
    mine = round.entries.get(user=tai).counted
    assert mine is not None
    assert client.get(f"/api/v1/attempts/{mine.pk}").json()["result"]["place"] == 1


def test_second_in_the_division_is_second_on_the_result(round: Round) -> None:
    entry = round.entries.get(user__username="lan")
    client = Client()
    assert entry.user is not None
    client.force_login(entry.user)
    result = client.get(f"/api/v1/attempts/{entry.counted_id}").json()["result"]
    assert result["place"] == 2  # not third, behind tai of the other division


def test_each_division_has_the_size_of_its_own_paper(
    client: Client, ha: User, contest: Contest
) -> None:
    programme = Programme.objects.first() or make_pool()
    second = contest.divisions.get(code="b")
    lines = [LineDraft(programme, "", 5, 1), LineDraft(programme, "", 3, 2, second)]
    round = make_round(ha, timezone.now(), contest=contest, lines=lines)
    sizes = [
        (found["questions"], found["max_points"])
        for found in (board(client, round, f"?division={code}") for code in "ab")
    ]
    assert sizes == [(5, 5), (3, 6)]


def test_a_contest_without_divisions_has_no_tabs(client: Client, ha: User) -> None:
    round = make_round(ha, timezone.now(), contest=make_contest(ha, "Cuộc thi khác"))
    assert 'aria-label="Bảng"' not in client.get(board_address(round)).content.decode()
    assert board(client, round)["division"] == ""
