"""HTTP through a fixed pool of threads, against a real process: nobody's behaviour, good or
bad, takes threads, connections or memory from the others."""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest

from config.edge.bridge import environ_of
from tests.config.edge_servers import THREADS, Running, until

MB = 1024 * 1024


def read_answers(connection: socket.socket, count: int) -> list[tuple[int, bytes]]:
    """So many answers with a Content-Length from a bare connection."""
    data, found = b"", []
    while len(found) < count:
        head, separator, rest = data.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        sizes = [int(x.split(b":")[1]) for x in lines if x.startswith(b"content-length:")]
        if separator and len(rest) >= sizes[0]:
            found.append((int(head.split()[1]), rest[: sizes[0]]))
            data = rest[sizes[0] :]
            continue
        piece = connection.recv(65_536)
        assert piece, f"closed after {len(found)} answers: {data[:200]!r}"
        data += piece
    return found


def busy(server: Running) -> dict[str, Any]:
    return json.loads(server.ask("GET", "/test/busy")[1])


def database_connections(server: Running, env: dict[str, str]) -> int:
    """Connections of this server process: open files of SQLite, backends of PostgreSQL."""
    if env.get("DATABASE_URL"):
        with psycopg.connect(env["DATABASE_URL"]) as own:
            row = own.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            ).fetchone()
        assert row is not None
        return int(row[0])
    files = Path(f"/proc/{server.process.pid}/fd").iterdir()
    return sum(os.path.basename(os.readlink(file)) == "db.sqlite3" for file in files)


def test_connections_are_as_many_as_threads_however_many_ask(
    server: Running, place: dict[str, str]
) -> None:
    with ThreadPoolExecutor(50) as people:
        asked = [people.submit(server.ask, "GET", f"/test/query?name={n}") for n in range(400)]
        answers = [each.result() for each in asked]
    assert answers == [(200, str(n).encode()) for n in range(400)]
    # One for each thread of requests, and one for the thread that closes overdue attempts.
    assert 1 <= database_connections(server, place) <= THREADS + 1
    assert busy(server)["threads"] <= THREADS


def test_a_slow_view_holds_one_thread_and_the_others_go_on(server: Running) -> None:
    with ThreadPoolExecutor(THREADS) as people:
        waiting = [people.submit(server.ask, "GET", "/test/slow?s=2") for _ in range(THREADS - 1)]
        until(lambda: busy(server)["running"] == THREADS - 1, "all slow views run")
        assert server.ask("GET", "/healthz")[0] == 200
        assert busy(server)["running"] == THREADS - 1  # it answered while they were running
        assert [each.result()[0] for each in waiting] == [200] * (THREADS - 1)


