"""``python -m bench.watchers``: people hand in and save while a crowd watches the board.

The same load runs twice, alone and with the watchers. A finish is on somebody's board when a
board computed after its acknowledgement arrives: later than it really is, never earlier.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench import SETTINGS, _report
from bench._sockets import Crowd
from bench.journey import mode
from config.rehearsal import host
from config.rehearsal.http import Connection, HttpFault
from config.rehearsal.people import Work, arriving, at_once, cookies
from config.rehearsal.place import end_in_order, fresh_place, running_server, staged

TAIL_S = 3.0  # of finishes whose board might come after the end
STARTS_AT_ONCE = 20

Figures = dict[str, Any]


@dataclass
class Load:
    """A server under load, and what it acknowledged: seconds, and when (two clocks)."""

    host: str
    port: int
    env: dict[str, str]
    pid: int
    round_id: int
    saves: list[float] = field(default_factory=list)
    finishes: list[float] = field(default_factory=list)
    acknowledged: list[tuple[float, float]] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)

    async def start(self, person: Figures, attempts: dict[int, int]) -> None:
        """Begin a person's attempt."""
        async with self._connection(person) as connection:
            path = f"/api/v1/rounds/{self.round_id}/attempts"
            attempts[person["user"]] = (await connection.request("POST", path)).json()["id"]

    async def finish(self, person: Figures, attempts: dict[int, int]) -> None:
        """Hand it in, and remember when that was acknowledged."""
        path = f"/api/v1/attempts/{attempts[person['user']]}/finish"
        try:
            async with self._connection(person) as connection:
                began = time.perf_counter()
                reply = await connection.request("POST", path, {"rev": 1, "prediction": 500})
        except (HttpFault, OSError, TimeoutError) as fault:
            self.errors[f"finish: {type(fault).__name__}"] += 1
            return
        self.finishes.append(time.perf_counter() - began)
        self.acknowledged.append((time.time(), time.perf_counter()))
        if reply.status != 200:
            self.errors[f"finish: {reply.status}"] += 1

    async def save(self, person: Figures, attempts: dict[int, int], after_s: float) -> None:
        """Save once a second until cancelled; the first after so many seconds."""
        await asyncio.sleep(after_s)
        path = f"/api/v1/attempts/{attempts[person['user']]}/answers"
        async with self._connection(person) as connection:
            for rev in range(1, 1_000):
                began = time.perf_counter()
                body = {"rev": rev, "answers": {"1": ["ab"[rev % 2]]}}
                reply = await connection.request("PATCH", path, body)
                self.saves.append(time.perf_counter() - began)
                if reply.status != 200:
                    self.errors[f"save: {reply.status}"] += 1
                await asyncio.sleep(max(0.0, began + 1 - time.perf_counter()))

    def _connection(self, person: Figures) -> Connection:
        return Connection(self.host, self.port, cookies(person["session"]))


def main(given: list[str]) -> int:
    """Measure, print, and write the figures; 1 when anything was answered with an error."""
    options = arguments(given)
    end_in_order()
    host.more_files()
    host.pin(0, 1)
    runs = [measured(options) for _ in range(options.runs)]
    found = _report.medians(runs)
    print(f"-- {mode(dict(os.environ))}: {options.finishes} finishes and {options.saves} saves a")
    print(f"   second for {options.seconds} s; medians of {options.runs}")
    for name in ("alone", "watched"):
        print("\n".join(lines(name, found[name])))
    print(f"save p99 with / without {options.watchers} watchers: {found['save_ratio']}")
    if options.json:
        options.json.write_text(json.dumps({"medians": found, "runs": runs}, indent=1) + "\n")
    return 1 if any(run[name]["errors"] for run in runs for name in ("alone", "watched")) else 0


def arguments(given: list[str]) -> argparse.Namespace:
    """What was asked for, within bounds."""
    parser = argparse.ArgumentParser(prog="python -m bench.watchers", description=__doc__)
    parser.add_argument("--watchers", type=int, default=1000)
    parser.add_argument("--finishes", type=int, default=100, help="a second")
    parser.add_argument("--saves", type=int, default=20, help="a second, by as many people")
    parser.add_argument("--seconds", type=int, default=15)
    parser.add_argument("--runs", type=int, default=1, help="the figures are their medians")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    options = parser.parse_args(given)
    if options.watchers > 10_000 or options.finishes * options.seconds > 10_000:
        parser.error("at most 10,000 watchers and 10,000 finishes")
    return options


