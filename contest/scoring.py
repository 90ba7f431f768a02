"""The one place where an attempt gets its result. Pure; whole numbers only, so ties are real."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contest.papers import PaperItem, bank_keys
from contest.proofs import canonical
from contest.rulings import CREDIT, DROP, Verdict
from quizzes.banks import settled_answer


@dataclass(frozen=True, slots=True)
class Result:
    """``points`` reached and ``correct`` questions out of the ``total`` that count."""

    points: int
    correct: int
    total: int

    @property
    def is_perfect(self) -> bool:
        return 0 < self.total == self.correct


@dataclass(frozen=True, slots=True)
class Key:
    """What is right: the bank keys as settled for the type of question."""

    type: str
    answer: tuple[str, ...]


def is_right(given: Iterable[str], key: Key) -> bool:
    """A question is right when exactly the right bank keys are given; a blank never is.

    One rule for all types: ticking every choice earns nothing unless all of them are right, and
    a sequence earns nothing unless every key is in its place.
    """
    answer = settled_answer(key.type, given)
    return any(answer) and answer == key.answer


def score(
    paper: Sequence[PaperItem],
    answers: Mapping[str, Sequence[str]],
    keys: Mapping[int, Key],
    verdicts: Mapping[int, Verdict] | None = None,
) -> Result:
    """Score the answers of one paper.

    ``keys`` tells by version id what is right, ``verdicts`` what was decided afterwards about
    a version: credited to everybody, dropped, or further answers accepted.
    """
    points = correct = total = 0
    for number, item in enumerate(paper, start=1):
        verdict = (verdicts or {}).get(item["v"], _NO_VERDICT)
        if verdict.void == DROP:
            continue
        total += 1
        given = bank_keys(item, answers.get(str(number), ()))
        if verdict.void == CREDIT or counts_as_right(given, keys[item["v"]], verdict):
            correct += 1
            points += item["p"]
    return Result(points, correct, total)


_NO_VERDICT = Verdict()


def counts_as_right(given: Sequence[str], key: Key, verdict: Verdict) -> bool:
    """Whether bank keys are right by the question's key or by one accepted afterwards."""
    return is_right(given, key) or any(
        is_right(given, Key(key.type, settled_answer(key.type, accepted)))
        for accepted in verdict.accepted
    )


def receipt(result: Mapping[str, Any]) -> str:
    """A code such as ``7QKM-4D9X-H3TR-2WBV`` that fits only this result.

    80 bits of the SHA-256 of the canonical JSON of ``result`` in base 32.
    """
    digest = hashlib.sha256(canonical(result)).digest()[:10]
    code = base64.b32encode(digest).decode()
    return "-".join(code[i : i + 4] for i in range(0, 16, 4))


def essay_digest(text: str) -> str:
    """SHA-256 in hexadecimal: what a receipt says of an essay."""
    return hashlib.sha256(text.encode()).hexdigest()
