"""The map of what the questions cover, for organisers and for the desk."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contest.access import may_organise
from contest.errors import Forbidden
from contest.forms import MOST_SUGGESTED, SUGGESTED
from contest.models import Contest, Round
from contest.usage import rounds_by_clause
from contest.views import page
from quizzes.access import may_review, may_write
from quizzes.desk.coverage import ClauseCoverage, coverage
from quizzes.models import Programme, QuestionVersion
from quizzes.report import LEAST_PER_CLAUSE

_LATEST_CONTESTS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A clause with what covers it and the published rounds it was asked in."""

    covered: ClauseCoverage
    rounds: list[Round]


@require_safe
@page
def coverage_page(request: HttpRequest) -> HttpResponse:
    """Clauses by difficulty, the untested first; organisers can make a paper of it."""
    user = request.user
    if not user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    at_desk = may_write(user) or may_review(user)
    if not (may_organise(user) or at_desk):
        raise Forbidden
    used = rounds_by_clause()
    rows = [Row(covered, used.get(covered.clause.code, [])) for covered in coverage()]
    context = {
        "console_nav": "coverage",
        "untested": [row for row in rows if row.covered.is_untested],
        "programmes": _by_programme([row for row in rows if not row.covered.is_untested]),
        "clauses": len(rows),
        "approved": sum(row.covered.approved for row in rows),
        "least": LEAST_PER_CLAUSE,
        "levels": QuestionVersion.Difficulty.choices,
        "at_desk": at_desk,
        "may_organise": may_organise(user),
        "contests": Contest.objects.all()[:_LATEST_CONTESTS],
        "suggested": SUGGESTED,
        "most": MOST_SUGGESTED,
    }
    return render(request, "contest/console/coverage.html", context)


def _by_programme(rows: list[Row]) -> list[tuple[Programme, list[Row]]]:
    grouped: dict[int, tuple[Programme, list[Row]]] = {}
    for row in rows:
        programme = row.covered.clause.programme
        grouped.setdefault(programme.pk, (programme, []))[1].append(row)
    return list(grouped.values())
