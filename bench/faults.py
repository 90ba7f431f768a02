"""``python -m bench.faults``: acknowledged = recorded, whatever moment the server is killed in.

A crowd saves at a steady rate, starts and hands in among it; the server process is killed
(``kill -9``) again and again at random moments and started again, as a service manager would.
Whoever got no answer sends the same request again. At the end everything that was acknowledged
must be in the database, and nothing must be half there. Exit code 1 when anything is wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import time
from pathlib import Path
from typing import Any

from bench import SETTINGS
from bench._restarts import Restartable
from bench._stubborn import Ledger, Pace, Stubborn
from bench.journey import mode
from config.rehearsal import host
from config.rehearsal.people import Target
from config.rehearsal.place import end_in_order, fresh_place, staged

BETWEEN_S = (0.5, 2.5)  # of service between an answer after a restart and the next kill
RECOVERY_S = 90.0
SETTLE_S = 1.0  # at the start, and at the end
SAVES_EACH = 30  # a person's three attempts, roughly
SERVED_S = 5  # of saves between two kills, with what piled up; generous


def arguments(given: list[str]) -> argparse.Namespace:
    """What was asked for, within bounds; ``people`` follows from the rest unless given."""
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=20, help="how often (default 20)")
    parser.add_argument("--rate", type=float, default=200, help="saves a second (default 200)")
    parser.add_argument("--people", type=int, help="how many; by default enough for all of it")
    parser.add_argument("--orderly", action="store_true", help="SIGTERM instead of kill -9")
    parser.add_argument("--seed", type=int, help="repeats the moments and answers of a run")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    options = parser.parse_args(given)
    if not 1 <= options.kills <= 1_000 or not 1 <= options.rate <= 1_000:
        parser.error("--kills: 1 to 1,000; --rate: 1 to 1,000")
    if options.people is None:
        needed = options.kills * options.rate * SERVED_S / SAVES_EACH
        options.people = int(max(20, 2 * options.rate, needed))
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1_000_000)
    return options


def main(given: list[str]) -> int:
    """Run and report; 1 when something acknowledged is missing or something is half there."""
    options = arguments(given)
    end_in_order()
    host.pin(0, 1)
    how = "SIGTERM" if options.orderly else "kill -9"
    print(
        f"-- {mode(dict(os.environ))}: {options.kills} times {how} at {options.rate:g} saves/s,"
        f" {options.people} people, --seed {options.seed}",
        flush=True,
    )
    figures = measured(options)
    print(report(figures))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")
    return 1 if figures["faults"] else 0


def measured(options: argparse.Namespace) -> dict[str, Any]:
    """The whole of it in an installation of its own."""
    with fresh_place(SETTINGS) as env:
        stage = staged(env, "bench._stage", "prepare", options.people)
        ledger = Ledger()
        with Restartable(env) as server:
            ends = asyncio.run(rehearsed(options, server, stage, ledger))
        found = staged(
            env, "bench._aftermath", "check", {"round": stage["round"], "kept": ledger.kept}
        )
    codes = [f"exit code {end['code']}" for end in ends if options.orderly and end["code"] != 0]
    return {
        "mode": mode(dict(os.environ)),
        "seed": options.seed,
        "acknowledged": dict(ledger.acknowledged),
        "recorded": found["recorded"],
        "retried": dict(ledger.retried),
        "replayed": found["replayed"],
        "troubles": dict(ledger.troubles),
        "ends": ends,
        "worst_recovery_s": max(end["recovery_s"] for end in ends),
        "faults": codes + ledger.faults + found["faults"],
        "fault_count": len(codes) + len(ledger.faults) + found["count"],
    }


async def rehearsed(
    options: argparse.Namespace, server: Restartable, stage: dict[str, Any], ledger: Ledger
) -> list[dict[str, Any]]:
    """The crowd at work while the server ends again and again; what each end was like."""
    dice = random.Random(options.seed)
    target = Target("127.0.0.1", server.port, stage["round"], stage["page"])
    pace = Pace(options.rate, most=options.people)
    crowd = [
        asyncio.create_task(Stubborn(target, person, dice.randrange(2**32), ledger, pace).compete())
        for person in stage["people"]
    ]
    beat = asyncio.create_task(pace.beat())
    ends = []
    try:
        await asyncio.sleep(SETTLE_S)
        for number in range(1, options.kills + 1):
            await asyncio.sleep(dice.uniform(*BETWEEN_S))
            ends.append(await ended(server, ledger, is_orderly=options.orderly))
            print(f"{number:>4}: " + words(ends[-1]), flush=True)
            if all(person.done() for person in crowd):
                raise SystemExit("everybody has used all attempts: give more --people")
        await asyncio.sleep(SETTLE_S)
    finally:
        beat.cancel()
        pace.end(len(crowd))
        await asyncio.gather(*crowd)
    return ends


async def ended(server: Restartable, ledger: Ledger, *, is_orderly: bool) -> dict[str, Any]:
    """End the server, start it again, and wait until somebody's request was acknowledged."""
    in_flight, before = ledger.in_flight, sum(ledger.acknowledged.values())
    code = 0
    began = time.monotonic()
    if is_orderly:
        code = await asyncio.to_thread(server.stop)
    else:
        server.kill()
    killed = time.monotonic()
    await asyncio.to_thread(server.start)
    start_s = round(time.monotonic() - killed, 2)
    while ledger.newest <= killed:
        if time.monotonic() > killed + RECOVERY_S:
            raise SystemExit(f"nothing was acknowledged for {RECOVERY_S:.0f} s after a restart")
        await asyncio.sleep(0.005)
    recovery_s = round(time.monotonic() - began, 2)
    return {
        "in_flight": in_flight, "before": before, "code": code, "start_s": start_s,
        "recovery_s": recovery_s,
    }  # fmt: skip


def words(end: dict[str, Any]) -> str:
    """One end of the server, as a line."""
    return (
        f"after {end['before']} acknowledgements, {end['in_flight']} requests in flight,"
        f" answering again after {end['recovery_s']} s, {end['start_s']} s of it to start"
    )


def report(figures: dict[str, Any]) -> str:
    """The figures for people to read."""
    lines = [f"{'':<10}{'acknowledged':>14}{'recorded':>10}{'retried':>9}"]
    for name in ("start", "save", "finish"):
        columns = [figures[part].get(name, 0) for part in ("acknowledged", "recorded", "retried")]
        lines.append(f"{name:<10}{columns[0]:>14}{columns[1]:>10}{columns[2]:>9}")
    lines += [
        f"retried saves that were recorded before: {figures['replayed']} (answered as replays)",
        f"troubles on the way: {figures['troubles'] or 'none'}",
        f"worst recovery: {figures['worst_recovery_s']} s",
        f"faults: {figures['fault_count'] or 'none'}",
        *(f"  {fault}" for fault in figures["faults"]),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
