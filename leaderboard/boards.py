"""Reading the boards of a round: people, units, one person's place. Reads only, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from accounts.models import HeadCount, Unit, User
from contest.models import Entry, Round
from leaderboard.ranking import ranked, unit_order

PAGE = 20
MOST_ROWS = 100
NEIGHBOURS = 3


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a board: ``limit`` rows from ``offset``, within one unit's subtree or all."""

    offset: int = 0
    limit: int = PAGE
    unit: Unit | None = None


FIRST_PAGE = Page()


def ranked_entries(round: Round, unit: Unit | None = None) -> QuerySet[Entry]:
    """Entries on the board, best first; the id only makes the order of ties stable."""
    entries = Entry.objects.filter(round=round, rank_key__gt="").order_by("rank_key", "id")
    return entries.filter(unit__path__startswith=unit.path) if unit else entries


def _place(entries: QuerySet[Entry], rank_key: str) -> int:
    return entries.filter(rank_key__lt=rank_key).count() + 1


def people_board(round: Round, page: Page = FIRST_PAGE) -> dict[str, Any]:
    """The people's board: ``total`` and ``rows`` as the contract names them."""
    entries = ranked_entries(round, page.unit)
    rows = list(entries.select_related("user", "unit")[page.offset : page.offset + page.limit])
    first_rank = _place(entries, rows[0].rank_key) if rows and page.offset else None
    numbered = ranked(rows, lambda e: e.rank_key, offset=page.offset, first_rank=first_rank)
    return {
        "by": "people",
        "total": entries.count(),
        "rows": [person_row(entry, rank) for rank, entry in numbered],
        **_paper_size(round),
    }


def person_row(entry: Entry, rank: int) -> dict[str, Any]:
    """One person on a board. ``key`` tells people of the same name apart."""
    return {
        "key": entry.pk,
        "rank": rank,
        "name": str(entry.user) if entry.user else "(đã xóa tài khoản)",
        "unit": entry.unit.name if entry.unit else "",
        "points": entry.points,
        "correct": entry.correct,
        "elapsed_ms": entry.elapsed_ms,
        "submitted_at": entry.submitted_at.isoformat() if entry.submitted_at else None,
    }


def units_board(round: Round, page: Page = FIRST_PAGE) -> dict[str, Any]:
    """The units' board: every unit with at least one entrant, by rate, then by entrants."""
    size = _paper_size(round)
    entries = Entry.objects.filter(round=round, rank_key__gt="")
    if page.unit:
        entries = entries.filter(unit__path__startswith=page.unit.path)
    totals = entries.values(name=F("unit__name"), code=F("unit__code"), uid=F("unit_id")).annotate(
        entrants=Count("id"),
        points_sum=Sum("points"),
        perfect=Count("id", filter=Q(points=size["max_points"])),
    )
    members = _members()
    ordered = sorted(
        totals, key=lambda t: (*unit_order(t["entrants"], members.get(t["uid"])), t["code"])
    )
    numbered = ranked(ordered, lambda t: unit_order(t["entrants"], members.get(t["uid"])))
    rows = [unit_row(total, members.get(total["uid"]), rank) for rank, total in numbered]
    return {
        "by": "units",
        "total": len(rows),
        "rows": rows[page.offset : page.offset + page.limit],
        **size,
    }


def unit_row(total: Mapping[str, Any], members: int | None, rank: int) -> dict[str, Any]:
    """One unit on a board. ``rate`` is a share (0.6284), ``mean`` points to two decimals."""
    return {
        "rank": rank,
        "unit": total["name"],
        "code": total["code"],
        "entrants": total["entrants"],
        "members": members,
        "rate": round(total["entrants"] / members, 4) if members else None,
        "mean": round(total["points_sum"] / total["entrants"], 2),
        "perfect": total["perfect"],
    }


def _members() -> dict[int, int]:
    """The head count each unit declared last, by unit id."""
    rows = HeadCount.objects.order_by("as_of", "id").values_list("unit_id", "members")
    return dict(rows)


def _paper_size(round: Round) -> dict[str, int]:
    lines = round.lines.values_list("count", "points")
    return {
        "questions": sum(count for count, _ in lines),
        "max_points": sum(count * points for count, points in lines),
    }


def my_place(round: Round, user: User) -> dict[str, Any]:
    """A person's own row with neighbours above and below; ``row`` None while not on the board.

    Never loads the board: two counts and two short slices along the index.
    """
    entries = ranked_entries(round)
    mine = entries.filter(user=user).select_related("user", "unit").first()
    total = entries.count()
    if mine is None:
        return {"total": total, "row": None, "above": [], "below": []}
    ahead = Q(rank_key__lt=mine.rank_key) | Q(rank_key=mine.rank_key, id__lt=mine.pk)
    people = entries.select_related("user", "unit")
    above = list(people.filter(ahead).order_by("-rank_key", "-id")[:NEIGHBOURS])[::-1]
    below = list(people.exclude(ahead).exclude(pk=mine.pk)[:NEIGHBOURS])
    shown = [*above, mine, *below]
    position = entries.filter(ahead).count()
    first_rank = _place(entries, shown[0].rank_key)
    numbered = ranked(
        shown, lambda e: e.rank_key, offset=position - len(above), first_rank=first_rank
    )
    rows = [person_row(entry, rank) for rank, entry in numbered]
    return {
        "total": total,
        "row": rows[len(above)],
        "above": rows[: len(above)],
        "below": rows[len(above) + 1 :],
    }
