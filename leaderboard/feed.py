"""Snapshots of projections: one text per board, computed once for everybody, shared by cache.

The text is the same over WebSocket and HTTP. Its ``version`` grows whenever the content changes
and survives restarts, because it is the time of the change in milliseconds.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.cache import cache

from contest.access import visible_round
from contest.events import change_tokens
from leaderboard.access import board_unit
from leaderboard.boards import PAGE, Page, people_board, units_board

BOARDS = {"people": people_board, "units": units_board}

# A board never takes more than a twentieth of a core: the dearer, the rarer.
COST_FACTOR, SHORTEST_S, LONGEST_S = 20, 0.5, 30.0
# Heals a lost wake, and changes made by another process that has no shared cache.
REFRESH_S = 5.0
_LIFETIME_S = 3600
_LOCK_S = 20
_WAITS, _WAIT_S = 20, 0.1


@dataclass(frozen=True, slots=True)
class Projection:
    """What is watched: a page of a round's board of ``people`` or ``units``.

    ``unit`` is the code of a unit to whose subtree the board is limited, "" for all.
    """

    round_id: int
    by: str
    offset: int = 0
    limit: int = PAGE
    unit: str = ""

    @property
    def key(self) -> str:
        return f"board:{self.round_id}:{self.by}:{self.offset}:{self.limit}:{self.unit}"

    def body(self) -> dict[str, Any]:
        """The board now, without version. Raises ``NotFound`` for what nobody may see."""
        round = visible_round(self.round_id)
        page = Page(self.offset, self.limit, board_unit(self.unit))
        return {
            "type": "board",
            "round": round.pk,
            "provisional": round.finalised_at is None,
            "frozen_at": None,
            **BOARDS[self.by](round, page),
        }


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A projection as text. ``computed_at`` (epoch s) and ``cost_s`` steer the next refresh.

    ``measured_s`` is what the last computation took by the wall clock; ``cost_s`` the smaller
    of the last two, so that one stall of the machine does not make a board stale for long.
    """

    version: int
    text: str
    digest: str
    token: str
    computed_at: float
    cost_s: float
    measured_s: float

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

    One caller computes, the others are served the last text meanwhile; where there is none
    yet, they wait for it.
    """
    lock = f"{projection.key}:computing"
    for _ in range(_WAITS):
        stored: Snapshot | None = cache.get(projection.key)
        token = change_tokens([projection.round_id])[projection.round_id]
        if stored and is_fresh(stored, token, time.time()):
            return stored
        if cache.add(lock, 1, _LOCK_S):
            try:
                return _renew(projection, stored, token)
            finally:
                cache.delete(lock)
        if stored:
            return stored
        time.sleep(_WAIT_S)
    return _renew(projection, None, token)


def _renew(projection: Projection, stored: Snapshot | None, token: str) -> Snapshot:
    fresh = _compute(projection, stored, token)
    cache.set(projection.key, fresh, _LIFETIME_S)
    return fresh


def _compute(projection: Projection, stored: Snapshot | None, token: str) -> Snapshot:
    started_at, started = time.time(), time.perf_counter()
    body = projection.body()
    digest = hashlib.sha256(_json(body).encode()).hexdigest()
    measured_s = time.perf_counter() - started
    # The first one is made with everything cold; it says nothing yet about the next.
    cost_s = min(measured_s, stored.measured_s) if stored else 0.0
    if stored and stored.digest == digest:
        version, text = stored.version, stored.text
    else:
        version = max(int(started_at * 1000), stored.version + 1 if stored else 0)
        updated_at = datetime.fromtimestamp(started_at, UTC).isoformat(timespec="milliseconds")
        text = _json({"version": version, "updated_at": updated_at, **body})
    return Snapshot(version, text, digest, token, started_at, cost_s, measured_s)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
