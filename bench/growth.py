"""``python -m bench.growth``: whether handing in gets dearer as the tables grow.

CPU of the server and of the database for one finish, with few finished attempts in the round
and with as many as a national contest has; medians of several runs, each beside its anchor.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
from itertools import count
from pathlib import Path
from typing import Any

from bench import SETTINGS, _probes
from bench.journey import mode
from config.rehearsal import host
from config.rehearsal.people import cookies
from config.rehearsal.place import end_in_order, fresh_place, running_server, staged

TARGET = 1.15
CONNECTIONS = 20
GROWING_S = 7_200


def main(given: list[str]) -> int:
    """Measure and print; 1 when the ratio is above the target or a request failed."""
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__)
    parser.add_argument("--few", type=int, default=1_000, help="finished attempts at first")
    parser.add_argument("--many", type=int, default=650_000, help="and in the end")
    parser.add_argument("--finishes", type=int, default=300, help="measured each time")
    parser.add_argument("--runs", type=int, default=3, help="of which the medians count")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    options = parser.parse_args(given)
    if not 1 <= options.few <= options.many <= 1_000_000 or options.finishes < CONNECTIONS:
        parser.error(f"1 <= --few <= --many <= 1,000,000; --finishes: {CONNECTIONS} or more")
    end_in_order()
    host.pin(0, 1)
    print(f"-- {mode(dict(os.environ))}", flush=True)
    sizes = measured(options)
    grown = ratio(sizes)
    print(f"CPU of a finish, many / few: {grown} (target <= {TARGET})")
    if options.json:
        found = {"mode": mode(dict(os.environ)), "sizes": sizes, "ratio": grown}
        options.json.write_text(json.dumps(found, indent=1) + "\n")
    return 1 if grown > TARGET or any(size["errors"] for size in sizes) else 0


def ratio(sizes: list[dict[str, Any]]) -> float:
    """What server and database spend on a finish in the end, over what they did at first."""
    few, many = (int(size["server_cpu_us"]) + int(size["database_cpu_us"]) for size in sizes)
    return round(many / max(few, 1), 2)


def measured(options: argparse.Namespace) -> list[dict[str, Any]]:
    """The medians at both sizes, in one installation that grows between them."""
    people = options.finishes * options.runs * 2
    sizes = []
    with fresh_place(SETTINGS) as env:
        stage = staged(env, "bench._growth", "prepare", people)
        turns = count()
        for attempts in (options.few, options.many):
            wanted = {"round": stage["round"], "attempts": attempts}
            grown = staged(env, "bench._growth", "grow", wanted, limit_s=GROWING_S)
            runs = []
            for _ in range(options.runs):
                start = next(turns) * options.finishes
                several = stage["people"][start : start + options.finishes]
                runs.append(one_run(env, stage | {"people": several}))
                print(line(grown["attempts"], runs[-1]), flush=True)
            sizes.append({"attempts": grown["attempts"], **middle(runs)})
            print(f"median: {line(grown['attempts'], sizes[-1])}", flush=True)
    return sizes


def one_run(env: dict[str, str], stage: dict[str, Any]) -> dict[str, Any]:
    """Everybody starts, saves once and hands in; the figures of handing in, and the anchor."""
    with running_server(env) as (url, pid):
        figures = asyncio.run(finished(_probes.Probe(url, pid, env), stage))
    anchor = _probes.anchors(env, stage, CONNECTIONS)["one update"]
    figures["anchor_us"] = anchor["server_cpu_us"] + anchor["database_cpu_us"]
    return figures


async def finished(probe: _probes.Probe, stage: dict[str, Any]) -> dict[str, Any]:
    """Few connections at a time, so that threads do not stand in each other's way."""
    people = [cookies(person["session"]) for person in stage["people"]]
    api = f"/api/v1/rounds/{stage['round']}/attempts"
    started = [_probes.Stream(person, [("POST", api, None)]) for person in people]
    await in_turn(probe, started)
    failed = probe.errors
    work = [_probes.saves(stream.last) for stream in started]
    saves = [_probes.Stream(p, calls[:1]) for p, calls in zip(people, work, strict=True)]
    await in_turn(probe, saves)
    failed += probe.errors
    ends = [
        _probes.Stream(p, [_probes.handing_in(s.last)])
        for p, s in zip(people, started, strict=True)
    ]
    figures = await in_turn(probe, ends)
    return figures | {"errors": figures["errors"] + failed}


async def in_turn(probe: _probes.Probe, streams: list[_probes.Stream]) -> dict[str, Any]:
    """All the streams, ``CONNECTIONS`` at a time; the figures of all together."""
    totals: dict[str, float] = {"errors": 0, "count": 0, "server_cpu_us": 0, "database_cpu_us": 0}
    for start in range(0, len(streams), CONNECTIONS):
        part = await probe.ask(streams[start : start + CONNECTIONS])
        totals["errors"] += part["errors"]
        for name in ("server_cpu_us", "database_cpu_us"):
            totals[name] += part[name] * part["count"]
        totals["count"] += part["count"]
    probe.errors = int(totals["errors"])
    answered = max(totals["count"], 1)
    return {
        "errors": int(totals["errors"]),
        "server_cpu_us": round(totals["server_cpu_us"] / answered),
        "database_cpu_us": round(totals["database_cpu_us"] / answered),
    }


def middle(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Figure by figure the median; errors of all."""
    names = ("server_cpu_us", "database_cpu_us", "anchor_us")
    found = {name: round(statistics.median(run[name] for run in runs)) for name in names}
    return {**found, "errors": sum(run["errors"] for run in runs)}


def line(attempts: int, figures: dict[str, Any]) -> str:
    """One run for people to read."""
    both = figures["server_cpu_us"] + figures["database_cpu_us"]
    return (
        f"{attempts:>9,} finished: a finish costs {figures['server_cpu_us']:>6} us of the server,"
        f" {figures['database_cpu_us']:>5} of the database; one update {figures['anchor_us']}"
        f" ({both / max(figures['anchor_us'], 1):.1f} x); errors {figures['errors']}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
