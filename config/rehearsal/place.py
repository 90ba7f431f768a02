"""A place to measure in: a fresh database, a server over it, and the way to look inside."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis

from config.rehearsal import host

ROOT = Path(__file__).resolve().parent.parent.parent
START_S, STOP_S = 30, 20
# A proxy named in the environment is for other machines.
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def end_in_order() -> None:
    """Make SIGTERM unwind like an exception, so that servers and databases are removed."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))


@contextmanager
def fresh_place(settings: str, name: str = "bench") -> Iterator[dict[str, str]]:
    """The environment of a new, empty installation, which is removed again at the end.

    SQLite in a temporary folder; PostgreSQL and Redis when the environment names both. What it
    makes begins with ``name``. Raises ``psycopg.Error`` where no database can be made.
    """
    folder = tempfile.mkdtemp(prefix=f"{name}-")
    mark = f"{name}_{uuid.uuid4().hex[:10]}"
    env = {
        **os.environ,
        "DATA_DIR": folder,
        "DEBUG": "0",
        "CACHE_PREFIX": mark,
        "DJANGO_SETTINGS_MODULE": settings,
    }
    admin = env.get("DATABASE_URL", "")
    try:
        if admin:
            _execute(admin, f'CREATE DATABASE "{mark}"')
            env["DATABASE_URL"] = urlunsplit(urlsplit(admin)._replace(path=f"/{mark}"))
        yield env
    finally:
        if admin:
            _execute(admin, f'DROP DATABASE IF EXISTS "{mark}" WITH (FORCE)')
        if env.get("REDIS_URL"):
            _forget_keys(env["REDIS_URL"], mark)
        shutil.rmtree(folder, ignore_errors=True)


def _execute(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def _forget_keys(url: str, prefix: str) -> None:
    with redis.Redis.from_url(url) as client:
        for key in client.scan_iter(f"{prefix}*", count=1000):
            client.delete(key)


def staged(
    env: dict[str, str], module: str, action: str, given: Any, *, limit_s: float = 900
) -> Any:
    """Run an action of a module (dotted name) inside the installation, for ``limit_s`` at most.

    JSON goes in and comes out."""
    done = subprocess.run(
        [sys.executable, "-m", module, action],
        cwd=ROOT,
        env=env,
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=limit_s,
    )
    if done.returncode:
        raise SystemExit(f"preparing failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def running_server(
    env: dict[str, str], *, pinned: bool = True, **more: str
) -> Iterator[tuple[str, int]]:
    """``(url, process id)`` of ``config.serve`` on a free port.

    Pinned to the first core, or left to the system.
    """
    port = _free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "config.serve", "--port", str(port)],
        cwd=ROOT,
        env=env | more,
        stdout=subprocess.DEVNULL,
    )
    try:
        if pinned:
            host.pin(server.pid, 0)
        url = f"http://127.0.0.1:{port}"
        _wait_until_ready(url, server)
        yield url, server.pid
    finally:
        server.terminate()
        try:
            server.wait(STOP_S)
        except subprocess.TimeoutExpired:
            server.kill()
            raise


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(url: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        if server.poll() is not None:
            raise SystemExit(f"the server did not start: exit code {server.returncode}")
        try:
            with _direct.open(f"{url}/readyz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise SystemExit(f"the server was not ready within {START_S} seconds")
