"""The final of Phú Yên: the ten best of each week write an essay for up to 100 points."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.models import User
from contest.errors import ContestError, NotEligible
from contest.essays import mark_essay
from contest.models import Attempt, Round
from contest.results.refusals import CannotFinalise
from tests.contest.results.sitting import table
from tests.contest.rulesets import propaganda
from tests.contest.rulesets.crowd import competitors, final, hold, placed, refusal, sit, sit_all
from tests.contest.rulesets.settings import RuleSet, questions
from tests.factories import stored

MINUTE = timedelta(minutes=1)


def two_weeks_and_the_final() -> RuleSet:
    """Phú Yên with two weeks of two questions instead of seven of 35."""
    made = propaganda.phu_yen()
    lines = questions("PY", 2)
    weeks = [replace(draft, lines=lines) for draft in made.rounds[:2]]
    return replace(made, rounds=[*weeks, made.rounds[-1]])


@pytest.fixture
def people(ha: User) -> list[User]:
    """p01 to p13."""
    return competitors(propaganda.phu_yen(), " ".join(f"p{n:02d}" for n in range(1, 14)))


@pytest.fixture
def rounds(ha: User, people: list[User]) -> list[Round]:
    """Two weeks that are over, and the final. In the first p01 to p12 hand in one after the
    other, p10 and p11 equal in everything; in the second p13 alone."""
    first, second, last = hold(ha, two_weeks_and_the_final(), upto=3)
    seconds = [*range(1, 11), 10, 11]
    sit_all(first, people[:12], [(2, 0, took_s, None) for took_s in seconds])
    sit(people[12], second, 1, second.opens_at)
    return [first, second, last]


def test_only_the_ten_best_of_each_week_get_in(
    ha: User, people: list[User], rounds: list[Round]
) -> None:
    first, second, last = rounds
    final(ha, first)
    # A week without a final result: nobody knows yet who gets in.
    assert isinstance(refusal(people[0], last, last.opens_at), ContestError)
    final(ha, second)
    admitted = [user.username for user in people if refusal(user, last, last.opens_at) is None]
    # p10 and p11 share the tenth place; p12 is behind them; p13 won the other week.
    assert admitted == [f"p{n:02d}" for n in (*range(1, 12), 13)]
    assert isinstance(refusal(people[11], last, last.opens_at), NotEligible)
    assert refusal(ha, last, last.opens_at) is None  # works for the contest: may practise


@pytest.fixture
def essays(ha: User, people: list[User], rounds: list[Round]) -> list[Attempt]:
    """Four of those admitted sit the final; p04 writes nothing."""
    *weeks, last = rounds
    for week in weeks:
        final(ha, week)
    texts = ["Bài một", "Bài hai", "Bài ba", ""]
    return [
        sit(user, last, 0, last.opens_at, took_s=60 * (60 + place), essay=text)
        for place, (user, text) in enumerate(zip(people, texts, strict=False))
    ]


def test_the_final_lasts_ninety_minutes_and_has_no_questions(essays: list[Attempt]) -> None:
    [first, *_] = essays
    assert first.deadline - first.started_at == 90 * MINUTE
    assert first.paper == []


def test_the_final_ranks_by_the_essay_and_shares_places(
    ha: User, essays: list[Attempt], rounds: list[Round]
) -> None:
    last = rounds[-1]
    later = last.closes_at + MINUTE
    with pytest.raises(ContestError):
        mark_essay(actor=ha, attempt=stored(essays[0]), points=101, reason="", now=later)
    for attempt, points in zip(essays[:2], (85, 100), strict=True):
        mark_essay(actor=ha, attempt=stored(attempt), points=points, reason="", now=later)
    with pytest.raises(CannotFinalise, match="1 bài tự luận"):
        final(ha, last)
    mark_essay(actor=ha, attempt=stored(essays[2]), points=85, reason="", now=later)
    result = final(ha, last)
    assert placed(result) == [
        (1, "p02", "Giải Nhất"),
        (2, "p01", "Giải Nhì"),
        (2, "p03", "Giải Nhì"),
        (4, "p04", ""),
    ]
    assert [row.points for row in table(result)] == [100, 85, 85, 0]
    # There was no question to answer rightly.
    assert result.figures["perfect"] == 0
    assert not any(row.is_perfect for row in table(result))
