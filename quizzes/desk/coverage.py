"""What the approved questions cover: clause by difficulty, and what is under way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Count

from quizzes.banks import DIFFICULTIES
from quizzes.models import Clause, Programme, QuestionVersion
from quizzes.report import LEAST_PER_CLAUSE

Status = QuestionVersion.Status
_COUNTED_AS = {
    Status.APPROVED: "approved",
    Status.DRAFT: "open",
    Status.IN_REVIEW: "open",
    Status.MUST_REVIEW: "must_review",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """Questions of one clause and difficulty: drawable, being written or reviewed, to be looked
    at again because the clause changed."""

    approved: int = 0
    open: int = 0
    must_review: int = 0


@dataclass(frozen=True, slots=True)
class ClauseCoverage:
    """A clause with a cell for every difficulty, easy first."""

    clause: Clause
    cells: Mapping[str, Cell] = field(default_factory=dict)

    @property
    def approved(self) -> int:
        return sum(cell.approved for cell in self.cells.values())

    @property
    def is_untested(self) -> bool:
        """Whether it has fewer approved questions than a contest needs to choose from."""
        return self.approved < LEAST_PER_CLAUSE


def coverage() -> list[ClauseCoverage]:
    """Every clause in the order of the documents."""
    clauses = Clause.objects.select_related("programme").order_by("programme", "position")
    counted = (
        QuestionVersion.objects.exclude(status=Status.RETIRED)
        .order_by()
        .values_list("clause", "difficulty", "status")
        .annotate(Count("id"))
    )
    return coverage_table(clauses, counted)


def coverage_table(
    clauses: Iterable[Clause], counted: Iterable[tuple[int, str, str, int]]
) -> list[ClauseCoverage]:
    """The clauses with their cells from rows (clause id, difficulty, status, how many)."""
    counts: dict[tuple[int, str], dict[str, int]] = {}
    for clause_id, difficulty, status, count in counted:
        if name := _COUNTED_AS.get(Status(status)):
            cell = counts.setdefault((clause_id, difficulty), {})
            cell[name] = cell.get(name, 0) + count
    return [
        ClauseCoverage(
            clause,
            {level: Cell(**counts.get((clause.pk, level), {})) for level in DIFFICULTIES},
        )
        for clause in clauses
    ]


def clause_counts(*, with_dispatch: bool) -> dict[int, int]:
    """``{programme id: clauses it has}`` in the order of programmes: how much there is to learn
    of each. Dispatches tell how to spread the others and count only when asked for."""
    programmes = Programme.objects.annotate(size=Count("clauses"))
    if not with_dispatch:
        programmes = programmes.exclude(kind=Programme.Kind.DISPATCH)
    return dict(programmes.order_by("position").values_list("pk", "size"))
