"""Simulated people: each does the whole journey over one connection and remembers what the
server acknowledged."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from config.rehearsal.http import Connection, HttpFault, Reply

SAVES = 5
CALLS = ["round page", "start", "save", "finish", "board"]
# Any 32 letters: the server only compares the cookie with the header.
CSRF = "benchbenchbenchbenchbenchbenchbe"


def cookies(session: str) -> dict[str, str]:
    """Headers of a browser that is signed in."""
    return {"Cookie": f"sessionid={session}; csrftoken={CSRF}", "X-CSRFToken": CSRF}


class Refused(Exception):
    """An answer that the journey cannot go on from."""


@dataclass
class Tally:
    """What happened: seconds of every answered call, errors by kind, acknowledgements."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in CALLS})
    errors: Counter[str] = field(default_factory=Counter)
    acknowledged: list[dict[str, Any]] = field(default_factory=list)
    journeys: int = 0

    @property
    def acknowledgements(self) -> int:
        """Acknowledged saves and finishes."""
        return sum(len(a["saves"]) + bool(a["receipt"]) for a in self.acknowledged)


@dataclass(frozen=True, slots=True)
class Target:
    """Where to and what: address of the server, round, and the page people enter by."""

    host: str
    port: int
    round_id: int
    page: str


class Person:
    """One simulated person with a session cookie."""

    def __init__(self, target: Target, session: str, seed: int, tally: Tally) -> None:
        self._target, self._tally = target, tally
        self._dice = random.Random(seed)
        self._headers = cookies(session)

    async def journey(self) -> None:
        """Enter, start, save five times, hand in, look at the board. Errors are counted."""
        api = f"/api/v1/rounds/{self._target.round_id}"
        try:
            async with Connection(self._target.host, self._target.port, self._headers) as self._at:
                await self._call("round page", "GET", self._target.page)
                attempt = await self._call("start", "POST", f"{api}/attempts")
                await self._work(attempt.json())
                await self._call("board", "GET", f"{api}/board")
        except Refused:
            return
        except (HttpFault, OSError, TimeoutError) as fault:
            self._tally.errors[f"connection: {type(fault).__name__}"] += 1
            return
        self._tally.journeys += 1

    async def _work(self, attempt: dict[str, Any]) -> None:
        kept: dict[str, Any] = {"attempt": attempt["id"], "saves": {}, "receipt": ""}
        self._tally.acknowledged.append(kept)
        address = f"/api/v1/attempts/{attempt['id']}"
        for rev in range(1, SAVES + 1):
            answers = {
                str(item["number"]): [self._dice.choice(item["choices"])["key"]]
                for item in attempt["paper"][rev - 1 :: SAVES]
            }
            await self._call(
                "save", "PATCH", f"{address}/answers", {"rev": rev, "answers": answers}
            )
            kept["saves"][rev] = answers
        guess = self._dice.randrange(1000)
        done = await self._call(
            "finish", "POST", f"{address}/finish", {"rev": SAVES, "prediction": guess}
        )
        kept["receipt"] = done.json()["receipt"]

    async def _call(self, name: str, method: str, path: str, body: Any = None) -> Reply:
        started = time.perf_counter()
        try:
            reply = await self._at.request(method, path, body)
        except (HttpFault, OSError, TimeoutError) as fault:
            self._tally.errors[f"{name}: {type(fault).__name__}"] += 1
            raise Refused from fault
        self._tally.seconds[name].append(time.perf_counter() - started)
        if reply.status not in {200, 201}:
            self._tally.errors[f"{name}: {reply.status}"] += 1
            raise Refused
        return reply


Work = Callable[[], Awaitable[None]]


async def at_once(work: list[Work], concurrency: int) -> None:
    """Do all the work, ``concurrency`` pieces at a time: the next begins when one ends."""
    waiting = iter(work)

    async def worker() -> None:
        for piece in waiting:
            await piece()

    await asyncio.gather(*(worker() for _ in range(concurrency)))


async def arriving(work: list[Work], rate: float) -> None:
    """Begin ``rate`` pieces a second, however slowly the server answers (an open loop)."""
    began = time.perf_counter()
    tasks = []
    for place, piece in enumerate(work):
        await asyncio.sleep(max(0.0, began + place / rate - time.perf_counter()))
        tasks.append(asyncio.ensure_future(piece()))
    await asyncio.gather(*tasks)


async def bounded(work: Awaitable[None], seconds: float, tally: Tally) -> None:
    """Wait for the work, but never longer than this."""
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.ensure_future(work), seconds)
        return
    tally.errors["stopped by the time limit"] += 1
