"""The figures of a final result: how many took part and how well they did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from contest.drawing import blueprint_of
from contest.models import Attempt, Round
from contest.results.counting import CHUNK, Counted
from contest.rulings import DROP, Rulings

# By the share of right answers: all of them, from 75 %, from 25 %, less.
FULL, HIGH, MIDDLE, LOW = "full", "high", "middle", "low"


def figures_of(
    round: Round, rows: Sequence[Counted], attempts: int, in_force: Rulings
) -> dict[str, Any]:
    """``entrants``, ``attempts``, ``perfect``, ``units``, ``disqualified`` and ``bands`` of the
    people in the ranking."""
    bands = Counter(
        band(correct, total, full) for correct, total, full in _shares(round, rows, in_force)
    )
    return {
        "entrants": len(rows),
        "attempts": attempts,
        "perfect": sum(row.is_perfect for row in rows),
        "units": len({row.unit for row in rows}),
        "disqualified": len(in_force.disqualified),
        "bands": {name: bands[name] for name in (FULL, HIGH, MIDDLE, LOW)},
    }


def band(correct: int, total: int, is_perfect: bool) -> str:
    """The band of a result with so many right answers out of ``total``."""
    if is_perfect:
        return FULL
    if not total:  # an essay alone, or every question dropped
        return LOW
    if correct * 100 >= 75 * total:
        return HIGH
    return MIDDLE if correct * 100 >= 25 * total else LOW


def _shares(
    round: Round, rows: Sequence[Counted], in_force: Rulings
) -> Iterator[tuple[int, int, bool]]:
    """``(right, questions that count, all right)`` of each row."""
    sizes = {
        division: sum(line.count for line in blueprint_of(round, division))
        for division in {row.division for row in rows}
    }
    dropped = {v for v, verdict in in_force.verdicts.items() if verdict.void == DROP}
    for start in range(0, len(rows), CHUNK):
        batch = rows[start : start + CHUNK]
        gone = _dropped(batch, dropped) if dropped else {}
        for row in batch:
            yield row.correct, sizes[row.division] - gone.get(row.attempt, 0), row.is_perfect


def _dropped(batch: Sequence[Counted], dropped: set[int]) -> dict[int, int]:
    """How many questions of each paper were taken out, by attempt."""
    papers = Attempt.objects.filter(pk__in=[row.attempt for row in batch])
    return {
        attempt: sum(item["v"] in dropped for item in paper)
        for attempt, paper in papers.values_list("pk", "paper")
    }
