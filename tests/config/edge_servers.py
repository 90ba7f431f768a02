"""Real server processes for tests of the edge, in the mode of the environment."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from config.rehearsal.place import fresh_place

ROOT = Path(__file__).resolve().parent.parent.parent
THREADS = 4
PATIENCE_S = 30.0


class Running:
    """A server process on a free port."""

    def __init__(self, env: dict[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "config.serve", "--port", str(self.port)],
            cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        assert self.process.stdout.readline().startswith("Ready")

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, bytes]:
        """One request over a connection of its own: status and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body, named)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def raw(self) -> socket.socket:
        """A bare connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S)

    def rss_mb(self) -> float:
        """Resident memory of the process."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def term(self) -> None:
        """Ask it to end in order."""
        self.process.send_signal(signal.SIGTERM)


def until(found: Callable[[], Any], what: str) -> Any:
    """Poll until it is true; a busy machine only makes it later."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if value := found():
            return value
        time.sleep(0.02)
    raise AssertionError(f"never: {what}")


@contextmanager
def edge_place() -> Iterator[dict[str, str]]:
    """An installation with tables whose site has slow, failing and streaming views."""
    with fresh_place("tests.config.edge_site", "edge") as env:
        env |= {"HTTP_THREADS": str(THREADS), "PYTHONPATH": str(ROOT)}
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--run-syncdb", "-v", "0"],
            cwd=ROOT, env=env, check=True,
        )  # fmt: skip
        (Path(env["DATA_DIR"]) / "static").mkdir(exist_ok=True)
        yield env


@contextmanager
def running(env: dict[str, str]) -> Iterator[Running]:
    """A server that is gone afterwards, whatever happened."""
    server = Running(env)
    try:
        yield server
    finally:
        server.term()
        with suppress(subprocess.TimeoutExpired):
            server.process.wait(20)
        server.process.kill()
        server.process.wait()
        assert server.process.stdout is not None
        server.process.stdout.close()
