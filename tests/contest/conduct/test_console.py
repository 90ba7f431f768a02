"""The console page of running a round, through HTTP."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Unit, User
from contest.attempts import start_attempt
from contest.conduct.timing import pause_round
from contest.models import Attempt, Decision, Entry, Round
from tests.factories import make_person, make_round

MINUTE = timedelta(minutes=1)
WHY = {"reason": "Nghẽn mạng"}


@pytest.fixture
def now(db: None) -> datetime:
    return timezone.now()


@pytest.fixture
def round(ha: User, now: datetime) -> Round:
    return make_round(ha, now)


@pytest.fixture
def desk(client: Client, ha: User) -> Client:
    client.force_login(ha)
    return client


@pytest.fixture
def entry(yen: User, round: Round, now: datetime) -> Entry:
    return start_attempt(user=yen, round=round, now=now)[0].entry


def url(round: Round, deed: str = "") -> str:
    if deed:
        return reverse("contest:decide", args=[round.pk, deed])
    return reverse("contest:conduct", args=[round.pk])


def text(response: Any) -> str:
    plain = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", unescape(plain))


def local(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


# -- Who may come in -----------------------------------------------------------------------------


def test_strangers_decide_nothing(yen_client: Client, client: Client, round: Round) -> None:
    assert yen_client.get(url(round)).status_code == 403
    assert yen_client.post(url(round, "pause"), WHY).status_code == 403
    assert client.post(url(round, "pause"), WHY).status_code == 302
    assert not Decision.objects.exists()


def test_deeds_are_posted_and_known(desk: Client, round: Round) -> None:
    assert desk.get(url(round, "pause")).headers["Location"] == url(round)
    assert desk.post(url(round, "explode"), WHY).status_code == 404


def test_posts_need_their_token(ha: User, round: Round) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ha)
    assert strict.post(url(round, "pause"), WHY).status_code == 403


# -- The round's time ----------------------------------------------------------------------------


def test_t5_extending_on_the_page(desk: Client, round: Round) -> None:
    later = round.closes_at + timedelta(days=1)
    typed = {**WHY, "closes_at": local(later)}
    response = desk.post(url(round, "extend"), typed, follow=True)
    assert "Đã gia hạn" in text(response)
    round.refresh_from_db()
    assert local(round.closes_at) == local(later)
    assert "Nghẽn mạng" in text(response)


def test_what_is_wrong_is_said_and_what_was_typed_stays(desk: Client, round: Round) -> None:
    sooner = local(round.closes_at - timedelta(hours=2))
    response = desk.post(url(round, "extend"), {"closes_at": sooner, "reason": "  "})
    assert response.status_code == 422
    assert "Hãy ghi lý do" in text(response)
    assert sooner in response.content.decode()
    response = desk.post(url(round, "extend"), {"closes_at": sooner, **WHY})
    assert "Giờ đóng mới phải muộn hơn" in text(response)
    assert "Nghẽn mạng" in text(response)
    assert not Decision.objects.exists()


def test_pausing_and_going_on(desk: Client, round: Round, entry: Entry) -> None:
    page = desk.post(url(round, "pause"), WHY, follow=True)
    assert "Đang tạm dừng" in text(page)
    assert "Tiếp tục vòng thi" in text(page)
    page = desk.post(url(round, "resume"), {"reason": "Đã xong"}, follow=True)
    assert "Vòng thi tiếp tục" in text(page)
    assert "Tạm dừng vòng thi" in text(page)
    decision = Decision.objects.get()
    page = desk.post(url(round, "undo"), {"decision": decision.pk, **WHY}, follow=True)
    assert "Đã thu hồi" in text(page)
    decision.refresh_from_db()
    assert not decision.is_in_force


def test_t11_declaring_an_outage_on_the_page(desk: Client, round: Round, now: datetime) -> None:
    typed = {**WHY, "starts": local(now - 20 * MINUTE), "ends": local(now - 10 * MINUTE)}
    assert "bù thời gian" in text(desk.post(url(round, "outage"), typed, follow=True))
    assert Decision.objects.get().kind == "outage"


# -- People --------------------------------------------------------------------------------------


def test_u9_namesakes_are_told_apart(
    desk: Client, round: Round, entry: Entry, ward: Unit, now: datetime
) -> None:
    other = make_person("yen2", "Hoàng Thị Yến", ward, phone="+84912345678")
    second = start_attempt(user=other, round=round, now=now)[0].entry
    page = text(desk.get(url(round), {"q": "hoang yen"}))
    for sign in ("Xã Trùng Khánh", "Phường Thục Phán", "tài khoản yen2", "…678", "Lượt 1"):
        assert sign in page
    assert f"entry={second.pk}" in desk.get(url(round), {"q": "0912 345 678"}).content.decode()
    assert "Không có ai" in text(desk.get(url(round), {"q": "tran van khong"}))
    typed = {"entry": second.pk, "sure": "on", **WHY}
    desk.post(url(round, "disqualify"), typed)
    assert Decision.objects.get().entry_id == second.pk


def test_t6_extra_time_on_the_page(desk: Client, round: Round, entry: Entry) -> None:
    page = desk.get(url(round), {"entry": entry.pk})
    assert "Thêm giờ cho người này" in text(page)
    before = Attempt.objects.get().deadline
    typed = {"entry": entry.pk, "minutes": "5", **WHY}
    assert "Đã thêm 5 phút" in text(desk.post(url(round, "extra"), typed, follow=True))
    assert Attempt.objects.get().deadline == before + 5 * MINUTE
    bad = desk.post(url(round, "extra"), {"entry": entry.pk, "minutes": "0", **WHY})
    assert "từ 1 đến" in text(bad)
    assert "Nghẽn mạng" in text(bad)


def test_a_person_of_another_round_is_refused(
    desk: Client, ha: User, round: Round, entry: Entry, now: datetime
) -> None:
    other = make_round(ha, now, contest=round.contest)
    for typed in (str(entry.pk), "x", ""):
        response = desk.post(url(other, "extra"), {"entry": typed, "minutes": "5", **WHY})
        assert response.status_code == 422
        assert "Không tìm thấy người này" in text(response)


def test_cancelling_asks_to_look_twice(desk: Client, round: Round, entry: Entry) -> None:
    response = desk.post(url(round, "disqualify"), {"entry": entry.pk, **WHY})
    assert response.status_code == 422
    assert "Hãy xem lại người được chọn" in text(response)
    assert not Decision.objects.exists()


def test_u10_hiding_a_name_on_the_page(desk: Client, yen: User, round: Round, entry: Entry) -> None:
    page = text(desk.post(url(round, "hide"), {"entry": entry.pk, **WHY}, follow=True))
    assert "Đã ẩn tên" in page
    assert "Tên đã ẩn" in page
    yen.refresh_from_db()
    assert yen.is_name_hidden


def test_merging_on_the_page(
    desk: Client, yen: User, tai: User, round: Round, entry: Entry
) -> None:
    page = desk.get(url(round), {"entry": entry.pk, "other": "tai"})
    assert f"merged={tai.pk}" in page.content.decode()
    page = desk.get(url(round), {"entry": entry.pk, "merged": tai.pk})
    assert "Sẽ gộp: Lục Văn Tài" in text(page)
    typed = {"entry": entry.pk, "merged": tai.pk, "sure": "on", **WHY}
    page = text(desk.post(url(round, "merge"), typed, follow=True))
    assert "Đã gộp tài khoản tai vào yen" in page
    tai.refresh_from_db()
    assert not tai.is_active
    again = text(desk.post(url(round, "merge"), typed))
    assert "đã được gộp trước đó" in again


def test_a_paused_round_says_so_to_competitors(
    client: Client, yen_client: Client, round: Round, ha: User, now: datetime
) -> None:
    page = reverse("contest:round", args=[round.contest.slug, round.number])
    start = reverse("contest:start", args=[round.contest.slug, round.number])
    assert start in yen_client.get(page).content.decode()
    pause_round(round=round, actor=ha, reason="Sự cố", now=now)
    for visitor in (client, yen_client):
        assert "Vòng thi đang tạm dừng" in text(visitor.get(page))
    assert start not in yen_client.get(page).content.decode()


def test_a_round_outside_its_hours_says_when_to_come_back(
    client: Client, yen_client: Client, ha: User, now: datetime
) -> None:
    local_now = timezone.localtime(now)
    begins = (local_now + timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
    if begins.hour in (22, 23, 0, 1):  # the hours of a day end before midnight
        begins = begins.replace(hour=12)
    round = make_round(
        ha,
        now,
        closes_at=now + timedelta(days=3),
        daily_from=begins.time(),
        daily_to=(begins + timedelta(hours=1)).time(),
    )
    page = reverse("contest:round", args=[round.contest.slug, round.number])
    for visitor in (client, yen_client):
        assert "Ngoài giờ làm bài" in text(visitor.get(page))
