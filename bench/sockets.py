"""``python -m bench.sockets``: one changed board to many sockets, beside the least it can cost.

Each change is a person who hands in; the board that follows goes to everybody. The anchor is a
raw ASGI application under the same server that is told over HTTP to send the same text. What a
change costs with one socket is measured first and taken off: what is left is the broadcast.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench import SETTINGS, _report
from bench._sockets import Crowd
from bench.journey import mode
from config.rehearsal import host
from config.rehearsal.http import Connection
from config.rehearsal.people import cookies
from config.rehearsal.place import ROOT, end_in_order, fresh_place, running_server, staged

MOST = 10_000
FIRST = 20  # fill the page of the board, so that all frames are of one size
BETWEEN_S = 0.2

Figures = dict[str, Any]
# Makes the server send something new; returns since when everybody waits for it.
Change = Callable[[], Awaitable[float]]


@dataclass(slots=True)
class Ground:
    """A server with sockets: process, crowd, and how to make it send something new.

    ``greets``: whoever joins is sent the newest text at once.
    """

    pid: int
    crowd: Crowd
    change: Change
    greets: bool


def main(given: list[str]) -> int:
    """Measure, print, and write the figures; always 0: limits are the reader's to judge."""
    parser = argparse.ArgumentParser(prog="python -m bench.sockets", description=__doc__)
    parser.add_argument("--sockets", type=int, nargs="+", default=[100, 500, 1000, 2000, 5000])
    parser.add_argument("--changes", type=int, default=10, help="how many to average over")
    parser.add_argument("--runs", type=int, default=3, help="the figures are their medians")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    options = parser.parse_args(given)
    if not all(2 <= count <= MOST for count in options.sockets):
        parser.error(f"--sockets: 2 to {MOST:,}")
    end_in_order()
    host.more_files()
    host.pin(0, 1)
    found = {}
    print(f"-- {mode(dict(os.environ))}\n{HEADINGS}", flush=True)
    with fresh_place(SETTINGS) as env:
        staged(env, "bench._stage", "prepare", 1)
        for count in options.sockets:
            runs = [run(env, count, options.changes) for _ in range(options.runs)]
            found[str(count)] = _report.medians(runs)
            print("\n".join(lines(count, found[str(count)])), flush=True)
    if options.json:
        figures = {"mode": mode(dict(os.environ)), "sockets": found}
        options.json.write_text(json.dumps(figures, indent=1) + "\n")
    return 0


HEADINGS = (
    f"{'sockets':>7} {'':<8}{'CPU us each':>12}{'send ms':>9}{'all have ms':>12}{'worst ms':>9}"
    f"{'KB each':>9}{'connect us':>11}{'connect/s':>10}"
)


def lines(count: int, figures: Figures) -> list[str]:
    """The figures of one size for people to read."""
    said = []
    for name in ("anchor", "product"):
        row = figures[name]
        said.append(
            f"{count:>7} {name:<8}{row['cpu_us']:>12}{row['sending_ms']:>9}{row['all_have_ms']:>12}"
            f"{row['worst_ms']:>9}{row['rss_kb']:>9}{row['connect_us']:>11}{row['connects_s']:>10}"
        )
    return [
        *said,
        f"{count:>7} ratio   {figures['ratio']:>12}  (frame {figures['frame_bytes']:.0f} bytes,"
        f" others on this machine: {figures['foreign_cores']} cores)",
    ]


def run(env: dict[str, str], count: int, changes: int) -> Figures:
    """Product and anchor once, each in a server of its own, with the same text."""
    stage = staged(env, "bench._stage", "join", FIRST + 2 * changes + 2)
    with running_server(env) as (url, pid):
        product, frame = asyncio.run(of_product(url, pid, stage, count, changes))
    with raw_server() as (url, pid):
        anchor = asyncio.run(of_anchor(url, pid, frame, count, changes))
    return {
        "product": product,
        "anchor": anchor,
        "ratio": round(product["cpu_us"] / max(anchor["cpu_us"], 0.1), 2),
        "frame_bytes": len(frame),
        "foreign_cores": product["foreign_cores"],
    }


async def of_product(
    url: str, pid: int, stage: Figures, count: int, changes: int
) -> tuple[Figures, bytes]:
    """The product's figures, and the frame it sends."""
    parts = urlsplit(url)
    address = (parts.hostname or "", parts.port or 80)
    crowd = Crowd(*address, f"/ws/rounds/{stage['round']}/board/?by=people")
    finishes = iter([await begun(address, stage["round"], who) for who in stage["people"]])
    for _ in range(FIRST):
        await (next(finishes))()

    async def change() -> float:
        return await next(finishes)()

    figures = await measured(Ground(pid, crowd, change, greets=True), count, changes)
    return figures, crowd.frame


