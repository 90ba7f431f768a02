"""``python -m bench.saves``: where the microseconds of one save go, layer by layer.

One thread, no server: the layers are called directly, then a whole request is profiled.
"""

from __future__ import annotations

import argparse
import os
import sys

from bench import SETTINGS
from bench.journey import mode
from config.rehearsal import host
from config.rehearsal.place import end_in_order, fresh_place, staged


def main(given: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.saves", description=__doc__)
    parser.add_argument("--people", type=int, default=50, help="20 saves each, for every layer")
    parser.add_argument("--profile", action="store_true", help="also the dearest functions")
    options = parser.parse_args(given)
    if not 2 <= options.people <= 1_000:
        parser.error("--people: 2 to 1,000")
    end_in_order()
    host.pin(0, 0)
    with fresh_place(SETTINGS) as env:
        found = staged(env, "bench._save_layers", "saves", options.people)
    print(f"-- a save, {mode(dict(os.environ))}: CPU of this process, microseconds")
    for name, cost in found["layers"].items():
        print(f"{name:<24}{cost:>7}")
    print(
        *(f"{statement[:100]} ... ({len(statement)} characters)" for statement in found["sql"]),
        sep="\n",
    )
    if options.profile:
        print(found["profile"])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
