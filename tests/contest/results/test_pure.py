"""Reasons, places, prizes and units as tables: pure rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.ordering import ELAPSED, LOTTERY, POINTS, PREDICTION, SUBMITTED_AT
from contest.results.figures import band
from contest.results.prizes import Award, Contender, Offer, already_won, awards
from contest.results.reasons import TIED, Line, why
from contest.results.table import places, ranks
from contest.results.units import MEAN, PERFECT, RATE, Tally, ranked_units, unit_awards

AT = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
ALL = [POINTS, PREDICTION, ELAPSED, SUBMITTED_AT, LOTTERY]


def line(
    points: int = 20,
    missed: str | None = "12",
    elapsed: int = 401_250,
    at: datetime = AT,
    lot: str = "00ab12cd34ef",
) -> Line:
    return Line(points, elapsed, at, None if missed is None else Decimal(missed), lot)


@pytest.mark.parametrize(
    ("lower", "sentence"),
    [
        (line(points=19), "20 điểm so với 19 điểm."),
        (line(missed="15"), "Cùng 20 điểm; dự đoán lệch 12 so với 15."),
        (line(missed="15.50000"), "Cùng 20 điểm; dự đoán lệch 12 so với 15,5."),
        (
            line(missed=None),
            "Cùng 20 điểm; có dự đoán, còn người kế tiếp không dự đoán.",
        ),
        (
            line(elapsed=405_000),
            "Cùng 20 điểm, dự đoán cùng lệch 12; làm bài trong 06:41 so với 06:45.",
        ),
        (
            line(elapsed=401_300),
            "Cùng 20 điểm, dự đoán cùng lệch 12; làm bài trong 06:41,250 so với 06:41,300.",
        ),
        (
            line(at=AT + timedelta(seconds=4)),
            "Cùng 20 điểm, dự đoán cùng lệch 12, cùng làm bài trong 06:41; nộp lúc 08:00:00 ngày "
            "09/03/2026 so với 08:00:04 ngày 09/03/2026.",
        ),
        (line(), TIED),
    ],
)
def test_why_names_the_first_key_that_differs(lower: Line, sentence: str) -> None:
    assert why(ALL, line(), lower) == sentence


def test_why_tells_lots_apart() -> None:
    keys = [POINTS, LOTTERY]
    assert why(keys, line(), line(lot="01cd00000000ff")) == (
        "Cùng 20 điểm; bốc thăm được số 00ab12cd34ef… so với 01cd00000000…."
    )


def test_equals_share_a_rank() -> None:
    assert list(ranks("abbcc")) == [1, 2, 2, 4, 4]
    assert list(ranks("")) == []


def test_places_count_in_divisions_too() -> None:
    found = places(["a", "b", "b", "c", "d"], [1, 2, 1, 1, 2])
    assert [place.rank for place in found] == [1, 2, 2, 4, 5]
    assert [place.division_rank for place in found] == [1, 1, 2, 3, 2]
    assert [place.is_tied for place in found] == [False, True, True, False, False]
    assert [place.below for place in found] == [2, 4, 3, -1, -1]


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from([None, 1, 2]))))
def test_a_rank_is_the_number_of_better_rows_plus_one(rows: list[tuple[str, int | None]]) -> None:
    rows = sorted(rows, key=lambda row: row[0])
    found = places([key for key, _ in rows], [division for _, division in rows])
    for (key, division), place in zip(rows, found, strict=True):
        assert place.rank == sum(other < key for other, _ in rows) + 1
        assert place.division_rank == sum(other < key and d == division for other, d in rows) + 1
        assert place.is_tied == (sum(other == key for other, _ in rows) > 1)


# -- Prizes ----------------------------------------------------------------------------------

LIST = [Offer("Nhất", 1), Offer("Nhì", 2), Offer("Ba", 2)]


def given_to(*ranks_and_passed: tuple[int, str] | int) -> dict[int, tuple[str, bool]]:
    """``{place in the list: (prize, whether there is a note)}``."""
    contenders = [
        Contender(key, *((item, "") if isinstance(item, int) else item))
        for key, item in enumerate(ranks_and_passed, start=1)
    ]
    return {key: (award.prize, bool(award.note)) for key, award in awards(LIST, contenders).items()}


def test_prizes_go_down_the_table() -> None:
    assert given_to(1, 2, 3, 4, 5, 6) == {
        1: ("Nhất", False), 2: ("Nhì", False), 3: ("Nhì", False),
        4: ("Ba", False), 5: ("Ba", False),
    }  # fmt: skip


def test_equals_inside_one_prize_need_no_note() -> None:
    assert given_to(1, 2, 2)[2] == given_to(1, 2, 2)[3] == ("Nhì", False)


def test_equals_at_a_boundary_share_the_better_prize() -> None:
    assert given_to(1, 1, 3, 4) == {
        1: ("Nhất", True), 2: ("Nhất", True), 3: ("Nhì", False), 4: ("Ba", False),
    }  # fmt: skip


def test_equals_at_the_end_all_get_the_last_prize() -> None:
    found = given_to(1, 2, 3, 4, 5, 5, 5, 8)
    assert [found.get(place) for place in (5, 6, 7, 8)] == [("Ba", True)] * 3 + [None]
    shared = awards([Offer("Ba", 1)], [Contender(1, 1), Contender(2, 1)])
    assert shared[1] == Award(
        "Ba", "Cùng nhận giải này với 1 người khác vì bằng nhau ở mọi tiêu chí."
    )


def test_whoever_is_passed_over_takes_no_place() -> None:
    found = given_to(1, (2, already_won(1)), 3, 4, 5, 6)
    assert found[2] == ("", True)
    assert [found[place][0] for place in (1, 3, 4, 5, 6)] == ["Nhất", "Nhì", "Nhì", "Ba", "Ba"]
    assert already_won(1) == "Đã nhận giải ở vòng 1 nên giải này dành cho người kế tiếp."


def test_nobody_is_passed_over_below_the_prizes() -> None:
    assert awards([Offer("Nhất", 1)], [Contender(1, 1), Contender(2, 2, "Đã nhận giải.")]) == {
        1: Award("Nhất")
    }


# -- Units and bands ---------------------------------------------------------------------------


def tally(unit: int, entrants: int, members: int | None, points: int, perfect: int) -> Tally:
    return Tally(unit, f"{unit:05d}", members, entrants, points, perfect)


UNITS = [tally(1, 5, 10, 80, 0), tally(2, 6, 12, 90, 3), tally(3, 40, None, 800, 3)]


def test_units_stand_by_rate_then_entrants() -> None:
    assert [(rank, t.unit) for rank, t in ranked_units(UNITS)] == [(1, 2), (2, 1), (3, 3)]
    equals = [tally(2, 6, 12, 0, 0), tally(1, 6, 12, 9, 9)]
    assert [(rank, t.unit) for rank, t in ranked_units(equals)] == [(1, 1), (1, 2)]


def test_unit_prizes_by_what_they_measure() -> None:
    one = [Offer("Tập thể", 1)]
    assert unit_awards(RATE, one, UNITS) == {1: "Tập thể", 2: "Tập thể"}
    assert unit_awards(MEAN, one, UNITS) == {3: "Tập thể"}
    assert unit_awards(PERFECT, [Offer("Tập thể", 3)], UNITS) == {2: "Tập thể", 3: "Tập thể"}


def test_bands_have_the_share_of_right_answers() -> None:
    shares = [(20, 20, True), (19, 20, False), (15, 20, False), (14, 20, False)]
    assert [band(*share) for share in shares] == ["full", "high", "high", "middle"]
    assert [band(5, 20, False), band(4, 20, False)] == ["middle", "low"]
