"""Scoring every attempt of a round again from its paper and answers, in one stream.

What counts is what attempts and decisions say, not what a column says: a stored score that is
something else is put right, and an attempt whose receipt no longer fits was changed by force.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from contest.closing import canonical_result
from contest.models import Attempt, Entry, Round
from contest.papers import PaperItem
from contest.rulings import Rulings
from contest.scoring import Key, Result, receipt, score
from quizzes.versions import version_texts

CHUNK = 1_000
_COLUMNS = (
    "entry", "number", "paper", "answers", "prediction", "points", "correct", "is_perfect",
    "elapsed_ms", "submitted_at", "essay", "receipt",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rescored:
    """Ids of attempts whose stored score was put right, and of those whose receipt fits
    nothing that is stored."""

    mended: list[int] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)


def rescore(round: Round, in_force: Rulings) -> Rescored:
    """Score the round's finished attempts by the published key, which the receipt vouches for,
    and with the decisions in force, which is what counts."""
    done = Rescored()
    wrong: list[Attempt] = []
    keys: dict[int, Key] = {}
    finished = Attempt.objects.filter(entry__round=round, state=Attempt.State.FINISHED)
    for attempt in finished.order_by("pk").only(*_COLUMNS).iterator(chunk_size=CHUNK):
        attempt.entry = Entry(id=attempt.entry_id, round=round)
        _learn(keys, attempt.paper)
        right = at_hand_in = score(attempt.paper, attempt.answers, keys)
        if in_force.verdicts:
            right = score(attempt.paper, attempt.answers, keys, in_force.verdicts)
        if not fits_receipt(attempt, at_hand_in):
            done.broken.append(attempt.pk)
        if (right.points, right.correct, right.is_perfect) != _stored(attempt):
            attempt.points, attempt.correct = right.points, right.correct
            attempt.is_perfect = right.is_perfect
            wrong.append(attempt)
    for attempt in wrong:
        attempt.save(update_fields=["points", "correct", "is_perfect"])
        done.mended.append(attempt.pk)
    return done


def receipt_again(attempt: Attempt, at_hand_in: Result) -> str:
    """The receipt of the attempt as it is stored, with a score that was computed again."""
    columns = {
        "points": at_hand_in.points,
        "correct": at_hand_in.correct,
        "elapsed_ms": attempt.elapsed_ms,
        "submitted_at": attempt.submitted_at,
    }
    return receipt(canonical_result(attempt, columns))


def fits_receipt(attempt: Attempt, at_hand_in: Result) -> bool:
    """Whether the attempt is still the one its receipt was given for."""
    return receipt_again(attempt, at_hand_in) == attempt.receipt


def _stored(attempt: Attempt) -> tuple[int | None, int | None, bool]:
    return (attempt.points, attempt.correct, attempt.is_perfect)


def _learn(keys: dict[int, Key], paper: Iterable[PaperItem]) -> None:
    """Add the keys of a paper's questions that were not met before."""
    if unknown := [item["v"] for item in paper if item["v"] not in keys]:
        texts = version_texts(unknown)
        keys.update((v, Key(text.type, text.answer)) for v, text in texts.items())
