"""T10 on the wire: a server that is asked to end says goodbye, and finishes what it began."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import pytest
import websockets

from tests.faults.ground import Ground, meanwhile, until

WATCHERS = 40
STALL_S = 1.5


def test_t10_sockets_are_told_and_come_back_to_the_newest_board(
    ground: Callable[..., Ground],
) -> None:
    """Everybody hears 4012 ("come back soon"), nobody a broken line; boards never go back."""
    place = ground(1)
    (phone,) = place.phones
    url = f"ws://127.0.0.1:{place.server.port}/ws/rounds/{place.stage['round']}/board/"
    origin = place.server.url

    async def watch() -> tuple[list[str], list[int | None]]:
        sockets = [await websockets.connect(url, origin=origin) for _ in range(WATCHERS)]
        first = [await asyncio.wait_for(socket.recv(), 20) for socket in sockets]
        assert await asyncio.to_thread(place.server.stop) == 0
        await asyncio.wait_for(asyncio.gather(*(s.wait_closed() for s in sockets)), 20)
        return [str(text) for text in first], [socket.close_code for socket in sockets]

    texts, codes = asyncio.run(watch())
    assert codes == [4012] * WATCHERS
    assert len(set(texts)) == 1
    place.server.start()
    pk = phone.start().json()["id"]
    assert phone.finish(pk).status == 200

    async def board() -> dict[str, int]:
        async with websockets.connect(url, origin=origin) as socket:
            while True:
                news = json.loads(await asyncio.wait_for(socket.recv(), 20))
                if news["total"] == 1:
                    return dict(news)

    assert asyncio.run(board())["version"] > json.loads(texts[0])["version"]


@pytest.mark.parametrize("deed", ["save", "finish"])
def test_t10_what_was_under_way_is_answered_and_recorded(
    ground: Callable[..., Ground], deed: str
) -> None:
    place = ground(1)
    (phone,) = place.phones
    pk = phone.start().json()["id"]

    def act() -> object:
        return phone.save(pk, 1, {"1": ["a"]}) if deed == "save" else phone.finish(pk)

    with place.store.stalling("UPDATE", "contest_attempt", STALL_S), meanwhile(act) as under_way:
        until(place.store.is_stalled, "the request to be under way")
        assert place.server.stop() == 0
        reply = under_way.result(20)
    assert reply.status == 200
    row = place.store.attempt(pk)
    if deed == "save":
        assert row["rev"] == reply.json()["rev"] == 1
    else:
        assert (row["state"], row["receipt"]) == ("finished", reply.json()["receipt"])
