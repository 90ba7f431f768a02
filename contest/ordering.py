"""A round's ranking rule compiled into one sortable text, so that any rule is one index scan.

Pure. Smaller text ranks higher; equal texts are a true tie. While a round is open the truth of
its prediction is unknown and its secret unpublished, so a live key leaves prediction and
lottery out and the board is provisional.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

POINTS, PREDICTION, ELAPSED, SUBMITTED_AT = "points", "prediction", "elapsed", "submitted_at"
LOTTERY = "lottery"
DEFAULT_KEYS = [POINTS, PREDICTION, ELAPSED, SUBMITTED_AT]
ALL_KEYS = [*DEFAULT_KEYS, LOTTERY]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_POINTS = 10**7
# Behind every distance there can be: who predicted nothing ranks after all who did.
_NO_DISTANCE = Decimal(10) ** 9


@dataclass(frozen=True, slots=True)
class Standing:
    """What a finished attempt brings into the ranking. Points are whole, times in ms."""

    points: int
    elapsed_ms: int
    submitted_at: datetime


def rank_key(keys: Sequence[str], standing: Standing) -> str:
    """The key of a live board: prediction and lottery are left out.

    Digits only, so that every database collation sorts it alike. ``keys`` is the round's
    ordered list; raises ``ValueError`` for an unknown key.
    """
    return _joined(keys, {**_known(standing), PREDICTION: "", LOTTERY: ""})


def final_key(
    keys: Sequence[str], standing: Standing, *, distance: Decimal | None, lot: str
) -> str:
    """The key of the final table. ``distance``: to the truth, None for no prediction or no
    prediction question; ``lot``: hexadecimal, see ``lottery_lot``."""
    missed = _NO_DISTANCE if distance is None else distance
    parts = {
        **_known(standing),
        PREDICTION: f"{int(missed * 100_000):015d}",
        LOTTERY: f"{int(lot[:16], 16):020d}",
    }
    return _joined(keys, parts)


def lottery_lot(round_secret: str, entry_id: int) -> str:
    """The documented lottery: ``HMAC-SHA256(secret, "lottery:entry")``; the smallest wins.

    Fixed before the round opens by the published hash of the secret, unknown to all until the
    secret is published, and then anybody can compute it.
    """
    message = f"lottery:{entry_id}".encode()
    return hmac.new(round_secret.encode(), message, hashlib.sha256).hexdigest()


def _known(standing: Standing) -> dict[str, str]:
    handed_in = (standing.submitted_at - _EPOCH) // timedelta(milliseconds=1)
    return {
        POINTS: f"{_MOST_POINTS - standing.points:08d}",
        ELAPSED: f"{standing.elapsed_ms:010d}",
        SUBMITTED_AT: f"{handed_in:014d}",
    }


def _joined(keys: Sequence[str], parts: dict[str, str]) -> str:
    if unknown := [key for key in keys if key not in parts]:
        raise ValueError(f"unknown ranking keys: {', '.join(unknown)}")
    return "".join(parts[key] for key in keys)
