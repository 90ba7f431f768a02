"""Which save wins: the stated rule for retries, two tabs and two devices. Pure.

A client numbers its saves with ``rev``, always above the number it last saw. The first save to
arrive with a number is taken; the same save again is answered again; anything else is stale.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any


class Verdict(Enum):
    NEW = "new"
    REPLAY = "replay"
    STALE = "stale"


def normalised(answers: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Answers with each question's letters sorted, the form that is stored and compared."""
    return {number: sorted(letters) for number, letters in answers.items()}


def judge(
    journal: Sequence[Sequence[Any]], stored_rev: int, rev: int, change: Mapping[str, Sequence[str]]
) -> Verdict:
    """Whether the save numbered ``rev`` is new, a replay of one taken before, or stale.

    ``journal`` is the attempt's list of ``[rev, ms, {answers}]``.
    """
    if rev > stored_rev:
        return Verdict.NEW
    wanted = normalised(change)
    if any(taken == rev and answers == wanted for taken, _, answers in journal):
        return Verdict.REPLAY
    return Verdict.STALE
