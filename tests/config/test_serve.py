"""The server process: starts, and ends in order (T10 in short)."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import websockets

ROOT = Path(__file__).resolve().parent.parent.parent


def start(folder: Path) -> tuple[subprocess.Popen[str], int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {**os.environ, "DATA_DIR": str(folder), "DATABASE_URL": "", "REDIS_URL": ""}
    python = [sys.executable, "manage.py"]
    subprocess.run([*python, "migrate", "-v", "0"], cwd=ROOT, env=env, check=True)
    server = subprocess.Popen(
        [sys.executable, "-m", "config.serve", "--port", str(port)],
        cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert server.stdout is not None
    assert server.stdout.readline().strip() == f"Ready: http://127.0.0.1:{port}"
    return server, port


def test_t10_a_stopping_server_says_goodbye_to_sockets_and_exits_in_order(tmp_path: Path) -> None:
    server, port = start(tmp_path)
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            assert answer.status == 200

        async def watch_the_end() -> int | None:
            url = f"ws://127.0.0.1:{port}/ws/rounds/1/board/"
            async with websockets.connect(url, origin=f"http://127.0.0.1:{port}") as watching:
                await watching.wait_closed()
                first = watching.close_code
            return first

        # No round yet: the socket is told so with its own code.
        assert asyncio.run(watch_the_end()) == 4404
        server.send_signal(signal.SIGTERM)
        assert server.wait(15) == 0
    finally:
        server.kill()


def test_a_taken_port_is_a_failure(tmp_path: Path) -> None:
    server, port = start(tmp_path)
    try:
        env = {**os.environ, "DATA_DIR": str(tmp_path), "DATABASE_URL": "", "REDIS_URL": ""}
        second = subprocess.run(
            [sys.executable, "-m", "config.serve", "--port", str(port)],
            cwd=ROOT, env=env, capture_output=True, text=True, timeout=30,
        )  # fmt: skip
        assert second.returncode == 1
    finally:
        server.terminate()
        server.wait(15)
