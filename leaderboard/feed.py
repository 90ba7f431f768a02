"""Snapshots of projections: one text per board, computed once for everybody, shared by cache.

The text is the same over WebSocket and HTTP. Its ``version`` grows whenever the content changes
and survives restarts, because it is the time of the change in milliseconds.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.core.cache import cache

from contest.access import visible_round
from contest.events import change_tokens
from leaderboard.boards import people_board, units_board

BOARDS = {"people": people_board, "units": units_board}

# A board never takes more than a twentieth of a core: the dearer, the rarer.
COST_FACTOR, SHORTEST_S, LONGEST_S = 20, 0.5, 30.0
# Heals a lost wake, and changes made by another process that has no shared cache.
REFRESH_S = 5.0
_LIFETIME_S = 3600
_LOCK_S = 20


@dataclass(frozen=True, slots=True)
class Projection:
    """What is watched: a round's board of ``people`` or ``units``."""

    round_id: int
    by: str

    @property
    def key(self) -> str:
        return f"board:{self.round_id}:{self.by}"

    def body(self) -> dict[str, Any]:
        """The board now, without version. Raises ``NotFound`` for a round nobody may see."""
        round = visible_round(self.round_id)
        return {
            "type": "board",
            "round": round.pk,
            "provisional": round.finalised_at is None,
            "frozen_at": None,
            **BOARDS[self.by](round),
        }


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A projection as text. ``computed_at`` (epoch s) and ``cost_s`` steer the next refresh."""

    version: int
    text: str
    digest: str
    token: str
    computed_at: float
    cost_s: float

    @property
    def etag(self) -> str:
        return f'"{self.version}"'


def pause_after(cost_s: float) -> float:
    """Seconds a snapshot is good for at least, from what its computation cost."""
    return min(max(COST_FACTOR * cost_s, SHORTEST_S), LONGEST_S)


def is_fresh(snapshot: Snapshot, token: str, now: float) -> bool:
    """Whether the snapshot may still be served: young, or unchanged and not yet due."""
    age = now - snapshot.computed_at
    if 0 <= age < pause_after(snapshot.cost_s):
        return True
    return token == snapshot.token and 0 <= age < max(REFRESH_S, pause_after(snapshot.cost_s))


def current(projection: Projection) -> Snapshot:
    """The projection's snapshot, computed anew only when it is due.

    One caller computes, the others are served the last text meanwhile.
    """
    stored: Snapshot | None = cache.get(projection.key)
    token = change_tokens([projection.round_id])[projection.round_id]
    if stored and is_fresh(stored, token, time.time()):
        return stored
    lock = f"{projection.key}:computing"
    if not cache.add(lock, 1, _LOCK_S) and stored:
        return stored
    try:
        fresh = _compute(projection, stored, token)
        cache.set(projection.key, fresh, _LIFETIME_S)
        return fresh
    finally:
        cache.delete(lock)


def _compute(projection: Projection, stored: Snapshot | None, token: str) -> Snapshot:
    started_at, started = time.time(), time.perf_counter()
    body = projection.body()
    digest = hashlib.sha256(_json(body).encode()).hexdigest()
    cost_s = time.perf_counter() - started
    if stored and stored.digest == digest:
        return replace(stored, token=token, computed_at=started_at, cost_s=cost_s)
    version = max(int(started_at * 1000), stored.version + 1 if stored else 0)
    updated_at = datetime.fromtimestamp(started_at, UTC).isoformat(timespec="milliseconds")
    text = _json({"version": version, "updated_at": updated_at, **body})
    return Snapshot(version, text, digest, token, started_at, cost_s)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
