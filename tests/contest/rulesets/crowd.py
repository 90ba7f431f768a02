"""Holding a contest by its rule set, the people who sit it, and reading what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import Affiliation, HeadCount, Unit, User
from contest.attempts import finish_attempt, start_attempt
from contest.eligibility import Eligibility
from contest.errors import ContestError
from contest.essays import save_essay
from contest.models import Attempt, Round, RoundResult
from contest.results.finalising import finalise_round
from contest.rounds import create_round, publish_round
from contest.rules.contests import create_contest_like
from contest.rules.versions import current_articles
from tests.contest.results.sitting import table
from tests.contest.rulesets.settings import RuleSet
from tests.factories import make_person, right_answers, wrong_answer

GROWN_UP = date(1990, 1, 1)
LONG = timedelta(days=1)


def hold(actor: User, rules: RuleSet, upto: int = 1) -> list[Round]:
    """The contest with its first rounds published, each a day before it opens."""
    contest = create_contest_like(actor=actor, draft=rules.contest, divisions=rules.divisions)
    return [
        publish_round(
            actor=actor,
            round=create_round(actor=actor, contest=contest, draft=draft),
            now=draft.opens_at - LONG,
        )
        for draft in rules.rounds[:upto]
    ]


def of_rounds(rules: RuleSet, **changes: Any) -> RuleSet:
    """The rule set with other settings of its rounds, such as fewer questions."""
    return replace(rules, rounds=[replace(draft, **changes) for draft in rules.rounds])


def home(rules: RuleSet) -> Unit:
    """A unit whose people meet the contest's conditions and those of its first division."""
    who = rules.contest.who
    first = Eligibility.from_json(rules.divisions[0].eligibility if rules.divisions else {})
    codes, kinds = who.units or first.units, who.kinds or (Unit.Kind.DEPARTMENT,)
    return office("noi-thi", kind=kinds[0], parent=office(codes[0]) if codes else None)


def competitors(rules: RuleSet, logins: str) -> list[User]:
    """Grown-up people who may enter."""
    unit = home(rules)
    people = crowd(unit, logins)
    for role in rules.contest.who.memberships[:1]:
        Affiliation.objects.bulk_create(
            Affiliation(user=user, unit=unit, role=role) for user in people
        )
    return people


def sit(
    user: User,
    round: Round,
    right: int,
    at: datetime,
    *,
    took_s: float = 60,
    predicts: int | Decimal | None = None,
    essay: str = "",
) -> Attempt:
    """An attempt in which every question is answered, the first ``right`` ones rightly."""
    attempt, is_new = start_attempt(user=user, round=round, now=at)
    assert is_new
    if essay:
        save_essay(attempt=attempt, text=essay, now=at)
    wrong = {str(n): wrong_answer(item) for n, item in enumerate(attempt.paper, start=1)}
    return finish_attempt(
        attempt=attempt,
        rev=1,
        answers=wrong | right_answers(attempt.paper, right),
        prediction=None if predicts is None else Decimal(predicts),
        now=at + timedelta(seconds=took_s),
    )


# What one person does: right answers, minutes after the opening, seconds taken, prediction.
Sheet = Sequence[tuple[int, int, float, int | None]]


def sit_all(round: Round, people: Sequence[User], sheet: Sheet) -> list[Attempt]:
    """One attempt of each person, by the sheet's line of the same place."""
    return [
        sit(user, round, right, round.opens_at + timedelta(minutes=minute),
            took_s=took_s, predicts=predicts)
        for user, (right, minute, took_s, predicts) in zip(people, sheet, strict=True)
    ]  # fmt: skip


def refusal(user: User, round: Round, at: datetime) -> ContestError | None:
    """Why nobody may start at this moment, None when an attempt was started."""
    try:
        start_attempt(user=user, round=round, now=at)
    except ContestError as refused:
        return refused
    return None


def crowd(unit: Unit, logins: str, **fields: Any) -> list[User]:
    """Grown-up people of a unit, by their logins with spaces between."""
    return [
        make_person(login, f"Nông Thị {login.capitalize()}", unit,
                    **{"birth_date": GROWN_UP, **fields})
        for login in logins.split()
    ]  # fmt: skip


def office(code: str, members: int | None = None, **fields: Any) -> Unit:
    """A unit with so many members as it declared; a department unless told otherwise."""
    settings = {"kind": Unit.Kind.DEPARTMENT, **fields}
    unit = Unit.objects.create(code=code, name=f"Đơn vị {code}", **settings)
    if members is not None:
        HeadCount.objects.create(unit=unit, members=members)
    return unit


def said(round: Round, title: str) -> str:
    """Everything the thể lệ says under this title, "" when it has no such điều."""
    return "\n".join(
        text
        for article in current_articles(round)
        if article.title == title
        for text in (*article.sentences, *article.items)
    )


def final(actor: User, round: Round) -> RoundResult:
    """The final result, an hour after the close."""
    now = round.closes_at + timedelta(hours=1)
    result = finalise_round(actor=actor, round=round, now=now)
    round.refresh_from_db()
    return result


def placed(result: RoundResult) -> list[tuple[int, str, str]]:
    """``(rank, login, prize)`` of every row, in the order of the table."""
    return [(row.rank, login(row.entry.user), row.prize) for row in table(result)]


def placed_within(result: RoundResult, division: str) -> list[tuple[int, str, str]]:
    """The same within a division, by its code and its own ranks."""
    return [
        (row.division_rank, login(row.entry.user), row.prize)
        for row in table(result)
        if row.division is not None and row.division.code == division
    ]


def login(user: User | None) -> str:
    return user.username if user else ""


def unit_table(result: RoundResult) -> list[tuple[int, str, int, int | None, str]]:
    """``(rank, code, people, members, prizes)`` of every unit, in the order of the table."""
    rows = result.unit_rows.order_by("position")
    return [(row.rank, row.code, row.entrants, row.members, row.prize) for row in rows]


def in_this_order(text: str, phrases: Sequence[str]) -> bool:
    """Whether the text says all phrases, each behind the one before."""
    at = 0
    for phrase in phrases:
        found = text.find(phrase, at)
        if found < 0:
            return False
        at = found + len(phrase)
    return True
