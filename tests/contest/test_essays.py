"""The essay beside the questions: kept, sealed by the receipt, marked without names."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from accounts.models import User
from contest.attempts import finish_attempt, start_attempt
from contest.closing import canonical_result
from contest.conduct.people import merge_accounts
from contest.errors import AttemptClosed, ContestError, InvalidAnswers, RoundIsFinal
from contest.essays import mark_essay, save_essay, to_mark
from contest.models import Attempt, AuditRecord, Entry, Round
from contest.results.finalising import unmarked_essays
from contest.scoring import receipt
from tests.factories import make_round, right_answers, stored

pytestmark = pytest.mark.django_db

TEXT = "Theo tôi, kinh tế cửa khẩu là cửa ngõ của tỉnh.\nVì vậy…"


@pytest.fixture
def essay_round(ha: User, noon: datetime) -> Round:
    return make_round(ha, noon, essay_prompt="Hãy viết về kinh tế cửa khẩu.", essay_points=5)


def handed_in(user: User, round: Round, now: datetime, text: str = TEXT) -> Attempt:
    attempt, _ = start_attempt(user=user, round=round, now=now)
    save_essay(attempt=attempt, text=text, now=now)
    return finish_attempt(
        attempt=stored(attempt),
        rev=1,
        answers=right_answers(attempt.paper),
        prediction=None,
        now=now + timedelta(minutes=3),
    )


def test_the_receipt_vouches_for_the_essay(yen: User, essay_round: Round, noon: datetime) -> None:
    attempt = stored(handed_in(yen, essay_round, noon))
    assert attempt.essay == TEXT
    names = ("points", "correct", "elapsed_ms", "submitted_at")
    columns = {name: getattr(attempt, name) for name in names}
    assert receipt(canonical_result(attempt, columns)) == attempt.receipt
    assert receipt(canonical_result(attempt, {**columns, "essay": "khác"})) != attempt.receipt


def test_marking_moves_the_place_and_is_audited(
    yen: User, tai: User, ha: User, essay_round: Round, noon: datetime
) -> None:
    first, second = handed_in(yen, essay_round, noon), handed_in(tai, essay_round, noon, "Ngắn.")
    assert unmarked_essays(essay_round) == 2
    mark_essay(actor=ha, attempt=first, points=2, reason="", now=noon)
    mark_essay(actor=ha, attempt=second, points=5, reason="", now=noon)
    assert unmarked_essays(essay_round) == 0
    board = Entry.objects.filter(round=essay_round, rank_key__gt="").order_by("rank_key")
    assert [(e.user, e.points) for e in board] == [(tai, 10), (yen, 7)]

    with pytest.raises(ContestError, match="lý do"):
        mark_essay(actor=ha, attempt=second, points=1, reason=" ", now=noon)
    mark_essay(actor=ha, attempt=second, points=1, reason="Chấm nhầm thang điểm", now=noon)
    assert [e.user for e in board.all()] == [yen, tai]
    last = AuditRecord.objects.filter(action="mark_essay").first()
    assert last is not None
    assert (last.before["essay_points"], last.after["essay_points"]) == (5, 1)
    assert last.reason == "Chấm nhầm thang điểm"


@pytest.mark.parametrize("points", [-1, 6])
def test_points_stay_within_the_rules(
    yen: User, ha: User, essay_round: Round, noon: datetime, points: int
) -> None:
    attempt = handed_in(yen, essay_round, noon)
    with pytest.raises(ContestError, match="từ 0 đến 5"):
        mark_essay(actor=ha, attempt=attempt, points=points, reason="x", now=noon)


def test_nothing_is_marked_after_the_final_result(
    yen: User, ha: User, essay_round: Round, noon: datetime
) -> None:
    attempt = handed_in(yen, essay_round, noon)
    Round.objects.filter(pk=essay_round.pk).update(finalised_at=noon)
    with pytest.raises(RoundIsFinal):
        mark_essay(actor=ha, attempt=attempt, points=3, reason="", now=noon)


def test_an_essay_is_taken_in_time_only(yen: User, essay_round: Round, noon: datetime) -> None:
    attempt, _ = start_attempt(user=yen, round=essay_round, now=noon)
    with pytest.raises(InvalidAnswers):
        save_essay(attempt=attempt, text="x" * 30_001, now=noon)
    late = noon + timedelta(minutes=11)
    with pytest.raises(AttemptClosed):
        save_essay(attempt=attempt, text="muộn", now=late)
    assert stored(attempt).essay == ""


def test_a_round_without_essay_takes_none(yen: User, round: Round, noon: datetime) -> None:
    attempt, _ = start_attempt(user=yen, round=round, now=noon)
    with pytest.raises(InvalidAnswers):
        save_essay(attempt=attempt, text="x", now=noon)


def test_markers_see_no_name(yen: User, ha: User, essay_round: Round, noon: datetime) -> None:
    attempt = handed_in(yen, essay_round, noon)
    client = Client()
    client.force_login(ha)
    address = f"/organiser/rounds/{essay_round.pk}/essays/"
    page = client.get(address).content.decode()
    assert "kinh tế cửa khẩu là cửa ngõ" in page
    assert yen.full_name not in page
    assert "Xã Trùng Khánh" not in page

    wrong = client.post(address, {"receipt": attempt.receipt, "points": "9"})
    assert wrong.status_code == 422
    assert "từ 0 đến 5" in wrong.content.decode()
    assert client.post(address, {"receipt": attempt.receipt, "points": "4"}).status_code == 302
    assert stored(attempt).essay_points == 4
    assert not to_mark(essay_round).filter(essay_points=None).exists()


def test_strangers_mark_nothing(yen_client: Client, essay_round: Round) -> None:
    assert yen_client.get(f"/organiser/rounds/{essay_round.pk}/essays/").status_code == 403


def test_the_essay_over_the_api(yen_client: Client, essay_round: Round, tai: User) -> None:
    Round.objects.filter(pk=essay_round.pk).update(
        opens_at=datetime(2020, 1, 1).astimezone(), closes_at=datetime(2090, 1, 1).astimezone()
    )
    started = yen_client.post(f"/api/v1/rounds/{essay_round.pk}/attempts").json()
    assert started["essay_prompt"] == "Hãy viết về kinh tế cửa khẩu."
    address = f"/api/v1/attempts/{started['id']}/essay"
    kept = yen_client.put(address, {"essay": TEXT}, content_type="application/json")
    assert (kept.status_code, kept.json()["characters"]) == (200, len(TEXT))
    assert yen_client.get(f"/api/v1/attempts/{started['id']}").json()["essay"] == TEXT
    stranger = Client()
    stranger.force_login(tai)
    refused = stranger.put(address, {"essay": "x"}, content_type="application/json")
    assert refused.status_code == 404


def test_an_essay_saved_while_its_attempt_is_handed_in_is_kept(
    yen: User, essay_round: Round, noon: datetime
) -> None:
    attempt, _ = start_attempt(user=yen, round=essay_round, now=noon)
    save_essay(attempt=stored(attempt), text="Bản đầu", now=noon)
    read_before = stored(attempt)
    save_essay(attempt=stored(attempt), text=TEXT, now=noon + timedelta(seconds=5))
    at = noon + timedelta(seconds=6)
    finish_attempt(attempt=read_before, rev=1, answers={}, prediction=None, now=at)
    assert stored(attempt).essay == TEXT


def test_marks_of_a_merged_account_count_for_the_kept_one(
    yen: User, tai: User, ha: User, essay_round: Round, noon: datetime
) -> None:
    attempt = handed_in(tai, essay_round, noon)
    contest = essay_round.contest
    merge_accounts(contest=contest, kept=yen, merged=tai, actor=ha, reason="một người", now=noon)
    mark_essay(actor=ha, attempt=attempt, points=3, reason="", now=noon)
    assert Entry.objects.get(user=yen).points == 8
