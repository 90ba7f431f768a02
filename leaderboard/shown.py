"""What boards may show of each entry: the only way from boards to entries.

While a round's boards stand still, what was kept of the instant they stopped at lies over what
counts now; without a freeze nothing is joined.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.db.models import Case, F, QuerySet, When

from accounts.models import Unit
from contest.models import Division, Entry, Round
from contest.visibility import is_frozen

# Annotations on every entry, and the column each of them is read from.
_COLUMNS = {
    "shown_key": "rank_key",
    "shown_unit": "unit_id",
    "shown_division": "division_id",
    "shown_points": "points",
    "shown_correct": "correct",
    "shown_perfect": "is_perfect",
    "shown_elapsed_ms": "elapsed_ms",
    "shown_submitted_at": "submitted_at",
}
ORDER = ("shown_key", "pk")
Reader = Callable[[str], F | Case]


def shown_entries(
    round: Round, now: datetime, division: Division | None = None, unit: Unit | None = None
) -> QuerySet[Any]:
    """Entries on the boards at ``now``, best first, with ``shown_...`` to read their result from;
    of one division, within a unit's subtree, or all.

    The id only makes the order of ties stable.
    """
    everybody = _overlaid_entries(round, now)
    return _part(everybody, division, _subtree(unit)).filter(shown_key__gt="").order_by(*ORDER)


def shown_sources(
    round: Round, now: datetime, division: Division | None = None, unit: Unit | None = None
) -> list[QuerySet[Any]]:
    """The same entries in parts, each in order along an index: while boards stand still those
    that nothing is kept of, and those of which something is.

    Those without a place, their key empty, are still among them: whoever reads must say from
    which key on. (Of two lower bounds SQLite may take the one that bounds nothing.)
    """
    entries, units = Entry.objects.filter(round=round), _subtree(unit)
    parts: list[tuple[QuerySet[Any], Reader]] = [(entries, F)]
    if stands_still(round, now):
        parts = [
            (entries.filter(frozen__isnull=True), F),
            (entries.filter(frozen__isnull=False), _kept),
        ]
    return [_part(_read(rows, read), division, units).order_by(*ORDER) for rows, read in parts]


def shown_by_unit(
    round: Round, now: datetime, division: Division | None = None, unit: Unit | None = None
) -> QuerySet[Any]:
    """The same entries to be added up by ``shown_unit``, which is set exactly for those that
    have a place: on that condition an index alone answers."""
    everybody = _overlaid_entries(round, now)
    return _part(everybody, division, _subtree(unit)).filter(shown_unit__isnull=False)


def named_entries(pks: Collection[int], round: Round, now: datetime) -> QuerySet[Any]:
    """These entries as boards show them, named; in no order, also those that lost their place."""
    read = _reader(round, now)
    return _named(_read(Entry.objects.filter(pk__in=pks), read), read)


def named_live(source: QuerySet[Any]) -> QuerySet[Any]:
    """The only one of ``shown_sources``, named."""
    return _named(source, F)


def _named(entries: QuerySet[Any], read: Reader) -> QuerySet[Any]:
    """With what is public of their people, and ``shown_unit_name``."""
    people = ("full_name", "is_name_hidden", "birth_date", "erased_at")
    named: QuerySet[Any] = (
        entries.select_related("user")
        .only(*(f"user__{name}" for name in people))
        .annotate(shown_unit_name=read("unit__name"))
    )
    return named


def _overlaid_entries(round: Round, now: datetime) -> QuerySet[Any]:
    return _read(Entry.objects.filter(round=round), _reader(round, now))


def _read(entries: QuerySet[Any], read: Reader) -> QuerySet[Any]:
    shown: QuerySet[Any] = entries.annotate(
        **{name: read(column) for name, column in _COLUMNS.items()}
    )
    return shown


def _part(
    entries: QuerySet[Any], division: Division | None, units: list[int] | None
) -> QuerySet[Any]:
    if division is not None:
        entries = entries.filter(shown_division=division.pk)
    if units is not None:
        entries = entries.filter(shown_unit__in=units)
    return entries


def _subtree(unit: Unit | None) -> list[int] | None:
    """Ids, not a join: with them a board of one unit is an index scan, too."""
    if unit is None:
        return None
    return list(Unit.objects.filter(path__startswith=unit.path).values_list("pk", flat=True))


def _reader(round: Round, now: datetime) -> Reader:
    return _overlaid if stands_still(round, now) else F


def _kept(column: str) -> F:
    return F(f"frozen__{column}")


def _overlaid(column: str) -> Case:
    return Case(When(frozen__isnull=True, then=F(column)), default=_kept(column))


def stands_still(round: Round, now: datetime) -> bool:
    """Whether to read what was kept. Already before the freeze begins, when nothing is kept
    yet: a board read in its first moment must not show what came in it."""
    if round.frozen_at is None:
        return False
    return now < round.frozen_at or is_frozen(round.visibility, now)
