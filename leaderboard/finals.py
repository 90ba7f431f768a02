"""Boards of a round whose final result is public: the stored table, never what counts now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db.models import Count, F, Max, Q, QuerySet, Sum

from accounts.models import Unit, User
from contest.models import Division, ResultRow, Round, RoundResult, UnitResultRow
from contest.results.prizegiving import latest_table
from contest.results.reading import published_name
from contest.visibility import is_final
from leaderboard.people import NEIGHBOURS, Part
from leaderboard.ranking import ranked

_LIFETIME_S = 24 * 3600


def final_table(round: Round, now: datetime) -> RoundResult | None:
    """The table in force once it is public, else None."""
    return latest_table(round) if is_final(round.visibility, now) else None


def final_rows(
    result: RoundResult, division: Division | None = None, unit: Unit | None = None
) -> QuerySet[Any]:
    """People of the table, best first; those who share a rank have the same ``shown_rank``."""
    rows: QuerySet[Any] = ResultRow.objects.filter(result=result)
    if division is not None:
        rows = rows.filter(division=division)
    if unit is not None:
        rows = rows.filter(unit__path__startswith=unit.path)
    rank = "rank" if division is None else "division_rank"
    shown = {"shown_rank": F(rank), "shown_division": F("division")}
    ordered: QuerySet[Any] = rows.annotate(**shown).order_by("position")
    return ordered


@dataclass(frozen=True, slots=True)
class FinalPeople:
    """Everybody in a stored table, of a division (or of all), within a unit's subtree (or
    anywhere). Ranks stand in the table: only within a unit is anything counted."""

    result: RoundResult
    division: Division | None = None
    unit: Unit | None = None

    def page(self, offset: int, limit: int) -> Part:
        """``limit`` rows from ``offset``."""
        rows = self._named(self._slice(offset, limit))
        if self.unit is None or not rows:
            return Part(self.total(), _stored(rows))
        first = rows[0].shown_rank
        ranks = ranked(
            rows,
            lambda row: row.shown_rank,
            offset=offset,
            first_rank=self._rows().filter(shown_rank__lt=first).count() + 1,
        )
        return Part(self.total(), [final_person(row, rank) for rank, row in ranks])

    def find(self, user: User) -> Any:
        """The person's line, or None."""
        return self._rows().filter(entry__user=user).first()

    def around(self, mine: Any) -> Part:
        """A line that was found, between its neighbours in the division (or of all)."""
        rows = self._rows().select_related("entry__user")
        above = list(rows.filter(position__lt=mine.position).reverse()[:NEIGHBOURS])[::-1]
        after = list(rows.filter(position__gte=mine.position)[: NEIGHBOURS + 1])
        return Part(self.total(), _stored([*above, *after]), len(above))

    def total(self) -> int:
        """How many lines this part of the table has; counted once, as no table ever changes."""
        if self.division is None and self.unit is None:
            return int(self._rows().aggregate(last=Max("position", default=0))["last"])
        parts = (self.result.root, self.division and self.division.pk, self.unit and self.unit.pk)
        key = "final-total:" + ":".join(str(part or "") for part in parts)
        return int(cache.get_or_set(key, self._rows().count, _LIFETIME_S) or 0)

    def _rows(self) -> QuerySet[Any]:
        return final_rows(self.result, self.division, self.unit)

    def _slice(self, offset: int, limit: int) -> QuerySet[Any]:
        if self.division is None and self.unit is None:
            return self._rows().filter(position__gt=offset, position__lte=offset + limit)
        # Positions only are skipped: an index alone answers.
        places = self._rows().values_list("position", flat=True)[offset : offset + limit]
        return self._rows().filter(position__in=list(places))

    def _named(self, rows: QuerySet[Any]) -> list[Any]:
        return list(rows.select_related("entry__user"))


def _stored(rows: Sequence[Any]) -> list[dict[str, Any]]:
    return [final_person(row, row.shown_rank) for row in rows]


def final_person(row: ResultRow, rank: int) -> dict[str, Any]:
    """A person as the table was published; expects ``entry__user`` to be selected."""
    return {
        "key": row.entry_id,
        "rank": rank,
        "name": published_name(row),
        "unit": row.unit_name,
        "points": row.points,
        "correct": row.correct,
        "elapsed_ms": row.elapsed_ms,
        "submitted_at": row.submitted_at.isoformat(),
    }


def final_totals(
    result: RoundResult, division: Division | None, unit: Unit | None
) -> list[dict[str, Any]]:
    """Every unit of the table with name, code, entrants, members, points and perfect papers.

    Of one division the people are counted from its part of the table; names and head counts
    are those of the day it was published all the same.
    """
    rows = UnitResultRow.objects.filter(result=result)
    if unit is not None:
        rows = rows.filter(unit__path__startswith=unit.path)
    columns = ("unit_id", "name", "code", "entrants", "members", "points_sum", "perfect")
    totals = list(rows.order_by("position").values(*columns))
    if division is None:
        return totals
    counted = _counted(result, division)
    return [total | counted[total["unit_id"]] for total in totals if total["unit_id"] in counted]


def _counted(result: RoundResult, division: Division) -> dict[int, dict[str, Any]]:
    people = final_rows(result, division).order_by().values("unit_id")
    counts = people.annotate(
        entrants=Count("id"),
        points_sum=Sum("points"),
        perfect=Count("id", filter=Q(is_perfect=True)),
    )
    return {row["unit_id"]: dict(row) for row in counts}
