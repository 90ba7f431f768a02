"""An installation in server mode: a database, a Redis of its own, and the whole cluster."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import redis

from config.rehearsal.place import ROOT, fresh_place, staged

PEOPLE = 60
PATIENCE_S = 120.0


def until(true: Callable[[], bool], what: str) -> None:
    """Wait until it is so; a test fails when that takes very long."""
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, f"waited for: {what}"
        time.sleep(0.05)


class OwnRedis:
    """A Redis that keeps nothing when it stops."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self._process = subprocess.Popen(
            ["redis-server", *options], cwd=self._folder, stdout=subprocess.DEVNULL
        )
        until(self._answers, "Redis")

    def _answers(self) -> bool:
        try:
            return bool(redis.Redis(port=self.port).ping())
        except redis.RedisError:
            return False

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@dataclass
class Stage:
    """The running cluster: its port, its round and people, its processes by name."""

    env: dict[str, str]
    redis: OwnRedis
    process: subprocess.Popen[str]
    round: int
    page: str
    sessions: list[str]
    lines: list[str] = field(default_factory=list)
    taken: int = 0

    @property
    def port(self) -> int:
        ready = next(line for line in self.lines if line.startswith("Ready: "))
        return int(ready.rpartition(":")[2])

    @property
    def live(self) -> list[str]:
        """Names of the processes for sockets."""
        return sorted({line.partition(":")[0] for line in self.lines if line[:5] == "live "})

    def live_ports(self) -> list[int]:
        return [int(name.split()[1]) for name in self.live]

    def pids(self, name: str) -> list[int]:
        """Every process that was started under this name, the running one last."""
        pattern = re.compile(rf"{name}: process (\d+)")
        return [int(found[1]) for line in self.lines if (found := pattern.fullmatch(line))]

    def signal(self, name: str, number: signal.Signals) -> Callable[[], bool]:
        """Send a signal to a process; gives whether another one was started since."""
        known = self.pids(name)
        subprocess.run(["kill", f"-{number.value}", str(known[-1])], check=True)
        return lambda: len(self.pids(name)) > len(known)

    def people(self, count: int) -> list[str]:
        """Sessions of people who have done nothing yet."""
        self.taken += count
        assert self.taken <= len(self.sessions), "prepare more people"
        return self.sessions[self.taken - count : self.taken]

    def missing(self, acknowledged: list[dict[str, Any]]) -> list[str]:
        """What was acknowledged and is not in the database."""
        return list(staged(self.env, "bench._stage", "check", acknowledged)["missing"])


@contextmanager
def running_cluster(
    env: dict[str, str], lines: list[str], *options: str
) -> Iterator[subprocess.Popen[str]]:
    """``python -m config.cluster`` that is ready; what it says is appended to ``lines``."""
    process = subprocess.Popen(
        [sys.executable, "-m", "config.cluster", "--port", "0", *options],
        cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    said = process.stdout

    def note() -> None:
        for line in said:
            lines.append(line.rstrip("\n"))

    threading.Thread(target=note, daemon=True).start()
    try:
        until(lambda: any(x.startswith("Ready: ") for x in lines) or process.poll() is not None, "")
        assert process.poll() is None, "the cluster did not start"
        yield process
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()


@contextmanager
def running_stage(folder: Path) -> Iterator[Stage]:
    """Everything, removed again at the end."""
    own, lines = OwnRedis(folder), list[str]()
    own.start()
    try:
        with fresh_place("config.settings", "cluster") as env:
            env |= {
                "REDIS_URL": f"redis://127.0.0.1:{own.port}/0",
                "STATIC_ROOT": str(folder / "static"),
                "HTTP_THREADS": "4",
            }
            collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"]
            collecting = subprocess.Popen(collect, cwd=ROOT, env=env)
            prepared = staged(env, "bench._stage", "prepare", PEOPLE)
            assert collecting.wait(PATIENCE_S) == 0
            sessions = [person["session"] for person in prepared["people"]]
            with running_cluster(env, lines) as process:
                yield Stage(env, own, process, prepared["round"], prepared["page"], sessions, lines)
    finally:
        own.kill()
