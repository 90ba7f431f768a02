"""Steady load of one kind of request: what each costs, and the anchor to compare with."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from bench import _host, _report
from bench._http import Connection, HttpFault
from bench._people import cookies
from bench._place import running_server

REQUESTS = 2_000
SAVES_EACH = 20

Call = tuple[str, str, Any]


@dataclass(slots=True)
class Stream:
    """What one connection asks, one after the other, and the JSON of the last answer."""

    headers: dict[str, str]
    calls: list[Call]
    last: Any = None


@dataclass(slots=True)
class Probe:
    """A server to ask, and whose CPU to count."""

    url: str
    pid: int
    env: dict[str, str]
    seconds: list[float] = field(default_factory=list)
    errors: int = 0

    async def ask(self, streams: list[Stream]) -> dict[str, Any]:
        """All streams at once; figures in microseconds of CPU a request."""
        self.seconds, self.errors = [], 0
        before = _host.usage(self.pid, self.env)
        await asyncio.gather(*(self._follow(stream) for stream in streams))
        used = _host.usage(self.pid, self.env) - before
        return _report.steady_figures(self.seconds, used, self.errors)

    async def _follow(self, stream: Stream) -> None:
        parts = urlsplit(self.url)
        try:
            async with Connection(
                parts.hostname or "", parts.port or 80, stream.headers
            ) as connection:
                for call in stream.calls:
                    started = time.perf_counter()
                    reply = await connection.request(*call)
                    self.seconds.append(time.perf_counter() - started)
                    self.errors += reply.status not in {200, 201}
                if "json" in reply.headers.get("content-type", ""):
                    stream.last = reply.json()
        except (HttpFault, OSError, TimeoutError):
            self.errors += 1


def anchors(env: dict[str, str], stage: dict[str, Any], concurrency: int) -> dict[str, Any]:
    """The least Django can do behind the same edge, on the same data and at the same pace."""
    each = max(1, REQUESTS // concurrency)
    people = [person["user"] for person in stage["people"]]
    bare = [Stream({}, [("GET", "/bare", None)] * each) for _ in range(concurrency)]
    write = [
        Stream({}, [("POST", f"/write/{people[n % len(people)]}", None)] * each)
        for n in range(concurrency)
    ]
    with running_server(env, BENCH_ANCHOR="1") as (url, pid):
        probe = Probe(url, pid, env)
        return {
            "bare view": asyncio.run(probe.ask(bare)),
            "one update": asyncio.run(probe.ask(write)),
        }


async def each_call(probe: Probe, stage: dict[str, Any], concurrency: int) -> dict[str, Any]:
    """What each kind of request costs, with people who start their next attempt."""
    people = [cookies(person["session"]) for person in stage["people"][:concurrency]]
    api = f"/api/v1/rounds/{stage['round']}"

    async def ask(calls: list[list[Call]]) -> tuple[dict[str, Any], list[Any]]:
        streams = [Stream(*pair) for pair in zip(people, calls, strict=True)]
        return await probe.ask(streams), [stream.last for stream in streams]

    async def repeated(path: str) -> dict[str, Any]:
        figures, _ = await ask([[("GET", path, None)] * SAVES_EACH for _ in people])
        return figures

    found = {"round page": await repeated(stage["page"])}
    found["start"], attempts = await ask([[("POST", f"{api}/attempts", None)] for _ in people])
    found["save"], _ = await ask([saves(attempt) for attempt in attempts])
    found["finish"], _ = await ask([[handing_in(attempt)] for attempt in attempts])
    found["board"] = await repeated(f"{api}/board")
    found["my place"] = await repeated(f"{api}/board/me")
    return found


def saves(attempt: dict[str, Any]) -> list[Call]:
    """One save for each question: what a careful person's phone sends."""
    address = f"/api/v1/attempts/{attempt['id']}/answers"
    return [
        ("PATCH", address, {"rev": rev, "answers": {str(item["number"]): ["a"]}})
        for rev, item in enumerate(attempt["paper"], start=1)
    ]


def handing_in(attempt: dict[str, Any]) -> Call:
    """The last request of an attempt."""
    body = {"rev": len(attempt["paper"]), "prediction": 500}
    return ("POST", f"/api/v1/attempts/{attempt['id']}/finish", body)
