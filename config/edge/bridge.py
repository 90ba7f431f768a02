"""A WSGI application in a fixed pool of threads, called from an asyncio server.

One hop into a thread and one back for an ordinary answer. An answer in pieces goes through a
temporary file, so that a client who reads slowly holds neither a thread nor memory.
"""

from __future__ import annotations

import asyncio
import io
import logging
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

log = logging.getLogger(__name__)

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]

PIECE = 64 * 1024
ONLY_LOOKS = {"GET", "HEAD", "OPTIONS"}
NOBODY_WAITS: tuple[int, list[tuple[bytes, bytes]]] = (499, [])


class Bridge:
    """ASGI application of ``http`` scopes; at most ``threads`` requests run at a time, the
    others wait in order of arrival.

    The server may put more into the scope: ``body``, the whole body as a file; ``client_gone``,
    true once the connection is lost; ``room``, awaited before the next piece of a long answer.
    """

    def __init__(self, application: Wsgi, *, threads: int) -> None:
        self._application = application
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="http")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = scope.get("body") or io.BytesIO(await _whole(receive))
        answer = _Answer(scope, asyncio.get_running_loop())
        self._pool.submit(answer.produce, self._application, environ_of(scope, body))
        status, headers, content = await answer.begun
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if isinstance(content, bytes):
            await send({"type": "http.response.body", "body": content})
            return
        room = scope.get("room")
        async for piece in content:
            if scope.get("client_gone"):
                return
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            if room is not None:
                await room()
        await send({"type": "http.response.body", "body": b""})


async def _whole(receive: Receive) -> bytes:
    pieces, more = [], True
    while more:
        message = await receive()
        pieces.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(pieces)


class _Answer:
    """What one run of the application gives: begun at once, perhaps continued by a stream."""

    def __init__(self, scope: Scope, loop: asyncio.AbstractEventLoop) -> None:
        self._scope, self._loop = scope, loop
        self.begun: asyncio.Future[Any] = loop.create_future()
        self._head: tuple[int, list[tuple[bytes, bytes]]] | None = None
        self._written: list[bytes] = []

    def produce(self, application: Wsgi, environ: dict[str, Any]) -> None:
        """Run the application; called in a thread of the pool. Never raises."""
        stream: _Stream | None = None
        try:
            # Under a rush people reload: nobody waits for these any more. What was sent to be
            # kept is kept, though its sender may have gone.
            if self._scope.get("client_gone") and environ["REQUEST_METHOD"] in ONLY_LOOKS:
                self._head = NOBODY_WAITS
                self._begin(b"")
                return
            content = application(environ, self._start)
            try:
                pieces = iter(content)
                first, second = next(pieces, b""), next(pieces, None)
                if second is None:
                    self._begin(b"".join([*self._written, first]))
                    return
                stream = _Stream(self._loop)
                self._begin(stream)
                stream.fill([*self._written, first, second], pieces, self._scope)
            finally:
                getattr(content, "close", lambda: None)()
        except BaseException as fault:
            self._fail(fault, stream)

    def _start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        named = [(name.lower().encode("latin-1"), v.encode("latin-1")) for name, v in headers]
        self._head = (int(status.split(" ", 1)[0]), named)
        return self._written.append

    def _begin(self, content: bytes | _Stream) -> None:
        if self._head is None:
            raise RuntimeError("the application gave no status")
        self._settle(self.begun.set_result, (*self._head, content))

    def _fail(self, fault: BaseException, stream: _Stream | None) -> None:
        if stream is not None:
            stream.end(fault)
        else:
            self._settle(self.begun.set_exception, fault)

    def _settle(self, setter: Callable[[Any], None], value: Any) -> None:
        def settle() -> None:
            if not self.begun.done():  # cancelled: the connection is long gone
                setter(value)

        self._loop.call_soon_threadsafe(settle)


class _Stream:
    """Pieces of a long answer on their way through a temporary file."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop, self._grown = loop, asyncio.Event()
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  # closed when forgotten
        self._size, self._ended = 0, False
        self._fault: BaseException | None = None

    def fill(self, first: list[bytes], rest: Iterable[bytes], scope: Scope) -> None:
        """Write everything, as fast as it is made; in the thread. Stops when nobody reads."""
        for pieces in (first, rest):
            for piece in pieces:
                if scope.get("client_gone"):
                    break
                self._file.write(piece)
                self._size += len(piece)
                self._loop.call_soon_threadsafe(self._grown.set)
        self.end(None)

    def end(self, fault: BaseException | None) -> None:
        """Nothing more will come; ``fault`` when that is not the whole answer."""
        self._fault, self._ended = fault, True
        self._loop.call_soon_threadsafe(self._grown.set)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        sent = 0
        while True:
            self._grown.clear()
            ended = self._ended  # read before the size: what came before the end is all there
            while sent < self._size:
                piece = os.pread(self._file.fileno(), PIECE, sent)
                sent += len(piece)
                yield piece
            if ended:
                break
            await self._grown.wait()
        if self._fault is not None:
            raise self._fault


def environ_of(scope: Scope, body: IO[bytes]) -> dict[str, Any]:
    """The WSGI environment of a request. The body's length is what arrived, not what a header
    says, so bodies sent in chunks work too."""
    server, client = scope.get("server") or ("localhost", 80), scope.get("client")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 0),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "asgi.scope": scope,
    }
    if client:
        environ["REMOTE_ADDR"], environ["REMOTE_PORT"] = client[0], str(client[1])
    _add_headers(environ, scope["headers"])
    environ["CONTENT_LENGTH"] = str(body.seek(0, io.SEEK_END))
    body.seek(0)
    return environ


def _add_headers(environ: dict[str, Any], headers: Iterable[tuple[bytes, bytes]]) -> None:
    for raw_name, raw_value in headers:
        if b"_" in raw_name:  # would pass for the one with a hyphen, which a proxy overwrites
            continue
        name = raw_name.decode("latin-1").upper().replace("-", "_")
        value = raw_value.decode("latin-1")
        if name not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
            name = f"HTTP_{name}"
        if name in environ:
            value = environ[name] + ("; " if name == "HTTP_COOKIE" else ",") + value
        environ[name] = value
