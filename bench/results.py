"""``python -m bench.results``: making a round's result final, and verifying receipts.

Everything runs without a server, in processes of their own, so that the peak memory told is
that of finalising alone. ``--people 457428`` is the size of a national contest.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench import SETTINGS
from bench.journey import mode
from config.rehearsal import host
from config.rehearsal.place import ROOT, end_in_order, fresh_place, staged

MOST = 500_000
SCRIPT = ROOT / "static/verify/verify_round.py"


def main(given: list[str]) -> int:
    """Measure and print; 1 when a receipt or the published file does not verify."""
    parser = argparse.ArgumentParser(prog="python -m bench.results", description=__doc__)
    parser.add_argument("--people", type=int, default=20_000, help="one finished attempt each")
    parser.add_argument("--receipts", type=int, default=200, help="how many are verified")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    options = parser.parse_args(given)
    if not 10 <= options.people <= MOST or not 1 <= options.receipts <= options.people:
        parser.error(f"--people: 10 to {MOST}; --receipts: 1 to that")
    end_in_order()
    host.pin(0, 0)
    print(f"-- {options.people:,} people: {mode(dict(os.environ))}", flush=True)
    found = measured(options.people, options.receipts)
    for name, value in found.items():
        print(f"{name:<32}{value:>12,}", flush=True)
    if options.json:
        figures = {"mode": mode(dict(os.environ)), "people": options.people, **found}
        options.json.write_text(json.dumps(figures, indent=1) + "\n")
    return 1 if found["receipts that failed"] or found["script exit code"] else 0


def measured(people: int, receipts: int) -> dict[str, Any]:
    """The figures, in an installation of its own."""
    with fresh_place(SETTINGS) as env, tempfile.TemporaryDirectory(prefix="bench-") as folder:
        stage = staged(env, "bench._finals", "fill", {"people": people, "receipts": receipts})
        final = staged(env, "bench._finals", "finalise", stage)
        file = f"{folder}/results.jsonl"
        checked = staged(env, "bench._finals", "verify", {**stage, "file": file})
        began = time.perf_counter()
        script = subprocess.run(
            [sys.executable, "-I", str(SCRIPT), file, "--root", final["root"]],
            stdout=subprocess.DEVNULL,
            check=False,
        )
        return {
            **final["figures"],
            **checked,
            "script over the file, s": round(time.perf_counter() - began, 1),
            "script exit code": script.returncode,
        }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
