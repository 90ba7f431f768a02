"""One hub per process: sends each new snapshot, encoded once, to every socket that watches it.

One task looks a few times a second at everything that is watched, with one read of the cache.
What is due is renewed by a task of its own, so that no board waits for another's broadcast.
Sockets never read the database and never write.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import close_old_connections

from contest.errors import BoardHidden, NotFound
from leaderboard.feed import Projection, Sight, Snapshot, current, look

log = logging.getLogger(__name__)

Event = dict[str, Any]
# The ``send`` of an ASGI application. It hands over to the server and does not wait for readers.
Send = Callable[[Event], Awaitable[None]]
Found = TypeVar("Found")

CLOSE_HIDDEN = 4403
CLOSE_NOT_FOUND = 4404
LOOK_EVERY_S, SHORTEST_LOOK_S = 0.25, 0.05
RETRY_S = 2.0
# Small slices keep requests of other people from waiting behind a broadcast.
SLICE = 8
# Every round has a few boards; more than this at a time is somebody trying addresses.
MOST_WATCHED = 200
# Computing and sending take no more than this part of a core, whatever is watched by whomever:
# boards get rarer before anybody's answers wait.
SHARE, SAVED_S = 0.25, 0.5
# Of the threads one stays free for those who come.
THREADS, MOST_COMPUTING = 3, 2


class TooMany(Exception):
    """This process watches as much as it can."""


class Budget:
    """Seconds of CPU that may be spent: ``share`` of a core, saved up to ``most_s``.

    What something costs is known afterwards, so the budget may be overdrawn; then it is empty
    until the debt is paid.
    """

    def __init__(self, share: float, most_s: float, now: float) -> None:
        """``now`` here and below: seconds of a clock that only goes forward."""
        self._share, self._most_s = share, most_s
        self._left_s, self._at = most_s, now

    def spend(self, cpu_s: float) -> None:
        self._left_s -= cpu_s

    def is_empty(self, now: float) -> bool:
        self._left_s = min(self._most_s, self._left_s + self._share * (now - self._at))
        self._at = now
        return self._left_s <= 0


@dataclass(slots=True)
class _Watched:
    """The sockets that watch a projection, and the frame they were sent last."""

    sends: dict[Send, None] = field(default_factory=dict)
    version: int = 0
    frame: Event | None = None
    renewing: asyncio.Task[None] | None = None
    not_before: float = 0.0


class Hub:
    """Sockets by projection. All methods run in the event loop of the sockets."""

    def __init__(self) -> None:
        self._watched: dict[Projection, _Watched] = {}
        # Own threads: the one that Channels shares among all sockets would serialise boards.
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="hub")
        self._budget = Budget(SHARE, SAVED_S, time.monotonic())
        self._computing: set[asyncio.Task[None] | None] = set()
        self._looking: asyncio.Task[None] | None = None
        self._nudge = asyncio.Event()

    async def run(self, read: Callable[[], Found]) -> Found:
        """Run a database read in one of the hub's threads."""

        def in_thread() -> Found:
            close_old_connections()
            return read()

        return await asyncio.get_running_loop().run_in_executor(self._threads, in_thread)

    @asynccontextmanager
    async def watching(self, projection: Projection, send: Send) -> AsyncIterator[None]:
        """While it lasts, ``send`` gets the newest frame at once and then every new one, or a
        close frame when the projection is no more. Raises ``TooMany``."""
        watched = self._join(projection, send)
        try:
            if watched.frame is not None:
                await send(watched.frame)
            yield
        finally:
            self._leave(projection, send)

    def _join(self, projection: Projection, send: Send) -> _Watched:
        watched = self._watched.get(projection)
        if watched is None:
            if len(self._watched) >= MOST_WATCHED:
                raise TooMany
            watched = self._watched[projection] = _Watched()
            self._look_soon()
        watched.sends[send] = None
        return watched

    def _leave(self, projection: Projection, send: Send) -> None:
        watched = self._watched.get(projection)
        if watched is None or send not in watched.sends:
            return  # the projection ended before
        del watched.sends[send]
        if not watched.sends:
            self._forget(projection)
            if watched.renewing is not None:
                watched.renewing.cancel()

    def _forget(self, projection: Projection) -> None:
        del self._watched[projection]
        if not self._watched and self._looking is not None:
            self._looking.cancel()
            self._looking = None

    def _look_soon(self) -> None:
        if self._looking is None or self._looking.done():
            self._nudge = asyncio.Event()  # of the loop that runs now
            self._looking = asyncio.create_task(self._keep_looking(self._nudge))
        self._nudge.set()

    async def _keep_looking(self, nudge: asyncio.Event) -> None:
        while True:
            nudge.clear()
            try:
                pause_s = await self._look()
            except Exception:
                log.exception("looking at what is watched")
                pause_s = RETRY_S
            with suppress(TimeoutError):
                await asyncio.wait_for(nudge.wait(), pause_s)

    async def _look(self) -> float:
        """Begin to renew what is due. Returns the seconds until the next look."""
        idle = [p for p, watched in self._watched.items() if watched.renewing is None]
        sights = await self.run(lambda: look(idle))
        pause_s = LOOK_EVERY_S
        for projection, sight in sorted(sights.items(), key=lambda pair: pair[1].due_in_s):
            watched = self._watched.get(projection)
            if watched is None:  # all left meanwhile
                continue
            if not _is_behind(watched, sight):
                pause_s = min(pause_s, sight.due_in_s)
            elif self._may_renew(watched):
                self._begin(projection, watched)
            else:
                pause_s = SHORTEST_LOOK_S
        return max(pause_s, SHORTEST_LOOK_S)

    def _begin(self, projection: Projection, watched: _Watched) -> None:
        task = asyncio.create_task(self._renew(projection, watched))
        watched.renewing = task
        self._computing.add(task)
        task.add_done_callback(self._computing.discard)

    def _may_renew(self, watched: _Watched) -> bool:
        now = time.monotonic()
        if len(self._computing) >= MOST_COMPUTING or now < watched.not_before:
            return False
        is_first = watched.frame is None  # somebody looks at an empty page
        return is_first or not self._budget.is_empty(now)

    async def _renew(self, projection: Projection, watched: _Watched) -> None:
        try:
            snapshot = await self._computed(projection, watched.version)
            if snapshot.version > watched.version:
                watched.version = snapshot.version
                # Whoever joins from now on gets this one; the others below, each exactly once.
                watched.frame = {"type": "websocket.send", "text": snapshot.text}
                await self._send(watched, watched.frame)
        except (NotFound, BoardHidden) as over:  # taken back, or hidden: nothing more will come
            self._forget(projection)
            code = CLOSE_NOT_FOUND if isinstance(over, NotFound) else CLOSE_HIDDEN
            await self._send(watched, {"type": "websocket.close", "code": code})
        except Exception:  # a database that is away must not end the live board for good
            log.exception("board %s", projection.key)
            watched.not_before = time.monotonic() + RETRY_S
        finally:
            watched.renewing = None

    async def _computed(self, projection: Projection, floor: int) -> Snapshot:
        def timed() -> tuple[Snapshot, float]:
            started = time.thread_time()
            return current(projection, floor), time.thread_time() - started

        try:
            snapshot, cpu_s = await self.run(timed)
        finally:
            self._computing.discard(asyncio.current_task())
        self._budget.spend(cpu_s)
        return snapshot

    async def _send(self, watched: _Watched, event: Event) -> None:
        """The same event to all who watch now, in slices."""
        sends = list(watched.sends)
        for start in range(0, len(sends), SLICE):
            began = time.thread_time()
            for send in sends[start : start + SLICE]:
                try:
                    await send(event)
                except Exception:  # it just went away; it is about to leave
                    log.debug("a socket went away during a broadcast", exc_info=True)
            self._budget.spend(time.thread_time() - began)
            await asyncio.sleep(0)


def _is_behind(watched: _Watched, sight: Sight) -> bool:
    """Whether the sockets lack what is stored, or what is stored is due or older than theirs."""
    return sight.due_in_s <= 0 or sight.version != watched.version


hub = Hub()
