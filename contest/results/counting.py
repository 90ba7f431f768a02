"""Every entry of a round computed again from its attempts and the decisions in force.

The same rule as ``contest.entries.refresh_entry`` (contest/settling.py decides), but flat: two
streams side by side instead of some statements a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from contest.models import Attempt, Entry, Round
from contest.rulings import Rulings
from contest.settling import Sitting, settle

CHUNK = 2_000


class Counted(NamedTuple):
    """A person in the ranking: what their counted attempt brings, after all decisions.

    ``points`` include the essay's, ``elapsed_ms`` is without outages.
    """

    entry: int
    attempt: int
    unit: int | None
    division: int | None
    points: int
    correct: int
    is_perfect: bool
    elapsed_ms: int
    submitted_at: datetime
    prediction: Decimal | None
    receipt: str


@dataclass(frozen=True, slots=True)
class Recount:
    """``attempts``: finished ranked attempts of the people in ``rows``; ``mended``: entries
    whose stored columns were not what their attempts say, and now are."""

    rows: list[Counted]
    attempts: int
    mended: int


class _Finished(NamedTuple):
    """A finished, ranked attempt, named after the columns it is read from."""

    entry_id: int
    id: int
    started_at: datetime
    submitted_at: datetime
    elapsed_ms: int
    points: int
    essay_points: int | None
    is_complete: bool
    correct: int
    is_perfect: bool
    prediction: Decimal | None
    unit_id: int
    division_id: int | None
    receipt: str


class _Stored(NamedTuple):
    """What of an entry follows from its attempts."""

    rank_key: str = ""
    counted_id: int | None = None
    unit_id: int | None = None
    division_id: int | None = None
    points: int = 0
    correct: int = 0
    is_perfect: bool = False
    elapsed_ms: int = 0
    submitted_at: datetime | None = None


def recount(round: Round, in_force: Rulings) -> Recount:
    """Compute every entry of the round, mend those that are stored otherwise, and give the
    people who are in the ranking, by entry id."""
    merged = _attempts_of_merged(round, in_force)
    rows: list[Counted] = []
    attempts, wrong = 0, []
    for entry, granted, stored, own in _side_by_side(round):
        if entry in merged:
            own = [a for other in in_force.counting_for(entry) for a in merged[other]]
        elif entry in in_force.disqualified:
            own = []
        counted, right = _settled(round, in_force, entry, granted, own)
        if counted is not None:
            rows.append(counted)
            attempts += len(own)
        if right != stored:
            wrong.append((entry, right))
    for entry, right in wrong:
        Entry.objects.filter(pk=entry).update(**right._asdict())
    return Recount(rows, attempts, len(wrong))


def _finished(round: Round) -> Iterator[_Finished]:
    attempts = Attempt.objects.filter(
        entry__round=round, state=Attempt.State.FINISHED, is_ranked=True
    ).order_by("entry_id", "number")
    columns = attempts.values_list(*_Finished._fields)
    return map(_Finished._make, columns.iterator(chunk_size=CHUNK))


def _side_by_side(round: Round) -> Iterator[tuple[int, int, _Stored, list[_Finished]]]:
    """``(entry, attempts granted, stored columns, its finished attempts)`` by entry id."""
    entries = Entry.objects.filter(round=round).order_by("pk")
    columns = entries.values_list("pk", "attempts_granted", *_Stored._fields)
    groups = groupby(_finished(round), key=attrgetter("entry_id"))
    ahead = next(groups, None)
    for entry, granted, *stored in columns.iterator(chunk_size=CHUNK):
        own: list[_Finished] = []
        if ahead is not None and ahead[0] == entry:
            own = list(ahead[1])
            ahead = next(groups, None)
        yield entry, granted, _Stored._make(stored), own


def _attempts_of_merged(round: Round, in_force: Rulings) -> dict[int, list[_Finished]]:
    """Attempts of all entries that merges name, by entry."""
    involved = {*in_force.merged, *in_force.merged.values()}
    found: dict[int, list[_Finished]] = {entry: [] for entry in involved}
    if involved:
        for attempt in _finished(round):
            if attempt.entry_id in found:
                found[attempt.entry_id].append(attempt)
    return found


def _settled(
    round: Round, in_force: Rulings, entry: int, granted: int, own: list[_Finished]
) -> tuple[Counted | None, _Stored]:
    allowed = round.attempts_allowed
    chosen = settle(
        map(_sitting, own),
        round.ranking_keys,
        allowed=None if allowed is None else allowed + granted,
        outages=in_force.outages,
    )
    if chosen is None:
        return None, _Stored()
    attempt = next(a for a in own if a.id == chosen.attempt)
    standing = chosen.standing
    counted = Counted(
        entry, attempt.id, attempt.unit_id, attempt.division_id, standing.points,
        attempt.correct, attempt.is_perfect, standing.elapsed_ms, standing.submitted_at,
        attempt.prediction, attempt.receipt,
    )  # fmt: skip
    right = _Stored(
        chosen.key, attempt.id, attempt.unit_id, attempt.division_id, standing.points,
        attempt.correct, attempt.is_perfect, standing.elapsed_ms, standing.submitted_at,
    )  # fmt: skip
    return counted, right


def _sitting(attempt: _Finished) -> Sitting:
    return Sitting(
        attempt=attempt.id,
        started_at=attempt.started_at,
        submitted_at=attempt.submitted_at,
        elapsed_ms=attempt.elapsed_ms,
        points=attempt.points + (attempt.essay_points or 0),
        is_complete=attempt.is_complete,
    )
