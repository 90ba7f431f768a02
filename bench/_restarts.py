"""A server process that can be killed and started again on the same port."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
from typing import Self

from config.rehearsal import host
from config.rehearsal.place import ROOT

START_S, STOP_S = 60.0, 30.0


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Restartable:
    """``config.serve`` over one installation, pinned to the first core while it runs.

    A context manager: leaving it ends the process.
    """

    def __init__(self, env: dict[str, str], port: int | None = None) -> None:
        self.env, self.port = env, port or free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def url(self) -> str:
        """Where it listens, or listened."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process that runs now."""
        return self._running().pid

    def start(self, **more: str) -> None:
        """Start it with ``more`` environment and wait until it listens. Raises ``SystemExit``
        when it ends instead, or takes longer than ``START_S``."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "config.serve", "--port", str(self.port)],
            cwd=ROOT,
            env=self.env | more,
            stdout=subprocess.PIPE,
        )
        host.pin(self._process.pid, 0)
        end = time.monotonic() + START_S
        output = self._process.stdout
        assert output is not None
        while time.monotonic() < end:
            if select.select([output], [], [], 0.2)[0]:
                line = output.readline()
                if line.startswith(b"Ready: "):
                    return
                if not line:
                    break
        self.kill()
        raise SystemExit(f"the server did not start within {START_S:.0f} seconds")

    def kill(self) -> None:
        """End it without a word, as a power cut of the process (``kill -9``)."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ask it to end (SIGTERM) and wait; returns its exit code."""
        return self._end(signal.SIGTERM)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("the server was not started")
        return self._process

    def _end(self, how: signal.Signals) -> int:
        process = self._running()
        if process.poll() is None:
            os.kill(process.pid, how)
        try:
            return process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        finally:
            if process.stdout is not None:
                process.stdout.close()
