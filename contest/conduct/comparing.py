"""A round beside its recomputation: what is stored, and what attempts and decisions give."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from contest.conduct.decisions import recompute
from contest.conduct.times import close_due, recompute_times
from contest.entries import rulings_of
from contest.marking import score_paper
from contest.models import Attempt, Entry, FrozenStanding, Round

_COUNTED = (
    "unit_id", "division_id", "points", "correct", "is_perfect", "elapsed_ms", "submitted_at",
    "rank_key",
)  # fmt: skip
_ENTRY = (*_COUNTED, "counted_id", "extra_time_s", "attempts_granted")
_ATTEMPT = ("state", "deadline", "points", "correct", "is_perfect")

Columns = dict[str, Any]
# What it is and its id: ("entry", 7).
Row = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Difference:
    """A column that is stored as ``stored`` and comes out as ``computed``."""

    row: Row
    column: str
    stored: Any
    computed: Any


def recompute_round(*, round: Round, now: datetime, fix: bool) -> list[Difference]:
    """Where the stored round differs from its recomputation from attempts and decisions.

    With ``fix`` the recomputation is kept; without it nothing is changed. Attempts whose time
    ran out are closed first, as whoever looks does.
    """
    _close_due(round, now)
    with transaction.atomic():
        stored = _state(round)
        _compute(round, now)
        computed = _state(round)
        transaction.set_rollback(not fix)
    return list(_differences(stored, computed))


@transaction.atomic
def _close_due(round: Round, now: datetime) -> None:
    close_due(round, now)


def _compute(round: Round, now: datetime) -> None:
    in_force = rulings_of(round)
    finished = Attempt.objects.filter(entry__round=round, state=Attempt.State.FINISHED)
    for attempt in finished.only("paper", "answers", "points", "correct", "is_perfect").iterator():
        result = score_paper(attempt.paper, attempt.answers, in_force)
        now_counts = (result.points, result.correct, result.is_perfect)
        if (attempt.points, attempt.correct, attempt.is_perfect) != now_counts:
            attempt.points, attempt.correct, attempt.is_perfect = now_counts
            attempt.save(update_fields=["points", "correct", "is_perfect"])
    recompute_times(round, now)
    recompute(round, round.entries.all())


def _state(round: Round) -> dict[Row, Columns]:
    entries = Entry.objects.filter(round=round)
    attempts = Attempt.objects.filter(entry__round=round).order_by()
    frozen = FrozenStanding.objects.filter(entry__round=round)
    rows: dict[Row, Columns] = {
        ("round", round.pk): {
            "answers_until": Round.objects.values_list("answers_until", flat=True).get(pk=round.pk)
        }
    }
    rows |= {("entry", row.pop("pk")): row for row in entries.values("pk", *_ENTRY)}
    rows |= {("attempt", row.pop("pk")): row for row in attempts.values("pk", *_ATTEMPT)}
    if round.frozen_at is not None:
        # What boards show: who has no row of their own there is shown as they stand.
        rows |= {("frozen", row.pop("pk")): row for row in entries.values("pk", *_COUNTED)}
        rows |= {("frozen", row.pop("entry")): row for row in frozen.values("entry", *_COUNTED)}
    return rows


def _differences(stored: dict[Row, Columns], computed: dict[Row, Columns]) -> Iterator[Difference]:
    for row in sorted(stored.keys() | computed.keys()):
        before, after = stored.get(row, {}), computed.get(row, {})
        for column in sorted(before.keys() | after.keys()):
            if before.get(column) != after.get(column):
                yield Difference(row, column, before.get(column), after.get(column))
