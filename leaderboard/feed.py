"""Snapshots of projections: one text each, computed once for everybody, shared by cache.

The text is the same over WebSocket and HTTP. Its ``version`` grows whenever the content changes
and survives restarts, because it is the time of the change in milliseconds. Beside the text lies
its small *head*: whether a board is due is decided without reading any text.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from django.core.cache import cache

from contest.events import token_key

# A board never takes more than a twentieth of a core: the dearer, the rarer.
COST_FACTOR, SHORTEST_S, LONGEST_S = 20, 0.5, 30.0
# Heals a lost wake, and changes made by another process that has no shared cache.
REFRESH_S = 5.0
# Whatever is watched is renewed within LONGEST_S; a page that somebody asked for once soon goes.
KEPT_S, KEPT_ONCE_S = 300, 20
_LOCK_S = 20
_REMEMBERED = 8
_WAITS, _WAIT_S = 20, 0.1


class Projection(Protocol):
    """Something that is watched: one JSON text for everybody who watches it. Hashable."""

    @property
    def round_id(self) -> int:
        """The round whose changes make it due."""

    @property
    def key(self) -> str:
        """Names it in the cache; equal keys, equal texts."""

    def body(self) -> dict[str, Any]:
        """What it says now, without version. Raises ``NotFound`` for what nobody may see."""


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a text without reading it.

    ``computed_at`` is in epoch seconds; ``took_s`` what the last computations took by the wall
    clock, newest last.
    """

    version: int
    digest: str
    token: str
    computed_at: float
    took_s: tuple[float, ...]

    @property
    def cost_s(self) -> float:
        """What a computation costs: the shortest of the last ones, because a busy process makes
        most of them wait. The first was made with everything cold and says nothing alone."""
        return min(self.took_s) if len(self.took_s) > 1 else 0.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A projection as text, and its head."""

    head: Head
    text: str

    @property
    def version(self) -> int:
        return self.head.version

    @property
    def computed_at(self) -> float:
        return self.head.computed_at

    @property
    def etag(self) -> str:
        return f'"{self.version}"'


@dataclass(frozen=True, slots=True)
class Sight:
    """How a projection stands: the version that is stored (0: none) and how many seconds it is
    still good for; 0 or less means that it is due."""

    version: int
    due_in_s: float


def pause_after(cost_s: float) -> float:
    """Seconds a snapshot is good for at least, from what its computation cost."""
    return min(max(COST_FACTOR * cost_s, SHORTEST_S), LONGEST_S)


def due_in(head: Head, token: str, now: float) -> float:
    """Seconds until a text is computed anew: after its pause when the round's token changed,
    after the slow refresh otherwise. 0 or less: now."""
    age = now - head.computed_at
    if age < 0:  # the clock was set back
        return 0.0
    pause = pause_after(head.cost_s)
    return (pause if token != head.token else max(REFRESH_S, pause)) - age


def look(projections: Collection[Projection]) -> dict[Projection, Sight]:
    """How all these projections stand: one read of the cache, whatever their number."""
    keys = {token_key(p.round_id) for p in projections} | {p.key for p in projections}
    found, now = cache.get_many(keys), time.time()
    sights = {}
    for projection in projections:
        head = _head(found.get(projection.key))
        token = found.get(token_key(projection.round_id), "")
        due_in_s = due_in(head, token, now) if head else -LONGEST_S
        sights[projection] = Sight(head.version if head else 0, due_in_s)
    return sights


def current(projection: Projection, floor: int = 0, *, kept_s: int = KEPT_S) -> Snapshot:
    """The projection's snapshot, computed anew only when it is due or older than the version
    ``floor``, which the caller has sent already. ``kept_s``: seconds it stays in the cache.

    One caller computes, the others are served the last text meanwhile; where there is none
    yet, they wait for it.
    """
    lock = f"{projection.key}:computing"
    for _ in range(_WAITS):
        stored, head, token = _stored(projection)
        if stored and stored.version >= floor and due_in(stored.head, token, time.time()) > 0:
            return stored
        if cache.add(lock, 1, _LOCK_S):
            try:
                return _renew(projection, head, token, floor, kept_s)
            finally:
                cache.delete(lock)
        if stored:
            return stored
        time.sleep(_WAIT_S)
    return _renew(projection, None, token, floor, kept_s)


def _stored(projection: Projection) -> tuple[Snapshot | None, Head | None, str]:
    """What the cache holds: the snapshot where it is whole, its head, and the round's token."""
    text_key, changed_key = _text_key(projection), token_key(projection.round_id)
    found = cache.get_many([projection.key, text_key, changed_key])
    head, (version, text) = _head(found.get(projection.key)), found.get(text_key, (0, ""))
    # Another process may have written between the two: then the next look finds them whole.
    whole = Snapshot(head, text) if head and head.version == version else None
    return whole, head, found.get(changed_key, "")


def _renew(
    projection: Projection, head: Head | None, token: str, floor: int, kept_s: int
) -> Snapshot:
    fresh = _compute(projection, head, token, floor)
    text = (fresh.version, fresh.text)
    cache.set_many({_text_key(projection): text, projection.key: fresh.head}, kept_s)
    return fresh


def _compute(projection: Projection, head: Head | None, token: str, floor: int) -> Snapshot:
    started_at, started = time.time(), time.perf_counter()
    body = json.dumps(projection.body(), ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(body.encode()).hexdigest()
    took_s = (*(head.took_s if head else ()), time.perf_counter() - started)[-_REMEMBERED:]
    if head and head.digest == digest and head.version >= floor:
        version = head.version
    else:
        version = max(int(started_at * 1000), head.version + 1 if head else 0, floor + 1)
    fresh = Head(version, digest, token, started_at, took_s)
    return Snapshot(fresh, _text(version, body))


def _text(version: int, body: str) -> str:
    """The whole text: a function of version and body alone, so equal versions are equal texts."""
    updated_at = datetime.fromtimestamp(version / 1000, UTC).isoformat(timespec="milliseconds")
    return f'{{"version":{version},"updated_at":"{updated_at}",{body[1:]}'


def _text_key(projection: Projection) -> str:
    return f"{projection.key}:text"


def _head(stored: Any) -> Head | None:
    """What is stored; another release may have kept something else under the key."""
    return stored if isinstance(stored, Head) else None
