"""The server process: starts, and ends in order (T10 in short)."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import websockets

from tests.config.edge_servers import ROOT, THREADS, Running, running, until


def ended(server: Running) -> int:
    """The exit code, once it ended."""
    return server.process.wait(30)


def refuses_connections(server: Running) -> bool:
    try:
        server.raw().close()
    except ConnectionRefusedError:
        return True
    return False


def keep_alive(server: Running) -> socket.socket:
    """A connection that has had an answer and stays open."""
    connection = server.raw()
    connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert connection.recv(4_096).startswith(b"HTTP/1.1 200")
    return connection


async def wait_for_a_queue(server: Running, length: int) -> None:
    """Until so many requests have arrived and wait for a thread; a socket tells."""
    url = f"ws://127.0.0.1:{server.port}/test/watch"
    async with websockets.connect(url, origin=f"http://127.0.0.1:{server.port}") as watching:
        while await watching.recv() != str(length):
            await asyncio.sleep(0.05)
            await watching.send("how many?")


def test_t10_running_and_waiting_requests_are_answered_in_whole(place: dict[str, str]) -> None:
    """Twice as many as there are threads: half of them wait for their turn when the end comes."""
    names = [str(n) for n in range(2 * THREADS)]
    with running(place) as server, ThreadPoolExecutor(len(names)) as people:
        asked = [
            people.submit(server.ask, "POST", f"/test/slow?s=2&name={name}", b"") for name in names
        ]
        asyncio.run(wait_for_a_queue(server, THREADS))
        server.term()
        until(lambda: refuses_connections(server), "it stops listening")
        answers = [each.result() for each in asked]
        assert [status for status, _ in answers] == [200] * len(names)
        assert [json.loads(body)["done"] for _, body in answers] == names
        assert ended(server) == 0


def test_idle_connections_do_not_hold_the_end(place: dict[str, str]) -> None:
    with running(place) as server:
        idle = [keep_alive(server) for _ in range(20)]
        began = time.monotonic()
        server.term()
        assert ended(server) == 0
        assert time.monotonic() - began < 9  # the grace of requests is ten seconds
        for connection in idle:
            connection.close()


def test_a_connection_that_stays_open_may_not_ask_again(place: dict[str, str]) -> None:
    """Else somebody who polls every second would hold the end for the whole grace."""
    with running(place) as server, server.raw() as connection:
        connection.sendall(b"GET /test/slow?s=1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        until(lambda: json.loads(server.ask("GET", "/test/busy")[1])["running"], "it runs")
        server.term()
        data = b""
        while piece := connection.recv(65_536):
            data += piece
        assert b"connection: close" in data.partition(b"\r\n\r\n")[0].lower()
        assert data.endswith(b'"}')
        assert ended(server) == 0


@pytest.mark.parametrize("sockets", [1, 50])
def test_t10_sockets_are_told_to_come_back(place: dict[str, str], sockets: int) -> None:
    """Also where nothing but sockets is served; a second signal changes nothing."""

    async def watch_the_end(server: Running) -> list[int | None]:
        url = f"ws://127.0.0.1:{server.port}/test/watch"
        origin = f"http://127.0.0.1:{server.port}"
        open_ones = [await websockets.connect(url, origin=origin) for _ in range(sockets)]
        for each in open_ones:
            assert await each.recv() == "hello"
        server.term()
        server.term()
        for each in open_ones:
            await asyncio.wait_for(each.wait_closed(), 20)
        return [each.close_code for each in open_ones]

    with running(place) as server:
        assert asyncio.run(watch_the_end(server)) == [4012] * sockets
        assert ended(server) == 0


def test_a_socket_that_does_not_say_goodbye_does_not_hold_the_end(place: dict[str, str]) -> None:
    with running(place) as server, server.raw() as silent:
        silent.sendall(
            b"GET /test/watch HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            b"Origin: http://127.0.0.1\r\n\r\n"
        )
        assert silent.recv(100).startswith(b"HTTP/1.1 101")
        server.term()
        assert ended(server) == 0


def test_an_unknown_round_is_told_with_its_own_code(place: dict[str, str]) -> None:
    async def watch(server: Running) -> int | None:
        url = f"ws://127.0.0.1:{server.port}/ws/rounds/1/board/"
        async with websockets.connect(url, origin=f"http://127.0.0.1:{server.port}") as watching:
            await watching.wait_closed()
            return watching.close_code

    with running(place) as server:
        assert asyncio.run(watch(server)) == 4404


def test_a_taken_port_is_a_failure(place: dict[str, str]) -> None:
    with running(place) as server:
        second = subprocess.run(
            [sys.executable, "-m", "config.serve", "--port", str(server.port)],
            cwd=ROOT, env=place, capture_output=True, text=True, timeout=30,
        )  # fmt: skip
        assert second.returncode == 1
