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


def judge(
    journal: Sequence[Sequence[Any]], stored_rev: int, rev: int, change: Mapping[str, list[str]]
) -> Verdict:
    """Whether the save numbered ``rev`` is new, a replay of one taken before, or stale.

    ``journal`` is the attempt's list of ``[rev, ms, {answers}]``; ``change`` is settled as they
    are.
    """
    if rev > stored_rev:
        return Verdict.NEW
    if any(taken == rev and answers == change for taken, _, answers in journal):
        return Verdict.REPLAY
    return Verdict.STALE
