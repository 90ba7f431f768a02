"""Milestones of long boards: made in one scan, shared by everybody, renewed as the feed renews
boards. See docs/decisions/0012-places-at-size.md.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from leaderboard.feed import current
from leaderboard.ranking import Milestones

# A board of so many rows is counted at every read, which costs a millisecond or less.
COUNTED = 5_000
# Rows from one milestone to the next: what a place costs to count at most. Also how far down
# from the top every place is exact at any moment.
STEP = 2_000


@dataclass(frozen=True, slots=True)
class MilestonesProjection:
    """The milestones of a board: ``part`` names which, ``sources`` gives its people as
    ``shown_sources`` does."""

    round_id: int
    part: str
    sources: Callable[[], list[QuerySet[Any]]] = field(compare=False, repr=False)

    @property
    def key(self) -> str:
        return f"milestones:{self.round_id}:{self.part}"

    def body(self) -> dict[str, Any]:
        """What ``Milestones`` holds, as JSON has it."""
        found = made(self.sources())
        return {"total": found.total, "keys": found.keys, "through": found.through}


def milestones(round_id: int, part: str, sources: Callable[[], list[QuerySet[Any]]]) -> Milestones:
    """The board's milestones, as old as the feed lets boards be; none on a board so short that
    it is counted."""
    said = json.loads(current(MilestonesProjection(round_id, part, sources)).text)
    return Milestones(said["total"], said["keys"], said["through"])


def made(sources: list[QuerySet[Any]]) -> Milestones:
    """Steps along the first source; what the others, kept while boards stand still, have up to
    there is added. Many short statements: no scan holds up anybody for long."""
    if sum(_keys(source)[: COUNTED + 1].count() for source in sources) <= COUNTED:
        return Milestones()
    first, *others = sources
    keys, through = _steps(first)
    total = (through[-1] if through else 0) + _keys(first, keys[-1] if keys else "").count()
    for other in others:
        kept = list(_keys(other))
        through = [at + bisect_right(kept, key) for key, at in zip(keys, through, strict=True)]
        total += len(kept)
    return Milestones(total, keys, through)


def _steps(source: QuerySet[Any]) -> tuple[list[str], list[int]]:
    """Every so many rows a key, with the number of rows up to the last that has it."""
    keys: list[str] = []
    through: list[int] = []
    last, at = "", 0
    while ends := list(_keys(source, last)[STEP - 1 : STEP + 1]):
        key, at = ends[0], at + STEP
        if ends[1:] == [key]:
            tied = source.order_by().filter(shown_key__gt=last, shown_key__lte=key)
            at += tied.count() - STEP
        last = key
        keys.append(key)
        through.append(at)
    return keys, through


def _keys(source: QuerySet[Any], after: str = "") -> QuerySet[Any]:
    return source.filter(shown_key__gt=after).values_list("shown_key", flat=True)
