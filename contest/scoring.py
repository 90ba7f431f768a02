"""The one place where an attempt gets its result. Pure; whole numbers only, so ties are real."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contest.papers import PaperItem, bank_keys


@dataclass(frozen=True, slots=True)
class Result:
    """``points`` reached and ``correct`` questions out of ``total``."""

    points: int
    correct: int
    total: int


def is_right(ticked: frozenset[str], key: frozenset[str]) -> bool:
    """A question is right when exactly the right choices are ticked; a blank never is.

    The same rule serves single and multiple choice: ticking every choice of a multiple-choice
    question earns nothing unless all of them are right.
    """
    return bool(ticked) and ticked == key


def score(
    paper: Sequence[PaperItem],
    answers: Mapping[str, Sequence[str]],
    keys: Mapping[int, frozenset[str]],
) -> Result:
    """Score the answers of one paper; ``keys`` maps version id to the right bank keys."""
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
