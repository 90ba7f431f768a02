"""The boards of a round, read from the database."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import HeadCount, Unit, User
from contest.attempts import finish_attempt, start_attempt
from contest.models import Entry, Round
from leaderboard.boards import Page, my_place, people_board, units_board
from tests.factories import make_entry, make_person, right_answers


def take(user: User, round: Round, now: datetime, points: int, seconds: int) -> None:
    attempt, _ = start_attempt(user=user, round=round, now=now)
    finish_attempt(
        attempt=attempt,
        rev=1,
        answers=right_answers(attempt.paper, points),
        prediction=None,
        now=now + timedelta(seconds=seconds),
    )


def test_people_stand_by_points_then_time(
    yen: User, tai: User, round: Round, noon: datetime
) -> None:
    take(yen, round, noon, 4, 60)
    take(tai, round, noon, 5, 90)
    board = people_board(round, noon)
    assert [(r["rank"], r["name"], r["points"], r["elapsed_ms"]) for r in board["rows"]] == [
        (1, "Lục Văn Tài", 5, 90_000),
        (2, "Hoàng Thị Yến", 4, 60_000),
    ]
    assert (board["total"], board["questions"], board["max_points"]) == (2, 5, 5)


def test_r1_a_true_tie_shares_a_rank_and_the_next_is_skipped(
    round: Round, commune: Unit, noon: datetime
) -> None:
    for name, seconds in (("Một", 50), ("Hai", 60), ("Ba", 60), ("Bốn", 70)):
        take(make_person(name, name, commune), round, noon, 5, seconds)
    assert [row["rank"] for row in people_board(round, noon)["rows"]] == [1, 2, 2, 4]


def test_u9_two_people_of_one_name_are_two_rows(
    round: Round, commune: Unit, ward: Unit, noon: datetime
) -> None:
    for login, unit in (("an1", commune), ("an2", ward)):
        take(make_person(login, "Nguyễn Văn An", unit), round, noon, 3, 60)
    rows = people_board(round, noon)["rows"]
    assert [row["name"] for row in rows] == ["Nguyễn Văn An"] * 2
    assert len({row["key"] for row in rows}) == 2


def test_r6_staff_unfinished_and_other_rounds_do_not_appear(
    ha: User, yen: User, tai: User, round: Round, noon: datetime
) -> None:
    take(ha, round, noon, 5, 10)
    start_attempt(user=yen, round=round, now=noon)
    take(tai, round, noon, 1, 99)
    assert [row["name"] for row in people_board(round, noon)["rows"]] == ["Lục Văn Tài"]
    assert [row["entrants"] for row in units_board(round, noon)["rows"]] == [1]


def test_units_count_people_not_attempts(
    yen: User, tai: User, commune: Unit, round: Round, noon: datetime
) -> None:
    HeadCount.objects.create(unit=commune, members=8, as_of=date(2026, 1, 1))
    HeadCount.objects.create(unit=commune, members=4, as_of=date(2026, 3, 1))
    take(yen, round, noon, 2, 60)
    take(yen, round, noon + timedelta(minutes=5), 5, 60)
    take(tai, round, noon, 4, 60)
    rows = units_board(round, noon)["rows"]
    assert rows[0] == {
        "rank": 1, "unit": "Xã Trùng Khánh", "code": "01477", "entrants": 1, "members": 4,
        "rate": 0.25, "mean": 5.0, "perfect": 1,
    }  # fmt: skip
    assert (rows[1]["unit"], rows[1]["rate"], rows[1]["members"]) == (
        "Phường Thục Phán",
        None,
        None,
    )


def test_a_board_of_one_unit_is_its_subtree(
    yen: User, tai: User, commune: Unit, round: Round, noon: datetime
) -> None:
    school = Unit.objects.create(code="truong", name="Trường", kind="school", parent=commune)
    take(make_person("lan", "Bế Thị Lan", school), round, noon, 5, 60)
    take(yen, round, noon, 4, 60)
    take(tai, round, noon, 5, 30)
    board = people_board(round, noon, Page(unit=commune))
    assert [(row["rank"], row["name"]) for row in board["rows"]] == [
        (1, "Bế Thị Lan"),
        (2, "Hoàng Thị Yến"),
    ]


def test_an_erased_person_leaves_an_anonymous_line(tai: User, round: Round, noon: datetime) -> None:
    take(tai, round, noon, 5, 30)
    Entry.objects.update(user=None)
    assert people_board(round, noon)["rows"][0]["name"] == "(đã xóa thông tin)"


# -- at size (R7) -------------------------------------------------------------------------------

CROWD = 10_000


@pytest.fixture
def crowd(round: Round, commune: Unit, ward: Unit, noon: datetime) -> list[Entry]:
    """10,000 ranked entries; every tenth pair is a true tie."""
    people = User.objects.bulk_create(
        User(username=f"u{n}", full_name=f"Người thứ {n}", password="!") for n in range(CROWD)
    )
    return Entry.objects.bulk_create(
        make_entry(
            person,
            round,
            commune if n % 3 else ward,
            points=20 - (n % 7),
            elapsed_ms=45_000 + (n - n % 10) * 13,
            at=noon,
        )
        for n, person in enumerate(people)
    )


def fetched_and_counted(captured: CaptureQueriesContext) -> list[str]:
    return [query["sql"] for query in captured.captured_queries]


def test_r7_the_first_page_reads_one_page(crowd: Any, round: Round, noon: datetime) -> None:
    people_board(round, noon)
    with CaptureQueriesContext(connection) as captured:
        board = people_board(round, noon)
    statements = fetched_and_counted(captured)
    assert (len(board["rows"]), board["total"]) == (20, CROWD)
    assert len(statements) == 2
    assert sum("LIMIT 20" in sql for sql in statements) == 1
    assert not any("COUNT" in sql for sql in statements)


def test_r7_my_place_is_found_without_loading_the_board(
    crowd: list[Entry], round: Round, noon: datetime
) -> None:
    ordered = sorted(crowd, key=lambda e: (e.rank_key, e.pk))
    mine = ordered[6_004]
    assert mine.user is not None
    people_board(round, noon)
    with CaptureQueriesContext(connection) as captured:
        place = my_place(round, mine.user, noon)
    expected = sum(e.rank_key < mine.rank_key for e in crowd) + 1
    assert place["row"]["rank"] == expected
    shown = [*place["above"], place["row"], *place["below"]]
    assert [row["key"] for row in shown] == [e.pk for e in ordered[6_001:6_008]]
    assert [row["rank"] for row in shown] == [
        sum(e.rank_key < other.rank_key for e in crowd) + 1 for other in ordered[6_001:6_008]
    ]
    statements = fetched_and_counted(captured)
    assert len(statements) <= 5
    assert all(" IN (" in sql or "LIMIT" in sql or "COUNT" in sql for sql in statements)


def test_r7_a_deep_page_goes_on_with_the_right_rank(
    crowd: list[Entry], round: Round, noon: datetime
) -> None:
    ordered = sorted(crowd, key=lambda e: (e.rank_key, e.pk))
    rows = people_board(round, noon, Page(offset=5_005, limit=10))["rows"]
    assert [row["key"] for row in rows] == [e.pk for e in ordered[5_005:5_015]]
    assert rows[0]["rank"] == sum(e.rank_key < ordered[5_005].rank_key for e in crowd) + 1
