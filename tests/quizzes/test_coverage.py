"""What the questions cover, counted by clause, difficulty and state."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries

from quizzes.desk.coverage import Cell, clause_counts, coverage, coverage_table
from quizzes.models import Clause, Programme, QuestionVersion
from tests.factories import make_programme, make_question

Status = QuestionVersion.Status


@pytest.fixture
def clause(db: None) -> Clause:
    programme = make_programme()
    return Clause.objects.create(
        programme=programme, code="03-CTr/TU:1", title="Vườn mẫu", position=1
    )


def test_the_table_counts_by_difficulty_and_state() -> None:
    clauses = [Clause(pk=1, code="03-CTr/TU:1"), Clause(pk=2, code="03-CTr/TU:2")]
    counted = [
        (1, "easy", "approved", 3),
        (1, "easy", "draft", 1),
        (1, "easy", "in_review", 1),
        (1, "hard", "must_review", 2),
        (2, "medium", "retired", 9),
        (3, "easy", "approved", 9),
    ]
    first, second = coverage_table(clauses, counted)
    assert first.cells == {"easy": Cell(3, 2, 0), "medium": Cell(), "hard": Cell(0, 0, 2)}
    assert second.cells == dict.fromkeys(("easy", "medium", "hard"), Cell())


@pytest.mark.parametrize(("approved", "is_untested"), [(0, True), (1, True), (2, False)])
def test_a_clause_needs_two_approved_questions(approved: int, is_untested: bool) -> None:
    counted = [(1, "easy", "approved", approved), (1, "hard", "must_review", 5)]
    (row,) = coverage_table([Clause(pk=1)], counted)
    assert (row.approved, row.is_untested) == (approved, is_untested)


def test_the_database_is_asked_once_for_clauses_and_once_for_counts(
    clause: Clause, django_assert_num_queries: Callable[[int], DjangoAssertNumQueries]
) -> None:
    for number, status in enumerate([*Status, Status.APPROVED], start=1):
        make_question(clause.programme, f"03-{number:03d}", status=status)
    with django_assert_num_queries(2):
        (row,) = coverage()
    assert row.clause.programme.code == "03-CTr/TU"
    assert row.cells["easy"] == Cell(approved=2, open=2, must_review=1)


def test_clauses_are_counted_by_programme_without_dispatches_unless_wanted(clause: Clause) -> None:
    dispatch = make_programme("CV-1", position=3)
    Programme.objects.filter(pk=dispatch.pk).update(kind=Programme.Kind.DISPATCH)
    Clause.objects.create(programme=dispatch, code="CV-1:1", title="Một", position=1)
    empty = make_programme("31-KH/TU", position=2)
    own = clause.programme_id
    assert clause_counts(with_dispatch=False) == {own: 1, empty.pk: 0}
    assert list(clause_counts(with_dispatch=True).items()) == [
        (own, 1),
        (empty.pk, 0),
        (dispatch.pk, 1),
    ]
