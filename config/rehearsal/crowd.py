"""The crowd of a rehearsal: presses "start" together, works, and hands in within the last minute.

All three go the same way: short waves at growing rates until one is not held, then one long wave
at the best rate, which is what is told. Waves are open loops: people come at their rate however
slowly the server answers.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from config.rehearsal import host
from config.rehearsal.figures import (
    LAST_MINUTE_S,
    RUSH_S,
    Found,
    Wave,
    next_rate,
    percentile,
)
from config.rehearsal.http import HttpFault
from config.rehearsal.people import Target, cookies
from config.rehearsal.sockets import Socket
from config.rehearsal.visitors import Refused, Seconds, Visitor

# How often a lower rate is tried where the long wave is not held, and how much lower.
CONFIRMATIONS, LOWER = 3, 0.75
WARMING = 3
# Of the time there is: until when starting, working and handing in may begin another wave.
SHARES = (0.5, 0.75, 1.0)

# More often nobody saves, and the server would refuse it.
SAVES_A_WAVE = 2

Deed = Callable[[Seconds], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Deeds:
    """One thing people do: the ``next`` person to do it (None: nobody is free), and how many
    times there are people for it yet."""

    next: Callable[[], Deed | None]
    left: Callable[[], int]


@dataclass(frozen=True, slots=True)
class Plan:
    """How many people are expected, what stands for one of them, and how long waves take.

    ``pace_s``: one person saves so often; ``stay``: how many keep their pages open.
    """

    people: int
    watchers: int
    pace_s: float
    minutes: float
    stay: int

    @property
    def long_s(self) -> float:
        """Of the waves that confirm: as long as people take to come, if there is the time."""
        return min(float(RUSH_S), self.minutes * 6)

    @property
    def short_s(self) -> float:
        return self.long_s * 0.3

    @property
    def newcomers(self) -> int:
        """People who may be needed for all waves of the rush together."""
        return WARMING + self.people * 5 // 2 + 20


class Crowd:
    """People against one server; ``env`` names the stores behind it."""

    def __init__(
        self, target: Target, sessions: list[str], plan: Plan, pid: int, env: dict[str, str]
    ) -> None:
        self._target, self._plan, self._pid, self._env = target, plan, pid, env
        self._coming = deque(enumerate(sessions))
        self._working: deque[Visitor] = deque()
        self._watching: list[Socket] = []
        self._left: list[Visitor] = []
        self.server_mb = 0.0

    async def run(self) -> tuple[Found, Found, Found]:
        """Everything; starting, working and handing in as they were found."""
        plan = self._plan
        await self._warm()
        await self._watch()
        began = time.monotonic()
        ends = [began + share * plan.minutes * 60 for share in SHARES]
        coming = Deeds(self._starting, lambda: len(self._coming))
        saving = Deeds(self._saving, lambda: len(self._working) * SAVES_A_WAVE)
        leaving = Deeds(self._finishing, lambda: len(self._working))
        start = await self._search(plan.people, RUSH_S, coming, ends[0])
        work = await self._search(plan.people, plan.pace_s, saving, ends[1])
        finish = await self._search(plan.people, LAST_MINUTE_S, leaving, ends[2])
        return start, work, finish

    @property
    def frames(self) -> int:
        """How many boards the watchers got together."""
        return sum(socket.frames for socket in self._watching)

    @property
    def watchers_lost(self) -> int:
        return sum(socket.is_lost for socket in self._watching)

    @property
    def kept(self) -> list[dict[str, Any]]:
        """What the server acknowledged, person by person."""
        everybody = [*self._left, *self._working]
        return [visitor.kept for visitor in everybody if visitor.kept["attempt"]]

    @property
    def acknowledged(self) -> int:
        """How many saves and hand-ins the server acknowledged."""
        return sum(
            len(kept["saves"]) + bool(kept["essay"]) + bool(kept["receipt"]) for kept in self.kept
        )

    async def _warm(self) -> None:
        """A few people do everything once: templates and texts are read at the first request."""
        for _ in range(min(WARMING, len(self._coming))):
            visitor = self._newcomer()
            self._left.append(visitor)
            with suppress(Refused):
                await visitor.start({})
                await visitor.save({})
                await visitor.finish({})
            visitor.leave()

    async def _watch(self) -> None:
        path = f"/ws/rounds/{self._target.round_id}/board/"
        for _ in range(self._plan.watchers):
            with suppress(HttpFault, OSError):
                socket = Socket(self._target.host, self._target.port, path, cookies(""))
                self._watching.append(await socket.open())

    def leave(self) -> None:
        """Everybody goes."""
        for visitor in self._working:
            visitor.leave()
        for socket in self._watching:
            socket.close()

    # -- looking for what is held -----------------------------------------------------------

    async def _search(self, needed: int, span_s: float, deeds: Deeds, ends: float) -> Found:
        """The highest rate that is held, up to what ``needed`` people in ``span_s`` ask for.

        Ends early when the time or the people run out, but tries once; for want of people a long
        wave becomes shorter.
        """
        plan, most = self._plan, needed / span_s
        tried: list[Wave] = []
        while (rate := next_rate(tried, most)) is not None:
            if deeds.left() < rate * plan.short_s or (tried and not self._has(ends, plan.short_s)):
                break
            tried.append(await self._wave(rate, plan.short_s, deeds))
        rate = max((wave.rate for wave in tried if wave.is_held), default=0.0)
        held = None
        for turn in range(CONFIRMATIONS):
            if not rate or held or (turn and not self._has(ends, 0)):
                break
            if deeds.left() < rate * plan.short_s:
                break
            wave = await self._wave(rate, plan.long_s, deeds)
            tried.append(wave)
            held, rate = (wave if wave.is_held else None), rate * LOWER
        return Found(needed, span_s, tuple(tried), held)

    def _has(self, ends: float, short_s: float) -> bool:
        """Whether there is time for a short wave and the long one after it."""
        return time.monotonic() + short_s + self._plan.long_s <= ends

    async def _wave(self, rate: float, seconds: float, deeds: Deeds) -> Wave:
        """``rate`` people a second do the thing, for so many seconds; then all have ended."""
        times: Seconds = {}
        errors: Counter[str] = Counter()
        before = host.usage(self._pid, self._env)
        began, tasks = time.perf_counter(), []
        people = max(1, min(round(rate * seconds), deeds.left()))
        for place in range(people):
            await asyncio.sleep(max(0.0, began + place / rate - time.perf_counter()))
            deed = deeds.next()
            if deed is None:
                errors["mọi người còn chờ máy chủ"] += 1
                break
            tasks.append(asyncio.create_task(_counted(deed, times, errors)))
        await asyncio.gather(*tasks)
        used = host.usage(self._pid, self._env) - before
        self.server_mb = max(self.server_mb, host.rss_mb(host.tree(self._pid)))
        return Wave(
            rate=rate,
            seconds=min(seconds, people / rate),
            people=len(tasks),
            p50_s=max((percentile(s, 0.50) for s in times.values()), default=0.0),
            p99_s=max((percentile(s, 0.99) for s in times.values()), default=0.0),
            errors=dict(errors),
            cores=used.server / used.wall,
            others=used.foreign_cores,
        )

    # -- what people do -----------------------------------------------------------------------

    def _newcomer(self) -> Visitor:
        seed, session = self._coming.popleft()
        return Visitor(self._target, session, seed)

    def _starting(self) -> Deed | None:
        if not self._coming:
            return None
        visitor = self._newcomer()

        async def start(seconds: Seconds) -> None:
            try:
                await visitor.start(seconds)
            except Refused:
                self._left.append(visitor)
                visitor.leave()
                raise
            if len(self._working) < self._plan.stay:
                self._working.append(visitor)
            else:
                self._left.append(visitor)
                visitor.leave()

        return start

    def _saving(self) -> Deed | None:
        if not self._working:
            return None
        visitor = self._working.popleft()

        async def save(seconds: Seconds) -> None:
            try:
                await visitor.save(seconds)
            finally:
                self._working.append(visitor)

        return save

    def _finishing(self) -> Deed | None:
        if not self._working:
            return None
        visitor = self._working.popleft()

        async def finish(seconds: Seconds) -> None:
            self._left.append(visitor)
            try:
                await visitor.finish(seconds)
            finally:
                visitor.leave()

        return finish


async def _counted(deed: Deed, seconds: Seconds, errors: Counter[str]) -> None:
    try:
        await deed(seconds)
    except Refused as refusal:
        errors[str(refusal)] += 1
