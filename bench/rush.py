"""``python -m bench.rush``: everybody opens the round's page and presses "start" within seconds.

An open loop: people arrive evenly, however slowly the server answers. Only the two requests by
default; ``--browser`` does what a browser does (the button of the page, the exam page that
follows, its socket for news). One process, one core; the load comes from another core.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench import SETTINGS, _report
from bench.journey import mode
from config.rehearsal import host
from config.rehearsal.http import Connection, HttpFault
from config.rehearsal.people import Target, Work, arriving, cookies
from config.rehearsal.place import end_in_order, fresh_place, running_server, staged
from config.rehearsal.visitors import Refused, Seconds, Visitor

MOST_PEOPLE = 20_000
TARGET_MS = 1_500


class Rush:
    """What happened to all who came: seconds of every answered request, errors by kind."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self.seconds: Seconds = {}
        self.errors: Counter[str] = Counter()
        self.visitors: list[Visitor] = []

    def by_two_requests(self, session: str) -> Work:
        """Somebody who opens the page and starts over one connection."""

        async def come() -> None:
            at = self._target
            try:
                async with Connection(at.host, at.port, cookies(session)) as connection:
                    for name, method, path, expected in (
                        ("round page", "GET", at.page, 200),
                        ("start", "POST", f"/api/v1/rounds/{at.round_id}/attempts", 201),
                    ):
                        began = time.perf_counter()
                        reply = await connection.request(method, path)
                        self.seconds.setdefault(name, []).append(time.perf_counter() - began)
                        self.errors[f"{name}: {reply.status}"] += reply.status != expected
            except (HttpFault, OSError, TimeoutError) as fault:
                self.errors[type(fault).__name__] += 1

        return come

    def by_browser(self, session: str, seed: int) -> Work:
        """Somebody whose pages stay open until all have come."""
        visitor = Visitor(self._target, session, seed)
        self.visitors.append(visitor)

        async def come() -> None:
            try:
                await visitor.start(self.seconds)
            except Refused as refusal:
                self.errors[str(refusal)] += 1

        return come


def main(given: list[str]) -> int:
    """Measure and print; 1 when a request failed or the target is missed."""
    options = arguments(given)
    end_in_order()
    host.more_files()
    host.pin(0, 1)
    print(f"-- {options.people:,} people within {options.seconds:g} s: {mode(dict(os.environ))}")
    runs = []
    for _ in range(options.runs):
        runs.append(measured(options))
        print(table(runs[-1]), flush=True)
    middle = _report.medians(runs)
    if len(runs) > 1:
        print(f"-- medians of {len(runs)} runs\n{table(middle)}")
    if options.json:
        found = {"mode": mode(dict(os.environ)), "people": options.people, "runs": runs}
        options.json.write_text(json.dumps(found | {"medians": middle}, indent=1) + "\n")
    return 0 if all(is_on_target(run) for run in runs) else 1


def arguments(given: list[str]) -> argparse.Namespace:
    """What was asked for, within bounds."""
    parser = argparse.ArgumentParser(prog="python -m bench.rush", description=__doc__)
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--seconds", type=float, default=10.0, help="within which all come")
    parser.add_argument("--browser", action="store_true", help="with exam page and socket")
    parser.add_argument("--runs", type=int, default=1, help="repeat, and give the medians")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    options = parser.parse_args(given)
    if not 1 <= options.people <= MOST_PEOPLE or not 0.1 <= options.seconds <= 600:
        parser.error(f"--people: 1 to {MOST_PEOPLE}; --seconds: 0.1 to 600")
    return options


def is_on_target(figures: dict[str, Any]) -> bool:
    """No error, and 99 of 100 answers of each kind within the target."""
    slowest = max(call["p99_ms"] for call in figures["calls"].values())
    return not figures["errors"] and slowest <= TARGET_MS


def measured(options: argparse.Namespace) -> dict[str, Any]:
    """One run in an installation of its own."""
    with fresh_place(SETTINGS) as env:
        stage = staged(env, "bench._stage", "prepare", options.people + 1)
        with running_server(env) as (url, pid):
            return asyncio.run(rushed(options, env, stage, url, pid))


async def rushed(
    options: argparse.Namespace, env: dict[str, str], stage: dict[str, Any], url: str, pid: int
) -> dict[str, Any]:
    """The figures of one rush; the first person only warms."""
    parts = urlsplit(url)
    target = Target(parts.hostname or "127.0.0.1", parts.port or 80, stage["round"], stage["page"])
    first, *sessions = [person["session"] for person in stage["people"]]
    await Rush(target).by_two_requests(first)()
    rush = Rush(target)
    work = [
        rush.by_browser(session, seed) if options.browser else rush.by_two_requests(session)
        for seed, session in enumerate(sessions)
    ]
    before = host.usage(pid, env)
    await arriving(work, len(work) / options.seconds)
    used = host.usage(pid, env) - before
    rss_mb = host.rss_mb(host.tree(pid))
    for visitor in rush.visitors:
        visitor.leave()
    return figures(rush, used, rss_mb, len(work))


def figures(rush: Rush, used: host.Usage, rss_mb: float, people: int) -> dict[str, Any]:
    """Latencies by kind of request; CPU in milliseconds a person."""
    return {
        "calls": {n: _report.call_figures(s, used.wall) for n, s in rush.seconds.items()},
        "errors": {what: times for what, times in rush.errors.items() if times},
        "wall_s": round(used.wall, 2),
        "server_cpu_ms": round(used.server * 1000 / people, 2),
        "database_cpu_ms": round(used.database * 1000 / people, 2),
        "server_cores": round(used.server / used.wall, 2),
        "client_cores": round(used.client / used.wall, 2),
        "foreign_cores": round(used.foreign_cores, 2),
        "server_rss_mb": round(rss_mb),
    }


def table(found: dict[str, Any]) -> str:
    """The figures for people to read."""
    lines = [
        f"{name:<14}{call['count']:>7.0f}  p50 {call['p50_ms']:>8} ms  p99 {call['p99_ms']:>8} ms"
        for name, call in found["calls"].items()
    ]
    return "\n".join(
        [
            *lines,
            f"errors: {found['errors'] or 'none'}; all answered after {found['wall_s']} s",
            f"CPU a person: server {found['server_cpu_ms']} ms, database"
            f" {found['database_cpu_ms']} ms; server {found['server_cores']} cores,"
            f" {found['server_rss_mb']} MB; client {found['client_cores']}, others"
            f" {found['foreign_cores']} cores",
        ]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
