"""A socket beside the product's own: says hello, tells how many requests wait for a thread, and
gets what a view pushes to all."""

from __future__ import annotations

import asyncio
import os
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from django.apps import AppConfig
from django.urls import path

watchers: set[Watch] = set()
loops: list[asyncio.AbstractEventLoop] = []


class Watch(AsyncWebsocketConsumer):
    channel_layer_alias = None

    async def connect(self) -> None:
        await self.accept()
        loops[:] = [asyncio.get_running_loop()]
        watchers.add(self)
        await self.send("hello")

    async def disconnect(self, code: int) -> None:
        watchers.discard(self)

    async def receive(self, text_data: Any = None, bytes_data: Any = None) -> None:
        from config.asgi import pooled

        await self.send(str(pooled._pool._work_queue.qsize()))


async def push(text: str) -> None:
    """To everybody, as a board is sent."""
    for watcher in list(watchers):
        await watcher.send(text)


def push_from_thread(text: str) -> None:
    asyncio.run_coroutine_threadsafe(push(text), loops[0]).result()


class EdgeConfig(AppConfig):
    name = "tests.config"
    label = "edge"

    def ready(self) -> None:
        from leaderboard import routing

        if seconds := os.environ.get("EDGE_SLOW_S"):  # twenty seconds are long for a test
            from config.edge import sockets

            sockets.SLOW_S = float(seconds)
        routing.websocket_urlpatterns.insert(0, path("test/watch", Watch.as_asgi()))
