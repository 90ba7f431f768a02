"""Keeps processes running, as systemd does with ``Restart=always``, and ends them in order."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PAUSE_S, MOST_RESTARTS, WITHIN_S = 0.5, 5, 30.0


class GaveUp(Exception):
    """A process ended again and again."""


@dataclass(slots=True)
class Kept:
    """One process: how it is started, and how it is told to end."""

    name: str
    command: list[str]
    env: dict[str, str]
    pass_fds: tuple[int, ...] = ()
    end_by: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    starts: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start it and say so; raises ``GaveUp`` when that happens too often."""
        now = time.monotonic()
        self.starts = [*(at for at in self.starts if now - at < WITHIN_S), now]
        if len(self.starts) > MOST_RESTARTS:
            raise GaveUp(f"{self.name} ended {MOST_RESTARTS} times within {WITHIN_S:.0f} s")
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=self.env,
            pass_fds=self.pass_fds,
            stdout=subprocess.DEVNULL,
            # A group of its own: Ctrl-C reaches the keeper only, which ends them in order.
            start_new_session=True,
        )
        print(f"{self.name}: process {self.process.pid}", flush=True)

    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self.process is not None and self.process.poll() is None

    def end(self) -> None:
        """Ask it to end; ``wait`` says whether it did."""
        if self.process is not None and self.is_running():
            self.process.send_signal(self.end_by)

    def wait(self, seconds: float) -> bool:
        """Whether it ended by itself, with exit code 0, within so many seconds; killed if not."""
        if self.process is None:
            return True
        try:
            return self.process.wait(seconds) == 0
        except subprocess.TimeoutExpired:
            return False
        finally:
            self.sweep()

    def sweep(self) -> None:
        """Kill whatever it left behind, itself included; systemd does so, too."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def keep(kept: list[Kept], seconds: float) -> None:
    """Look after all of them for so long: what ended is started again."""
    end = time.monotonic() + seconds
    while True:
        for one in kept:
            if one.process is not None and (code := one.process.poll()) is not None:
                print(f"{one.name}: ended with {code}, starting again", flush=True)
                one.sweep()
                time.sleep(PAUSE_S)
                one.start()
        if (left := end - time.monotonic()) <= 0:
            return
        time.sleep(min(0.2, left))


def end_all(kept: list[Kept], seconds: float) -> bool:
    """Tell all in their order, then wait for all; whether everyone ended by itself in time."""
    for one in kept:
        one.end()
    end = time.monotonic() + seconds
    ended = [one.wait(max(0.1, end - time.monotonic())) for one in kept]
    return all(ended)
