"""The measuring tool itself: five people go through, and what was acknowledged is recorded."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from accounts.models import Unit
from bench import _growth
from bench._report import medians, percentile
from bench.growth import middle, ratio
from contest.conduct.comparing import recompute_round
from contest.drawing import draw_paper
from contest.models import Attempt, Entry, Round
from tests.conftest import NOON

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


def test_a_result_is_made_final_and_verified() -> None:
    command = [sys.executable, "-m", "bench.results", "--people", "30", "--receipts", "5"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_few_people_rush_in(tmp_path: Path) -> None:
    """Also with everything a browser loads; whether in time is not the point here."""
    figures = tmp_path / "figures.json"
    command = [sys.executable, "-m", "bench.rush", "--people", "6", "--seconds", "0.5"]
    done = subprocess.run(
        [*command, "--browser", "--json", str(figures)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    run = json.loads(figures.read_text())["runs"][0]
    assert run["errors"] == {}
    assert [call["count"] for call in run["calls"].values()] == [6, 6, 6]


@pytest.mark.parametrize("count", [1, 13, 60])
@pytest.mark.usefixtures("commune")
def test_the_attempts_a_round_grows_by_are_such_as_people_leave(round: Round, count: int) -> None:
    """Recomputed from scratch they bring the very entries that were written."""
    papers = [draw_paper(round, bytes([number])) for number in range(3)]
    _growth.add(round, papers, count, random.Random(1))
    assert Attempt.objects.filter(state=Attempt.State.FINISHED).count() == count
    assert Entry.objects.count() == -(-count * 9 // 13)
    assert recompute_round(round=round, now=NOON, fix=False) == []
    assert Unit.objects.get().entry_rows.count() == Entry.objects.count()


def test_growth_is_told_from_medians_of_server_and_database() -> None:
    def run(server: int, database: int) -> dict[str, int]:
        costs = {"server_cpu_us": server, "database_cpu_us": database}
        return {**costs, "anchor_us": 10, "errors": 0}

    few = middle([run(90, 10), run(900, 10), run(80, 20)])
    assert (few["server_cpu_us"], few["database_cpu_us"]) == (90, 10)
    assert ratio([few, middle([run(100, 20)])]) == 1.2
