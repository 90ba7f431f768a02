"""How often somebody who has not read the text guesses right by the form of the options. Pure.

Each strategy gives every option a score and ticks the highest ones, as many as there are keys;
options that score the same share the guess. Where a strategy has nothing to say (all the same,
no option with a number) its follower guesses blindly, so every figure is comparable to chance.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb

from accounts.text import fold
from quizzes.banks import BankQuestion

# A strategy may be this much better than chance.
LIMIT = Fraction(5, 4)
GUESSABLE = ("single", "multiple", "fill")

_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d")
_HEDGE = re.compile(
    r"\b(có thể|thường|chủ yếu|một số|từng bước|khi đủ điều kiện|nhìn chung|phần lớn|"
    r"tương đối|dần|nếu có)\b",
    re.IGNORECASE,
)
_ABSOLUTE = re.compile(
    r"\b(duy nhất|mọi|tất cả|luôn|toàn bộ|hoàn toàn|tuyệt đối|bất kỳ|không bao giờ|"
    r"(?<!địa )(?<!tín )(?<!chứng )(?<!tôn )chỉ(?! (?:tiêu|đạo|số|huy|thị|dẫn|định)))\b",
    re.IGNORECASE,
)

Scores = Sequence[Fraction | int]
Strategy = Callable[[BankQuestion], Scores]


@dataclass(frozen=True, slots=True)
class Figure:
    """What a strategy reached over some questions.

    ``rate`` and ``chance`` are shares of all of them, ``decided`` counts those where the
    strategy told options apart, ``decided_rate`` is a share of these.
    """

    questions: int
    rate: Fraction
    chance: Fraction
    decided: int
    decided_rate: Fraction

    @property
    def is_too_good(self) -> bool:
        return self.rate >= LIMIT * self.chance > 0


def guessable(questions: Iterable[BankQuestion]) -> list[BankQuestion]:
    """The questions whose options can betray the key: one or several of a list."""
    return [question for question in questions if question.type in GUESSABLE]


def measure(strategy: Strategy, questions: Sequence[BankQuestion]) -> Figure:
    """How a follower of the strategy fares on the questions."""
    hits = chance = decided_hits = Fraction(0)
    decided = 0
    for question in questions:
        scores = strategy(question)
        hit = _hit(question, scores)
        hits += hit
        chance += Fraction(1, comb(len(question.choices), len(question.answer)))
        if len(set(scores)) > 1:
            decided += 1
            decided_hits += hit
    return Figure(
        questions=len(questions),
        rate=_share(hits, len(questions)),
        chance=_share(chance, len(questions)),
        decided=decided,
        decided_rate=_share(decided_hits, decided),
    )


def _share(sum_: Fraction, count: int) -> Fraction:
    return sum_ / count if count else Fraction(0)


def _hit(question: BankQuestion, scores: Scores) -> Fraction:
    """The chance of ticking exactly the keys when the highest scores are ticked."""
    wanted = len(question.answer)
    cut = sorted(scores, reverse=True)[wanted - 1]
    keys = [key for key, _ in question.choices]
    sure = {key for key, score in zip(keys, scores, strict=True) if score > cut}
    tied = {key for key, score in zip(keys, scores, strict=True) if score == cut}
    right = set(question.answer)
    if not (sure <= right <= sure | tied):
        return Fraction(0)
    return Fraction(1, comb(len(tied), wanted - len(sure)))


def _texts(question: BankQuestion) -> list[str]:
    return [text for _, text in question.choices]


def words(text: str) -> frozenset[str]:
    """The different words of a text, without case and marks."""
    return frozenset(_WORD.findall(fold(text)))


def similarity(one: frozenset[str], other: frozenset[str]) -> Fraction:
    """Shared words as a share of all the words of both (Jaccard)."""
    return Fraction(len(one & other), len(one | other)) if one | other else Fraction(0)


def longest(question: BankQuestion) -> Scores:
    return [len(text) for text in _texts(question)]


def shortest(question: BankQuestion) -> Scores:
    return [-len(text) for text in _texts(question)]


def stem_echo(question: BankQuestion) -> Scores:
    """Words shared with the stem."""
    stem = words(question.stem)
    return [len(stem & words(text)) for text in _texts(question)]


def most_similar(question: BankQuestion) -> Scores:
    """Likeness to all the other options together."""
    sets = [words(text) for text in _texts(question)]
    return [
        sum((similarity(one, other) for other in sets), Fraction(0)) - similarity(one, one)
        for one in sets
    ]


def least_similar(question: BankQuestion) -> Scores:
    return [-score for score in most_similar(question)]


def only_with(pattern: re.Pattern[str]) -> Strategy:
    """Tick the options that alone have a mark, when there are exactly as many as keys."""

    def strategy(question: BankQuestion) -> Scores:
        marked = [int(bool(pattern.search(text))) for text in _texts(question)]
        return marked if sum(marked) == len(question.answer) else [0] * len(marked)

    return strategy


STRATEGIES: dict[str, Strategy] = {
    "phương án dài nhất": longest,
    "phương án ngắn nhất": shortest,
    "nhiều từ chung với câu dẫn nhất": stem_echo,
    "duy nhất có con số": only_with(_NUMBER),
    "duy nhất có từ rào đón": only_with(_HEDGE),
    "duy nhất có từ tuyệt đối": only_with(_ABSOLUTE),
    "giống các phương án khác nhất": most_similar,
    "khác các phương án khác nhất": least_similar,
}
