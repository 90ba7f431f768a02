"""Questions of competitors and their answers: services, JSON, pages."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client

from accounts.models import User
from contest.errors import ContestError, RoundNotOpen
from contest.live.announcements import in_force, withdraw
from contest.live.inquiries import (
    MOST_CHARACTERS,
    MOST_OPEN,
    answer_everybody,
    answer_privately,
    ask,
)
from contest.models import AuditRecord, Inquiry, Round


def calls(round: Round) -> str:
    return f"/api/v1/rounds/{round.pk}/inquiries"


def post(client: Client, round: Round, text: str) -> object:
    return client.post(calls(round), {"text": text}, content_type="application/json")


@pytest.fixture
def asked(yen: User, round: Round, noon: datetime) -> Inquiry:
    return ask(user=yen, round=round, text="Tôi là Yến, có được xem tài liệu không?", now=noon)


def test_a_person_has_five_open_questions_at_most(yen: User, round: Round, noon: datetime) -> None:
    made = [ask(user=yen, round=round, text=f"Câu {n}?", now=noon) for n in range(MOST_OPEN)]
    with pytest.raises(ContestError, match="5 câu hỏi chờ"):
        ask(user=yen, round=round, text="Câu nữa?", now=noon)
    answer_privately(inquiry=made[0], text="Có.", actor=yen, now=noon)
    ask(user=yen, round=round, text="Câu nữa?", now=noon)


def test_empty_long_and_late_questions_are_refused(yen: User, round: Round, noon: datetime) -> None:
    for text in (" ", "x" * (MOST_CHARACTERS + 1)):
        with pytest.raises(ContestError) as refusal:
            ask(user=yen, round=round, text=text, now=noon)
        assert "text" in refusal.value.fields
    round.finalised_at = noon
    with pytest.raises(RoundNotOpen):
        ask(user=yen, round=round, text="Muộn?", now=noon)
    assert not Inquiry.objects.exists()


def test_a_private_answer_tells_nobody_else(
    ha: User, round: Round, noon: datetime, asked: Inquiry
) -> None:
    answer_privately(inquiry=asked, text="Không.", actor=ha, now=noon)
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_at, asked.answered_by) == ("Không.", noon, ha)
    assert in_force(round) == []
    answer_privately(inquiry=asked, text="Được.", actor=ha, now=noon)
    record = AuditRecord.objects.filter(action="answer_inquiry").latest("pk")
    assert record.before == {"inquiry": asked.pk, "answer": "Không."}
    assert record.after["answer"] == "Được."
    assert "Yến" not in str(record.after)


def test_an_answer_for_everybody_quotes_the_question_without_the_name(
    ha: User, round: Round, noon: datetime, asked: Inquiry
) -> None:
    answer_everybody(
        inquiry=asked, text="Được.", quote="Có được xem tài liệu không?", actor=ha, now=noon
    )
    [told] = in_force(round)
    assert told.text == "Hỏi: “Có được xem tài liệu không?”\nTrả lời: Được."
    with pytest.raises(ContestError, match="gỡ thông báo"):
        answer_privately(inquiry=asked, text="Không.", actor=ha, now=noon)
    withdraw(announcement=told, actor=ha, reason="Sai", now=noon)
    answer_privately(inquiry=asked, text="Không.", actor=ha, now=noon)
    asked.refresh_from_db()
    assert (asked.answer, asked.announcement) == ("Không.", None)


def test_a_refused_answer_leaves_nothing_behind(
    ha: User, round: Round, noon: datetime, asked: Inquiry
) -> None:
    with pytest.raises(ContestError):
        answer_everybody(inquiry=asked, text="Được.", quote=" ", actor=ha, now=noon)
    asked.refresh_from_db()
    assert asked.answered_at is None
    assert in_force(round) == []


def test_json_asks_and_reads_only_own_questions(
    yen_client: Client, tai: User, round: Round, noon: datetime
) -> None:
    ask(user=tai, round=round, text="Của người khác?", now=noon)
    answer = post(yen_client, round, "Mất mạng thì sao?")
    assert answer.status_code == 201  # type: ignore[attr-defined]
    said = yen_client.get(calls(round)).json()
    assert [each["text"] for each in said["inquiries"]] == ["Mất mạng thì sao?"]
    assert (said["left"], said["inquiries"][0]["answered_at"]) == (MOST_OPEN - 1, None)
    assert Client().get(calls(round)).status_code == 401


def test_json_refusals_say_what_to_do(yen_client: Client, round: Round) -> None:
    refused = post(yen_client, round, " ")
    assert refused.status_code == 409  # type: ignore[attr-defined]
    assert refused.json()["error"]["fields"] == {"text": "Hãy viết câu hỏi."}  # type: ignore[attr-defined]
    statuses = [post(yen_client, round, " ").status_code for _ in range(10)]  # type: ignore[attr-defined]
    assert statuses[-1] == 429


def test_asking_by_form_keeps_what_was_typed(yen_client: Client, round: Round) -> None:
    address = f"/c/{round.contest.slug}/{round.number}/ask/"
    refused = yen_client.post(address, {"text": "dài " * 200})
    assert refused.status_code == 422
    assert "dài dài" in refused.content.decode()
    done = yen_client.post(address, {"text": "Có được sửa bài không?"}, follow=True)
    assert "Có được sửa bài không?" in done.content.decode()
    assert "Đang chờ Ban Tổ chức trả lời" in done.content.decode()


def test_the_organisers_answer_on_their_page(
    ha: User, yen_client: Client, round: Round, asked: Inquiry
) -> None:
    organiser = Client()
    organiser.force_login(ha)
    address = f"/organiser/rounds/{round.pk}/notices/questions/{asked.pk}/answer/"
    empty = organiser.post(address, {"answer": "", "quote": "", "to": "asker"})
    assert empty.status_code == 422
    assert "Hãy viết câu trả lời." in empty.content.decode()
    assert yen_client.post(address, {"answer": "Tôi", "to": "asker"}).status_code == 403
    organiser.post(address, {"answer": "Được xem.", "quote": "", "to": "asker"})
    round_page = f"/c/{round.contest.slug}/{round.number}/"
    assert "Được xem." in yen_client.get(round_page).content.decode()
    assert "Được xem." not in Client().get(round_page).content.decode()
    organiser.post(address, {"answer": "Được xem.", "quote": "Xem được?", "to": "everybody"})
    assert "Được xem." in Client().get(round_page).content.decode()
    assert "Tôi là Yến" not in Client().get(round_page).content.decode()
