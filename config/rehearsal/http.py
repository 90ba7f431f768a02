"""A small HTTP/1.1 client over asyncio streams: the load must cost less than what it measures."""

from __future__ import annotations

import asyncio
import gzip
import json
from dataclasses import dataclass
from typing import Any, Self

TIMEOUT_S = 30.0


class HttpFault(Exception):
    """The server closed the connection, or answered in a way this client does not read."""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: dict[str, str]
    raw: bytes

    def body(self) -> bytes:
        """The body as it was before it was packed."""
        packed = self.headers.get("content-encoding") == "gzip"
        return gzip.decompress(self.raw) if packed else self.raw

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body())


class Connection:
    """One keep-alive connection to one address; one request at a time."""

    def __init__(self, host: str, port: int, headers: dict[str, str]) -> None:
        self._host, self._port = host, port
        always = {"Host": f"{host}:{port}", "Accept-Encoding": "gzip", **headers}
        self._always = "".join(f"{name}: {value}\r\n" for name, value in always.items())

    async def open(self) -> Self:
        """Connect. Raises ``OSError``."""
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        return self

    def close(self) -> None:
        """Hang up; nothing more can be asked."""
        self._writer.close()

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(self, *_: object) -> None:
        self.close()

    async def request(self, method: str, path: str, body: Any = None) -> Reply:
        """Send a request (``body`` as JSON) and read the whole answer, within ``TIMEOUT_S``.

        Raises ``HttpFault``, ``OSError`` or ``TimeoutError``.
        """
        data = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\n{self._always}"
        if method != "GET":
            head += f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n"
        self._writer.write(head.encode() + b"\r\n" + data)
        async with asyncio.timeout(TIMEOUT_S):
            return await self._reply()

    async def _reply(self) -> Reply:
        try:
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.rstrip("\r\n").split("\r\n")
            headers = {
                name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)
            }
            status = int(first.split()[1])
            if "content-length" not in headers and status not in {204, 304}:
                raise HttpFault(f"an answer without Content-Length: {first}")
            raw = await self._reader.readexactly(int(headers.get("content-length", 0)))
        except asyncio.IncompleteReadError as fault:
            raise HttpFault("the server closed the connection") from fault
        return Reply(status, headers, raw)
