"""Two versions of a text, clause by clause and word by word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.documents.differences import (
    MOST_COMPARED,
    Piece,
    changes,
    counts,
    says_the_same,
    word_changes,
)


def test_every_clause_is_told_once_in_order() -> None:
    old = {"a:1": "giữ vườn", "a:2": "trồng lê", "a:3": "nuôi cá"}
    new = {"a:1": "giữ vườn", "a:3": "nuôi tôm", "a:4": "làm đường"}
    found = changes(old, new)
    assert [(change.code, change.kind) for change in found] == [
        ("a:1", "unchanged"),
        ("a:2", "removed"),
        ("a:3", "changed"),
        ("a:4", "added"),
    ]
    assert counts(found) == {"added": 1, "removed": 1, "changed": 1, "unchanged": 1}


def test_a_removed_first_clause_comes_first() -> None:
    assert [c.code for c in changes({"a:1": "x", "a:2": "y"}, {"a:2": "y"})] == ["a:1", "a:2"]


def test_changed_words_are_marked() -> None:
    assert word_changes("trồng 20.000 cây mận", "trồng 25.000 cây mận non") == (
        Piece("same", "trồng"),
        Piece("removed", "20.000"),
        Piece("added", "25.000"),
        Piece("same", "cây mận"),
        Piece("added", "non"),
    )


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("thực hiệnNghị quyết", "thực hiện Nghị quyết", True),
        ("cấp uỷ hoà bình", "cấp ủy hòa bình", True),
        ("của cải", "cuả cải", True),
        ("ba bà", "bà ba", False),
        ("cấp uỷ", "cấp úy", False),
        ("trồng mận", "trồng mận.", False),
    ],
)
def test_blanks_and_places_of_tones_are_no_change(old: str, new: str, same: bool) -> None:
    assert says_the_same(old, new) is same
    assert (changes({"a:1": old}, {"a:1": new})[0].kind == "unchanged") is same


words = st.lists(st.sampled_from(["a", "b", "uỷ", "ủy", "cá"]), max_size=12).map(" ".join)


@given(old=words, new=words)
def test_the_pieces_give_back_the_new_text(old: str, new: str) -> None:
    pieces = word_changes(old, new)
    assert " ".join(p.text for p in pieces if p.kind != "removed") == new
    assert len(" ".join(p.text for p in pieces if p.kind != "added")) == len(old)


def test_a_clause_of_absurd_length_is_not_compared_word_by_word() -> None:
    old, new = "a " * MOST_COMPARED, "a " * MOST_COMPARED + "b"
    kinds = [piece.kind for piece in word_changes(old, new)]
    assert kinds == ["removed", "added"]
