"""Sockets of live pages: pass the gatekeeper, join the hub, leave. They never write.

Plain ASGI applications: a consumer of Channels would add a task to every socket, and a trip
through the one shared thread to every message of it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from contest.errors import BoardHidden, Forbidden, NotFound
from leaderboard.feed import Projection
from leaderboard.hub import CLOSE_HIDDEN, CLOSE_NOT_FOUND, Send, TooMany, hub

CLOSE_BAD_REQUEST = 4400
CLOSE_FULL = 4429
REFUSALS: dict[type[Exception], int] = {
    ValueError: CLOSE_BAD_REQUEST,
    BoardHidden: CLOSE_HIDDEN,
    Forbidden: CLOSE_HIDDEN,
    NotFound: CLOSE_NOT_FOUND,
    TooMany: CLOSE_FULL,
}

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def watcher(
    wanted: Callable[[Scope], Projection],
    known: Callable[[Scope], Projection | None] = lambda _: None,
) -> Application:
    """A socket that is sent what ``wanted`` makes of its address; what it says is ignored.
    ``wanted`` runs in a thread of the hub and refuses by what it raises; it is not asked where
    ``known``, which reads nothing, has the answer."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        try:
            projection = known(scope)
            if projection is None:
                projection = await hub.run(lambda: wanted(scope))
            async with hub.watching(projection, send):
                while (await receive())["type"] != "websocket.disconnect":
                    pass
        except tuple(REFUSALS) as refusal:
            code = next(code for kind, code in REFUSALS.items() if isinstance(refusal, kind))
            await send({"type": "websocket.close", "code": code})

    return application


async def no_such_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """Any other address: told so instead of failing."""
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": CLOSE_NOT_FOUND})
