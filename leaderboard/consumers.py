"""Sockets of live boards: pass the gatekeeper, join the hub, leave. They never write."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from channels.generic.websocket import AsyncWebsocketConsumer

from contest.access import visible_round
from contest.errors import NotFound
from leaderboard.feed import BOARDS, Projection
from leaderboard.hub import hub

CLOSE_NOT_FOUND = 4404
CLOSE_BAD_REQUEST = 4400


class BoardConsumer(AsyncWebsocketConsumer):
    """``/ws/rounds/<id>/board/?by=people|units``. What is sent to it is ignored."""

    channel_layer_alias = None  # the hub feeds it; a layer would only cost memory per socket
    projection: Projection | None = None

    async def connect(self) -> None:
        query = parse_qs(self.scope["query_string"].decode(errors="replace"))
        by = query.get("by", ["people"])[0]
        round_id = int(self.scope["url_route"]["kwargs"]["round_id"])
        await self.accept()
        if by not in BOARDS:
            await self.close(CLOSE_BAD_REQUEST)
            return
        try:
            await hub.run(lambda: visible_round(round_id))
        except NotFound:
            await self.close(CLOSE_NOT_FOUND)
            return
        self.projection = Projection(round_id, by)
        await hub.join(self.projection, id(self), self.send)

    async def disconnect(self, code: int) -> None:
        if self.projection is not None:
            hub.leave(self.projection, id(self))

    async def receive(self, text_data: Any = None, bytes_data: Any = None) -> None:
        """Boards are one way."""


class NoSuchSocket(AsyncWebsocketConsumer):
    """Any other address: told so instead of failing."""

    channel_layer_alias = None

    async def connect(self) -> None:
        await self.accept()
        await self.close(CLOSE_NOT_FOUND)
