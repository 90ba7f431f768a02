"""A crowd of WebSockets over bare asyncio: the load must cost less than what it measures.

No compression is offered and masks are zero. Of a frame only its version is read.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

OPENED_S = 30.0
TEXT, CLOSE, PING = 0x1, 0x8, 0x9
VERSION = b'{"version":'


class Watcher(asyncio.Protocol):
    """One socket; whole text frames go to ``heard``."""

    def __init__(self, request: bytes, heard: Callable[[bytes], None]) -> None:
        self._request, self._heard = request, heard
        self._kept = b""
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._kept = self._kept + data if self._kept else data
        if not self.opened.done():
            head, end, rest = self._kept.partition(b"\r\n\r\n")
            if not end:
                return
            self._kept = rest
            if b" 101 " not in head.split(b"\r\n")[0]:
                self.opened.set_exception(ConnectionError(head.split(b"\r\n")[0].decode()))
                return
            self.opened.set_result(None)
        while self._take():
            pass

    def _take(self) -> bool:
        """Handle the first frame if it is whole."""
        kept = self._kept
        if len(kept) < 2:
            return False
        size, start = kept[1] & 0x7F, 2
        if size >= 126:
            start = 4 if size == 126 else 10
            if len(kept) < start:
                return False
            size = int.from_bytes(kept[2:start])
        end = start + size
        if len(kept) < end:
            return False
        self._kept = kept[end:]
        self._frame(kept[0] & 0x0F, kept[start:end])
        return True

    def _frame(self, kind: int, payload: bytes) -> None:
        if kind == TEXT:
            self._heard(payload)
        elif kind == PING:
            self._transport.write(bytes((0x8A, 0x80 | len(payload), 0, 0, 0, 0)) + payload)
        elif kind == CLOSE:
            self._transport.close()

    def connection_lost(self, fault: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_exception(ConnectionError("closed before it opened"))

    def hang_up(self) -> None:
        """Close without a word, as a phone that goes away."""
        self._transport.abort()


@dataclass
class Heard:
    """Who has a version: how many sockets, and when the first and the last of them got it."""

    first: float
    last: float
    count: int = 0


@dataclass
class Crowd:
    """Many sockets at one address, and what they heard. Times are ``time.perf_counter``."""

    host: str
    port: int
    path: str
    sockets: list[Watcher] = field(default_factory=list)
    versions: dict[int, Heard] = field(default_factory=dict)
    frame: bytes = b""
    on_frame: Callable[[int, float], None] | None = None

    async def open(self, count: int, at_once: int = 100) -> float:
        """So many more sockets; returns the seconds until the last one is open."""
        began = time.perf_counter()
        waiting = iter(range(count))

        async def work() -> None:
            for _ in waiting:
                self.sockets.append(await self._one())

        await asyncio.gather(*(work() for _ in range(min(at_once, count))))
        return time.perf_counter() - began

    async def _one(self) -> Watcher:
        request = (
            f"GET {self.path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n"
            f"Origin: http://{self.host}:{self.port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        ).encode()
        _, watcher = await asyncio.get_running_loop().create_connection(
            lambda: Watcher(request, self._heard), self.host, self.port
        )
        async with asyncio.timeout(OPENED_S):
            await watcher.opened
        return watcher

    def _heard(self, payload: bytes) -> None:
        now = time.perf_counter()
        version = int(payload[len(VERSION) : payload.index(b",")])
        heard = self.versions.get(version)
        if heard is None:
            heard = self.versions[version] = Heard(now, now)
            self.frame = payload
        heard.last = now
        heard.count += 1
        if self.on_frame:
            self.on_frame(version, now)

    @property
    def newest(self) -> int:
        """The newest version anybody has; 0 before the first."""
        return max(self.versions, default=0)

    async def all_have(self, newer_than: int, within_s: float = 60.0) -> Heard:
        """Wait until every socket has the newest version, which is newer than this one.

        Raises ``TimeoutError``.
        """
        async with asyncio.timeout(within_s):
            while True:
                newest = self.newest
                if newest > newer_than and self.versions[newest].count >= len(self.sockets):
                    return self.versions[newest]
                await asyncio.sleep(0.005)

    async def close(self) -> None:
        """All go away."""
        for watcher in self.sockets:
            watcher.hang_up()
        self.sockets.clear()
        await asyncio.sleep(0)
