"""A small WebSocket client that only listens: the pages of people who watch or take part."""

from __future__ import annotations

import asyncio
import base64
import os
from typing import Self

from config.rehearsal.http import TIMEOUT_S, HttpFault

_TEXT, _CLOSE, _PING, _PONG = 0x1, 0x8, 0x9, 0xA


class Socket:
    """One open socket; counts the texts it got until it is closed from either side."""

    def __init__(self, host: str, port: int, path: str, headers: dict[str, str]) -> None:
        self._host, self._port = host, port
        key = base64.b64encode(os.urandom(16)).decode()
        always = {
            "Host": f"{host}:{port}",
            "Origin": f"http://{host}:{port}",
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": key,
            **headers,
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in always.items())
        self._hello = f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode()
        self.frames = 0
        self.is_lost = False

    async def open(self) -> Self:
        """Connect and listen in a task of its own. Raises ``HttpFault`` or ``OSError``."""
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        self._writer.write(self._hello)
        try:
            async with asyncio.timeout(TIMEOUT_S):
                head = await self._reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, TimeoutError) as fault:
            self._writer.close()
            raise HttpFault("the server did not open the socket") from fault
        if b" 101 " not in head.split(b"\r\n", 1)[0]:
            self._writer.close()
            raise HttpFault("the server refused the socket")
        self._listening = asyncio.create_task(self._listen())
        return self

    def close(self) -> None:
        """Go away, as a page that is left."""
        self._listening.cancel()
        self._writer.close()

    async def _listen(self) -> None:
        try:
            while True:
                kind, payload = await self._frame()
                if kind == _TEXT:
                    self.frames += 1
                elif kind == _PING:
                    # Masked, as clients must, with a mask of zeros.
                    self._writer.write(
                        bytes((0x80 | _PONG, 0x80 | len(payload))) + bytes(4) + payload
                    )
                elif kind == _CLOSE:
                    break
        except (asyncio.IncompleteReadError, OSError):
            pass
        self.is_lost = True

    async def _frame(self) -> tuple[int, bytes]:
        first, length = await self._reader.readexactly(2)
        if length >= 126:
            length = int.from_bytes(await self._reader.readexactly(2 if length == 126 else 8))
        return first & 0x0F, await self._reader.readexactly(length)
