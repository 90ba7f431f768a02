"""Sealing which attempts a round had, and when its secret becomes public."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from accounts.models import User
from contest.attempts import start_attempt
from contest.models import Attempt, Round, RoundResult
from contest.results.sealing import close_rows, seal_due, seal_round, sealed_from, secret_public
from tests.contest.results.sitting import OVER, file_of, sit, verified
from tests.factories import make_person, make_round

MINUTE = timedelta(minutes=1)


def test_attempts_are_sealed_once_answers_are_in(
    ha: User, yen: User, round: Round, noon: datetime, tmp_path: Path
) -> None:
    sit(yen, round, right=5, at=noon)
    sit(yen, round, right=4, at=noon + 2 * MINUTE)
    at_close = round.closes_at + timedelta(seconds=4)
    assert seal_round(round=round, now=at_close) is None
    assert not secret_public(round, at_close)
    now = round.closes_at + timedelta(seconds=5)
    assert not secret_public(round, now)  # not before it is sealed
    assert (seal_due(now=now), seal_due(now=now)) == (1, 0)
    seal = RoundResult.objects.get(round=round)
    assert (seal.kind, seal.number, seal.leaves) == ("close", 1, 2)
    assert seal_round(round=round, now=now) == seal
    assert secret_public(round, now)
    done = verified(file_of(seal, now), tmp_path, "--root", seal.root)
    assert done.returncode == 0, done.stdout


def test_nothing_is_sealed_while_somebody_works(
    ha: User, yen: User, round: Round, noon: datetime
) -> None:
    start_attempt(user=yen, round=round, now=noon)
    assert seal_round(round=round, now=noon + OVER) is None


def test_an_extension_after_the_seal_asks_for_another(
    ha: User, yen: User, tai: User, round: Round, noon: datetime, tmp_path: Path
) -> None:
    sit(yen, round, right=5, at=noon)
    first = seal_round(round=round, now=noon + OVER)
    assert first is not None
    Round.objects.filter(pk=round.pk).update(closes_at=noon + 2 * OVER)
    round.refresh_from_db()
    assert not secret_public(round, noon + OVER)
    sit(tai, round, right=1, at=noon + OVER + MINUTE)
    assert seal_due(now=noon + 3 * OVER) == 1
    second = RoundResult.objects.get(round=round, number=2)
    assert (first.leaves, second.leaves) == (1, 2)
    for seal in (first, second):
        assert verified(file_of(seal, noon + 3 * OVER), tmp_path).returncode == 0


def test_one_damaged_round_keeps_no_other_from_its_seal(
    ha: User, yen: User, round: Round, noon: datetime
) -> None:
    other = make_round(ha, noon)
    sit(yen, round, right=5, at=noon)
    Attempt.objects.filter(entry__round=round).update(submitted_at=None)
    assert seal_due(now=noon + OVER) == 1
    assert [result.round for result in RoundResult.objects.all()] == [other]


def test_a_part_of_the_seal_is_read_past_attempts_of_other_rounds(
    ha: User, yen: User, round: Round, noon: datetime
) -> None:
    other = make_round(ha, noon)
    for number in range(5):
        person = make_person(f"p{number}", "Lý Văn Tư", yen.affiliations.get().unit)
        sit(person, round, right=number, at=noon)
        for of in range(number):
            sit(
                make_person(f"q{number}{of}", "Lý Thị Năm", person.affiliations.get().unit),
                other,
                right=1,
                at=noon,
            )
    seal = seal_round(round=round, now=noon + OVER)
    assert seal is not None
    rows = list(close_rows(seal))
    for first in range(5):
        for most in (1, 2, 4, 9):
            found = sealed_from(round, rows[first]["attempt"], most)
            assert found == rows[first : first + most]
