"""Strategies of people who have not read the text, on questions worked out by hand."""

from __future__ import annotations

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes import guessing
from quizzes.banks import BankQuestion
from quizzes.guessing import STRATEGIES, measure


def _question(texts: list[str], answer: str = "a", stem: str = "Hỏi gì?") -> BankQuestion:
    kind = "single" if len(answer) == 1 else "multiple"
    choices = tuple(zip("abcd", texts, strict=False))
    return BankQuestion("X-1", kind, "easy", "1", stem, choices, tuple(answer), "q", "e")


GUESSES = [
    ("longest", guessing.longest, ["dài hơn cả", "ngắn", "vừa vừa", "bé"], "a", F(1)),
    ("longest misses", guessing.longest, ["dài hơn cả", "ngắn", "vừa vừa", "bé"], "b", F(0)),
    ("longest shared", guessing.longest, ["mười hai", "mười bảy", "ba", "tư"], "a", F(1, 2)),
    ("shortest", guessing.shortest, ["dài hơn cả", "ngắn", "vừa vừa", "bé"], "d", F(1)),
    ("number", STRATEGIES["duy nhất có con số"], ["năm 2030", "xa", "gần", "đâu"], "a", F(1)),
    ("two numbers", STRATEGIES["duy nhất có con số"], ["2030", "2025", "x", "y"], "a", F(1, 4)),
    ("hedge", STRATEGIES["duy nhất có từ rào đón"], ["A", "từng bước làm", "B", "C"], "b", F(1)),
    ("absolute", STRATEGIES["duy nhất có từ tuyệt đối"], ["A", "mọi người", "B", "C"], "c", F(0)),
    ("chỉ tiêu", STRATEGIES["duy nhất có từ tuyệt đối"], ["A", "chỉ tiêu", "B", "C"], "b", F(1, 4)),
    (
        "tín chỉ",
        STRATEGIES["duy nhất có từ tuyệt đối"],
        ["A", "tín chỉ rừng", "B", "C"],
        "b",
        F(1, 4),
    ),
    ("centre", guessing.most_similar, ["một hai", "một ba", "bốn hai", "năm sáu"], "a", F(1)),
    ("outsider", guessing.least_similar, ["một hai", "một ba", "bốn hai", "năm sáu"], "d", F(1)),
    ("grid", guessing.most_similar, ["một hai", "một ba", "bốn hai", "bốn ba"], "a", F(1, 4)),
    ("both keys", guessing.longest, ["dài nhất đây", "dài nhì đó", "ba", "tư"], "ab", F(1)),
    ("one of two", guessing.longest, ["dài nhất đây", "ba ba", "tư tư", "x"], "ab", F(1, 2)),
]


@pytest.mark.parametrize(
    ("strategy", "texts", "answer", "rate"), [g[1:] for g in GUESSES], ids=[g[0] for g in GUESSES]
)
def test_hits_of_one_question(strategy, texts, answer, rate) -> None:
    assert measure(strategy, [_question(texts, answer)]).rate == rate


def test_echo_of_the_stem() -> None:
    asked = _question(
        ["bảo vệ rừng", "mở cửa khẩu", "xây đường", "dạy nghề"], stem="Vì sao giữ rừng?"
    )
    assert measure(guessing.stem_echo, [asked]).rate == 1


def test_figures_tell_where_a_strategy_decides() -> None:
    questions = [
        _question(["dài nhất", "ba", "tư", "năm"]),
        _question(["một", "hai", "bốn", "sáu"], "b"),
    ]
    figure = measure(STRATEGIES["duy nhất có con số"], questions)
    assert (figure.decided, figure.rate, figure.chance) == (0, F(1, 4), F(1, 4))
    figure = measure(guessing.longest, [questions[0], _question(["ba"] * 4)])
    assert (figure.decided, figure.decided_rate, figure.rate) == (1, F(1), F(5, 8))
    assert figure.is_too_good


def test_nothing_to_guess_is_not_too_good() -> None:
    assert not measure(guessing.longest, []).is_too_good


@given(
    st.lists(st.text("abc ", max_size=6), min_size=4, max_size=4),
    st.sampled_from([2, 1, 3]),
    st.sampled_from(sorted(STRATEGIES)),
)
def test_over_all_possible_keys_every_strategy_is_chance(texts, size, name) -> None:
    """Summed over every key there could be, a guess hits exactly once."""
    from itertools import combinations

    keys = ["".join(key) for key in combinations("abcd", size)]
    rates = [measure(STRATEGIES[name], [_question(texts, key)]).rate for key in keys]
    if size == 1:
        assert sum(rates) == 1
    else:
        assert all(0 <= rate <= 1 for rate in rates)
