"""The page of a contest's table over all its rounds."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contest import access
from contest.errors import NotFound
from contest.models import Division, RoundResult
from contest.results.cumulative import PAGE, results_in_force, table_page, totals
from contest.views import page


@require_safe
@page
def table(request: HttpRequest, slug: str) -> HttpResponse:
    """People over the rounds whose final result is public; by division where there are any."""
    contest, now = access.visible_contest(slug), timezone.now()
    if not contest.has_table:
        raise NotFound("Cuộc thi này không có bảng tổng hợp.")
    divisions = list(contest.divisions.order_by("position"))
    division = _division(divisions, request.GET.get("division", ""))
    results, offset = results_in_force(contest, now), _offset(request.GET.get("offset", ""))
    lines = table_page(results, division=division, offset=offset)
    context = {
        "nav": "contests",
        "contest": contest,
        "results": results,
        "divisions": divisions,
        "division": division,
        "lines": [(line, _points(line.rounds, results)) for line in lines],
        "before": max(0, offset - PAGE) if offset else None,
        "after": offset + PAGE if offset + PAGE < _size(results, division) else None,
    }
    return render(request, "contest/table.html", context)


def _points(rounds: dict[int, int], results: list[RoundResult]) -> list[int | None]:
    return [rounds.get(result.round.number) for result in results]


def _size(results: list[RoundResult], division: Division | None) -> int:
    size: int = totals(results, division).count() if results else 0
    return size


def _division(divisions: list[Division], code: str) -> Division | None:
    """The division asked for, the first where none is; raises ``NotFound`` for an unknown."""
    if not code:
        return divisions[0] if divisions else None
    for division in divisions:
        if division.code == code:
            return division
    raise NotFound("Cuộc thi không có bảng này.")


def _offset(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 8 else 0
