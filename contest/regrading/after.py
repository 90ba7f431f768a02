"""What entries would hold if attempts had other points: settled in memory. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from contest.entries import counting_attempts, settled
from contest.models import Attempt, Entry, Round
from contest.ordering import Standing
from contest.regrading.scores import Change
from contest.regrading.services import touched_entries
from contest.rulings import Rulings


@dataclass(frozen=True, slots=True)
class After:
    """An entry if the changes held: its live rank key, the attempt that counts (with the points
    it would have) and what that brings. Off the board: "", None and None."""

    key: str = ""
    counted: Attempt | None = None
    standing: Standing | None = None

    @property
    def points(self) -> int:
        return self.standing.points if self.standing else 0

    @property
    def division(self) -> int | None:
        return self.counted.division_id if self.counted else None

    @property
    def is_perfect(self) -> bool:
        return self.counted is not None and self.counted.is_perfect


def settled_after(round: Round, found: list[Change], in_force: Rulings) -> dict[int, After]:
    """``{entry: After}`` of the entries these changes touch."""
    new = {change.attempt: change for change in found}
    after: dict[int, After] = {}
    for entry in Entry.objects.filter(pk__in=touched_entries(found, in_force)).order_by("pk"):
        finished = counting_attempts(entry, in_force)
        for attempt in finished:
            if change := new.get(attempt.pk):
                attempt.points = change.points_after
                attempt.correct = change.correct_after
                attempt.is_perfect = change.is_perfect_after
        chosen = settled(finished, entry, round, in_force)
        if chosen is None:
            after[entry.pk] = After()
        else:
            counted = next(a for a in finished if a.pk == chosen.attempt)
            after[entry.pk] = After(chosen.key, counted, chosen.standing)
    return after
