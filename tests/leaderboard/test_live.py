"""Notices of a round: one text for everybody, over HTTP and WebSocket (T5, T6, C4, C8)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.db import connections
from django.test import Client
from django.utils import timezone

from accounts.models import User
from config.asgi import application
from contest.attempts import start_attempt
from contest.conduct import timing
from contest.live import announcements, inquiries
from contest.models import Entry, Round
from leaderboard.live import RoundNotices
from tests.conftest import empty_cache
from tests.factories import make_contest, make_round

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def round(ha: User) -> Round:
    return make_round(ha, timezone.now())


async def in_thread(job: Callable[..., Any]) -> Any:
    """Run ORM work off the event loop, and leave no connection open behind it."""

    def run() -> Any:
        try:
            return job()
        finally:
            connections.close_all()

    return await sync_to_async(run)()


async def notices_socket(round_id: int) -> WebsocketCommunicator:
    headers = [(b"origin", b"http://127.0.0.1"), (b"host", b"127.0.0.1")]
    path = f"/ws/rounds/{round_id}/notices/"
    communicator = WebsocketCommunicator(application, path, headers=headers)
    connected, _ = await communicator.connect()
    assert connected
    return communicator


async def frame(communicator: WebsocketCommunicator, timeout: float = 5) -> dict[str, Any]:
    return json.loads(await communicator.receive_from(timeout))


def address(round: Round) -> str:
    return f"/api/v1/rounds/{round.pk}/notices"


def test_the_notices_say_what_open_pages_need(ha: User, round: Round, client: Client) -> None:
    now = timezone.now()
    told = announcements.announce_text(round=round, text="Xin chào", actor=ha, now=now)
    gone = announcements.announce_text(round=round, text="Nhầm", actor=ha, now=now)
    announcements.withdraw(announcement=gone, actor=ha, reason="Nhầm", now=now)
    said = client.get(address(round)).json()
    assert said["type"] == "notices"
    assert (said["round"], said["paused"]) == (round.pk, False)
    assert said["closes_at"] == round.closes_at.isoformat()
    assert said["announcements"] == [{"id": told.pk, "text": "Xin chào", "at": told.at.isoformat()}]
    assert said["recheck"] == {"rev": 0, "attempts": [], "answered_at": None}


def test_unchanged_notices_are_answered_without_a_body(round: Round, client: Client) -> None:
    first = client.get(address(round))
    again = client.get(address(round), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_drafts_and_unknown_rounds_have_no_notices(round: Round, client: Client) -> None:
    assert client.get("/api/v1/rounds/99999/notices").status_code == 404
    Round.objects.update(published_at=None)
    assert client.get(address(round)).status_code == 404


def test_t5_an_extension_concerns_every_open_page(yen: User, ha: User, round: Round) -> None:
    now = timezone.now()
    start_attempt(user=yen, round=round, now=now)
    later = round.closes_at + timedelta(hours=1)
    timing.extend_round(round=round, closes_at=later, actor=ha, reason="Mất điện", now=now)
    said = RoundNotices(round.pk).body()
    assert said["closes_at"] == later.isoformat()
    assert said["recheck"]["rev"] == 1
    assert said["recheck"]["attempts"] is None


def test_t6_extra_time_names_only_that_persons_attempt(
    yen: User, tai: User, ha: User, round: Round
) -> None:
    now = timezone.now()
    hers, _ = start_attempt(user=yen, round=round, now=now)
    start_attempt(user=tai, round=round, now=now)
    entry = Entry.objects.get(user=yen)
    timing.give_extra_time(entry=entry, seconds=300, actor=ha, reason="Khuyết tật", now=now)
    assert RoundNotices(round.pk).body()["recheck"]["attempts"] == [hers.pk]


def test_a_private_answer_names_the_asker_and_says_nothing_else(
    yen: User, tai: User, ha: User, round: Round
) -> None:
    now = timezone.now()
    hers, _ = start_attempt(user=yen, round=round, now=now)
    start_attempt(user=tai, round=round, now=now)
    asked = inquiries.ask(user=yen, round=round, text="Mạng chậm thì sao?", now=now)
    inquiries.answer_privately(inquiry=asked, text="Bài vẫn được giữ.", actor=ha, now=now)
    said = RoundNotices(round.pk).body()
    assert said["recheck"]["attempts"] == [hers.pk]
    assert said["recheck"]["answered_at"] == now.isoformat()
    assert "giữ" not in json.dumps(said, ensure_ascii=False)
    assert "chậm" not in json.dumps(said, ensure_ascii=False)


async def test_everybody_hears_an_announcement_at_once(ha: User, round: Round) -> None:
    sockets = [await notices_socket(round.pk) for _ in range(3)]
    for each in sockets:
        assert (await frame(each))["announcements"] == []
    now = timezone.now()
    await in_thread(
        lambda: announcements.announce_text(round=round, text="Nghe rõ", actor=ha, now=now)
    )
    texts = set(await asyncio.gather(*(each.receive_from(5) for each in sockets)))
    assert len(texts) == 1
    assert json.loads(texts.pop())["announcements"][0]["text"] == "Nghe rõ"
    for each in sockets:
        await each.disconnect()


async def test_c4_who_missed_everything_is_right_after_one_frame(ha: User, round: Round) -> None:
    early = await notices_socket(round.pk)
    missed = await frame(early)
    await early.disconnect()
    now = timezone.now()
    await in_thread(lambda: timing.pause_round(round=round, actor=ha, reason="Mất mạng", now=now))
    empty_cache()
    again = await notices_socket(round.pk)
    whole = await frame(again)
    assert whole["version"] > missed["version"]
    assert whole["paused"] is True
    assert whole["recheck"]["attempts"] is None
    await again.disconnect()


async def test_c8_nothing_of_one_round_reaches_another(ha: User, round: Round) -> None:
    other = await in_thread(
        lambda: make_round(ha, timezone.now(), contest=make_contest(ha, "Cuộc thi khác"))
    )
    elsewhere, here = await notices_socket(other.pk), await notices_socket(round.pk)
    await frame(elsewhere)
    await frame(here)
    now = timezone.now()
    await in_thread(
        lambda: announcements.announce_text(round=round, text="Ở đây", actor=ha, now=now)
    )
    await frame(here)
    assert await elsewhere.receive_nothing(1)
    await here.disconnect()
    await elsewhere.disconnect()


async def test_sockets_of_unknown_rounds_are_closed(round: Round) -> None:
    communicator = await notices_socket(99_999)
    message = await communicator.receive_output(5)
    assert (message["type"], message["code"]) == ("websocket.close", 4404)