async def begun(address: tuple[str, int], round_id: int, person: Figures) -> Change:
    """Start a person's attempt; what is returned hands it in."""
    headers = cookies(person["session"])
    async with Connection(*address, headers) as connection:
        reply = await connection.request("POST", f"/api/v1/rounds/{round_id}/attempts")
    attempt = reply.json()

    async def finish() -> float:
        async with Connection(*address, headers) as connection:
            path = f"/api/v1/attempts/{attempt['id']}/finish"
            reply = await connection.request("POST", path, {"rev": 1, "prediction": 500})
        if reply.status != 200:
            raise SystemExit(f"handing in was answered {reply.status}")
        return time.perf_counter()

    return finish


async def of_anchor(url: str, pid: int, frame: bytes, count: int, changes: int) -> Figures:
    """The anchor's figures with the same text; only its version grows."""
    parts = urlsplit(url)
    address = (parts.hostname or "", parts.port or 80)
    version, _, rest = frame.partition(b",")
    turn = iter(range(1, 1_000_000))

    async def change() -> float:
        text = version + f"{next(turn):06d}".encode() + b"," + rest
        asked = time.perf_counter()
        async with Connection(*address, {}) as connection:
            await connection.request("POST", "/fan", text.decode())
        return asked

    ground = Ground(pid, Crowd(*address, "/"), change, greets=False)
    return await measured(ground, count, changes)


async def measured(ground: Ground, count: int, changes: int) -> Figures:
    """Changes with one socket, then all the sockets, then changes with all of them."""
    await joined(ground, 1)
    await changed(ground, 1)
    alone = await changed(ground, changes)
    rss_mb, cpu_s = host.rss_mb([ground.pid]), cpu_of(ground.pid)
    connecting_s = await joined(ground, count - 1)
    connect_us = (cpu_of(ground.pid) - cpu_s) * 1e6 / (count - 1)
    await changed(ground, 1)
    rss_kb = (host.rss_mb([ground.pid]) - rss_mb) * 1000 / (count - 1)
    before = host.usage(ground.pid, {})
    found = await changed(ground, changes)
    used = host.usage(ground.pid, {}) - before
    await ground.crowd.close()
    each_us = (found["cpu_s"] - alone["cpu_s"]) * 1e6 / (count - 1)
    return {
        "cpu_us": round(each_us, 1),
        "sending_ms": round(_report.percentile(found["sending"], 0.5) * 1000),
        "all_have_ms": round(_report.percentile(found["waited"], 0.5) * 1000),
        "worst_ms": round(max(found["waited"]) * 1000),
        "rss_kb": round(rss_kb, 1),
        "connect_us": round(connect_us),
        "connects_s": round((count - 1) / connecting_s),
        "foreign_cores": round(used.foreign_cores, 2),
    }


async def joined(ground: Ground, count: int) -> float:
    """So many sockets more; returns the seconds until all are open and greeted."""
    began = time.perf_counter()
    await ground.crowd.open(count)
    if ground.greets:
        await ground.crowd.all_have(0)
    return time.perf_counter() - began


async def changed(ground: Ground, changes: int) -> Figures:
    """CPU of one change in seconds, and how long each took to reach everybody.

    The median: pings to all sockets at once may fall into one of them.
    """
    spent, sending, waited = [], [], []
    for _ in range(changes):
        newest, cpu_s = ground.crowd.newest, cpu_of(ground.pid)
        since = await ground.change()
        heard = await ground.crowd.all_have(newest)
        spent.append(cpu_of(ground.pid) - cpu_s)
        sending.append(heard.last - heard.first)
        waited.append(max(0.0, heard.last - since))
        await asyncio.sleep(BETWEEN_S)
    return {"cpu_s": statistics.median(spent), "sending": sending, "waited": waited}


def cpu_of(pid: int) -> float:
    """Seconds of CPU of all threads of a process, to the nanosecond."""
    total = 0
    for path in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        total += int(path.read_text().split()[0])
    return total / 1e9


@contextmanager
def raw_server() -> Iterator[tuple[str, int]]:
    """``(url, process id)`` of the anchor, pinned to the first core."""
    server = subprocess.Popen(
        [sys.executable, "-m", "bench._raw_asgi"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        host.pin(server.pid, 0)
        assert server.stdout is not None
        yield server.stdout.readline().split()[1], server.pid
    finally:
        server.kill()
        server.wait(10)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
