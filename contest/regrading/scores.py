"""Scoring a round's attempts again, as if a decision about a question were in force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from contest.marking import score_paper
from contest.models import Attempt, Round
from contest.rulings import Rulings

_COLUMNS = ("entry_id", "paper", "answers", "points", "correct", "is_perfect")
_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Change:
    """An attempt whose result differs: what is stored, and what scoring says now."""

    attempt: int
    entry: int
    points_before: int
    points_after: int
    correct_before: int
    correct_after: int
    is_perfect_after: bool


def changes(round: Round, version: int, in_force: Rulings) -> Iterator[Change]:
    """Finished attempts with the version on their paper whose stored result is another than
    scoring gives with these rulings. Streams: papers of one batch at a time are in memory."""
    finished = (
        Attempt.objects.filter(entry__round=round, state=Attempt.State.FINISHED)
        .only(*_COLUMNS)
        .order_by("pk")
    )
    for attempt in finished.iterator(chunk_size=_BATCH):
        if all(item["v"] != version for item in attempt.paper):
            continue
        result = score_paper(attempt.paper, attempt.answers, in_force)
        stored = (attempt.points, attempt.correct, attempt.is_perfect)
        if stored != (result.points, result.correct, result.is_perfect):
            yield Change(
                attempt=attempt.pk,
                entry=attempt.entry_id,
                points_before=attempt.points or 0,
                points_after=result.points,
                correct_before=attempt.correct or 0,
                correct_after=result.correct,
                is_perfect_after=result.is_perfect,
            )


def write(found: list[Change]) -> None:
    """Store the new results on the attempts."""
    Attempt.objects.bulk_update(
        [
            Attempt(
                pk=change.attempt,
                points=change.points_after,
                correct=change.correct_after,
                is_perfect=change.is_perfect_after,
            )
            for change in found
        ],
        ["points", "correct", "is_perfect"],
        batch_size=500,
    )
