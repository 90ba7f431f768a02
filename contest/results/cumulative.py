"""Several rounds together: the table over a contest, and who is admitted to its final."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db.models import F, Max, Sum, Window
from django.db.models.functions import Rank

from contest.models import Contest, Division, ResultRow, Round, RoundResult
from contest.names import ERASED, shown_name
from contest.visibility import Names, is_final

PAGE = 50
# Of two rounds that name people differently, the table names them as the stricter one does.
_STRICTER = [Names.FULL, Names.SHORTENED, Names.HIDDEN]


def results_in_force(
    contest: Contest, now: datetime, *, before: int | None = None
) -> list[RoundResult]:
    """The public final result of each round (numbers below ``before``), corrections included."""
    rounds = contest.rounds.filter(published_at__isnull=False).order_by("number")
    if before is not None:
        rounds = rounds.filter(number__lt=before)
    public = [round for round in rounds if is_final(round.visibility, now)]
    tables = RoundResult.objects.filter(round__in=public).exclude(kind=RoundResult.Kind.CLOSE)
    latest = {table.round_id: table for table in tables.order_by("number")}
    return [latest[round.pk] for round in public if round.pk in latest]


def totals(results: Sequence[RoundResult], division: Division | None = None) -> Any:
    """A row per person over these results, best first: ``user``, ``points``, ``elapsed``, ``last``,
    ``rounds``, ``rank``.

    Most points together, then least time together, then whoever was done first. People of equal
    sums share a rank.
    """
    rows = ResultRow.objects.filter(result__in=[result.pk for result in results])
    if division is not None:
        rows = rows.filter(division=division)
    order = [F("points_sum").desc(), F("elapsed_sum").asc(), F("last").asc()]
    return (
        rows.filter(entry__user__isnull=False)
        .order_by()
        .values("entry__user_id")
        .annotate(
            points_sum=Sum("points"),
            elapsed_sum=Sum("elapsed_ms"),
            last=Max("submitted_at"),
            latest_row=Max("id"),
        )
        .annotate(rank=Window(Rank(), order_by=order))
        .order_by(*order, "entry__user_id")
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table as everybody reads it. ``rounds``: points by round number."""

    rank: int
    name: str
    unit: str
    points: int
    elapsed_ms: int
    rounds: dict[int, int]


def table_page(
    results: Sequence[RoundResult], *, division: Division | None = None, offset: int = 0
) -> list[Line]:
    """At most ``PAGE`` lines from ``offset``; names and units as they were published."""
    found = list(totals(results, division)[offset : offset + PAGE])
    users = [total["entry__user_id"] for total in found]
    number_of = {result.pk: result.round.number for result in results}
    policy = max((Names(r.round.names_shown) for r in results), key=_STRICTER.index, default=None)
    rows: dict[int, list[ResultRow]] = {}
    published = ResultRow.objects.filter(result__in=list(number_of), entry__user__in=users)
    for row in published.select_related("entry__user").order_by("result", "pk"):
        rows.setdefault(row.entry.user_id or 0, []).append(row)
    return [
        Line(
            rank=total["rank"],
            name=_name(rows[total["entry__user_id"]][-1], policy or Names.FULL),
            unit=rows[total["entry__user_id"]][-1].unit_name,
            points=total["points_sum"],
            elapsed_ms=total["elapsed_sum"],
            rounds={number_of[r.result_id]: r.points for r in rows[total["entry__user_id"]]},
        )
        for total in found
    ]


def _name(row: ResultRow, policy: Names) -> str:
    user = row.entry.user
    if user is None or user.erased_at is not None or not row.name:
        return ERASED
    if policy == Names.HIDDEN:
        return shown_name(user.full_name, policy, entry=row.entry_id)
    name = shown_name(row.name, Names.FULL, entry=row.entry_id, is_hidden=user.is_name_hidden)
    if policy == Names.SHORTENED and not user.is_name_hidden:
        return shown_name(user.full_name, policy, entry=row.entry_id)
    return name


@dataclass(frozen=True, slots=True)
class Entrance:
    """Whether a person may enter a round for those who did best before: if not, why."""

    is_open: bool
    refusal: str = ""


def entrance(*, round: Round, user_id: int, now: datetime) -> Entrance:
    """Whether earlier results admit the person to this round; open to all where it asks none.

    Everybody who shares the last admitted rank is in. Nobody is while a round before has no
    public final result.
    """
    if not round.admits_top:
        return Entrance(True)
    earlier = round.contest.rounds.filter(number__lt=round.number, published_at__isnull=False)
    results = results_in_force(round.contest, now, before=round.number)
    if len(results) < earlier.count() or not results:
        return Entrance(
            False, "Chưa vào thi được: kết quả chính thức của các vòng trước chưa được công bố."
        )
    if round.admits_from == Round.AdmitsFrom.TABLE:
        said = f"Vòng này dành cho {round.admits_top} người đứng đầu bảng tổng hợp các vòng trước."
        is_in = _leads_table(results, user_id, round.admits_top)
    else:
        said = f"Vòng này dành cho {round.admits_top} người đứng đầu mỗi vòng trước."
        rows = ResultRow.objects.filter(result__in=results, entry__user=user_id)
        is_in = rows.filter(division_rank__lte=round.admits_top).exists()
    return Entrance(is_in, "" if is_in else said)


def _leads_table(results: Sequence[RoundResult], user_id: int, top: int) -> bool:
    """Whether the person is among the first of the table: of their division where there are."""
    own = ResultRow.objects.filter(result__in=results, entry__user=user_id).order_by("-result")
    latest = own.select_related("division").first()
    if latest is None:
        return False
    [mine] = totals(results, latest.division).filter(entry__user=user_id)
    last = _last_admitted(results, latest.division, top)
    return last is None or _in_order(mine) <= last


_Order = tuple[int, int, datetime]
_KEPT_S = 60


def _in_order(total: dict[str, Any]) -> _Order:
    return -total["points_sum"], total["elapsed_sum"], total["last"]


def _last_admitted(
    results: Sequence[RoundResult], division: Division | None, top: int
) -> _Order | None:
    """What the last admitted person brought, None while there are fewer than ``top``.

    Kept for a minute, because everybody who opens the round asks and published results stand.
    """

    def found() -> list[_Order]:
        return [_in_order(total) for total in totals(results, division)[top - 1 : top]]

    names = [result.pk for result in results], division and division.pk, top
    kept = cache.get_or_set(f"last-admitted:{names}".replace(" ", ""), found, _KEPT_S)
    return kept[0] if kept else None
