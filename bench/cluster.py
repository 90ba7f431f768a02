"""``python -m bench.cluster``: the whole server mode on this machine under load.

nginx, gunicorn and several processes for sockets over a fresh database: people do the whole
contest through nginx; then people hand in at a steady pace while one watcher on each process for
sockets notes when it got which board. Needs DATABASE_URL, REDIS_URL and nginx.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import websockets

from bench import SETTINGS
from bench._report import journey_figures, percentile, table
from config.rehearsal import host
from config.rehearsal.http import Connection
from config.rehearsal.people import Person, Tally, Target, Work, arriving, at_once, cookies
from config.rehearsal.place import ROOT, end_in_order, fresh_place, staged

START_S, STOP_S = 90, 60
# After the last finish, for boards whose pause is not over yet.
SETTLE_S = 5.0


def arguments(given: list[str]) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.cluster", description=__doc__)
    parser.add_argument("--people", type=int, default=200, help="who do the whole contest")
    parser.add_argument("--concurrency", type=int, default=50, help="of them at a time")
    parser.add_argument("--finishes", type=int, default=100, help="watched on the boards")
    parser.add_argument("--rate", type=float, default=10.0, help="of them a second")
    parser.add_argument("--live", type=int, default=2, help="processes for sockets")
    parser.add_argument("--workers", type=int, default=2, help="processes of gunicorn")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    return parser.parse_args(given)


class Cluster:
    """The running cluster: its port, and the first process of each kind."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process, self.port = process, 0
        self.kinds: dict[str, int] = {}

    def note(self, line: str) -> None:
        """What it says when a process starts, and when all are ready."""
        if found := re.fullmatch(r"(.+): process (\d+)", line):
            self.kinds[found[1]] = int(found[2])
        if line.startswith("Ready: "):
            self.port = int(line.rpartition(":")[2])

    def cpu_s(self) -> dict[str, float]:
        """Seconds of CPU by kind so far, children included."""
        return {kind: host.cpu_s(host.tree(pid)) for kind, pid in self.kinds.items()}

    def memory(self) -> dict[str, dict[str, float]]:
        """By kind: how many processes, the largest resident one, and their fair share together."""
        found = {}
        for kind, pid in self.kinds.items():
            pids = host.tree(pid)
            found[kind] = {
                "processes": len(pids),
                "largest_rss_mb": round(max(host.rss_mb([one]) for one in pids), 1),
                "pss_mb": round(sum(map(pss_mb, pids)), 1),
            }
        return found


