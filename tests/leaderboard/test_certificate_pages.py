"""Certificates of a published result: who may see them, and what a correction does (Q5, U6)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from contest.attempts import finish_attempt, start_attempt
from contest.conduct.people import disqualify
from contest.drafts import PrizeDraft
from contest.duties import grant_organiser
from contest.erasure import erase_person
from contest.models import Attempt, Entry, Round, RoundResult
from contest.regrading.services import apply_regrade, proposal
from contest.results.corrections import open_correction, sign_correction
from contest.results.finalising import finalise_round
from quizzes.models import QuestionVersion
from tests.factories import make_person, make_round, right_answers

pytestmark = pytest.mark.django_db


@pytest.fixture
def then() -> datetime:
    return timezone.now() - timedelta(days=3)


@pytest.fixture
def over(ha: User, yen: User, tai: User, then: datetime) -> Round:
    """yen before tai, one prize, not final yet."""
    round = make_round(ha, then, prizes=[PrizeDraft("Giải Nhất", 1)])
    for user, right in ((yen, 5), (tai, 4)):
        attempt, _ = start_attempt(user=user, round=round, now=then)
        finish_attempt(
            attempt=attempt,
            rev=1,
            answers=right_answers(attempt.paper, right),
            prediction=None,
            now=then + timedelta(minutes=2),
        )
    return round


def receipt(user: User) -> str:
    return Attempt.objects.get(entry__user=user).receipt


def address(user: User) -> str:
    return f"/verify/{receipt(user)}/certificate/"


def picture(user: User) -> str:
    return f"/verify/{receipt(user)}/certificate.png"


def test_nothing_before_the_final_result(over: Round, yen: User, yen_client: Client) -> None:
    assert yen_client.get(address(yen)).status_code == 404
    assert yen_client.get(picture(yen)).status_code == 404


def test_winner_and_participant_get_theirs(
    over: Round, ha: User, yen: User, tai: User, client: Client
) -> None:
    finalise_round(actor=ha, round=over, now=timezone.now())
    won = client.get(address(yen)).content.decode()
    assert "Giải Nhất" in won
    assert yen.full_name in won
    took_part = client.get(address(tai)).content.decode()
    assert "Giải Nhất" not in took_part
    answer = client.get(picture(yen))
    assert answer["Content-Type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
    again = client.get(picture(yen), headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_where_names_are_hidden_only_the_owner_sees_it(
    over: Round, ha: User, yen: User, yen_client: Client, tai: User, client: Client
) -> None:
    Round.objects.update(names_shown="hidden")
    over.refresh_from_db()
    finalise_round(actor=ha, round=over, now=timezone.now())
    assert client.get(address(yen)).status_code == 403
    assert yen_client.get(address(tai)).status_code == 403
    assert yen.full_name in yen_client.get(address(yen)).content.decode()


def test_q5_a_correction_supersedes_what_was_issued(
    over: Round, ha: User, yen: User, tai: User, client: Client
) -> None:
    finalise_round(actor=ha, round=over, now=timezone.now())
    over.refresh_from_db()
    other = make_person("duyet", "Bế Văn Duyệt")
    grant_organiser(user=other)
    open_correction(actor=ha, round=over, reason="Xác minh lại", now=timezone.now())
    over.refresh_from_db()
    disqualify(entry=Entry.objects.get(user=yen), actor=ha, reason="Thi hộ", now=timezone.now())
    over.refresh_from_db()
    sign_correction(actor=other, round=over, now=timezone.now())
    first = RoundResult.objects.filter(kind="final").get().number

    winner = client.get(address(tai)).content.decode()
    assert "Giải Nhất" in winner
    assert "đã được thay thế" not in winner
    old = client.get(f"{address(tai)}?result={first}").content.decode()
    assert "đã được thay thế" in old
    gone = client.get(address(yen)).content.decode()
    assert "Kết quả đính chính không còn dòng này" in gone


def test_u6_an_erased_person_has_no_certificate(
    over: Round, ha: User, yen: User, client: Client
) -> None:
    finalise_round(actor=ha, round=over, now=timezone.now())
    code = address(yen)
    erase_person(user=yen, now=timezone.now())
    assert client.get(code).status_code == 404


@pytest.mark.parametrize("code", ["7QKM-4D9X-H3TR-2WBV", "x", "%00"])
def test_unknown_codes_are_not_found(client: Client, db: None, code: str) -> None:
    assert client.get(f"/verify/{code}/certificate/").status_code == 404


def corrected(round: Round, ha: User, *, without: User | None = None) -> None:
    """A further table of the final round, signed by somebody else."""
    other, is_new = User.objects.get_or_create(username="duyet", full_name="Bế Văn Duyệt")
    if is_new:
        grant_organiser(user=other)
    open_correction(actor=ha, round=round, reason="Xác minh lại", now=timezone.now())
    if without is not None:
        entry = Entry.objects.get(user=without)
        disqualify(entry=entry, actor=ha, reason="Thi hộ", now=timezone.now())
    sign_correction(actor=other, round=round, now=timezone.now())


def test_q5_what_a_second_correction_leaves_out_is_superseded(
    over: Round, ha: User, yen: User, client: Client
) -> None:
    """The table between says the same; the one in force no longer has the person."""
    first = finalise_round(actor=ha, round=over, now=timezone.now())
    corrected(over, ha)
    corrected(over, ha, without=yen)
    old = client.get(f"{address(yen)}?result={first.number}").content.decode()
    assert "đã được thay thế" in old


def test_a_dropped_question_is_none_of_the_points_to_reach(
    over: Round, ha: User, yen: User, client: Client
) -> None:
    version = QuestionVersion.objects.get(pk=Attempt.objects.get(entry__user=yen).paper[0]["v"])
    proposed = proposal(round=over, version=version, verdict="drop", accepted=[])
    now = timezone.now() - timedelta(hours=1)
    apply_regrade(actor=ha, round=over, proposed=proposed, reason="Câu sai", now=now)
    finalise_round(actor=ha, round=over, now=timezone.now())
    assert "4/4 điểm" in client.get(address(yen)).content.decode()
