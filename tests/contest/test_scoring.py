"""Scoring and receipts (Q7, Q9)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.ordering import Standing, rank_key
from contest.papers import PaperItem
from contest.scoring import Key, Result, is_right, receipt, score

AT = datetime(2026, 3, 9, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("type", "given", "key", "right"),
    [
        ("single", "b", "b", True),
        ("fill", "b", "b", True),
        ("fill", "a", "b", False),
        ("single", "", "b", False),
        ("single", "a", "b", False),
        ("multiple", "ac", "ac", True),
        ("multiple", "ca", "ac", True),
        ("multiple", "a", "ac", False),
        ("multiple", "abcd", "ac", False),
        ("multiple", "", "", False),
        ("order", "cadb", "cadb", True),
        ("order", "abcd", "cadb", False),
        ("order", "cad", "cadb", False),
        ("order", "", "cadb", False),
        ("match", "bca", "bca", True),
        ("match", "bac", "bca", False),
        ("match", "bc", "bca", False),
    ],
)
def test_q9_only_exactly_the_right_choices_are_right(
    type: str, given: str, key: str, right: bool
) -> None:
    assert is_right(given, Key(type, tuple(key))) is right


@given(
    type=st.sampled_from(["order", "match"]),
    given=st.lists(st.sampled_from(["", *"abcd"]), max_size=4),
    key=st.permutations("abcd"),
)
def test_a_sequence_earns_only_when_complete_and_in_place(
    type: str, given: list[str], key: list[str]
) -> None:
    assert is_right(given, Key(type, tuple(key))) is (given == key)


def test_points_follow_the_paper_whatever_the_order_shown() -> None:
    paper: list[PaperItem] = [
        {"v": 1, "c": ["c", "a", "d", "b"], "p": 3},
        {"v": 2, "c": ["a", "b"], "p": 1},
        {"v": 3, "c": ["b", "a"], "p": 1},
        {"v": 4, "c": ["c", "a", "b"], "p": 5},
        {"v": 5, "c": ["b", "c", "a"], "p": 7},
    ]
    keys = {
        1: Key("multiple", ("b", "c")), 2: Key("single", ("b",)), 3: Key("true_false", ("b",)),
        4: Key("order", ("b", "a", "c")), 5: Key("match", ("c", "a", "b")),
    }  # fmt: skip
    answers = {"1": ["a", "d"], "2": ["a"], "3": ["a"], "4": ["c", "b", "a"], "5": ["", "c", "a"]}
    assert score(paper, answers, keys) == Result(9, 3, 5)
    assert score(paper, answers | {"5": ["b", "c", "a"]}, keys) == Result(16, 4, 5)
    assert score(paper, {}, keys) == Result(0, 0, 5)


def test_a_receipt_fits_only_its_result() -> None:
    code = receipt({"b": 1, "a": "Đ"})
    assert code == receipt({"a": "Đ", "b": 1})
    assert code != receipt({"a": "Đ", "b": 2})
    assert [len(part) for part in code.split("-")] == [4, 4, 4, 4]


BETTER = [
    (["points", "elapsed"], Standing(20, 90_000, AT), Standing(19, 45_000, AT)),
    (["points", "elapsed"], Standing(20, 45_000, AT), Standing(20, 45_001, AT)),
    (
        ["points", "prediction", "submitted_at"],
        Standing(20, 90_000, AT),
        Standing(20, 45_000, AT + timedelta(milliseconds=1)),
    ),
    (["points"], Standing(100, 1, AT), Standing(9, 1, AT)),
]


@pytest.mark.parametrize(("keys", "better", "worse"), BETTER)
def test_the_key_sorts_as_the_rule_says(keys: list[str], better: Standing, worse: Standing) -> None:
    assert rank_key(keys, better) < rank_key(keys, worse)


def test_equal_on_every_key_is_a_true_tie() -> None:
    assert rank_key(["points", "elapsed"], Standing(20, 45_000, AT)) == rank_key(
        ["points", "elapsed"], Standing(20, 45_000, AT + timedelta(hours=1))
    )


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(ValueError, match="luck"):
        rank_key(["points", "luck"], Standing(1, 1, AT))
