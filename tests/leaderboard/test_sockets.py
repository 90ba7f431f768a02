"""Live boards over WebSocket: consumers, the hub, who gets what (C8)."""

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

from accounts.access import primary_unit
from accounts.models import User
from config.asgi import application
from contest.attempts import finish_attempt, start_attempt
from contest.errors import BoardHidden
from contest.events import round_changed
from contest.models import Division, Round
from contest.visibility import Board
from leaderboard import hub as hub_module
from leaderboard.hub import hub
from leaderboard.watching import known_board, wanted_board
from tests.conftest import empty_cache
from tests.factories import make_contest, make_round, right_answers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def round(ha: User) -> Round:
    return make_round(ha, timezone.now())


def take(user: User, round: Round) -> None:
    attempt, _ = start_attempt(user=user, round=round, now=timezone.now())
    finish_attempt(
        attempt=attempt,
        rev=1,
        answers=right_answers(attempt.paper),
        prediction=None,
        now=timezone.now() + timedelta(seconds=30),
    )


async def in_thread(job: Callable[..., Any], *arguments: Any) -> Any:
    """Run ORM work off the event loop, and leave no connection open behind it."""

    def run() -> Any:
        try:
            return job(*arguments)
        finally:
            connections.close_all()

    return await sync_to_async(run)()


def socket(path: str, *more: tuple[bytes, bytes]) -> WebsocketCommunicator:
    headers = [(b"origin", b"http://127.0.0.1"), (b"host", b"127.0.0.1"), *more]
    return WebsocketCommunicator(application, path, headers=headers)


async def board_socket(round: Round, by: str = "people") -> WebsocketCommunicator:
    communicator = socket(f"/ws/rounds/{round.pk}/board/?by={by}")
    connected, _ = await communicator.connect()
    assert connected
    return communicator


async def frame(communicator: WebsocketCommunicator, timeout: float = 5) -> dict[str, Any]:
    return json.loads(await communicator.receive_from(timeout))


async def closing_code(communicator: WebsocketCommunicator) -> int:
    message = await communicator.receive_output(5)
    assert message["type"] == "websocket.close"
    return message["code"]


async def test_a_snapshot_at_once_and_a_new_one_on_change(yen: User, round: Round) -> None:
    watching = await board_socket(round)
    first = await frame(watching)
    assert (first["type"], first["by"], first["rows"]) == ("board", "people", [])
    await in_thread(take, yen, round)
    second = await frame(watching)
    assert second["version"] > first["version"]
    assert second["rows"][0]["name"] == "Hoàng Thị Yến"
    await watching.disconnect()


async def test_everybody_gets_the_same_text_and_http_too(
    yen: User, round: Round, async_client: Any
) -> None:
    sockets = [await board_socket(round) for _ in range(20)]
    await asyncio.gather(*(s.receive_from(5) for s in sockets))
    await in_thread(take, yen, round)
    texts = set(await asyncio.gather(*(s.receive_from(5) for s in sockets)))
    answer = await async_client.get(f"/api/v1/rounds/{round.pk}/board")
    assert texts == {answer.content.decode()}
    for watching in sockets:
        await watching.disconnect()


async def test_who_joins_later_gets_the_current_snapshot_at_once(round: Round) -> None:
    early = await board_socket(round)
    first = await frame(early)
    late = await board_socket(round)
    assert (await frame(late, 1))["version"] == first["version"]
    await early.disconnect()
    await late.disconnect()


async def test_people_and_units_are_fed_apart(yen: User, round: Round) -> None:
    units = await board_socket(round, "units")
    await frame(units)
    await in_thread(take, yen, round)
    assert (await frame(units))["rows"][0]["entrants"] == 1
    await units.disconnect()


async def test_c8_no_event_of_one_round_reaches_another(yen: User, ha: User, round: Round) -> None:
    @sync_to_async
    def other_round() -> Round:
        return make_round(ha, timezone.now(), contest=make_contest(ha, "Cuộc thi khác"))

    elsewhere = await board_socket(await other_round())
    await frame(elsewhere)
    here = await board_socket(round)
    await frame(here)
    await in_thread(take, yen, round)
    await frame(here)
    assert await elsewhere.receive_nothing(1)
    await here.disconnect()
    await elsewhere.disconnect()


async def test_c4_a_restarted_hub_starts_from_a_whole_snapshot(yen: User, round: Round) -> None:
    """Frames are never deltas: whoever missed all of them is right after one."""
    watching = await board_socket(round)
    missed = await frame(watching)
    await watching.disconnect()
    await in_thread(take, yen, round)
    empty_cache()
    again = await board_socket(round)
    whole = await frame(again)
    assert whole["version"] > missed["version"]
    assert len(whole["rows"]) == 1
    await again.disconnect()


async def test_unknown_rounds_and_boards_are_closed_with_a_code(round: Round) -> None:
    for path, code in (
        ("/ws/rounds/99999/board/", 4404),
        (f"/ws/rounds/{round.pk}/board/?by=dogs", 4400),
        (f"/ws/rounds/{round.pk}/board/?division=khong-co", 4404),
        ("/ws/elsewhere/", 4404),
    ):
        communicator = socket(path)
        await communicator.connect()
        assert await closing_code(communicator) == code


