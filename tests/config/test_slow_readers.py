"""Sockets that read slowly or not at all: bounded memory, the newest text, no harm to others."""

from __future__ import annotations

import json
import socket
import struct
import threading

import pytest

from tests.config.edge_servers import Running, running, until

KB, TEXTS = 200, 300  # 60 MB in all


class Watching:
    """A bare socket: it reads only when told to, and the system keeps little for it."""

    def __init__(self, server: Running) -> None:
        self.raw = socket.socket()
        self.raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        self.raw.settimeout(30)
        self.raw.connect(("127.0.0.1", server.port))
        self.raw.sendall(
            b"GET /test/watch HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://127.0.0.1\r\n\r\n"
        )
        self.file = self.raw.makefile("rb")
        while self.file.readline() != b"\r\n":
            pass
        assert self.text() == "hello"

    def text(self) -> str:
        """The next text; pings of the server are passed over. ``EOFError`` at the end."""
        while True:
            head = self.file.read(2)
            if len(head) < 2:
                raise EOFError
            size = head[1] & 127
            if size > 125:
                form = ">H" if size == 126 else ">Q"
                size = struct.unpack(form, self.file.read(struct.calcsize(form)))[0]
            data = self.file.read(size)
            if head[0] == 0x81:
                assert len(data) == size
                return data.decode()

    def read_up_to(self, number: int) -> list[int]:
        """The numbers of the texts that come, until this one came."""
        found = [-1]
        while found[-1] != number:
            found.append(int(self.text().partition(":")[0]))
        return found[1:]

    def close(self) -> None:
        self.file.close()
        self.raw.close()


def push(server: Running, count: int = TEXTS, kb: int = KB, start: int = 0) -> None:
    assert server.ask("GET", f"/test/push?n={count}&kb={kb}&start={start}")[0] == 200


def watchers(server: Running) -> int:
    return int(json.loads(server.ask("GET", "/test/busy")[1])["watchers"])


def test_who_reads_nothing_costs_no_memory_and_the_others_go_on(server: Running) -> None:
    push_before_measuring = Watching(server)
    push(server, 3)
    push_before_measuring.close()
    lazy = [Watching(server) for _ in range(5)]
    eager = Watching(server)
    seen: list[int] = []
    reading = threading.Thread(target=lambda: seen.extend(eager.read_up_to(TEXTS - 1)))
    reading.start()
    before = server.rss_mb()
    push(server)
    assert server.rss_mb() - before < 30  # of 300 MB
    reading.join(30)
    assert seen[-1] == TEXTS - 1
    assert seen == sorted(seen)
    for each in [*lazy, eager]:
        each.close()


def test_who_was_slow_for_a_moment_gets_the_newest_text(server: Running) -> None:
    watching = Watching(server)
    push(server)
    seen = watching.read_up_to(TEXTS - 1)
    assert seen == sorted(seen)
    assert len(seen) < 20  # the others were left out
    push(server, 1, 1, start=TEXTS)  # and it goes on as before
    assert watching.read_up_to(TEXTS) == [TEXTS]
    watching.close()


def test_who_reads_in_time_misses_nothing(server: Running) -> None:
    watching = Watching(server)
    for number in range(50):
        push(server, 1, 60, start=number)
        assert watching.read_up_to(number) == [number]
    watching.close()


def test_who_reads_nothing_for_long_is_dropped(place: dict[str, str]) -> None:
    with running(place | {"EDGE_SLOW_S": "1"}) as server:
        lazy, eager = Watching(server), Watching(server)
        threading.Thread(target=lambda: eager.read_up_to(TEXTS), daemon=True).start()
        push(server)
        until(lambda: watchers(server) == 1, "the slow one is gone, the other is there")
        with pytest.raises((EOFError, ConnectionResetError)):
            lazy.read_up_to(TEXTS)
        push(server, 1, 1, start=TEXTS)
        lazy.close()
