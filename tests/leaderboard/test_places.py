"""Places on boards too long to be counted: fresh milestones are exact, old ones consistent."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from accounts.models import Unit, User
from contest.models import Division, Entry, FrozenStanding, Round
from leaderboard import feed, milestones
from leaderboard.boards import Page, my_place, people_board, units_board
from leaderboard.ranking import Base, Milestones
from tests.conftest import empty_cache
from tests.factories import make_entry, make_unit

PEOPLE, COUNTED, STEP = 60, 5, 4


@pytest.mark.parametrize(
    ("key", "offset", "before", "up_to"),
    [
        ("a", 0, Base(), Base()),
        ("b", 2, Base(), Base()),
        ("c", 3, Base("b", 3), Base("b", 3)),
        ("e", 9, Base("b", 3), Base("e", 9)),
        ("f", 99, Base("e", 9), Base("e", 9)),
    ],
)
def test_the_milestone_to_count_on_from(key: str, offset: int, before: Base, up_to: Base) -> None:
    known = Milestones(12, ["b", "e"], [3, 9])
    assert (known.before(key), known.up_to(offset)) == (before, up_to)
    assert (Milestones().before(key), Milestones().up_to(offset)) == (Base(), Base())


@pytest.fixture(autouse=True)
def short_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """A board of a few dozen people is a long one here, and stays as it was read."""
    monkeypatch.setattr(milestones, "COUNTED", COUNTED)
    monkeypatch.setattr(milestones, "STEP", STEP)
    monkeypatch.setattr(feed, "REFRESH_S", 3600)
    monkeypatch.setattr(feed, "SHORTEST_S", 3600)
    monkeypatch.setattr(feed, "LONGEST_S", 3600)


@pytest.fixture
def units(commune: Unit, ward: Unit) -> list[Unit]:
    """The first holds the third."""
    return [commune, ward, make_unit("truong", "Trường", Unit.Kind.SCHOOL, parent=commune)]


@pytest.fixture
def divisions(round: Round) -> list[Division]:
    return [
        Division.objects.create(contest=round.contest, position=n, code=code, name=f"Bảng {code}")
        for n, code in enumerate("ab")
    ]


class Crowd:
    """People on a board, many of them tied, some off it; what is shown of each is told apart."""

    def __init__(self, round: Round, units: list[Unit], divisions: list[Division], seed: int):
        self.round, self.units, self.divisions = round, units, divisions
        self.dice = random.Random(seed)
        users = User.objects.bulk_create(
            User(username=f"u{n}", full_name=f"Người {n}", password="!") for n in range(PEOPLE)
        )
        self.entries = Entry.objects.bulk_create(self.entry(user) for user in users)
        self.shown: dict[int, Any] = {entry.pk: entry for entry in self.entries}

    def entry(self, user: User) -> Entry:
        dice, round = self.dice, self.round
        entry: Entry = make_entry(
            user,
            round,
            dice.choice(self.units),
            points=dice.randrange(3),
            elapsed_ms=60_000 + 1000 * dice.randrange(4),
            at=round.opens_at,
        )
        entry.division = dice.choice(self.divisions) if self.divisions else None
        if dice.random() < 0.1:
            entry.rank_key, entry.unit, entry.division = "", None, None
        return entry

    def freeze(self) -> None:
        """For half of them something else was kept than what counts now."""
        for entry in self.dice.sample(self.entries, PEOPLE // 2):
            kept = self.entry(User())
            names = ("rank_key", "unit", "division", "points", "elapsed_ms", "submitted_at")
            values = {name: getattr(kept, name) for name in names}
            self.shown[entry.pk] = FrozenStanding.objects.create(entry=entry, **values)

    def board(
        self, division: Division | None = None, unit: Unit | None = None
    ) -> list[tuple[int, int]]:
        """``(rank, entry)`` by definition: one more than all whose key is smaller."""
        on_it = sorted(
            (shown.rank_key, pk)
            for pk, shown in self.shown.items()
            if shown.rank_key
            and (division is None or shown.division_id == division.pk)
            and (unit is None or shown.unit.path.startswith(unit.path))
        )
        return [(1 + sum(key < mine for key, _ in on_it), pk) for mine, pk in on_it]


@pytest.fixture(params=[1, 2, 3])
def seed(request: pytest.FixtureRequest) -> int:
    found: int = request.param
    return found


@pytest.fixture(params=["live", "frozen"])
def crowd(
    request: pytest.FixtureRequest,
    seed: int,
    round: Round,
    units: list[Unit],
    divisions: list[Division],
) -> Crowd:
    crowd = Crowd(round, units, divisions, seed)
    if request.param == "frozen":
        round.frozen_at = round.opens_at + timedelta(minutes=1)
        round.save()
        crowd.freeze()
    return crowd


def places(rows: Iterable[dict[str, Any]]) -> list[tuple[int, int]]:
    return [(row["rank"], row["key"]) for row in rows]


def test_every_page_is_that_of_a_board_counted_from_its_beginning(
    crowd: Crowd, round: Round, noon: datetime
) -> None:
    now = noon + timedelta(hours=1)
    for division in (None, *crowd.divisions):
        for unit in (None, crowd.units[0]):
            expected = crowd.board(division, unit)
            assert len(expected) > COUNTED
            for offset in range(len(expected) + 2):
                found = people_board(round, now, Page(offset, 7, unit, division))
                assert places(found["rows"]) == expected[offset : offset + 7]
                assert found["total"] >= len(expected)
            assert people_board(round, now, Page(0, 7, unit, division))["total"] == len(expected)


def test_everybody_finds_their_place_among_neighbours(
    crowd: Crowd, round: Round, noon: datetime
) -> None:
    now = noon + timedelta(hours=1)
    for entry in crowd.entries:
        assert entry.user is not None
        found = my_place(round, entry.user, now)
        shown = crowd.shown[entry.pk]
        if not shown.rank_key:
            assert found["row"] is None
            continue
        expected = crowd.board(shown.division)
        at = [pk for _, pk in expected].index(entry.pk)
        assert places([found["row"]]) == [expected[at]]
        assert places(found["above"]) == expected[max(0, at - 3) : at]
        assert places(found["below"]) == expected[at + 1 : at + 4]
        assert found["total"] == len(expected)


def test_units_add_up_who_is_shown(crowd: Crowd, round: Round, noon: datetime) -> None:
    for division in (None, crowd.divisions[0]):
        page = Page(0, 9, None, division)
        rows = units_board(round, noon + timedelta(hours=1), page)["rows"]
        assert sum(row["entrants"] for row in rows) == len(crowd.board(division))


def test_freezing_and_revealing_have_milestones_of_their_own(
    round: Round, units: list[Unit], noon: datetime
) -> None:
    """Nothing of what counts now is counted on a board that stands still, nor the reverse."""
    crowd = Crowd(round, units, [], seed=4)
    live, now = crowd.board(), noon + timedelta(hours=1)
    assert places(people_board(round, now, Page(30, 20))["rows"]) == live[30:50]
    crowd.freeze()
    Round.objects.filter(pk=round.pk).update(frozen_at=noon)
    round.refresh_from_db()
    assert places(people_board(round, now, Page(30, 20))["rows"]) == crowd.board()[30:50]
    Round.objects.filter(pk=round.pk).update(revealed_at=now)
    round.refresh_from_db()
    assert places(people_board(round, now, Page(30, 20))["rows"]) == live[30:50]


# -- Old milestones -------------------------------------------------------------------------------


def move_some(crowd: Crowd) -> None:
    """Results come in, improve, and are taken away after the milestones were made."""
    for entry in crowd.dice.sample(crowd.entries, PEOPLE // 3):
        fresh = crowd.entry(User())
        entry.rank_key, entry.unit, entry.points = fresh.rank_key, fresh.unit, fresh.points
        entry.division = None
        entry.save()


@pytest.fixture
def moved(round: Round, units: list[Unit], seed: int, noon: datetime) -> Crowd:
    crowd = Crowd(round, units, [], seed)
    people_board(round, noon)
    move_some(crowd)
    return crowd


def assert_consistent(rows: list[dict[str, Any]], total: int, crowd: Crowd) -> None:
    """As a board is: in order, equal ranks exactly for equal keys, nobody beyond its ends."""
    keys = {entry.pk: entry.rank_key for entry in crowd.entries}
    assert all(1 <= row["rank"] <= total for row in rows)
    for before, after in pairwise(rows):
        first, second = ((keys[row["key"]], row["key"]) for row in (before, after))
        assert first < second
        assert before["rank"] <= after["rank"]
        assert (before["rank"] == after["rank"]) == (first[0] == second[0])


def test_with_old_milestones_rows_shown_together_agree(
    moved: Crowd, round: Round, noon: datetime
) -> None:
    for offset in range(0, PEOPLE, 3):
        board = people_board(round, noon, Page(offset, 9))
        assert_consistent(board["rows"], board["total"], moved)
    for entry in moved.entries:
        assert entry.user is not None
        found = my_place(round, entry.user, noon)
        if not entry.rank_key:
            assert found["row"] is None
            continue
        rows = [*found["above"], found["row"], *found["below"]]
        assert found["row"]["key"] == entry.pk
        assert_consistent(rows, found["total"], moved)


def test_the_top_is_exact_at_any_moment(moved: Crowd, round: Round, noon: datetime) -> None:
    exact = moved.board()
    assert places(people_board(round, noon, Page(0, STEP))["rows"]) == exact[:STEP]


def test_renewed_milestones_are_exact_again(moved: Crowd, round: Round, noon: datetime) -> None:
    empty_cache()
    exact = moved.board()
    found = people_board(round, noon, Page(20, 20))
    assert (places(found["rows"]), found["total"]) == (exact[20:40], len(exact))


# -- What a read costs ----------------------------------------------------------------------------


@pytest.fixture
def long_board(round: Round, units: list[Unit], noon: datetime) -> Crowd:
    crowd = Crowd(round, units, [], seed=5)
    people_board(round, noon)
    return crowd


@pytest.mark.parametrize("offset", [0, 37])
def test_r7_a_page_is_few_queries(
    long_board: Crowd, round: Round, noon: datetime, offset: int,
    django_assert_num_queries: Any,
) -> None:  # fmt: skip
    """At the top its rows and the size of a paper, and nothing is counted; further down where
    the rows stand, and how far it is from a milestone."""
    with django_assert_num_queries(4 if offset else 2) as captured:
        people_board(round, noon, Page(offset))
    assert sum("COUNT" in query for query in statements(captured)) == (1 if offset else 0)


def test_r7_my_place_is_five_queries(
    long_board: Crowd, round: Round, noon: datetime, django_assert_num_queries: Any
) -> None:
    mine = long_board.entries[9]
    with django_assert_num_queries(5):
        my_place(round, mine.user, noon)  # type: ignore[arg-type]


def test_r7_units_are_one_scan(
    long_board: Crowd, round: Round, noon: datetime, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(4) as captured:
        units_board(round, noon)
    assert sum("contest_entry" in query for query in statements(captured)) == 1


def statements(captured: CaptureQueriesContext) -> list[str]:
    return [query["sql"] for query in captured.captured_queries]
