"""Telling everybody: services and the organisers' page."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client

from accounts.models import User
from contest.errors import ContestError, RoundNotOpen
from contest.live.announcements import MOST_CHARACTERS, announce_text, in_force, payload, withdraw
from contest.models import Announcement, AuditRecord, Round


@pytest.fixture
def organiser(ha: User) -> Client:
    client = Client()
    client.force_login(ha)
    return client


def page(round: Round, rest: str = "") -> str:
    return f"/organiser/rounds/{round.pk}/notices/{rest}"


def test_announcing_and_withdrawing_are_recorded(ha: User, round: Round, noon: datetime) -> None:
    told = announce_text(round=round, text="  Máy chủ  chậm.\n\n\nXin chờ. ", actor=ha, now=noon)
    assert told.text == "Máy chủ chậm.\n\nXin chờ."
    assert [each["text"] for each in payload(round)] == [told.text]
    withdraw(announcement=told, actor=ha, reason="Đã xong", now=noon)
    assert in_force(round) == []
    assert Announcement.objects.get().withdrawn_at == noon
    made, gone = (AuditRecord.objects.get(action=a) for a in ("announce", "withdraw_announcement"))
    assert made.after == {"announcement": told.pk, "text": told.text}
    assert (gone.reason, gone.before) == ("Đã xong", made.after)


def test_what_cannot_be_announced(ha: User, round: Round, noon: datetime) -> None:
    for text in ("", " \n\u200b ", "x" * (MOST_CHARACTERS + 1)):
        with pytest.raises(ContestError) as refusal:
            announce_text(round=round, text=text, actor=ha, now=noon)
        assert "text" in refusal.value.fields
    round.published_at = None
    with pytest.raises(RoundNotOpen):
        announce_text(round=round, text="Sớm", actor=ha, now=noon)
    assert not Announcement.objects.exists()


def test_withdrawing_needs_a_reason_and_happens_once(
    ha: User, round: Round, noon: datetime
) -> None:
    told = announce_text(round=round, text="Nhầm", actor=ha, now=noon)
    with pytest.raises(ContestError, match="lý do"):
        withdraw(announcement=told, actor=ha, reason=" ", now=noon)
    withdraw(announcement=told, actor=ha, reason="Nhầm", now=noon)
    with pytest.raises(ContestError, match="trước đó"):
        withdraw(announcement=told, actor=ha, reason="Nhầm", now=noon)


def test_the_page_announces_and_withdraws(organiser: Client, round: Round) -> None:
    answer = organiser.post(page(round, "announce/"), {"text": "Nhớ nộp bài"}, follow=True)
    assert "Nhớ nộp bài" in answer.content.decode()
    told = Announcement.objects.get()
    refused = organiser.post(page(round, f"{told.pk}/withdraw/"), {"reason": ""})
    assert refused.status_code == 422
    assert "Hãy ghi lý do gỡ" in refused.content.decode()
    organiser.post(page(round, f"{told.pk}/withdraw/"), {"reason": "Xong việc"})
    assert in_force(round) == []


def test_what_was_typed_is_kept(organiser: Client, round: Round) -> None:
    answer = organiser.post(page(round, "announce/"), {"text": "dài " * 300})
    assert answer.status_code == 422
    assert "dài dài" in answer.content.decode()
    assert "tối đa 1000 ký tự" in answer.content.decode()


def test_strangers_see_nothing_and_announce_nothing(yen_client: Client, round: Round) -> None:
    assert yen_client.get(page(round)).status_code == 403
    assert yen_client.post(page(round, "announce/"), {"text": "Tôi"}).status_code == 403
    assert Client().get(page(round)).status_code == 302
    assert not Announcement.objects.exists()