async def test_a_hidden_board_is_closed_with_a_code_but_for_those_who_may_look(
    yen: User, round: Round
) -> None:
    """Boards that open after the own finish ask who came, by the session of the page."""

    def hide_and_sign_in() -> str:
        Round.objects.filter(pk=round.pk).update(board_shown=Board.AFTER_FINISH)
        client = Client()
        client.force_login(yen)
        return client.cookies["sessionid"].value

    path = f"/ws/rounds/{round.pk}/board/"
    cookie = (b"cookie", f"sessionid={await in_thread(hide_and_sign_in)}".encode())
    for headers in ([], [cookie], [(b"cookie", b"sessionid=nobody")]):
        stranger = socket(path, *headers)
        await stranger.connect()
        assert await closing_code(stranger) == 4403
    await in_thread(take, yen, round)
    watching = socket(path, cookie)
    await watching.connect()
    assert (await frame(watching))["total"] == 1
    await watching.disconnect()


async def test_each_division_is_fed_apart(yen: User, tai: User, round: Round) -> None:
    @sync_to_async
    def divide() -> None:
        for position, user in enumerate((yen, tai), start=1):
            unit = primary_unit(user)
            assert unit is not None
            Division.objects.create(
                contest=round.contest, position=position, code=user.username, name=user.username,
                eligibility={"units": [unit.code]},
            )  # fmt: skip

    await divide()
    second = socket(f"/ws/rounds/{round.pk}/board/?division=tai")
    await second.connect()
    assert (await frame(second))["division"] == "tai"
    await in_thread(take, yen, round)
    assert await second.receive_nothing(1)
    await in_thread(take, tai, round)
    assert [row["name"] for row in (await frame(second))["rows"]] == ["Lục Văn Tài"]
    await second.disconnect()


async def test_one_board_too_many_is_closed_with_a_code(
    round: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page polls instead, and comes back later."""
    monkeypatch.setattr(hub_module, "MOST_WATCHED", 1)
    people = await board_socket(round)
    await frame(people)
    assert await closing_code(await board_socket(round, "units")) == 4429
    again = await board_socket(round)
    await frame(again)
    await people.disconnect()
    await again.disconnect()


async def test_a_board_taken_back_ends_its_sockets_with_a_code(round: Round) -> None:
    @sync_to_async
    def take_back() -> None:
        Round.objects.filter(pk=round.pk).update(published_at=None)
        round_changed(round.pk)

    watching = await board_socket(round)
    await frame(watching)
    await take_back()
    assert await closing_code(watching) == 4404


async def test_a_hall_that_comes_at_once_reads_the_round_once(round: Round) -> None:
    """What everybody is answered alike is known for a moment, without reading anything."""
    scope = {"query_string": b"", "url_route": {"kwargs": {"round_id": round.pk}}}
    assert known_board(scope) is None
    wanted = await in_thread(wanted_board, scope)
    assert known_board(scope) == wanted  # in the event loop Django would refuse to read
    other = {**scope, "query_string": b"by=units"}
    assert known_board(other) is None


async def test_who_may_look_is_asked_for_each(round: Round) -> None:
    def hide() -> None:
        Round.objects.filter(pk=round.pk).update(board_shown=Board.AFTER_FINISH)

    scope = {"query_string": b"", "url_route": {"kwargs": {"round_id": round.pk}}, "headers": []}
    await in_thread(hide)
    with pytest.raises(BoardHidden):
        await in_thread(wanted_board, scope)
    assert known_board(scope) is None


async def test_a_foreign_origin_is_refused(round: Round) -> None:
    communicator = WebsocketCommunicator(
        application,
        f"/ws/rounds/{round.pk}/board/",
        headers=[(b"origin", b"http://evil.example"), (b"host", b"127.0.0.1")],
    )
    connected, _ = await communicator.connect()
    assert not connected


async def test_what_a_socket_says_changes_nothing(round: Round) -> None:
    watching = await board_socket(round)
    await frame(watching)
    await watching.send_to(text_data='{"type": "board", "rows": []}')
    assert await watching.receive_nothing(0.6)
    await watching.disconnect()


async def test_the_last_to_leave_ends_the_work(round: Round) -> None:
    watching = await board_socket(round)
    await frame(watching)
    assert len(hub._watched) == 1
    await watching.disconnect()
    assert len(hub._watched) == 0


async def test_o6_six_tabs_of_one_person_are_six_watchers_of_one_board(
    yen: User, round: Round
) -> None:
    """One computation feeds them all; closing one leaves the others."""
    tabs = [await board_socket(round) for _ in range(6)]
    for tab in tabs:
        await frame(tab)
    assert len(hub._watched) == 1
    await tabs[0].disconnect()
    await in_thread(take, yen, round)
    for tab in tabs[1:]:
        assert len((await frame(tab))["rows"]) == 1
        await tab.disconnect()


async def test_boards_shown_to_fewer_people_are_closed_to_those_who_watch(
    yen: User, round: Round
) -> None:
    watching = await board_socket(round)
    await frame(watching)

    def tighten() -> None:
        Round.objects.filter(pk=round.pk).update(board_shown=Board.AFTER_CLOSE)
        round_changed(round.pk)

    await in_thread(tighten)
    await in_thread(take, yen, round)
    assert await closing_code(watching) == 4403
