"""People on a board that is not final: any page of it, a person among neighbours. Reads only.

Nothing here walks the board: a read counts on from the milestone before it. Places near the top
are exact; further down they are as old as the milestones, and rows shown together always agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.models import Unit, User
from contest.models import Division, Round
from leaderboard.milestones import milestones
from leaderboard.naming import public_name
from leaderboard.ranking import Base, Milestones, ranked
from leaderboard.shown import named_entries, named_live, shown_entries, shown_sources, stands_still

NEIGHBOURS = 3
# The key and the id of an entry: where it stands.
Stand = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of a board that follow each other, as the contract has them, and how many rows the
    board has at least. ``own``: at which of them the person asked for is, None for nowhere."""

    total: int
    rows: list[dict[str, Any]]
    own: int | None = None


@dataclass(frozen=True, slots=True)
class LivePeople:
    """Everybody on the board of a division (or of all), within a unit's subtree (or anywhere),
    as boards may show them at ``now``."""

    round: Round
    now: datetime
    division: Division | None = None
    unit: Unit | None = None

    def page(self, offset: int, limit: int) -> Part:
        """``limit`` rows from ``offset``."""
        known, sources = self._milestones(), self._sources()
        if not offset and len(sources) == 1:
            top = named_live(sources[0]).filter(shown_key__gt="")[:limit]
            return self._part(known, sources, list(top), 0, 1)
        base = known.up_to(offset)
        rows = self._read(_slice(sources, base, offset - base.through, limit))
        if not offset or not rows:
            return self._part(known, sources, rows, 0, 1)
        less, _ = _ahead(sources, base, (rows[0].shown_key, rows[0].pk))
        return self._part(known, sources, rows, offset, min(less, offset) + 1)

    def find(self, user: User) -> Any:
        """The person's entry with ``shown_...``, or None while it is not on the board."""
        everybody = shown_entries(self.round, self.now, self.division, self.unit)
        return everybody.filter(user=user).order_by().first()

    def around(self, mine: Any) -> Part:
        """An entry that was found, between its neighbours."""
        known, sources = self._milestones(), self._sources()
        own = (mine.shown_key, mine.pk)
        rows = self._read([*_above(sources, own), own, *_below(sources, own)])
        if not rows:
            return self._part(known, sources, rows, 0, 1)
        first = (rows[0].shown_key, rows[0].pk)
        less, tied = _ahead(sources, known.before(first[0]), first)
        at = next((place for place, row in enumerate(rows) if row.pk == mine.pk), None)
        return self._part(known, sources, rows, less + tied, less + 1, at)

    def total(self) -> int:
        """How many people are on the board."""
        return _total(self._milestones(), self._sources())

    def _sources(self) -> list[QuerySet[Any]]:
        return shown_sources(self.round, self.now, self.division, self.unit)

    def _milestones(self) -> Milestones:
        """Those of the board as it is shown: standing still, it has others."""
        frozen = self.round.frozen_at if stands_still(self.round, self.now) else None
        parts = (
            self.division.pk if self.division else "",
            self.unit.pk if self.unit else "",
            frozen.timestamp() if frozen else "",
        )
        return milestones(self.round.pk, ":".join(map(str, parts)), self._sources)

    def _read(self, stands: Sequence[Stand]) -> list[Any]:
        """Entries with names, in this order; whoever left the board meanwhile is not among
        them."""
        pks = [pk for _, pk in stands]
        found = {row.pk: row for row in named_entries(pks, self.round, self.now) if row.shown_key}
        return [found[pk] for pk in pks if pk in found]

    def _part(
        self,
        known: Milestones,
        sources: list[QuerySet[Any]],
        rows: Sequence[Any],
        offset: int,
        first_rank: int,
        own: int | None = None,
    ) -> Part:
        ranks = ranked(rows, lambda row: row.shown_key, offset=offset, first_rank=first_rank)
        shown = [person_row(self.round, row, rank) for rank, row in ranks]
        return Part(max(_total(known, sources), offset + len(shown)), shown, own)


def person_row(round: Round, entry: Any, rank: int) -> dict[str, Any]:
    """One person on a board that is not final: an entry of ``named_entries``.

    ``key`` tells people of the same name apart.
    """
    at = entry.shown_submitted_at
    return {
        "key": entry.pk,
        "rank": rank,
        "name": public_name(round, entry.user, entry.pk),
        "unit": entry.shown_unit_name or "",
        "points": entry.shown_points,
        "correct": entry.shown_correct,
        "elapsed_ms": entry.shown_elapsed_ms,
        "submitted_at": at.isoformat() if at else None,
    }


def _total(known: Milestones, sources: list[QuerySet[Any]]) -> int:
    if known.total is not None:
        return known.total
    return sum(source.order_by().filter(shown_key__gt="").count() for source in sources)


def _slice(sources: list[QuerySet[Any]], base: Base, skip: int, most: int) -> list[Stand]:
    """Where the next ``most`` rows stand, ``skip`` rows behind the base. Keys only: an index
    alone answers, however many are skipped."""
    keys = [_stands(source, Q(shown_key__gt=base.key)) for source in sources]
    if len(keys) == 1:
        return list(keys[0][skip : skip + most])
    merged = sorted(stand for rows in keys for stand in rows[: skip + most])
    return merged[skip : skip + most]


def _above(sources: list[QuerySet[Any]], of: Stand) -> list[Stand]:
    """The neighbours before, in the order of the board. The keys bound the scan, the rest of
    the condition parts the tied."""
    key, pk = of
    before = Q(shown_key__gt="", shown_key__lte=key) & (Q(shown_key__lt=key) | Q(pk__lt=pk))
    found = [
        stand for source in sources for stand in _stands(source, before).reverse()[:NEIGHBOURS]
    ]
    return sorted(found)[-NEIGHBOURS:]


def _below(sources: list[QuerySet[Any]], of: Stand) -> list[Stand]:
    key, pk = of
    behind = Q(shown_key__gte=key) & (Q(shown_key__gt=key) | Q(pk__gt=pk))
    found = [stand for source in sources for stand in _stands(source, behind)[:NEIGHBOURS]]
    return sorted(found)[:NEIGHBOURS]


def _stands(source: QuerySet[Any], where: Q) -> QuerySet[Any]:
    return source.filter(where).values_list("shown_key", "pk")


def _ahead(sources: list[QuerySet[Any]], base: Base, of: Stand) -> tuple[int, int]:
    """How many have a smaller key, and how many of the tied stand before, counted from the
    base."""
    key, pk = of
    less, tied = base.through, 0
    for source in sources:
        between = source.order_by().filter(shown_key__gt=base.key, shown_key__lte=key)
        counted = between.aggregate(
            less=Count("pk", filter=Q(shown_key__lt=key)),
            tied=Count("pk", filter=Q(shown_key=key, pk__lt=pk)),
        )
        less, tied = less + counted["less"], tied + counted["tied"]
    return less, tied
