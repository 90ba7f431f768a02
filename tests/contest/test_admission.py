"""Who gets in, for which unit and division, and whether it ranks (U1, U3, R6)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Affiliation, Unit, User
from contest.admission import admission
from contest.attempts import finish_attempt, start_attempt
from contest.errors import BirthDateRequired, NotEligible, UnitRequired
from contest.models import Attempt, Contest, Division, Entry, Exclusion, Round
from contest.results.finalising import finalise_round
from tests.contest.results.sitting import sit
from tests.factories import make_person, make_round, make_unit, right_answers

pytestmark = pytest.mark.django_db


def settings(round: Round, **changes: Any) -> Contest:
    Contest.objects.filter(pk=round.contest_id).update(**changes)
    round.contest.refresh_from_db()
    return round.contest


def born(user: User, day: date) -> User:
    user.birth_date = day
    user.save()
    return user


def test_without_conditions_a_unit_is_enough(yen: User, round: Round, noon: datetime) -> None:
    admitted = admission(user=yen, round=round, now=noon)
    assert (admitted.unit.code, admitted.division, admitted.is_ranked) == ("01477", None, True)
    with pytest.raises(UnitRequired):
        admission(user=make_person("moi", "Bế Thị Mới"), round=round, now=noon)


@pytest.mark.parametrize(
    ("birth", "is_in"),
    [(date(2012, 3, 9), True), (date(2012, 3, 10), False)],
)
def test_the_age_counts_on_the_day_the_round_opens(
    yen: User, round: Round, noon: datetime, birth: date, is_in: bool
) -> None:
    """The round opens on 09/03/2026 in Vietnam: 14 that very day is old enough."""
    settings(round, eligibility={"min_age": 14})
    born(yen, birth)
    if is_in:
        assert admission(user=yen, round=round, now=noon).is_ranked
    else:
        with pytest.raises(NotEligible, match="đối tượng khác"):
            admission(user=yen, round=round, now=noon)


def test_a_missing_date_of_birth_is_asked_for(yen: User, round: Round, noon: datetime) -> None:
    settings(round, eligibility={"min_age": 14})
    with pytest.raises(BirthDateRequired):
        start_attempt(user=yen, round=round, now=noon)


def test_who_fits_no_division_is_told(yen: User, tai: User, round: Round, noon: datetime) -> None:
    Division.objects.create(
        contest=round.contest, position=1, code="phuong", name="Bảng phường",
        eligibility={"kinds": ["ward"]},
    )  # fmt: skip
    admitted = admission(user=tai, round=round, now=noon)
    assert admitted.division is not None
    assert admitted.division.code == "phuong"
    with pytest.raises(NotEligible, match="Bảng phường"):
        admission(user=yen, round=round, now=noon)


def test_r6_people_who_work_for_the_contest_practise_and_never_rank(
    ha: User, yen: User, tai: User, round: Round, noon: datetime
) -> None:
    settings(round, eligibility={"kinds": ["school"]}, excluded_units=["01477"])
    Exclusion.objects.create(contest=round.contest, user=tai, role="Tổ Thư ký")
    for user in (ha, yen, tai):
        assert not admission(user=user, round=round, now=noon).is_ranked
        sit(user, round, right=5, at=noon)
    assert not Entry.objects.exclude(rank_key="").exists()


def test_u1_a_transfer_moves_new_attempts_only(
    yen: User, commune: Unit, ward: Unit, round: Round, noon: datetime
) -> None:
    first = sit(yen, round, right=4, at=noon)
    Affiliation.objects.filter(user=yen).update(until=noon)
    Affiliation.objects.create(user=yen, unit=ward, is_primary=True)
    second = sit(yen, round, right=2, at=noon + timedelta(minutes=20))
    assert (first.unit, second.unit) == (commune, ward)
    assert Entry.objects.get(user=yen).unit == commune  # the better attempt was made there


def test_u3_two_memberships_count_once_for_the_primary_unit(
    yen: User, commune: Unit, round: Round, noon: datetime
) -> None:
    union = make_unit("doan", "Đoàn xã Trùng Khánh", kind=Unit.Kind.YOUTH_UNION)
    Affiliation.objects.create(user=yen, unit=union, role=Affiliation.Role.YOUTH_MEMBER)
    sit(yen, round, right=5, at=noon)
    on_board = Entry.objects.exclude(rank_key="")
    assert [(e.user, e.unit) for e in on_board] == [(yen, commune)]


@pytest.fixture
def final(ha: User, yen: User, tai: User) -> tuple[Round, Round]:
    """A round that is over (yen before tai), and a final for its best."""
    then = timezone.now() - timedelta(days=3)
    first = make_round(ha, then)
    sit(yen, first, right=5, at=then)
    sit(tai, first, right=4, at=then)
    last = make_round(
        ha, timezone.now(), contest=first.contest, admits_from="each_round", admits_top=1
    )
    return first, last


def test_a_final_waits_for_the_results_before(final: tuple[Round, Round], yen: User) -> None:
    with pytest.raises(NotEligible, match="chưa được công bố"):
        admission(user=yen, round=final[1], now=timezone.now())


@pytest.mark.parametrize("source", ["each_round", "table"])
def test_a_final_admits_the_best_and_nobody_else(
    final: tuple[Round, Round], ha: User, yen: User, tai: User, source: str
) -> None:
    first, last = final
    finalise_round(actor=ha, round=first, now=timezone.now())
    last.admits_from = source
    assert admission(user=yen, round=last, now=timezone.now()).is_ranked
    with pytest.raises(NotEligible, match="1 người đứng đầu"):
        admission(user=tai, round=last, now=timezone.now())
    assert not admission(user=ha, round=last, now=timezone.now()).is_ranked  # practises


def test_who_shares_the_last_admitted_rank_is_in(ha: User, yen: User, tai: User) -> None:
    then = timezone.now() - timedelta(days=3)
    first = make_round(ha, then, prediction_target="", ranking_keys=["points"])
    for user in (yen, tai):
        attempt, _ = start_attempt(user=user, round=first, now=then)
        finish_attempt(
            attempt=attempt, rev=1, answers=right_answers(attempt.paper), prediction=None,
            now=then + timedelta(minutes=1),
        )  # fmt: skip
    last = make_round(
        ha, timezone.now(), contest=first.contest, admits_from="each_round", admits_top=1
    )
    finalise_round(actor=ha, round=first, now=timezone.now())
    for user in (yen, tai):
        assert admission(user=user, round=last, now=timezone.now()).is_ranked
    assert Attempt.objects.count() == 2
