"""nginx alone, with the shipped rules, before a server that notes what it was sent."""

from __future__ import annotations

import socket
import socketserver
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from config.cluster import nginx
from config.cluster.__main__ import free_port


@dataclass
class Behind:
    """What the server behind nginx was sent. ``hangs_up``: it reads a request and says nothing."""

    seen: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    hangs_up: bool = False


class _UnixServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 1024


class _TcpServer(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    request_queue_size = 1024


def _handler(behind: Behind) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.rfile.read(int(headers.get("content-length", 0)))
            behind.seen.append((self.command, self.path, headers))
            if behind.hangs_up:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        do_POST = do_PATCH = do_GET

        def address_string(self) -> str:
            return "-"

        def log_message(self, *_: object) -> None:
            """Quiet."""

    return Handler


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    text: str


@dataclass
class Front:
    """nginx: its port, what lies behind it, and the folder of static files."""

    port: int
    http: Behind
    live: Behind
    static: Path

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> Answer:
        """One request over a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, body or None, headers or {})
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        connection.close()
        return Answer(answer.status, answer.headers, text)


@contextmanager
def running_front(folder: Path, staff: str = "127.0.0.0/8") -> Iterator[Front]:
    """nginx over the shipped rules, before two servers of the test's own."""
    http, live, port, live_port = Behind(), Behind(), free_port(), free_port()
    unix = _UnixServer(str(folder / "http.sock"), _handler(http))
    tcp = _TcpServer(("127.0.0.1", live_port), _handler(live))
    for server in (unix, tcp):
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    static = folder / "static"
    static.mkdir()
    file = nginx.write_configuration(
        folder,
        listen=f"127.0.0.1:{port}",
        http_socket=folder / "http.sock",
        live_ports=[live_port],
        static=static,
        staff=staff,
    )
    command = [nginx.executable() or "nginx", "-p", str(folder), "-c", str(file), "-e", "stderr"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield Front(port, http, live, static)
    finally:
        process.terminate()
        process.wait(20)
        for server in (unix, tcp):
            server.shutdown()
            server.server_close()


def _wait_for(port: int) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
            return
        time.sleep(0.05)
    raise AssertionError("nginx does not listen")
