"""One hub per process: sends each new snapshot, encoded once, to every socket that watches it.

One task per watched projection asks the feed a few times a second (cheap: the feed computes only
when due) and fans out what changed. Sockets never read the database and never write.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from django.db import close_old_connections

from contest.errors import NotFound
from leaderboard.feed import Projection, Snapshot, current

log = logging.getLogger(__name__)

Send = Callable[[str], Awaitable[None]]
Found = TypeVar("Found")

LOOK_EVERY_S = 0.25
# Small slices keep requests of other people from waiting behind a broadcast.
SLICE = 8


@dataclass(slots=True)
class _Watched:
    """A projection with its watchers and the snapshot they were sent last."""

    watchers: dict[int, Send] = field(default_factory=dict)
    snapshot: Snapshot | None = None
    task: asyncio.Task[None] | None = None


class Hub:
    """Watchers by projection. All methods run in the event loop of the sockets."""

    def __init__(self) -> None:
        self._watched: dict[Projection, _Watched] = {}
        # Own threads: the one that Channels shares among all sockets would serialise boards.
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="hub")

    async def run(self, read: Callable[[], Found]) -> Found:
        """Run a database read in one of the hub's threads."""

        def in_thread() -> Found:
            close_old_connections()
            return read()

        return await asyncio.get_running_loop().run_in_executor(self._threads, in_thread)

    async def join(self, projection: Projection, socket_id: int, send: Send) -> None:
        """Watch a projection: the snapshot at once, then every new one."""
        watched = self._watched.setdefault(projection, _Watched())
        watched.watchers[socket_id] = send
        if watched.task is None:
            watched.task = asyncio.create_task(self._feed(projection, watched))
        elif watched.snapshot is not None:
            await send(watched.snapshot.text)

    def leave(self, projection: Projection, socket_id: int) -> None:
        """Stop watching; the last one to leave ends the projection's task."""
        watched = self._watched.get(projection)
        if watched is None or watched.watchers.pop(socket_id, None) is None:
            return
        if not watched.watchers:
            del self._watched[projection]
            if watched.task is not None:
                watched.task.cancel()

    async def _feed(self, projection: Projection, watched: _Watched) -> None:
        while True:
            try:
                snapshot = await self.run(lambda: current(projection))
                if watched.snapshot is None or snapshot.version > watched.snapshot.version:
                    watched.snapshot = snapshot
                    await self._fan_out(watched, snapshot.text)
            except NotFound:  # the round was taken back: nothing more will come
                self._watched.pop(projection, None)
                return
            except Exception:  # a database that is away must not end the live board for good
                log.exception("board %s", projection.key)
            await asyncio.sleep(LOOK_EVERY_S)

    async def _fan_out(self, watched: _Watched, text: str) -> None:
        for place, send in enumerate(list(watched.watchers.values()), start=1):
            try:
                await send(text)
            except Exception:  # it just went away; its consumer is about to leave
                log.debug("a socket went away during a broadcast", exc_info=True)
            if place % SLICE == 0:
                await asyncio.sleep(0)


hub = Hub()
