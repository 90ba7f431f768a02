"""O5: names stand on every surface as the round says, and on none in any other way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from accounts.models import Affiliation, Unit, User
from contest.conduct.people import hide_name
from contest.erasure import erase_person
from contest.models import Attempt, Round
from contest.results.finalising import finalise_round
from contest.visibility import Names
from leaderboard.boards import my_place, people_board
from leaderboard.feed import current
from leaderboard.naming import public_name
from leaderboard.projections import BoardProjection
from tests.conftest import empty_cache
from tests.factories import make_person, make_round
from tests.leaderboard.staging import take

HOUR = timedelta(hours=1)
BIRTH = {"minor": date(2010, 3, 10), "of_age": date(2010, 3, 9)}


# -- The rule ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "policy", "shown"),
    [
        ({}, Names.FULL, "Hoàng Thị Yến"),
        ({}, Names.SHORTENED, "H. T. Yến"),
        ({}, Names.HIDDEN, "Người dự thi số 7"),
        ({"is_name_hidden": True}, Names.FULL, "(tên đã ẩn)"),
        ({"full_name": ""}, Names.FULL, "(đã xóa thông tin)"),
        ({"full_name": "", "erased_at": timezone.now()}, Names.HIDDEN, "(đã xóa thông tin)"),
        ({"birth_date": BIRTH["minor"]}, Names.FULL, "H. T. Yến"),
        ({"birth_date": BIRTH["of_age"]}, Names.FULL, "Hoàng Thị Yến"),
    ],
)
def test_public_name(yen: User, round: Round, changes: Any, policy: Names, shown: str) -> None:
    """Ages are those of the opening day, 9 March 2026 in Vietnam."""
    for name, value in changes.items():
        setattr(yen, name, value)
    round.names_shown = policy
    assert public_name(round, yen, 7) == shown


def test_nobody_is_called_by_a_user_name(round: Round) -> None:
    assert public_name(round, None, 7) == "(đã xóa thông tin)"


def test_the_board_and_the_own_place_follow_it(
    yen: User, tai: User, round: Round, noon: datetime
) -> None:
    take(yen, round, noon, 5)
    entry = take(tai, round, noon, 4).entry_id
    round.names_shown = Names.SHORTENED
    assert [row["name"] for row in people_board(round, noon)["rows"]] == ["H. T. Yến", "L. V. Tài"]
    round.names_shown = Names.HIDDEN
    place = my_place(round, tai, noon)
    assert place["row"]["name"] == f"Người dự thi số {entry}"
    assert "Yến" not in str(place)


def test_a_name_hidden_by_decision_goes_at_once(
    yen: User, ha: User, round: Round, noon: datetime
) -> None:
    take(yen, round, noon, 5)
    hide_name(user=yen, actor=ha, reason="Theo đề nghị", now=noon)
    assert people_board(round, noon)["rows"][0]["name"] == "(tên đã ẩn)"


def test_an_erased_person_is_a_line_without_a_name(yen: User, round: Round, noon: datetime) -> None:
    take(yen, round, noon, 5)
    erase_person(user=yen, now=noon)
    row = people_board(round, noon)["rows"][0]
    assert (row["name"], row["points"]) == ("(đã xóa thông tin)", 5)


# -- Everywhere ----------------------------------------------------------------------------------


def patterns(found: URLResolver, before: str = "") -> Iterator[str]:
    for part in found.url_patterns:
        route = before + str(part.pattern)
        if isinstance(part, URLPattern):
            yield route
        elif not route.startswith("admin"):
            yield from patterns(part, route)


@pytest.fixture
def hidden_round(ha: User) -> Round:
    return make_round(ha, timezone.now() - HOUR, names_shown=Names.HIDDEN)


@pytest.fixture
def attempt(hidden_round: Round, yen: User, tai: User) -> Attempt:
    take(tai, hidden_round, timezone.now() - HOUR, 4)
    return take(yen, hidden_round, timezone.now() - HOUR, 5)


@pytest.fixture
def others(ward: Unit, commune: Unit, hidden_round: Round) -> dict[str, Client]:
    """Anonymous, a competitor who took part as well, and somebody who leads yen's unit."""
    lan, leader = make_person("lan", "Bế Thị Lan", ward), make_person("vi", "Ma Văn Vi", commune)
    Affiliation.objects.create(user=leader, unit=commune, role=Affiliation.Role.LEADER)
    take(lan, hidden_round, timezone.now() - HOUR, 3)
    found = {"anonymous": Client(), "competitor": Client(), "leader": Client()}
    found["competitor"].force_login(lan)
    found["leader"].force_login(leader)
    return found


def every_address(round: Round, attempt: Attempt, unit: Unit) -> list[str]:
    """Each address of the site with what fits into it, and the parts of boards."""
    values = {
        "slug": round.contest.slug, "number": 1, "round_id": round.pk, "attempt_id": attempt.pk,
        "code": attempt.receipt, "version": 2, "place": "1", "name": "x", "deed": "disqualify",
    }  # fmt: skip
    found = set()
    for route in patterns(get_resolver()):
        filled = re.sub(r"<(?:\w+:)?(\w+)>", lambda m: str(values.get(m[1], 1)), route)
        if "(?P" not in filled and "logout" not in filled:
            found.add("/" + filled.replace("^", "").replace("$", ""))
    board, api = f"/c/{round.contest.slug}/1/board/", f"/api/v1/rounds/{round.pk}/board"
    parts = ["?by=units", f"?unit={unit.code}", "?offset=1", "?screen=1&by=people"]
    return [*sorted(found), f"/units/{unit.code}/", *(a + p for a in (board, api) for p in parts)]


@pytest.mark.parametrize("is_final", [False, True])
def test_o5_a_hidden_name_is_nowhere_for_others(
    hidden_round: Round,
    attempt: Attempt,
    others: dict[str, Client],
    commune: Unit,
    ha: User,
    yen: User,
    is_final: bool,
) -> None:
    """Pages, JSON, files, and the texts that sockets send: as a running and as a final round."""
    if is_final:
        close(hidden_round)
        finalise_round(actor=ha, round=hidden_round, now=timezone.now())
    addresses = every_address(hidden_round, attempt, commune)
    assert f"/c/{hidden_round.contest.slug}/1/board/" in addresses
    told = []
    for name, client in others.items():
        empty_cache()
        told += [(name, a) for a in addresses if tells(client, a, yen.full_name, "H. T. Yến")]
    assert told == []
    for by in ("people", "units"):
        assert yen.full_name not in current(BoardProjection(hidden_round.pk, by)).text


def tells(client: Client, address: str, *names: str) -> bool:
    answer: Any = client.get(address)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return any(name in body.decode("utf-8", "replace") for name in names)


def close(round: Round) -> None:
    ended = timezone.now() - timedelta(minutes=1)
    Round.objects.filter(pk=round.pk).update(closes_at=ended)
    round.refresh_from_db()


def test_o5_the_person_and_the_organisers_do_see_it(
    hidden_round: Round, attempt: Attempt, yen_client: Client, ha: User, yen: User
) -> None:
    """The walk above would notice: the name is there for those who may see it."""
    assert tells(yen_client, "/accounts/me/", yen.full_name)
    desk = Client()
    desk.force_login(ha)
    assert tells(desk, f"/organiser/rounds/{hidden_round.pk}/conduct/?q=Yến", yen.full_name)
