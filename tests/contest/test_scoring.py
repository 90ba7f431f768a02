"""Scoring and receipts (Q7, Q9)."""

from datetime import UTC, datetime, timedelta

import pytest

from contest.ordering import Standing, rank_key
from contest.papers import PaperItem
from contest.scoring import Result, is_right, receipt, score

AT = datetime(2026, 3, 9, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ticked", "key", "right"),
    [
        ("b", "b", True),
        ("", "b", False),
        ("a", "b", False),
        ("ac", "ac", True),
        ("a", "ac", False),
        ("abcd", "ac", False),
        ("", "", False),
    ],
)
def test_q9_only_exactly_the_right_choices_are_right(ticked: str, key: str, right: bool) -> None:
    assert is_right(frozenset(ticked), frozenset(key)) is right


def test_points_follow_the_paper_whatever_the_order_shown() -> None:
    paper: list[PaperItem] = [
        {"v": 1, "c": ["c", "a", "d", "b"], "p": 3},
        {"v": 2, "c": ["a", "b"], "p": 1},
        {"v": 3, "c": ["b", "a"], "p": 1},
    ]
    keys = {1: frozenset("cb"), 2: frozenset("b"), 3: frozenset("b")}
    assert score(paper, {"1": ["a", "d"], "2": ["a"], "3": ["a"]}, keys) == Result(4, 2, 3)
    assert score(paper, {}, keys) == Result(0, 0, 3)


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