def lines(name: str, figures: Figures) -> list[str]:
    """The figures of one half for people to read."""
    said = [
        f"{name:<8} {call:<7} {figures[call]['per_s']:>6}/s, p50 {figures[call]['p50_ms']} ms,"
        f" p99 {figures[call]['p99_ms']} ms"
        for call in ("finish", "save")
    ]
    said.append(
        f"{name:<8} server {figures['server_cores']} cores, database {figures['database_cores']},"
        f" others {figures['foreign_cores']}; errors: {figures['errors'] or 'none'}"
    )
    if "board" in figures:
        board = figures["board"]
        said.append(
            f"{name:<8} finish -> board: p50 {board['p50_ms']} ms, p99 {board['p99_ms']} ms;"
            f" last watcher p99 {board['last_p99_ms']} ms; {board['boards']:.0f} boards,"
            f" sent within {board['sending_ms']} ms"
        )
    return said


def measured(options: argparse.Namespace) -> Figures:
    """Both halves over one installation, each with a server and people of its own."""
    people = options.finishes * options.seconds + options.saves
    found: Figures = {}
    with fresh_place(SETTINGS) as env:
        staged(env, "bench._stage", "prepare", 1)
        for name, watchers in (("alone", 0), ("watched", options.watchers)):
            stage = staged(env, "bench._stage", "join", people)
            with running_server(env) as (url, pid):
                parts = urlsplit(url)
                load = Load(parts.hostname or "", parts.port or 80, env, pid, stage["round"])
                found[name] = asyncio.run(half(load, stage["people"], watchers, options))
    ratio = found["watched"]["save"]["p99_ms"] / max(found["alone"]["save"]["p99_ms"], 0.1)
    return found | {"save_ratio": round(ratio, 2)}


async def half(
    load: Load, people: list[Figures], watchers: int, options: argparse.Namespace
) -> Figures:
    """Everybody starts; then finishes and saves at their pace."""
    attempts: dict[int, int] = {}
    starts: list[Work] = [partial(load.start, person, attempts) for person in people]
    await at_once(starts, STARTS_AT_ONCE)
    crowd = Crowd(load.host, load.port, f"/ws/rounds/{load.round_id}/board/?by=people")
    arrivals: dict[int, list[float]] = defaultdict(list)
    crowd.on_frame = lambda version, at: arrivals[version].append(at)
    await crowd.open(watchers)
    await asyncio.sleep(2)
    savers, finishers = people[: options.saves], people[options.saves :]
    before = host.usage(load.pid, load.env)
    saving = [
        asyncio.ensure_future(load.save(who, attempts, place / len(savers)))
        for place, who in enumerate(savers)
    ]
    work: list[Work] = [partial(load.finish, who, attempts) for who in finishers]
    await arriving(work, options.finishes)
    used = host.usage(load.pid, load.env) - before
    for task in saving:
        task.cancel()
    await asyncio.sleep(1)
    await crowd.close()
    return halved(load, used, arrivals, watchers)


def halved(
    load: Load, used: host.Usage, arrivals: dict[int, list[float]], watchers: int
) -> Figures:
    """The figures of one half."""
    figures: Figures = {
        "finish": _report.call_figures(load.finishes, used.wall),
        "save": _report.call_figures(load.saves, used.wall),
        "server_cores": round(used.server / used.wall, 2),
        "database_cores": round(used.database / used.wall, 2),
        "foreign_cores": round(used.foreign_cores, 2),
        "errors": dict(load.errors),
    }
    if watchers:
        figures["board"] = seen(load.acknowledged, arrivals, watchers)
    return figures


def seen(
    acknowledged: list[tuple[float, float]], arrivals: dict[int, list[float]], watchers: int
) -> Figures:
    """How long after its acknowledgement each finish was on the watchers' boards.

    ``last``: on the board of the last of them. Raises ``SystemExit`` when a board that is
    counted did not reach everybody.
    """
    versions = sorted(arrivals)
    end = max(at for at, _ in acknowledged) - TAIL_S
    each, last = [], []
    for at, mark in acknowledged:
        if at > end:
            continue
        version = versions[bisect_left(versions, at * 1000)]
        if len(arrivals[version]) != watchers:
            raise SystemExit(f"a board reached {len(arrivals[version])} of {watchers} watchers")
        each += [arrived - mark for arrived in arrivals[version][:: max(1, watchers // 50)]]
        last.append(max(arrivals[version]) - mark)
    spans = [max(times) - min(times) for times in arrivals.values()]
    return {
        "p50_ms": round(_report.percentile(each, 0.5) * 1000),
        "p99_ms": round(_report.percentile(each, 0.99) * 1000),
        "last_p99_ms": round(_report.percentile(last, 0.99) * 1000),
        "boards": len(versions),
        "sending_ms": round(_report.percentile(spans, 0.5) * 1000),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
