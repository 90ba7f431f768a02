"""``python -m bench.journey``: people do the whole contest against a running server.

Each person: the round page, start, five saves, finish, the board; over one keep-alive
connection, with a sign-in prepared beforehand. Without ``--url`` the server is started here, over
a fresh database that is removed afterwards. Load goes to this machine only, and ends by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench import SETTINGS, _probes, _report
from config.rehearsal import host
from config.rehearsal.people import Person, Tally, Target, Work, arriving, at_once, bounded
from config.rehearsal.place import end_in_order, fresh_place, running_server, staged

MOST_PEOPLE, MOST_AT_ONCE = 20_000, 1_000
# What is given as a multiple of the anchor, one ORM update.
COMPARED = ("start", "save", "save of 5", "finish")


def arguments(given: list[str]) -> argparse.Namespace:
    """What was asked for, within bounds."""
    parser = argparse.ArgumentParser(prog="python -m bench.journey", description=__doc__)
    parser.add_argument("--people", type=int, default=200, help="how many (at most 20,000)")
    pace = parser.add_mutually_exclusive_group()
    pace.add_argument("--concurrency", type=int, default=50, help="people at a time (default 50)")
    pace.add_argument("--rate", type=float, help="people who arrive a second, instead")
    parser.add_argument("--url", help="a server on this machine that already runs")
    parser.add_argument("--limit", type=float, default=300, help="seconds a run may take at most")
    parser.add_argument("--runs", type=int, default=1, help="repeat, and give the medians")
    parser.add_argument("--brief", action="store_true", help="journeys only, no single calls")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    options = parser.parse_args(given)
    if not 1 <= options.people <= MOST_PEOPLE or not 1 <= options.concurrency <= MOST_AT_ONCE:
        parser.error(f"at most {MOST_PEOPLE} people, {MOST_AT_ONCE} at a time")
    if options.url and urlsplit(options.url).hostname not in {"127.0.0.1", "localhost"}:
        parser.error("--url: load goes to 127.0.0.1 only")
    return options


def main(given: list[str]) -> int:
    """Measure and print; 1 when anything failed or an acknowledged answer was not recorded."""
    options = arguments(given)
    end_in_order()
    host.pin(0, 1)
    runs: list[dict[str, Any]] = []
    for number in range(1, options.runs + 1):
        print(f"-- run {number} of {options.runs}: {mode(dict(os.environ))}", flush=True)
        runs.append(run_on(options) if options.url else run_own(options))
        print(_report.table(runs[-1]), flush=True)
    middle = _report.medians(runs)
    if len(runs) > 1:
        print(f"-- medians of {len(runs)} runs\n{_report.table(middle)}")
    if options.json:
        found = {"mode": mode(dict(os.environ)), "people": options.people, "medians": middle}
        options.json.write_text(json.dumps(found | {"runs": runs}, indent=1) + "\n")
    return 0 if all(is_sound(run) for run in runs) else 1


def mode(env: dict[str, str]) -> str:
    """Which stores the environment names."""
    database = "PostgreSQL" if env.get("DATABASE_URL") else "SQLite"
    return f"{database}, {'Redis' if env.get('REDIS_URL') else 'in-process'} cache"


def is_sound(figures: dict[str, Any]) -> bool:
    """No error, and everything acknowledged is in the database."""
    return not figures["errors"] and figures["acknowledged"] == figures["recorded"]


def run_own(options: argparse.Namespace) -> dict[str, Any]:
    """One measurement with a server and a database of its own, and its anchor."""
    with fresh_place(SETTINGS) as env:
        stage = staged(env, "bench._stage", "prepare", options.people)
        with running_server(env) as (url, pid):
            figures = asyncio.run(measured(options, env, stage, url, pid))
            if options.brief:
                return figures
            probe = _probes.Probe(url, pid, env)
            each = asyncio.run(_probes.each_call(probe, stage, options.concurrency))
        each |= _probes.anchors(env, stage, options.concurrency)
    anchor = max(each["one update"]["server_cpu_us"], 1)
    ratios = {name: round(each[name]["server_cpu_us"] / anchor, 2) for name in COMPARED}
    return figures | {"each": each, "ratios": ratios}


def run_on(options: argparse.Namespace) -> dict[str, Any]:
    """One measurement against a server that runs; the environment names its stores."""
    env = dict(os.environ)
    stage = staged(env, "bench._stage", "join", options.people)
    return asyncio.run(measured(options, env, stage, options.url, None))


async def measured(
    options: argparse.Namespace,
    env: dict[str, str],
    stage: dict[str, Any],
    url: str,
    pid: int | None,
) -> dict[str, Any]:
    """The journeys of everybody, then the check behind the server's back."""
    parts = urlsplit(url)
    target = Target(parts.hostname or "127.0.0.1", parts.port or 80, stage["round"], stage["page"])
    tally = Tally()
    work: list[Work] = [
        Person(target, person["session"], seed, tally).journey
        for seed, person in enumerate(stage["people"])
    ]
    before = host.usage(pid, env)
    pace = arriving(work, options.rate) if options.rate else at_once(work, options.concurrency)
    await bounded(pace, options.limit, tally)
    used = host.usage(pid, env) - before
    rss_mb = host.rss_mb(host.tree(pid)) if pid else 0.0
    figures = _report.journey_figures(tally, used, rss_mb, knows_server=pid is not None)
    checked = staged(env, "bench._stage", "check", tally.acknowledged)
    return figures | {"acknowledged": tally.acknowledgements, **checked}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
