"""Steady load of one kind of request: what each costs, and the anchor to compare with."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from bench import _report
from config.rehearsal import host
from config.rehearsal.http import Connection, HttpFault
from config.rehearsal.people import cookies
from config.rehearsal.place import running_server

REQUESTS = 2_000
SAVES_EACH = 20

Call = tuple[str, str, Any]


@dataclass(slots=True)
class Stream:
    """What one connection asks, one after the other, and the JSON of the last answer. It stays
    open for the next calls."""

    headers: dict[str, str]
    calls: list[Call]
    last: Any = None
    connection: Connection | None = None


@dataclass(slots=True)
class Probe:
    """A server to ask, and whose CPU to count."""

    url: str
    pid: int
    env: dict[str, str]
    seconds: list[float] = field(default_factory=list)
    errors: int = 0

    async def ask(self, streams: list[Stream], at_once: int = 0) -> dict[str, Any]:
        """All streams, so many at a time (0: all); figures in microseconds of CPU a request."""
        self.seconds, self.errors = [], 0
        each = at_once or len(streams)
        before = host.usage(self.pid, self.env)
        for first in range(0, len(streams), each):
            await asyncio.gather(*(self._follow(s) for s in streams[first : first + each]))
        used = host.usage(self.pid, self.env) - before
        return _report.steady_figures(self.seconds, used, self.errors)

    async def paced(self, streams: list[Stream], rate: float) -> dict[str, Any]:
        """The same at ``rate`` requests a second in all, evenly: what one waits on a server that
        is not full."""
        self.seconds, self.errors = [], 0
        before = host.usage(self.pid, self.env)
        began, every = time.perf_counter(), len(streams) / rate
        await asyncio.gather(
            *(self._follow(s, began + n / rate, every) for n, s in enumerate(streams))
        )
        used = host.usage(self.pid, self.env) - before
        return _report.steady_figures(self.seconds, used, self.errors)

    async def _follow(self, stream: Stream, first: float = 0.0, every: float = 0.0) -> None:
        try:
            if stream.connection is None:
                stream.connection = await self._connected(stream)
            for number, call in enumerate(stream.calls):
                if every:
                    wait_s = first + number * every - time.perf_counter()
                    await asyncio.sleep(max(0.0, wait_s))
                started = time.perf_counter()
                reply = await stream.connection.request(*call)
                self.seconds.append(time.perf_counter() - started)
                self.errors += reply.status not in {200, 201}
            if "json" in reply.headers.get("content-type", ""):
                stream.last = reply.json()
        except (HttpFault, OSError, TimeoutError):
            self.errors += 1

    async def _connected(self, stream: Stream) -> Connection:
        parts = urlsplit(self.url)
        return await Connection(parts.hostname or "", parts.port or 80, stream.headers).open()


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
    """What each kind of request costs, with people who start their next attempt. Connections are
    open already, as those of the anchor are but for their first request."""
    streams = [Stream(cookies(person["session"]), []) for person in stage["people"]]
    few = streams[:concurrency]
    api = f"/api/v1/rounds/{stage['round']}"

    async def ask(who: list[Stream], calls: Callable[[Stream], list[Call]]) -> dict[str, Any]:
        for stream in who:
            stream.calls = calls(stream)
        return await probe.ask(who, concurrency)

    found = {"connecting": await ask(streams, lambda _: [("GET", "/healthz", None)])}
    found["round page"] = await ask(few, lambda _: [("GET", stage["page"], None)] * SAVES_EACH)
    found["start"] = await ask(streams, lambda _: [("POST", f"{api}/attempts", None)])
    attempts = {id(stream): stream.last for stream in streams}
    found["save"] = await ask(few, lambda stream: saves(attempts[id(stream)]))
    found["save of 5"] = await ask(few, lambda stream: saves_of_five(attempts[id(stream)]))
    for stream in few:
        stream.calls = saves_of_five(attempts[id(stream)], again=2)
    found["save of 5, 200/s"] = await probe.paced(few, 200)
    found["finish"] = await ask(streams, lambda stream: [handing_in(attempts[id(stream)])])
    found["board"] = await ask(few, lambda _: [("GET", f"{api}/board", None)] * SAVES_EACH)
    found["my place"] = await ask(few, lambda _: [("GET", f"{api}/board/me", None)] * SAVES_EACH)
    return found


def saves_of_five(attempt: dict[str, Any], again: int = 1) -> list[Call]:
    """Five answers at a time, after one by one: the paper is gone through again and again."""
    address = f"/api/v1/attempts/{attempt['id']}/answers"
    paper = attempt["paper"]
    parts = [paper[first : first + 5] for first in range(0, len(paper), 5)] * 5
    return [
        ("PATCH", address, {"rev": rev, "answers": {str(i["number"]): ["b"] for i in part}})
        for rev, part in enumerate(parts, start=again * len(paper) + 1)
    ]


def saves(attempt: dict[str, Any]) -> list[Call]:
    """One save for each question: what a careful person's phone sends."""
    address = f"/api/v1/attempts/{attempt['id']}/answers"
    return [
        ("PATCH", address, {"rev": rev, "answers": {str(item["number"]): ["a"]}})
        for rev, item in enumerate(attempt["paper"], start=1)
    ]


def handing_in(attempt: dict[str, Any]) -> Call:
    """The last request of an attempt."""
    body = {"rev": 5 * len(attempt["paper"]), "prediction": 500}
    return ("POST", f"/api/v1/attempts/{attempt['id']}/finish", body)
