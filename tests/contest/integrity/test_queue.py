"""The review queue on the database: evidence in, decisions by people only."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from accounts.models import Unit, User
from contest.attempts import finish_attempt, save_answers, start_attempt
from contest.drafts import LineDraft
from contest.errors import ContestError
from contest.integrity.evidence import often
from contest.integrity.services import find_irregularities, judge
from contest.models import Attempt, AuditRecord, Entry, Irregularity, Round
from contest.papers import Answers
from quizzes.versions import version_texts
from tests.contest.test_concurrency import at_once
from tests.factories import (
    make_person,
    make_pool,
    make_programme,
    make_round,
    right_answers,
    stored,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def round(ha: User, noon: datetime) -> Round:
    """Twenty questions, the same for everybody."""
    programme = make_pool(make_programme("06-CTr/TU"), size=20)
    return make_round(
        ha, noon, attempts_allowed=1, lines=[LineDraft(programme, "", 20, 1)], prediction_target=""
    )


def sit(
    user: User,
    round: Round,
    start: datetime,
    answers: dict[int, list[str]] | None = None,
    *,
    seconds: int = 300,
    device: str = "",
) -> Attempt:
    """Hand in bank keys by version id (all right when None), saved question by question."""
    attempt, _ = start_attempt(user=user, round=round, now=start, device=device)
    shown = right_answers(attempt.paper) if answers is None else _shown(attempt, answers)
    step = timedelta(seconds=seconds) / (len(shown) + 1)
    for rev, (number, letters) in enumerate(shown.items(), start=1):
        save_answers(attempt=attempt, rev=rev, answers={number: letters}, now=start + step * rev)
    return finish_attempt(
        attempt=stored(attempt),
        rev=attempt.rev,
        answers={},
        prediction=None,
        now=start + timedelta(seconds=seconds),
    )


def _shown(attempt: Attempt, keys: dict[int, list[str]]) -> Answers:
    return {
        str(number): sorted("abcd"[item["c"].index(key)] for key in keys[item["v"]])
        for number, item in enumerate(attempt.paper, start=1)
    }


def guesses(round: Round, dice: random.Random, skill: float) -> dict[int, list[str]]:
    """One person's answers in bank keys: right with this probability, else any wrong key."""
    texts = version_texts({v for pool in round.pools for v in pool})
    given = {}
    for version, text in texts.items():
        wrong = sorted(set(text.keys) - set(text.answer))
        given[version] = list(text.answer) if dice.random() < skill else [dice.choice(wrong)]
    return given


def people(count: int, unit: Unit, prefix: str) -> list[User]:
    return [make_person(f"{prefix}{n}", f"Nông Văn {prefix} {n}", unit) for n in range(count)]


def honest(users: Sequence[User], round: Round, start: datetime, seed: int) -> None:
    dice = random.Random(seed)
    for place, user in enumerate(users):
        sit(user, round, start + timedelta(seconds=place), guesses(round, dice, 0.5))


def test_an_honest_crowd_is_left_alone(round: Round, commune: Unit, noon: datetime) -> None:
    honest(people(25, commune, "a"), round, noon, 7)
    assert find_irregularities(round=round, now=noon) == []


def test_copiers_are_found_once_and_what_people_decided_stays(
    round: Round, commune: Unit, ha: User, noon: datetime
) -> None:
    honest(people(15, commune, "a"), round, noon, 7)
    copied = guesses(round, random.Random(3), 0.2)
    copiers = people(4, commune, "b")
    for user in copiers:
        sit(user, round, noon, copied)
    found = find_irregularities(round=round, now=noon)
    assert [row.kind for row in found] == ["shared_patterns"]
    entries = Entry.objects.filter(user__in=copiers).values_list("pk", flat=True)
    assert set(found[0].entries) == set(entries)
    assert 0 < found[0].false_alarm <= 0.01

    judge(actor=ha, irregularity=found[0], status="dismissed", reason="Học chung", now=noon)
    assert find_irregularities(round=round, now=noon) == []
    kept = Irregularity.objects.get()
    assert (kept.status, kept.reason) == ("dismissed", "Học chung")


def test_45_seconds_for_20_right_answers_is_never_queued(
    round: Round, commune: Unit, noon: datetime
) -> None:
    sit(people(1, commune, "nhanh")[0], round, noon, seconds=45)
    assert find_irregularities(round=round, now=noon) == []


def test_two_seconds_are_queued_as_evidence_only(
    round: Round, commune: Unit, noon: datetime
) -> None:
    attempt = sit(people(1, commune, "may")[0], round, noon, seconds=2)
    found = find_irregularities(round=round, now=noon)
    assert [row.kind for row in found] == ["impossible_reading"]
    assert Entry.objects.get(pk=attempt.entry_id).rank_key  # nothing happened to the person


