"""R4: while boards stand still, nothing that happened since shows anywhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Affiliation, HeadCount, Unit, User
from contest.attempts import start_attempt
from contest.conduct.people import disqualify
from contest.models import Attempt, Entry, Round
from contest.visibility import Shown
from leaderboard.boards import my_place, people_board, units_board
from leaderboard.feed import current
from leaderboard.projections import BoardProjection
from tests.factories import make_person, make_round
from tests.leaderboard.staging import board_address, hand_in, read_all, surfaces, take

MINUTE = timedelta(minutes=1)


@pytest.fixture
def freeze() -> datetime:
    """The instant from which boards stand still: ten minutes ago."""
    return timezone.now() - 10 * MINUTE


@pytest.fixture
def round(ha: User, freeze: datetime) -> Round:
    return make_round(ha, freeze - 30 * MINUTE, frozen_at=freeze, attempts_allowed=3)


@pytest.fixture
def cast(commune: Unit, ward: Unit) -> dict[str, User]:
    """Three people of the commune and two of the ward; vi leads the commune."""
    HeadCount.objects.create(unit=commune, members=10)
    HeadCount.objects.create(unit=ward, members=4)
    names = {"lan": commune, "binh": commune, "vi": commune, "dao": ward, "muoi": ward}
    people = {
        login: make_person(login, f"Người Dự {login.title()}", unit)
        for login, unit in names.items()
    }
    Affiliation.objects.create(user=people["vi"], unit=commune, role=Affiliation.Role.LEADER)
    return people


@pytest.fixture
def running(round: Round, cast: dict[str, User], freeze: datetime) -> Attempt:
    """The state at the freeze: lan 4, binh 2, dao 3 of five; vi is at work."""
    take(cast["lan"], round, freeze - 20 * MINUTE, 4)
    take(cast["binh"], round, freeze - 19 * MINUTE, 2)
    take(cast["dao"], round, freeze - 18 * MINUTE, 3)
    return start_attempt(user=cast["vi"], round=round, now=freeze - MINUTE)[0]


@pytest.fixture
def visitors(running: Attempt, cast: dict[str, User]) -> dict[str, Client]:
    """Anonymous, a competitor who does nothing more, and somebody who leads a unit."""
    found = {"anonymous": Client()}
    leader = make_person("truong", "Người Phụ Trách")
    Affiliation.objects.create(
        user=leader, unit=Unit.objects.get(code="01477"), role=Affiliation.Role.LEADER
    )
    for name, user in (("competitor", cast["dao"]), ("leader", leader)):
        found[name] = Client()
        found[name].force_login(user)
    return found


def test_r4_finishing_and_improving_show_nowhere(
    round: Round,
    running: Attempt,
    cast: dict[str, User],
    visitors: dict[str, Client],
    freeze: datetime,
) -> None:
    addresses = surfaces(round, "01477", "01273")
    before = {name: read_all(client, addresses) for name, client in visitors.items()}
    assert "Người Dự Lan" in before["anonymous"][board_address(round)]
    hand_in(running, freeze + MINUTE, 5)
    take(cast["binh"], round, freeze + MINUTE, 5)
    take(cast["muoi"], round, freeze, 5)
    start_attempt(user=cast["lan"], round=round, now=freeze + 2 * MINUTE)
    assert Entry.objects.filter(round=round, is_perfect=True).count() == 3
    for name, client in visitors.items():
        assert read_all(client, addresses) == before[name], name


def test_r4_decisions_made_since_show_nowhere(
    round: Round, cast: dict[str, User], visitors: dict[str, Client], ha: User, freeze: datetime
) -> None:
    addresses = surfaces(round, "01477", "01273")
    before = {name: read_all(client, addresses) for name, client in visitors.items()}
    lan = Entry.objects.get(user=cast["lan"])
    disqualify(entry=lan, actor=ha, reason="Nhờ người thi hộ", now=freeze + MINUTE)
    assert Entry.objects.get(pk=lan.pk).rank_key == ""
    for name, client in visitors.items():
        assert read_all(client, addresses) == before[name], name


def test_r4_own_place_stays_and_the_new_result_has_none(
    round: Round, running: Attempt, cast: dict[str, User], freeze: datetime
) -> None:
    client = Client()
    client.force_login(cast["binh"])
    path = f"/api/v1/rounds/{round.pk}/board/me"
    before = client.get(path).json()
    assert (before["row"]["rank"], before["row"]["points"]) == (3, 2)
    done = take(cast["binh"], round, freeze + MINUTE, 5)
    assert client.get(path).json() == before
    result = client.get(f"/api/v1/attempts/{done.pk}").json()["result"]
    assert (result["points"], result["place"]) == (5, None)
    page = client.get(f"/attempts/{done.pk}/").content.decode()
    assert "5</b><span>/5 câu đúng" in page
    assert "Hạng 1" not in page
    assert "Bảng xếp hạng đang dừng" in page


def test_r4_whoever_handed_in_only_since_is_not_on_the_board(
    round: Round, running: Attempt, cast: dict[str, User], freeze: datetime
) -> None:
    take(cast["muoi"], round, freeze + MINUTE, 5)
    now = timezone.now()
    assert my_place(round, cast["muoi"], now)["row"] is None
    assert people_board(round, now)["total"] == 3
    assert [row["entrants"] for row in units_board(round, now)["rows"]] == [1, 2]


def test_the_version_does_not_move(
    round: Round, running: Attempt, cast: dict[str, User], freeze: datetime
) -> None:
    projection = BoardProjection(round.pk, "people")
    first = current(projection)
    assert json.loads(first.text)["frozen_at"] == freeze.isoformat()
    hand_in(running, freeze + MINUTE, 5)
    stored = cache.get(projection.key)
    cache.set(projection.key, replace(stored, computed_at=stored.computed_at - 60))
    again = current(projection)
    assert again.computed_at > first.computed_at
    assert (again.version, again.text) == (first.version, first.text)


def test_a_late_closing_of_an_attempt_from_before_still_counts(
    round: Round, running: Attempt, cast: dict[str, User], freeze: datetime
) -> None:
    """Handed in before the freeze, computed after it: the board is that of the instant."""
    hand_in(running, freeze - timedelta(milliseconds=1), 5)
    assert people_board(round, timezone.now())["rows"][0]["name"] == "Người Dự Vi"


def test_after_the_reveal_everything_shows(
    round: Round, running: Attempt, freeze: datetime
) -> None:
    hand_in(running, freeze + MINUTE, 5)
    Round.objects.filter(pk=round.pk).update(revealed_at=timezone.now())
    round.refresh_from_db()
    assert people_board(round, timezone.now())["rows"][0]["name"] == "Người Dự Vi"


def test_the_moment_of_the_freeze_cannot_be_missed(
    round: Round, running: Attempt, cast: dict[str, User], freeze: datetime
) -> None:
    """A board that looked at the clock just before it, and at the rows just after."""
    hand_in(running, freeze, 5)
    assert people_board(round, freeze - timedelta(milliseconds=1))["total"] == 3


def statements(read: Callable[[], object]) -> str:
    with CaptureQueriesContext(connection) as captured:
        read()
    return " ".join(query["sql"] for query in captured.captured_queries)


def test_without_a_freeze_nothing_is_joined(
    round: Round, running: Attempt, freeze: datetime
) -> None:
    now = timezone.now()
    assert "frozenstanding" in statements(lambda: people_board(round, now))
    round.frozen_at = None
    for read in (people_board, units_board):
        assert "frozenstanding" not in statements(lambda read=read: read(round, now))


# -- The own result, withheld ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (Shown.AFTER_CLOSE, "Kết quả mở sau khi vòng thi đóng lúc "),
        (Shown.AFTER_FINAL, "Kết quả mở sau khi Ban Tổ chức công bố kết quả chính thức."),
    ],
)
def test_a_withheld_result_is_in_no_answer(
    ha: User, yen: User, yen_client: Client, shown: str, words: str
) -> None:
    round = make_round(ha, timezone.now(), results_shown=shown, attempts_allowed=1)
    attempt, _ = start_attempt(user=yen, round=round, now=timezone.now())
    answered = yen_client.post(
        f"/api/v1/attempts/{attempt.pk}/finish", {"rev": 0}, content_type="application/json"
    ).json()
    read = yen_client.get(f"/api/v1/attempts/{attempt.pk}").json()["result"]
    for result in (answered, read):
        assert (result["points"], result["correct"], result["place"]) == (None, None, None)
        assert result["shown_after"].startswith(words)
        assert result["receipt"]
    mine = yen_client.get(f"/api/v1/rounds/{round.pk}").json()["me"]["attempts"]
    assert [(a["points"], a["correct"]) for a in mine] == [(None, None)]
    page = yen_client.get(f"/attempts/{attempt.pk}/").content.decode()
    assert words in page
    assert "câu đúng" not in page
    assert "Hạng" not in page.replace("Bảng xếp hạng", "").replace("Thứ hạng", "")


def test_a_result_shown_at_once_says_nothing_about_later(
    ha: User, yen: User, yen_client: Client
) -> None:
    round = make_round(ha, timezone.now())
    done = take(yen, round, timezone.now() - MINUTE, 4)
    result = yen_client.get(f"/api/v1/attempts/{done.pk}").json()["result"]
    assert (result["points"], result["place"], result["shown_after"]) == (4, 1, None)
