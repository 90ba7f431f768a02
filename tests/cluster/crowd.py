"""People who answer while something goes wrong, and do what the page does: try again."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import websockets

from config.rehearsal.http import Connection, HttpFault, Reply
from config.rehearsal.people import cookies
from tests.cluster.stage import PATIENCE_S, Stage

SAVES = 6
# What passes by itself; everything else is an answer.
PASSING = {502, 503, 504}


class Competitor:
    """One person. ``trouble`` counts what had to be tried again, ``kept`` what was acknowledged."""

    def __init__(self, stage: Stage, session: str, trouble: Counter[str]) -> None:
        self._stage, self._headers, self.trouble = stage, cookies(session), trouble
        self.kept: dict[str, Any] = {}

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON of the first answer that is not a passing refusal; 2xx only."""
        end = asyncio.get_running_loop().time() + PATIENCE_S
        while True:
            assert asyncio.get_running_loop().time() < end, dict(self.trouble)
            try:
                reply = await self._once(method, path, body)
            except (HttpFault, OSError) as fault:
                self.trouble[type(fault).__name__] += 1
            else:
                if reply.status not in PASSING:
                    assert reply.status in {200, 201}, (method, path, reply.status, reply.body())
                    return reply.json()
                assert "error" in reply.json()
                self.trouble[str(reply.status)] += 1
            await asyncio.sleep(0.2)

    async def _once(self, method: str, path: str, body: Any) -> Reply:
        async with Connection("127.0.0.1", self._stage.port, self._headers) as connection:
            return await connection.request(method, path, body)

    async def start(self) -> None:
        attempt = await self.ask("POST", f"/api/v1/rounds/{self._stage.round}/attempts")
        self._paper = attempt["paper"]
        self.kept = {"attempt": attempt["id"], "saves": {}, "receipt": ""}

    async def save(self, rev: int) -> None:
        answers = {
            str(i["number"]): [i["choices"][0]["key"]] for i in self._paper[rev - 1 :: SAVES]
        }
        path = f"/api/v1/attempts/{self.kept['attempt']}/answers"
        await self.ask("PATCH", path, {"rev": rev, "answers": answers})
        self.kept["saves"][rev] = answers

    async def finish(self) -> dict[str, Any]:
        path = f"/api/v1/attempts/{self.kept['attempt']}/finish"
        rev = max(self.kept["saves"], default=0)
        done: dict[str, Any] = await self.ask("POST", path, {"rev": rev, "prediction": 100})
        self.kept["receipt"] = done["receipt"]
        return done

    async def compete(self, pause_s: float = 0.0) -> dict[str, Any]:
        """A whole attempt; what was acknowledged of it."""
        await self.start()
        for rev in range(1, SAVES + 1):
            await self.save(rev)
            await asyncio.sleep(pause_s)
        await self.finish()
        return self.kept


class Crowd:
    """Several people at once."""

    def __init__(self, stage: Stage, count: int) -> None:
        self.trouble: Counter[str] = Counter()
        self._people = [Competitor(stage, key, self.trouble) for key in stage.people(count)]

    async def compete(self, pause_s: float = 0.0) -> list[dict[str, Any]]:
        """Everybody's whole attempt; everything that was acknowledged."""
        return list(await asyncio.gather(*(person.compete(pause_s) for person in self._people)))


class Watcher:
    """An open board, and the newest frame it got."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.frame: dict[str, Any] = {}

    async def next(self) -> dict[str, Any]:
        """The next frame. Raises ``ConnectionClosed``, and ``TimeoutError`` when none comes."""
        self.frame = json.loads(await asyncio.wait_for(self._connection.recv(), PATIENCE_S))
        return self.frame

    async def until_total(self, total: int) -> dict[str, Any]:
        """The first frame, from the newest one on, that has so many people."""
        while self.frame.get("total") != total:
            await self.next()
        return self.frame

    async def closed(self) -> int | None:
        """Wait for the end; its code."""
        await asyncio.wait_for(self._connection.wait_closed(), PATIENCE_S)
        code: int | None = self._connection.close_code
        return code


@asynccontextmanager
async def watching(stage: Stage, port: int | None = None) -> AsyncIterator[Watcher]:
    """The round's board, through nginx or straight from the process behind ``port``."""
    port = port or stage.port
    address = f"ws://127.0.0.1:{port}/ws/rounds/{stage.round}/board/"
    async with websockets.connect(address, origin=f"http://127.0.0.1:{port}") as connection:
        watcher = Watcher(connection)
        await watcher.next()
        yield watcher