@pytest.mark.django_db(transaction=True)
def test_two_searches_at_once_queue_a_finding_once(
    round: Round, commune: Unit, noon: datetime
) -> None:
    sit(people(1, commune, "may")[0], round, noon, seconds=2)
    found = at_once([lambda: find_irregularities(round=round, now=noon)] * 4)
    assert sorted(map(len, found)) == [0, 0, 0, 1]


def test_a_helper_with_one_phone_for_four_people_is_left_alone(
    round: Round, commune: Unit, noon: datetime
) -> None:
    dice = random.Random(5)
    for place, user in enumerate(people(4, commune, "giup")):
        start = noon + timedelta(minutes=6 * place)
        sit(user, round, start, guesses(round, dice, 0.5), device="f" * 32)
    assert find_irregularities(round=round, now=noon) == []


def test_people_on_duty_are_not_looked_at(round: Round, ha: User, noon: datetime) -> None:
    sit(ha, round, noon, seconds=2)
    assert find_irregularities(round=round, now=noon) == []


def make_row(round: Round, noon: datetime) -> Irregularity:
    return Irregularity.objects.create(
        round=round, kind="impossible_reading", digest="x", entries=[], attempts=[],
        false_alarm=0.001, evidence={"basis": "Cơ sở."}, summary="Quá nhanh.", found_at=noon,
    )  # fmt: skip


def test_conclusions_need_a_reason_and_are_audited(round: Round, ha: User, noon: datetime) -> None:
    row = make_row(round, noon)
    with pytest.raises(ContestError, match="lý do"):
        judge(actor=ha, irregularity=row, status="confirmed", reason=" ", now=noon)
    judge(actor=ha, irregularity=row, status="confirmed", reason="Đã hỏi", now=noon)
    with pytest.raises(ContestError, match="đã có kết luận"):
        judge(actor=ha, irregularity=row, status="confirmed", reason="Đã hỏi", now=noon)
    judge(actor=ha, irregularity=row, status="open", reason="Xem lại", now=noon)
    changes = AuditRecord.objects.filter(action="judge_irregularity").order_by("id")
    said = [(r.before["status"], r.after["status"]) for r in changes]
    assert said == [("open", "confirmed"), ("confirmed", "open")]


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.001, "khoảng 1 trong 1.000"), (0.5, "khoảng 1 trong 2"), (0, "gần như không bao giờ")],
)
def test_the_rate_in_words(share: float, said: str) -> None:
    assert often(share) == said


def test_the_page_shows_and_takes_conclusions(
    round: Round, ha: User, commune: Unit, noon: datetime
) -> None:
    client = Client()
    client.force_login(ha)
    sit(people(1, commune, "may")[0], round, noon, seconds=2)
    base = f"/organiser/rounds/{round.pk}/irregularities/"
    assert client.post(f"{base}search/").status_code == 302
    page = client.get(base).content.decode()
    assert "không phải kết luận vi phạm" in page
    assert "Nông Văn may 0" in page
    row = Irregularity.objects.get()
    bad = client.post(f"{base}{row.pk}/", {"status": "dismissed", "reason": ""})
    assert bad.status_code == 422
    assert "Hãy ghi lý do" in bad.content.decode()
    client.post(f"{base}{row.pk}/", {"status": "dismissed", "reason": "Thử máy"})
    assert "Không có mục nào chờ xem xét" in client.get(base).content.decode()
    assert "Thử máy" in client.get(base + "?all=1").content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_see_nothing(yen_client: Client, round: Round, method: str) -> None:
    base = f"/organiser/rounds/{round.pk}/irregularities/"
    address = base if method == "get" else f"{base}search/"
    assert getattr(yen_client, method)(address).status_code == 403


def test_the_command_names_what_it_found(round: Round, commune: Unit, noon: datetime) -> None:
    sit(people(1, commune, "may")[0], round, noon, seconds=2)
    out = StringIO()
    call_command("find_irregularities", round.pk, stdout=out)
    assert "1 mục đang chờ xem xét" in out.getvalue()
    with pytest.raises(CommandError, match="Không có vòng thi"):
        call_command("find_irregularities", 10**6, stdout=out)


def test_no_competitors_request_looks_for_irregularities(
    round: Round, yen: User, noon: datetime, monkeypatch: Any
) -> None:
    def never(*args: Any) -> None:
        raise AssertionError("analytics on the exam path")

    monkeypatch.setattr("contest.integrity.reading.sittings", never)
    monkeypatch.setattr("contest.integrity.services.sittings", never)
    sit(yen, round, noon)