def test_clients_that_hang_up_in_the_middle_free_their_threads(server: Running) -> None:
    for _ in range(2 * THREADS):
        with server.raw() as connection:
            connection.sendall(b"GET /test/slow?s=0.2 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    for _ in range(2 * THREADS):
        with server.raw() as connection:
            connection.sendall(
                b"POST /test/echo HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900000\r\n\r\n"
                + b"z" * 300_000
            )
    until(lambda: busy(server)["running"] == 0, "all threads are free")
    assert server.ask("GET", "/healthz")[0] == 200


def test_a_stream_nobody_reads_any_more_ends(server: Running) -> None:
    """It would go on for an hour."""
    for _ in range(2 * THREADS):
        with server.raw() as connection:
            connection.sendall(
                b"GET /test/stream?n=360000&s=0.01 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
            )
            assert connection.recv(100).startswith(b"HTTP/1.1 200")
    until(lambda: busy(server)["running"] == 0, "all streams ended")


def test_what_was_sent_to_be_kept_is_kept_though_its_sender_left(server: Running) -> None:
    """Their turn came only after the connection was lost: a look is skipped, a deed is not."""
    with ThreadPoolExecutor(THREADS) as people:
        waiting = [people.submit(server.ask, "GET", "/test/slow?s=1.5") for _ in range(THREADS)]
        time.sleep(0.5)
        for method in ("GET", "POST"):
            with server.raw() as connection:
                connection.sendall(
                    f"{method} /test/slow?s=0&name=left-{method} HTTP/1.1\r\n"
                    "Host: 127.0.0.1\r\nContent-Length: 0\r\n\r\n".encode()
                )
        assert [each.result()[0] for each in waiting] == [200] * THREADS
    until(lambda: "left-POST" in busy(server)["done"], "the deed is done")
    assert "left-GET" not in busy(server)["done"]


def test_a_view_that_raises_is_a_500_and_the_process_goes_on(server: Running) -> None:
    for _ in range(2 * THREADS):
        status, body = server.ask("GET", "/test/failing")
        assert status == 500
        assert "sự cố" in body.decode()
        assert b"on purpose" not in body
    assert server.ask("GET", "/healthz") == (200, b'{"status": "ok"}')


def test_half_an_answer_never_looks_like_a_whole_one(server: Running) -> None:
    with server.raw() as connection:
        connection.sendall(b"GET /test/stream?n=9&broken=3 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        data = b""
        try:
            while piece := connection.recv(65_536):
                data += piece
        except ConnectionResetError:
            pass
    assert data.startswith(b"HTTP/1.1 200")
    assert not data.endswith(b"0\r\n\r\n")
    # The housekeeping of connections survived it too: closed ones are still forgotten.
    assert server.ask("GET", "/healthz")[0] == 200


def test_long_answers_arrive_whole(server: Running) -> None:
    status, body = server.ask("GET", "/test/stream?n=100")
    assert (status, len(body)) == (200, 100 * 65_536)


def test_who_reads_a_long_answer_slowly_takes_no_memory_and_no_thread(server: Running) -> None:
    before = server.rss_mb()
    with server.raw() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        connection.sendall(b"GET /test/stream?n=1600 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 200")
        until(lambda: busy(server)["running"] == 0, "the view has written everything")
        assert server.rss_mb() - before < 50  # of 100 MB


@pytest.fixture
def twenty_mb() -> bytes:
    return (
        b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
        b"Content-Type: application/pdf\r\n\r\n" + b"p" * (20 * MB) + b"\r\n--edge--\r\n"
    )


def test_a_large_upload_costs_no_memory(server: Running, twenty_mb: bytes) -> None:
    kind = {"Content_Type": "multipart/form-data; boundary=edge"}
    server.ask("POST", "/test/echo", twenty_mb[-100:], **kind)
    before = server.rss_mb()
    for _ in range(3):
        status, body = server.ask("POST", "/test/echo", twenty_mb, **kind)
        assert (status, json.loads(body)["size"]) == (200, 20 * MB)
    assert server.rss_mb() - before < 20


def test_a_body_over_what_django_takes_is_refused_and_the_process_goes_on(server: Running) -> None:
    status, _ = server.ask("POST", "/test/echo", b"z" * (2 * MB))
    assert status in {400, 413}
    assert server.ask("POST", "/test/echo", b"z" * 1000)[0] == 200


def test_a_body_over_the_limit_gets_a_clear_answer(server: Running) -> None:
    before = server.rss_mb()
    status, body = server.ask("POST", "/test/echo", b"z" * (30 * MB))
    assert status == 413
    assert json.loads(body)["error"]["code"] == "too_large"
    assert server.rss_mb() - before < 10
    with server.raw() as connection:  # not even read
        connection.sendall(
            b"POST /test/echo HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9000000000\r\n\r\n"
        )
        assert read_answers(connection, 1)[0][0] == 413


def test_an_endless_body_in_chunks_is_cut(server: Running) -> None:
    before = server.rss_mb()
    chunk = b"100000\r\n" + b"z" * MB + b"\r\n"
    with server.raw() as connection:
        connection.sendall(
            b"POST /test/echo HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            connection.sendall(400 * chunk)
    assert server.rss_mb() - before < 10


def test_a_body_in_chunks_without_a_length_is_read_whole(server: Running) -> None:
    with server.raw() as connection:
        connection.sendall(
            b"POST /test/echo HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
        )
        status, body = read_answers(connection, 1)[0]
    assert (status, json.loads(body)["size"]) == (200, 11)


def test_head_has_the_headers_and_no_body(server: Running) -> None:
    with server.raw() as connection:
        connection.sendall(
            b"HEAD /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
            b"GET /test/query?name=next HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        )
        data = b""
        while piece := connection.recv(65_536):
            data += piece
    head, _, rest = data.partition(b"\r\n\r\n")
    assert b"200" in head.split(b"\r\n")[0]
    assert b"content-length: 16" in head.lower()
    assert rest.startswith(b"HTTP/1.1 200")
    assert rest.endswith(b"\r\n\r\nnext")


def test_pipelined_requests_are_answered_in_their_order(server: Running) -> None:
    """The first is slow, the others are not; over one connection that stays open."""
    asked = [b"/test/slow?s=0.3&name=first", *(b"/test/query?name=%d" % n for n in range(20))]
    with server.raw() as connection:
        connection.sendall(
            b"".join(b"GET " + path + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" for path in asked)
        )
        answers = read_answers(connection, len(asked))
        assert json.loads(answers[0][1])["done"] == "first"
        assert [body for _, body in answers[1:]] == [str(n).encode() for n in range(20)]
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert read_answers(connection, 1)[0][0] == 200


def test_malformed_requests_are_refused(server: Running) -> None:
    for nonsense in (
        b"\x16\x03\x01\x02\x00\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"X-Many: aaaaaaaaaaaaaa\r\n" * 800 + b"\r\n",
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    ):
        with server.raw() as connection:
            connection.sendall(nonsense)
            assert connection.recv(100).startswith(b"HTTP/1.1 400")
    assert server.ask("GET", "/healthz")[0] == 200
    assert subprocess.Popen.poll(server.process) is None


def test_a_header_with_an_underscore_does_not_pass_for_one_with_a_hyphen() -> None:
    """A proxy overwrites ``X-Request-Start``; what a client calls ``X_Request_Start`` it leaves."""
    scope = {
        "method": "GET", "path": "/", "query_string": b"", "http_version": "1.1",
        "headers": [
            (b"x_request_start", b"t=1"), (b"x-request-start", b"t=2"), (b"cookie", b"a=1"),
            (b"cookie", b"b=2"),
        ],
    }  # fmt: skip
    environ = environ_of(scope, io.BytesIO(b""))
    assert environ["HTTP_X_REQUEST_START"] == "t=2"
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
