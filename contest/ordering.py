"""A round's ranking rule compiled into one sortable text, so that any rule is one index scan.

Pure. Smaller text ranks higher; equal texts are a true tie. The prediction's truth is unknown
while a round is open, so a live key leaves it out and the board is provisional.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

POINTS, PREDICTION, ELAPSED, SUBMITTED_AT = "points", "prediction", "elapsed", "submitted_at"
DEFAULT_KEYS = [POINTS, PREDICTION, ELAPSED, SUBMITTED_AT]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_POINTS = 10**7


@dataclass(frozen=True, slots=True)
class Standing:
    """What a finished attempt brings into the ranking. Points are whole, times in ms."""

    points: int
    elapsed_ms: int
    submitted_at: datetime


def rank_key(keys: Sequence[str], standing: Standing) -> str:
    """Digits only, so that every database collation sorts it alike.

    ``keys`` is the round's ordered list; raises ``ValueError`` for an unknown key.
    """
    parts = {
        POINTS: f"{_MOST_POINTS - standing.points:08d}",
        PREDICTION: "",
        ELAPSED: f"{standing.elapsed_ms:010d}",
        SUBMITTED_AT: f"{(standing.submitted_at - _EPOCH) // timedelta(milliseconds=1):014d}",
    }
    if unknown := [key for key in keys if key not in parts]:
        raise ValueError(f"unknown ranking keys: {', '.join(unknown)}")
    return "".join(parts[key] for key in keys)
