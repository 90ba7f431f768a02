"""Runs inside an installation: a board of very many people, and how long reading it takes.

Called as ``bench._stage`` is.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bench import _stage  # isort: skip  # sets Django up

from django.db import connection
from django.utils import timezone

from accounts.models import User
from contest.entries import near_place
from contest.models import Entry, Round
from contest.ordering import Standing, rank_key
from leaderboard.boards import Page, my_place, people_board, units_board
from leaderboard.feed import pause_after
from leaderboard.milestones import made
from leaderboard.shown import shown_sources

REPEATS = 15


def crowd(count: int) -> dict[str, Any]:
    """A round with ``count`` people on its board; its first, middle and last are signed in."""
    _stage.install()
    round = _stage.open_round()
    fill_board(round, _stage.make_people(count))
    refresh_statistics()
    entries = Entry.objects.filter(round=round).order_by("rank_key", "id").select_related("user")
    places = {"first": 0, "middle": count // 2, "last": count - 1}
    shown = {name: entries[place : place + 1].get() for name, place in places.items()}
    sessions = _stage.sign_in([entry.user for entry in shown.values() if entry.user])
    return {
        "round": round.pk,
        "people": dict(zip(shown, sessions, strict=True)),
        "milliseconds": board_times(round, shown, count),
        "milestones_kb": milestones_kb(round),
    }


def fill_board(round: Round, users: list[User]) -> None:
    """Ranked entries as in a real round: most people near full score, times spread."""
    dice = random.Random(7)
    units = _stage.communes()
    rows = []
    for place, user in enumerate(users):
        points = max(0, min(20, int(dice.gauss(17, 3))))
        elapsed_ms = dice.randrange(60_000, 900_000)
        at = round.opens_at + timedelta(milliseconds=dice.randrange(3_600_000))
        rows.append(
            Entry(
                user=user,
                round=round,
                unit=units[place % len(units)],
                attempts_started=1,
                points=points,
                correct=points,
                is_perfect=points == 20,
                elapsed_ms=elapsed_ms,
                submitted_at=at,
                rank_key=rank_key(round.ranking_keys, Standing(points, elapsed_ms, at)),
            )
        )
    Entry.objects.bulk_create(rows, batch_size=_stage.BATCH)


def refresh_statistics() -> None:
    """What PostgreSQL does by itself within a minute, and SQLite never."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def board_times(round: Round, shown: dict[str, Entry], count: int) -> dict[str, dict[str, float]]:
    """Median and worst wall milliseconds of every read of a board, nothing cached by us."""
    now = timezone.now()
    reads: dict[str, Callable[[], object]] = {
        "people, first page": lambda: people_board(round, now),
        "people, page from the middle": lambda: people_board(round, now, Page(offset=count // 2)),
        "people, first page of a unit": lambda: people_board(
            round, now, Page(unit=shown["first"].unit)
        ),
        "units": lambda: units_board(round, now),
        "milestones": lambda: made(shown_sources(round, now)),
    }
    for name, entry in shown.items():
        reads[f"my place, {name}"] = lambda e=entry: my_place(round, e.user, now)  # type: ignore[misc]
        reads[f"place after finish, {name}"] = lambda e=entry: near_place(e)  # type: ignore[misc]
    return {name: times_ms(read) for name, read in reads.items()}


def times_ms(read: Callable[[], object]) -> dict[str, float]:
    """Median and worst wall time of some repetitions, after one that warms, and the CPU time of
    this process (with SQLite all there is). ``pause_s``: how long the feed then serves it."""
    read()
    found, spent = [], []
    for _ in range(REPEATS):
        began, used = time.perf_counter(), time.process_time()
        read()
        found.append((time.perf_counter() - began) * 1000)
        spent.append((time.process_time() - used) * 1000)
    median = statistics.median(found)
    return {
        "median": round(median, 1),
        "worst": round(max(found), 1),
        "cpu": round(statistics.median(spent), 1),
        "pause_s": round(pause_after(median / 1000), 1),
    }


def milestones_kb(round: Round) -> int:
    """The most memory that making the milestones takes at a time, in Python, in kB."""
    tracemalloc.start()
    made(shown_sources(round, timezone.now()))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most // 1024


if __name__ == "__main__":
    print(json.dumps(crowd(json.load(sys.stdin))))
