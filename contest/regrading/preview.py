"""Who would change, and by how much, if a question were decided about: reads only."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from accounts.models import Unit
from contest.models import Entry, Round
from contest.predictions import PERCENT, PERFECT, truth
from contest.regrading.after import After, settled_after
from contest.regrading.scores import changes
from contest.regrading.services import Proposal, digest_of, rulings_with

MOST_LISTED = 200
_LAST = 10**9


@dataclass(frozen=True, slots=True)
class PersonChange:
    """A person's counted result before and after; None where they are not on the board. Ranks are
    those of the person's division where there are divisions."""

    entry: Entry
    points_before: int | None
    points_after: int | None
    rank_before: int | None
    rank_after: int | None
    is_perfect_before: bool
    is_perfect_after: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What a proposal would do.

    ``people``: whose points or place change, best place after first, at most ``MOST_LISTED``;
    ``people_count`` all of them. ``units``: ``{unit name: (points before, after)}`` of summed
    points. ``truth``: what the prediction asked for before and after, where questions decide it.
    """

    digest: str
    attempts: int
    up: int
    down: int
    people: list[PersonChange]
    people_count: int
    units: dict[str, tuple[int, int]]
    truth: tuple[Decimal | None, Decimal | None] | None


class _Row(NamedTuple):
    """A person on the board before or after: a round may have half a million of them."""

    entry: int
    unit: int | None
    points_before: int | None
    points_after: int | None
    rank_before: int | None
    rank_after: int | None
    is_perfect_before: bool
    is_perfect_after: bool

    @property
    def differs(self) -> bool:
        before = (self.points_before, self.rank_before, self.is_perfect_before)
        return before != (self.points_after, self.rank_after, self.is_perfect_after)


def preview(*, round: Round, proposed: Proposal) -> Preview:
    """Score everybody who had the question again, in memory; nothing is written."""
    digest = digest_of(round, proposed)
    in_force = rulings_with(round, proposed)
    found = list(changes(round, proposed.version, in_force))
    rows = list(_rows(round, settled_after(round, found, in_force)))
    moved = sorted(
        (row for row in rows if row.differs), key=lambda row: (row.rank_after or _LAST, row.entry)
    )
    return Preview(
        digest=digest,
        attempts=len(found),
        up=sum(c.points_after > c.points_before for c in found),
        down=sum(c.points_after < c.points_before for c in found),
        people=_people(moved[:MOST_LISTED]),
        people_count=len(moved),
        units=_units(moved),
        truth=_truths(round, rows),
    )


def _rows(round: Round, after: dict[int, After]) -> Iterator[_Row]:
    """Everybody on the board before or after, with both places."""
    columns = ("pk", "unit_id", "division_id", "rank_key", "points", "is_perfect")
    entries = list(round.entries.order_by("pk").values_list(*columns))
    new = {
        e: (after[e].division, after[e].key) if e in after else (division, key)
        for e, _, division, key, _, _ in entries
    }
    before_us = _keys((division, key) for _, _, division, key, _, _ in entries)
    then_us = _keys(new.values())
    for entry, unit, division, key, points, is_perfect in entries:
        then, (new_division, new_key) = after.get(entry), new[entry]
        if key or new_key:
            yield _Row(
                entry=entry,
                unit=unit,
                points_before=points if key else None,
                points_after=(then.points if then else points) if new_key else None,
                rank_before=_rank(before_us[division], key),
                rank_after=_rank(then_us[new_division], new_key),
                is_perfect_before=bool(key) and is_perfect,
                is_perfect_after=bool(new_key) and (then.is_perfect if then else is_perfect),
            )


def _keys(ranked: Iterable[tuple[int | None, str]]) -> dict[int | None, list[str]]:
    """The sorted keys of each division's board."""
    keys: dict[int | None, list[str]] = defaultdict(list)
    for division, key in ranked:
        if key:
            keys[division].append(key)
    for of_division in keys.values():
        of_division.sort()
    return keys


def _rank(keys: list[str], key: str) -> int | None:
    return bisect_left(keys, key) + 1 if key else None


def _people(moved: list[_Row]) -> list[PersonChange]:
    entries = Entry.objects.select_related("user", "unit").in_bulk([row.entry for row in moved])
    return [
        PersonChange(
            entry=entries[row.entry],
            points_before=row.points_before,
            points_after=row.points_after,
            rank_before=row.rank_before,
            rank_after=row.rank_after,
            is_perfect_before=row.is_perfect_before,
            is_perfect_after=row.is_perfect_after,
        )
        for row in moved
    ]


def _units(moved: list[_Row]) -> dict[str, tuple[int, int]]:
    sums: dict[int, tuple[int, int]] = {}
    for row in moved:
        if row.points_before == row.points_after or row.unit is None:
            continue
        before, after = sums.get(row.unit, (0, 0))
        sums[row.unit] = (before + (row.points_before or 0), after + (row.points_after or 0))
    names = dict(Unit.objects.filter(pk__in=sums).order_by("name").values_list("pk", "name"))
    return {name: sums[unit] for unit, name in names.items()}


def _truths(round: Round, rows: list[_Row]) -> tuple[Decimal | None, Decimal | None] | None:
    if round.prediction_target not in (PERFECT, PERCENT):
        return None
    target = round.prediction_target
    before = truth(
        target,
        perfect=sum(row.is_perfect_before for row in rows),
        entrants=sum(row.rank_before is not None for row in rows),
        attempts=0,
    )
    after = truth(
        target,
        perfect=sum(row.is_perfect_after for row in rows),
        entrants=sum(row.rank_after is not None for row in rows),
        attempts=0,
    )
    return before, after
