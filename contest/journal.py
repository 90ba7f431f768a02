"""Which save wins: the stated rule for retries, two tabs and two devices. Pure.

A client numbers its saves with ``rev``, always above the number it last saw. The first save to
arrive with a number is taken; the same save again is answered again; anything else is stale.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

# Many times what somebody taps: a page that runs wild is stopped, nobody else is.
SAVES_A_MINUTE = 240


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


def is_flooded(journal: Sequence[Sequence[Any]], elapsed_ms: int) -> bool:
    """Whether ``SAVES_A_MINUTE`` saves were taken within the minute before ``elapsed_ms``, which
    counts from the start as the journal does."""
    if len(journal) < SAVES_A_MINUTE:
        return False
    return int(journal[-SAVES_A_MINUTE][1]) > elapsed_ms - 60_000
