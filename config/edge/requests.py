"""Requests as daphne reads them, with a limit to their size, and connections that can be ended.

Import ``daphne.server`` before this module: it chooses Twisted's reactor.
"""

from __future__ import annotations

import asyncio
import io
import json
import time
from typing import IO, Any
from weakref import WeakSet

from daphne.http_protocol import HTTPFactory, WebRequest
from twisted.web.http import HTTPChannel

# The largest file that may be uploaded is an official document of 20 MB.
LARGEST_BODY = 24 * 1024 * 1024
# Up to here a body that is too large is read and thrown away, so that the client, who reads the
# answer only after it has sent everything, gets one.
READ_AT_MOST = 4 * LARGEST_BODY
# Seconds for which a client may read nothing of an answer that waits for it.
SLOW_S = 60.0

TOO_LARGE = json.dumps(
    {"error": {"code": "too_large", "message": "Dữ liệu gửi lên lớn quá mức cho phép."}},
    ensure_ascii=False,
).encode()
TROUBLE = "Hệ thống đang gặp sự cố. Hãy thử lại sau ít phút."


class Request(WebRequest):
    """A request whose body lies in a file (on disk from 100 KB on), never in a queue."""

    content: IO[bytes]
    producer: Any
    error_template = "<!doctype html><title>%(title)s</title><p>%(body)s</p>"

    def __init__(self, channel: Any, queued: Any = False) -> None:
        # Twisted would parse forms in the event loop, in memory, and nobody would look at it.
        super().__init__(channel, queued, parsePOSTFormSubmission=False)
        self._arrived = 0
        self._writable = asyncio.Event()
        self._writable.set()
        self._too_large = False
        self._full_since: float | None = None
        self.body: IO[bytes] = io.BytesIO()
        self.scope: dict[str, Any] = {}

    def gotLength(self, length: int | None) -> None:
        """The headers are read; ``length`` of the body, None when it comes in chunks."""
        self._arrived = 0
        if length is not None and length > READ_AT_MOST:
            self._refuse_unread()
        self._too_large = length is not None and length > LARGEST_BODY
        super().gotLength(0 if self._too_large else length)

    def handleContentChunk(self, data: bytes) -> None:
        """A part of the body arrived."""
        self._arrived += len(data)
        if self._arrived > READ_AT_MOST:
            self.channel.transport.abortConnection()
        elif self._too_large or self._arrived > LARGEST_BODY:
            self.content.truncate(0)
        else:
            super().handleContentChunk(data)

    def process(self) -> Any:
        """Everything arrived: hand it to the application, or refuse it."""
        if self._arrived > LARGEST_BODY:
            self._answer(413, TOO_LARGE, b"application/json; charset=utf-8")
            return None
        self.body, self.content = self.content, io.BytesIO()
        done = super().process()
        if self.transport is None and self.channel is not None:  # it became a socket
            self.channel.factory.channels.discard(self.channel)  # which draining must not end
            self.channel.requests.clear()
        return done

    def connectionLost(self, reason: Any) -> None:
        """The client went away before it had its answer."""
        self.scope["client_gone"] = True
        self._let_go()
        self._writable.set()
        super().connectionLost(reason)
        self.producer = None

    def _let_go(self) -> None:
        """Nothing may hold this request in a circle, and with it the file of its body."""
        self.scope.pop("room", None)

    def handle_exception(self, exception: Exception) -> None:
        """The application failed outside Django. Half an answer must not look like a whole one."""
        if self._response_started:
            if self.channel is not None:
                self.channel.transport.abortConnection()
        else:
            self._answer(500, TROUBLE.encode(), b"text/plain; charset=utf-8")

    def _answer(self, status: int, body: bytes, kind: bytes) -> None:
        headers = [(b"Content-Type", kind), (b"Content-Length", str(len(body)).encode())]
        self.handle_reply({"type": "http.response.start", "status": status, "headers": headers})
        self.handle_reply({"type": "http.response.body", "body": body})

    def _refuse_unread(self) -> None:
        head = b"HTTP/1.1 413 Content Too Large\r\nContent-Type: application/json; charset=utf-8"
        length = str(len(TOO_LARGE)).encode()
        self.channel.transport.write(
            head + b"\r\nContent-Length: " + length + b"\r\nConnection: close\r\n\r\n" + TOO_LARGE
        )
        self.channel.loseConnection()

    # An answer in pieces waits while the connection is full (IPushProducer).

    async def room(self) -> None:
        """Wait until the client has read enough for another piece, or went away."""
        if self.producer is None and not self.finished and self.channel is not None:
            self.registerProducer(self, True)
        await self._writable.wait()

    def pauseProducing(self) -> None:
        self._full_since = time.monotonic()
        self._writable.clear()

    def resumeProducing(self) -> None:
        self._full_since = None
        self._writable.set()

    def check_timeouts(self) -> None:
        """Called every two seconds by the server: who reads nothing of an answer is dropped."""
        full_s = 0.0 if self._full_since is None else time.monotonic() - self._full_since
        if full_s > SLOW_S and self.channel is not None:
            self.channel.transport.abortConnection()
        else:
            super().check_timeouts()

    def stopProducing(self) -> None:
        self._writable.set()

    def finish(self) -> None:
        """The answer is complete."""
        if self.producer is not None:
            self.unregisterProducer()
        super().finish()
        self._let_go()


class Channel(HTTPChannel):
    """A connection that ends after the answer under way once the server is draining."""

    def connectionMade(self) -> None:
        self.factory.channels.add(self)
        super().connectionMade()  # type: ignore[no-untyped-call]

    def checkPersistence(self, request: Any, version: bytes) -> bool:
        if self.factory.draining:
            request.responseHeaders.setRawHeaders(b"Connection", [b"close"])
            return False
        return bool(super().checkPersistence(request, version))  # type: ignore[no-untyped-call]

    def end(self) -> None:
        """Close now when nothing is asked, else after the answer."""
        if not self.requests:
            self.loseConnection()  # type: ignore[no-untyped-call]
            return
        self.persistent = False
        for request in self.requests:
            request.responseHeaders.setRawHeaders(b"Connection", [b"close"])


class RequestFactory(HTTPFactory):
    """Builds channels and remembers those that are open."""

    protocol = Channel

    def __init__(self, server: Any) -> None:
        super().__init__(server)
        self.channels: WeakSet[Channel] = WeakSet()
        self.draining = False

    def buildProtocol(self, addr: Any) -> Any:
        channel = super().buildProtocol(addr)
        channel.requestFactory = Request  # daphne has set its own
        return channel

    def drain(self) -> None:
        """Let every connection end after its present request."""
        self.draining = True
        for channel in list(self.channels):
            channel.end()
