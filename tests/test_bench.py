"""The measuring tool itself: five people go through, and what was acknowledged is recorded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bench._report import medians, percentile

ROOT = Path(__file__).resolve().parent.parent


def test_five_people_do_the_whole_journey(tmp_path: Path) -> None:
    """In the mode that the environment names: SQLite, or PostgreSQL with Redis."""
    figures = tmp_path / "figures.json"
    command = [sys.executable, "-m", "bench.journey", "--people", "5", "--concurrency", "5"]
    done = subprocess.run(
        [*command, "--brief", "--json", str(figures)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    run = json.loads(figures.read_text())["runs"][0]
    assert run["errors"] == {}
    assert run["journeys"] == 5
    assert run["calls"]["save"]["count"] == 25
    # Five saves and the finish of each.
    assert run["acknowledged"] == run["recorded"] == 30


def test_load_goes_to_this_machine_only() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.journey", "--url", "http://192.0.2.1:8000"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert "127.0.0.1 only" in done.stderr


def test_percentiles_are_values_that_were_measured() -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], 0.5) == 2.0
    assert percentile(range(1, 101), 0.99) == 99
    assert percentile([7.0], 0.99) == 7.0
    assert percentile([], 0.5) == 0.0


def test_medians_go_figure_by_figure() -> None:
    runs = [
        {"wall_s": wall, "calls": {"save": {"p50_ms": wall * 2}}, "errors": {}, "rss": None}
        for wall in (3.0, 1.0, 2.0)
    ]
    assert medians(runs) == {
        "wall_s": 2.0,
        "calls": {"save": {"p50_ms": 4.0}},
        "errors": {},
        "rss": None,
    }
