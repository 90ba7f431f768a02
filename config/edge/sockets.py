"""Sockets with back-pressure: who reads slowly gets the newest text only, who reads nothing
is dropped. Daphne itself would keep every text for them, without limit.

Import ``daphne.server`` before this module: it chooses Twisted's reactor.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import struct
import time
from typing import Any

from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol

log = logging.getLogger(__name__)

# Bytes of texts that wait in this process; above it only the newest one is kept.
BUFFER = 32 * 1024
# Bytes that wait in the kernel and are not sent yet; it would keep megabytes otherwise.
KERNEL_BUFFER = 16 * 1024
# Seconds a connection may stay full. Less than the 30 s daphne waits for the answer to a ping.
SLOW_S = 20.0


class Socket(WebSocketProtocol):
    """A socket of live pages. Texts are whole snapshots, so an older one may be left out."""

    full_since: float | None = None
    newest: str | None = None

    def onOpen(self) -> None:
        # In place of the HTTP request that became this socket, which is then forgotten.
        self.transport.unregisterProducer()
        self.transport.bufferSize = BUFFER
        self.transport.registerProducer(self, True)
        with contextlib.suppress(OSError, AttributeError):
            handle = self.transport.getHandle()
            handle.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, KERNEL_BUFFER)
        super().onOpen()

    def serverSend(self, content: Any, binary: bool = False) -> None:
        """Send a text, or keep it while the connection is full; replaces what was kept."""
        if binary or self.state == self.STATE_CONNECTING:
            super().serverSend(content, binary)
        elif self.full_since is not None:
            self.newest = content
        elif self.state == self.STATE_OPEN:
            self._write(self.factory.frame(content))

    def _write(self, frame: bytes) -> None:
        """Write at once what the kernel takes; usually everything. Waiting for the reactor to
        find the connection writable would cost twice as much."""
        transport, taken = self.transport, 0
        if not transport.dataBuffer and not transport._tempDataLen:
            taken = transport.writeSomeData(frame)
            if not isinstance(taken, int):  # broken: the reactor will find out and clean up
                taken = 0
        if taken < len(frame):
            transport.write(frame[taken:])

    def pauseProducing(self) -> None:
        """The connection is full (IPushProducer)."""
        if self.full_since is None:
            self.full_since = time.monotonic()

    def resumeProducing(self) -> None:
        """Everything that waited is sent (IPushProducer)."""
        self.full_since = None
        newest, self.newest = self.newest, None
        if newest is not None:
            self.serverSend(newest)

    def stopProducing(self) -> None:
        """The connection is lost (IPushProducer)."""
        self.newest = None

    def connectionLost(self, reason: Any) -> None:
        """Gone; autobahn's two promises hold the socket itself, and nothing else may."""
        super().connectionLost(reason)
        self.is_open = self.is_closed = None

    def check_timeouts(self) -> None:
        """Called every two seconds by the server."""
        if self.full_since is not None and time.monotonic() - self.full_since > SLOW_S:
            self.factory.dropped += 1
            log.warning(
                "socket of %s dropped: it did not read for %s s (%s so far)",
                self.client_addr, SLOW_S, self.factory.dropped,
            )  # fmt: skip
            self.dropConnection(abort=True)
            return
        super().check_timeouts()

    def go_away(self, code: int) -> None:
        """Say goodbye, or refuse a socket that is still being opened."""
        if self.state == self.STATE_OPEN:
            self.serverClose(code=code)
        elif hasattr(self, "handshake_deferred"):
            self.serverReject()


class SocketFactory(WebSocketFactory):
    """Builds sockets; ``dropped`` counts those that did not read."""

    protocol = Socket
    dropped = 0
    _text, _frame = "", b""

    def frame(self, text: str) -> bytes:
        """The text as it goes over the wire, encoded once for all sockets in a row.

        autobahn would do it for each, and refuse texts longer than it takes from clients.
        """
        if text is not self._text:
            self._text, self._frame = text, framed(text.encode())
        return self._frame


def framed(payload: bytes) -> bytes:
    """One whole text message of a server (RFC 6455, section 5.2)."""
    size = len(payload)
    if size < 126:
        return bytes([0x81, size]) + payload
    if size < 1 << 16:
        return b"\x81\x7e" + struct.pack(">H", size) + payload
    return b"\x81\x7f" + struct.pack(">Q", size) + payload
