"""``python -m bench.boards``: reading boards of 10,000, 100,000 and 500,000 people.

First every read by itself (nothing cached), then over HTTP as people ask, one after the other.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench import SETTINGS, _report
from bench.journey import mode
from config.rehearsal import host
from config.rehearsal.http import Connection
from config.rehearsal.people import cookies
from config.rehearsal.place import end_in_order, fresh_place, running_server, staged

MOST = 500_000
ASKED = 60


def main(given: list[str]) -> int:
    """Measure, print, and write the figures; always 0: limits are the reader's to judge."""
    parser = argparse.ArgumentParser(prog="python -m bench.boards", description=__doc__)
    parser.add_argument("--entries", type=int, nargs="+", default=[10_000, 100_000, 500_000])
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    options = parser.parse_args(given)
    if not all(100 <= count <= MOST for count in options.entries):
        parser.error(f"--entries: 100 to {MOST}")
    end_in_order()
    host.pin(0, 1)
    found = {str(count): measured(count) for count in options.entries}
    if options.json:
        figures = {"mode": mode(dict(os.environ)), "entries": found}
        options.json.write_text(json.dumps(figures, indent=1) + "\n")
    return 0


def measured(count: int) -> dict[str, Any]:
    """The figures of one size, in an installation of its own."""
    print(f"-- {count:,} entries: {mode(dict(os.environ))}", flush=True)
    with fresh_place(SETTINGS) as env:
        stage = staged(env, "bench._crowd", "crowd", count)
        for name, times in stage["milliseconds"].items():
            print(read_line(name, times), flush=True)
        print(f"{'memory of making milestones':<32}{stage['milestones_kb']:>9} kB", flush=True)
        with running_server(env) as (url, _):
            over_http = asyncio.run(asked(url, stage))
    for name, call in over_http.items():
        print(
            f"{name:<32}{call['p50_ms']:>9} ms, p95 {call['p95_ms']} ms, first {call['first_ms']}"
        )
    return {
        "reads": stage["milliseconds"],
        "milestones_kb": stage["milestones_kb"],
        "http": over_http,
    }


def read_line(name: str, times: dict[str, float]) -> str:
    """A read, and what share of a core it takes when it is asked for without end: the feed
    computes nothing again within twenty times its cost."""
    share = times["median"] / 10 / times["pause_s"]
    return (
        f"{name:<32}{times['median']:>9} ms, worst {times['worst']} ms, CPU {times['cpu']} ms; "
        f"by the feed at most every {times['pause_s']} s, {share:.1f} % of a core"
    )


async def asked(url: str, stage: dict[str, Any]) -> dict[str, Any]:
    """Boards over HTTP, one request after the other; the first one finds nothing cached."""
    parts = urlsplit(url)
    api = f"/api/v1/rounds/{stage['round']}/board"
    calls = {"GET board": ("middle", api), "GET board?by=units": ("middle", f"{api}?by=units")}
    for person in stage["people"]:
        calls[f"GET board/me, {person}"] = (person, f"{api}/me")
    found = {}
    for name, (person, path) in calls.items():
        headers = cookies(stage["people"][person])
        async with Connection(parts.hostname or "", parts.port or 80, headers) as connection:
            found[name] = await timed(connection, path)
    return found


async def timed(connection: Connection, path: str) -> dict[str, Any]:
    """Latencies of ``ASKED`` requests; anything but 200 ends the measurement."""
    seconds = []
    began = time.perf_counter()
    for _ in range(ASKED):
        started = time.perf_counter()
        reply = await connection.request("GET", path)
        if reply.status != 200:
            raise SystemExit(f"{path} was answered {reply.status}")
        seconds.append(time.perf_counter() - started)
    wall_s = time.perf_counter() - began
    return _report.call_figures(seconds, wall_s) | {"first_ms": round(seconds[0] * 1000, 1)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
