"""``python -m bench.soak``: steady load for a while; does the server's memory stay flat?

People do whole journeys with a pause between them while watchers of the live board come and go.
Judged is private memory (RssAnon), read every ten seconds: pages of the database file, which
grows with the results, are the system's to take back.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench import SETTINGS
from bench._sockets import Crowd
from bench.journey import mode
from config.rehearsal import host
from config.rehearsal.people import Person, Tally, Target
from config.rehearsal.place import end_in_order, fresh_place, running_server, staged

PAUSE_S = 10.0
ATTEMPTS = 3
SAMPLE_S = 10.0
STAYS_S = (5.0, 60.0)
# Before this share of the time caches fill, threads start and the allocator finds its size.
SETTLED = 0.25

Sample = tuple[float, float, float]  # seconds since the start, private MB, resident MB


def main(given: list[str]) -> int:
    """Print the memory at five moments and the slope; 1 when it grew or a request failed."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--people", type=int, default=50, help="at a time")
    parser.add_argument("--watchers", type=int, default=300, help="at a time")
    parser.add_argument("--allowed", type=float, default=10, metavar="MB", help="growth at most")
    options = parser.parse_args(given)
    end_in_order()
    host.more_files()
    host.pin(0, 1)
    needed = int(options.people * (options.minutes * 60 / PAUSE_S + 1) / ATTEMPTS) + 1
    print(
        f"-- {mode(dict(os.environ))}; {needed} people for {options.minutes:g} minutes", flush=True
    )
    with fresh_place(SETTINGS) as env:
        stage = staged(env, "bench._stage", "prepare", needed)
        with running_server(env) as (url, pid):
            samples, tally, came = asyncio.run(soaked(options, stage, url, pid))
        kept = staged(env, "bench._stage", "check", tally.acknowledged)
    return told(options, samples, tally, came, kept)


async def soaked(
    options: argparse.Namespace, stage: dict[str, Any], url: str, pid: int
) -> tuple[list[Sample], Tally, int]:
    """The load, and the memory of the server process meanwhile; how many watchers came."""
    parts = urlsplit(url)
    address, port = parts.hostname or "127.0.0.1", parts.port or 80
    target = Target(address, port, stage["round"], stage["page"])
    crowd = Crowd(address, port, f"/ws/rounds/{stage['round']}/board/")
    tally, came = Tally(), [0]
    end = time.monotonic() + options.minutes * 60
    turns = iter([p["session"] for _ in range(ATTEMPTS) for p in stage["people"]])
    samples, _, _ = await asyncio.gather(
        sampled(pid, end),
        asyncio.gather(
            *(competing(target, turns, seed, tally, end) for seed in range(options.people))
        ),
        asyncio.gather(*(watching(crowd, seed, came, end) for seed in range(options.watchers))),
    )
    return samples, tally, came[0]


async def competing(target: Target, turns: Any, seed: int, tally: Tally, end: float) -> None:
    """One journey after the other, of different people."""
    await asyncio.sleep(random.Random(seed).uniform(0, PAUSE_S))
    for session in turns:
        if time.monotonic() > end:
            return
        await Person(target, session, seed, tally).journey()
        await asyncio.sleep(PAUSE_S)


async def watching(crowd: Crowd, seed: int, came: list[int], end: float) -> None:
    """A place among the watchers: somebody comes, stays a while, goes; then the next."""
    dice = random.Random(seed)
    await asyncio.sleep(dice.uniform(0, STAYS_S[0]))
    while time.monotonic() < end:
        watcher = await crowd._one()
        came[0] += 1
        await asyncio.sleep(min(dice.uniform(*STAYS_S), max(0, end - time.monotonic())))
        watcher.hang_up()


async def sampled(pid: int, end: float) -> list[Sample]:
    """The process's memory every ten seconds until the end."""
    began = time.monotonic()
    found = [(0.0, *memory_mb(pid))]
    while time.monotonic() < end:
        await asyncio.sleep(min(SAMPLE_S, max(0.1, end - time.monotonic())))
        found.append((time.monotonic() - began, *memory_mb(pid)))
    return found


def memory_mb(pid: int) -> tuple[float, float]:
    """Private and resident megabytes of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    kb = {line.partition(":")[0]: line.split()[1] for line in lines if line.endswith(" kB")}
    return int(kb["RssAnon"]) / 1000, int(kb["VmRSS"]) / 1000


def slope_mb_per_min(samples: list[Sample]) -> float:
    """Private megabytes a minute, by least squares."""
    times, sizes = [x[0] / 60 for x in samples], [x[1] for x in samples]
    middle = sum(times) / len(times)
    spread = sum((at - middle) ** 2 for at in times)
    mean = sum(sizes) / len(sizes)
    both = sum((at - middle) * (size - mean) for at, size in zip(times, sizes, strict=True))
    return both / spread if spread else 0.0


def told(
    options: argparse.Namespace, samples: list[Sample], tally: Tally, came: int, kept: Any
) -> int:
    """Print the figures; the exit code."""
    for share in (0, 0.25, 0.5, 0.75, 1):
        at, private, resident = samples[round(share * (len(samples) - 1))]
        print(f"{at:6.0f} s: private {private:.1f} MB, resident {resident:.1f} MB")
    settled = samples[int(SETTLED * (len(samples) - 1)) :]
    grown = settled[-1][1] - settled[0][1]
    print(
        f"after a quarter of the time: {grown:+.1f} MB (allowed {options.allowed:g}),"
        f" {slope_mb_per_min(settled):+.2f} MB a minute\n"
        f"{tally.journeys} journeys, {came} watchers; errors: {dict(tally.errors) or 'none'};"
        f" acknowledged {tally.acknowledgements}, recorded {kept['recorded']}"
    )
    sound = not tally.errors and tally.acknowledgements == kept["recorded"]
    return 0 if sound and grown <= options.allowed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
