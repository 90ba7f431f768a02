"""The one place where an attempt gets its result. Pure; whole numbers only, so ties are real."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contest.papers import PaperItem, bank_keys
from quizzes.banks import settled_answer


@dataclass(frozen=True, slots=True)
class Result:
    """``points`` reached and ``correct`` questions out of ``total``."""

    points: int
    correct: int
    total: int


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
    paper: Sequence[PaperItem], answers: Mapping[str, Sequence[str]], keys: Mapping[int, Key]
) -> Result:
    """Score the answers of one paper; ``keys`` tells by version id what is right."""
    points = correct = 0
    for number, item in enumerate(paper, start=1):
        if is_right(bank_keys(item, answers.get(str(number), ())), keys[item["v"]]):
            correct += 1
            points += item["p"]
    return Result(points, correct, len(paper))


def receipt(canonical: Mapping[str, Any]) -> str:
    """A code such as ``7QKM-4D9X-H3TR-2WBV`` that fits only this result.

    80 bits of the SHA-256 of the sorted, compact UTF-8 JSON of ``canonical`` in base 32.
    """
    text = json.dumps(canonical, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).digest()[:10]
    code = base64.b32encode(digest).decode()
    return "-".join(code[i : i + 4] for i in range(0, 16, 4))
