"""Ranks with ties (R1)."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.results.units import unit_order
from leaderboard.ranking import ranked


@pytest.mark.parametrize(
    ("keys", "ranks"),
    [([], []), ("a", [1]), ("abbc", [1, 2, 2, 4]), ("aaab", [1, 1, 1, 4]), ("abcd", [1, 2, 3, 4])],
)
def test_r1_equal_keys_share_a_rank(keys: str, ranks: list[int]) -> None:
    assert [rank for rank, _ in ranked(keys, lambda k: k)] == ranks


def test_a_page_goes_on_where_the_last_one_ended() -> None:
    rows = ranked("bbc", lambda k: k, offset=2, first_rank=2)
    assert list(rows) == [(2, "b"), (2, "b"), (5, "c")]


@given(st.lists(st.integers(0, 5), max_size=30), st.integers(0, 29))
def test_any_page_has_the_ranks_of_the_whole(keys: list[int], offset: int) -> None:
    keys.sort()
    whole = list(ranked(keys, lambda k: k))
    page = keys[offset:]
    first = sum(key < page[0] for key in keys) + 1 if page else None
    assert list(ranked(page, lambda k: k, offset=offset, first_rank=first)) == whole[offset:]


def test_units_rank_by_exact_rate_then_entrants_and_undeclared_last() -> None:
    units = {"half": (5, 10), "half big": (50, 100), "third": (1, 3), "none": (999, None)}
    assert sorted(units, key=lambda u: unit_order(*units[u])) == [
        "half big",
        "half",
        "third",
        "none",
    ]
    assert unit_order(1, 3)[1] == -Fraction(1, 3)
