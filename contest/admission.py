"""Whether a person may start an attempt, in which division, and whether it ranks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, QuerySet

from accounts.access import people_on_duty, primary_units
from accounts.ages import age_on
from accounts.models import Affiliation, Unit, User
from accounts.statements import Prepared, columns, models_of
from contest.eligibility import Eligibility, Person, division_of
from contest.errors import BirthDateRequired, NotEligible, UnitRequired
from contest.models import Contest, Division, Exclusion, Round
from contest.phases import VIETNAM
from contest.results.cumulative import entrance


@dataclass(frozen=True, slots=True)
class Admission:
    """What an attempt that starts now is made for, frozen into it."""

    unit: Unit
    division: Division | None
    is_ranked: bool

    @property
    def division_id(self) -> int | None:
        return self.division.pk if self.division else None


def admission(
    *, user: User, round: Round, now: datetime, divisions: Sequence[Division] | None = None
) -> Admission:
    """Unit, division and whether the attempt ranks. ``divisions``: those of the contest, where
    the caller has them.

    People who work for the contest may practise whatever its conditions and never rank. Raises
    ``UnitRequired``, ``BirthDateRequired`` or ``NotEligible`` with the reason in Vietnamese.
    """
    contest = round.contest
    unit, is_ranked = _unit_and_rank(user, contest)
    if divisions is None:
        divisions = list(contest.divisions.order_by("position"))
    before = entrance(round=round, user_id=user.pk, now=now)
    if is_ranked and not before.is_open:
        raise NotEligible(before.refusal)
    conditions = [contest.who, *(division.who for division in divisions)]
    if conditions == [Eligibility()]:
        return Admission(unit, None, is_ranked)
    asks_age = any(who.asks_age for who in conditions)
    if is_ranked and asks_age and user.birth_date is None:
        raise BirthDateRequired
    person = person_of(user, unit, round.opens_at.astimezone(VIETNAM).date())
    index = division_of([division.who for division in divisions], person)
    if is_ranked and (not contest.who.admits(person) or (divisions and index is None)):
        raise NotEligible(_refusal(contest, divisions))
    return Admission(unit, None if index is None else divisions[index], is_ranked)


def _units(user: int, contest: int) -> QuerySet[Any, Any]:
    """The person's unit, and whether they work for the contest."""
    works_for = Exists(people_on_duty().filter(pk=user)) | Exists(
        Exclusion.objects.filter(contest=contest, user=user)
    )
    units = primary_units(user).order_by().annotate(works_for=works_for)
    return units.values_list("works_for", *columns(Unit))


_unit = Prepared(_units, "user", "contest")


def _unit_and_rank(user: User, contest: Contest) -> tuple[Unit, bool]:
    """The person's unit, and whether they rank: nobody does who works for the contest or belongs
    to a unit that does. Raises ``UnitRequired``."""
    row = _unit.first(user=user.pk, contest=contest.pk)
    if row is None:
        raise UnitRequired
    works_for, *values = row
    unit: Unit = models_of(values, Unit)[0]
    is_excluded = any(f"/{code}/" in unit.path for code in contest.excluded_units)
    return unit, not (works_for or is_excluded)


def _refusal(contest: Contest, divisions: Sequence[Division]) -> str:
    """Why somebody is not admitted, as far as it can be said in a sentence."""
    names = ", ".join(division.name for division in divisions)
    which = f" (các bảng: {names})" if names else ""
    return (
        f"Cuộc thi “{contest.title}” dành cho đối tượng khác{which}. Hãy xem Thể lệ; nếu đơn vị "
        "hoặc ngày sinh của bạn ghi chưa đúng, hãy sửa ở trang Tài khoản."
    )


def person_of(user: User, unit: Unit, day: date) -> Person:
    """The person as conditions see them on a day."""
    roles = Affiliation.objects.filter(user=user, until=None).values_list("role", flat=True)
    age = None if user.birth_date is None else age_on(user.birth_date, day)
    return Person(unit.path, unit.kind, frozenset(roles), age)