def pss_mb(pid: int) -> float:
    """Megabytes of a process, pages that several share divided among them."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) / 1000 if found else 0.0


@contextmanager
def running(env: dict[str, str], options: argparse.Namespace) -> Iterator[Cluster]:
    """``python -m config.cluster`` on a free port, ready, and ended in order."""
    given = ["--port", "0", "--live", str(options.live), "--workers", str(options.workers)]
    process = subprocess.Popen(
        [sys.executable, "-m", "config.cluster", *given],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        text=True,
    )
    cluster = Cluster(process)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            cluster.note(line.strip())
            if cluster.port:
                break
        if not cluster.port:
            raise SystemExit("the cluster did not start")
        yield cluster
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


async def journeys(
    cluster: Cluster, env: dict[str, str], stage: dict[str, Any], options: argparse.Namespace
) -> dict[str, Any]:
    """The whole contest for all but those who are watched later; CPU by kind of process."""
    tally = Tally()
    target = Target("127.0.0.1", cluster.port, stage["round"], stage["page"])
    people = stage["people"][options.finishes :]
    work: list[Work] = [
        Person(target, person["session"], seed, tally).journey for seed, person in enumerate(people)
    ]
    by_kind = cluster.cpu_s()
    before = host.usage(cluster.process.pid, env)
    await at_once(work, options.concurrency)
    used = host.usage(cluster.process.pid, env) - before
    after = cluster.cpu_s()
    figures = journey_figures(tally, used, 0, knows_server=True)
    figures["cpu_ms_by_kind"] = {
        kind: round((after[kind] - by_kind[kind]) * 1000 / max(tally.journeys, 1), 2)
        for kind in by_kind
    }
    checked = staged(env, "bench._stage", "check", tally.acknowledged)
    return figures | {"acknowledged": tally.acknowledgements, **checked}


# When a frame came, and its version.
Frames = list[tuple[float, int]]


async def watch(port: int, round_id: int, frames: Frames) -> None:
    """Note every frame of a board."""
    address = f"ws://127.0.0.1:{port}/ws/rounds/{round_id}/board/"
    origin = f"http://127.0.0.1:{port}"
    async with websockets.connect(address, origin=websockets.Origin(origin)) as connection:
        async for text in connection:
            frames.append((time.time(), int(json.loads(text)["version"])))


async def equality(
    cluster: Cluster, stage: dict[str, Any], options: argparse.Namespace
) -> dict[str, Any]:
    """How far apart the boards of the processes are while people hand in."""
    ports = [int(kind.split()[1]) for kind in cluster.kinds if kind.startswith("live ")]
    frames: list[Frames] = [[] for _ in ports]
    acks: list[float] = []
    api = f"/api/v1/rounds/{stage['round']}/attempts"

    async def hand_in(session: str) -> None:
        async with Connection("127.0.0.1", cluster.port, cookies(session)) as connection:
            attempt = (await connection.request("POST", api)).json()
            path = f"/api/v1/attempts/{attempt['id']}/finish"
            reply = await connection.request("POST", path, {"rev": 0, "prediction": 1})
            if reply.status == 200:
                acks.append(time.time())

    def piece(session: str) -> Work:
        return lambda: hand_in(session)

    work = [piece(person["session"]) for person in stage["people"][: options.finishes]]
    async with AsyncExitStack() as stack:
        for port, noted in zip(ports, frames, strict=True):
            task = asyncio.ensure_future(watch(port, stage["round"], noted))
            stack.callback(task.cancel)
        await asyncio.sleep(1)
        await arriving(work, options.rate)
        await asyncio.sleep(SETTLE_S)
    return delays(frames, acks)


def delays(frames: list[Frames], acks: list[float]) -> dict[str, Any]:
    """Milliseconds from the first process that shows a version (or a newer one) to the last, and
    from a finish to the first board made after it, on the slower process."""
    versions = sorted({version for noted in frames for _, version in noted[1:]})
    apart, seen = [], []
    for version in versions:
        came = [first(noted, version) for noted in frames]
        apart.append((max(came) - min(came)) * 1000)
    for ack in acks:
        # A version is the time of its change in milliseconds.
        seen.append((max(first(noted, int(ack * 1000)) for noted in frames) - ack) * 1000)
    last = {noted[-1][1] if noted else 0 for noted in frames}
    return {
        "finishes": len(acks),
        "versions": len(versions),
        "apart_ms": {f"p{p}": round(percentile(apart, p / 100)) for p in (50, 99, 100)},
        "finish_to_board_ms": {f"p{p}": round(percentile(seen, p / 100)) for p in (50, 99, 100)},
        "equal_at_the_end": len(last) == 1,
    }


def first(noted: Frames, version: int) -> float:
    """When a watcher first had this version or a newer one; never is very late."""
    return min((at for at, known in noted if known >= version), default=time.time() + 3600)


def main(given: list[str]) -> int:
    """Measure and print; 1 when anything failed, was lost, or boards stayed different."""
    options = arguments(given)
    end_in_order()
    if not os.environ.get("DATABASE_URL") or not os.environ.get("REDIS_URL"):
        raise SystemExit("The server mode needs DATABASE_URL and REDIS_URL.")
    with fresh_place(SETTINGS) as env:
        stage = staged(env, "bench._stage", "prepare", options.people + options.finishes)
        with running(env, options) as cluster:
            rest = cluster.memory()
            found = {"journeys": asyncio.run(journeys(cluster, env, stage, options))}
            found["boards"] = asyncio.run(equality(cluster, stage, options))
            found["memory"] = {"at rest": rest, "after": cluster.memory()}
    report(found)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")
    sound = not found["journeys"]["errors"] and not found["journeys"]["missing"]
    return 0 if sound and found["boards"]["equal_at_the_end"] else 1


def report(found: dict[str, Any]) -> None:
    """The figures for people to read."""
    print(table(found["journeys"]))
    print(f"CPU ms/journey by kind: {found['journeys']['cpu_ms_by_kind']}")
    for moment, kinds in found["memory"].items():
        for kind, figures in kinds.items():
            print(f"memory {moment}: {kind}: {figures}")
    print(f"boards: {found['boards']}")


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main(sys.argv[1:]))
