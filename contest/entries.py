"""A person's entry in a round: which attempt counts, and its place among the others."""

from __future__ import annotations

from contest.models import Attempt, Entry
from contest.ordering import Standing, rank_key

# Beyond this many people ahead, a place is only told on request (GET board/me): counting
# further would make every finish dearer as the contest grows.
EXACT_PLACES = 1_000


def refresh_entry(entry: Entry, keys: list[str]) -> None:
    """Recompute the entry from its finished attempts; ``keys`` is the round's ranking rule.

    The attempt that ranks highest counts, the earlier one among equals. Attempts of people
    on duty stay off the board (empty ``rank_key``).
    """
    finished = entry.attempts.filter(state=Attempt.State.FINISHED, is_ranked=True)
    counted, key = None, ""
    columns = ("number", "points", "correct", "elapsed_ms", "submitted_at", "unit_id", "entry_id")
    for attempt in finished.order_by("number").only(*columns):
        attempt_key = rank_key(keys, standing(attempt))
        if counted is None or attempt_key < key:
            counted, key = attempt, attempt_key
    entry.counted = counted
    entry.rank_key = key
    if counted is not None:
        entry.unit_id = counted.unit_id
        entry.points, entry.correct = counted.points or 0, counted.correct or 0
        entry.elapsed_ms, entry.submitted_at = counted.elapsed_ms or 0, counted.submitted_at
    entry.save(
        update_fields=[
            "counted", "rank_key", "unit", "points", "correct", "elapsed_ms", "submitted_at",
        ]
    )  # fmt: skip


def standing(attempt: Attempt) -> Standing:
    """What a finished attempt brings into the ranking."""
    if attempt.points is None or attempt.elapsed_ms is None or attempt.submitted_at is None:
        raise ValueError("only a finished attempt has a standing")
    return Standing(attempt.points, attempt.elapsed_ms, attempt.submitted_at)


def near_place(entry: Entry) -> int | None:
    """The entry's place when fewer than ``EXACT_PLACES`` are ahead of it, else None."""
    if not entry.rank_key:
        return None
    ahead = Entry.objects.filter(round_id=entry.round_id, rank_key__gt="")
    count = ahead.filter(rank_key__lt=entry.rank_key)[:EXACT_PLACES].count()
    return count + 1 if count < EXACT_PLACES else None
