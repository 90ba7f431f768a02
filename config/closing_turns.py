"""Closing what is over, every few seconds, in one server process at a time."""

from __future__ import annotations

import logging
import random
import threading

from django.core.cache import cache
from django.db import close_old_connections, connections
from django.utils import timezone

from contest.clock import LONGEST_WAIT
from contest.closing import close_overdue
from contest.results.sealing import seal_due

log = logging.getLogger("config.serve")

EVERY_S = 10.0
_TURN, _TURN_S = "closing-turn", 60


def take_turn() -> None:
    """Close overdue attempts and seal rounds, unless another process is at it.

    Two at once would be safe (every attempt is written only as it was read) but would do the
    work twice. What fails is tried again next time.
    """
    close_old_connections()
    if not _mine():
        return
    try:
        # Answers that arrived in time may still wait for a thread, and are dated by their arrival.
        close_overdue(now=timezone.now() - LONGEST_WAIT)
        seal_due(now=timezone.now())
    except Exception:
        log.exception("closing overdue attempts")
    finally:
        _over()


def _mine() -> bool:
    try:
        return bool(cache.add(_TURN, 1, _TURN_S))
    except Exception:  # without a cache nobody can be asked; twice is better than never
        log.warning("closing without asking other processes: the cache is away")
        return True


def _over() -> None:
    try:
        cache.delete(_TURN)
    except Exception:
        log.warning("the cache is away")


class Turns(threading.Thread):
    """Takes a turn every ``EVERY_S`` seconds; one thread, so one database connection."""

    def __init__(self) -> None:
        super().__init__(name="closing", daemon=True)
        self._ending = threading.Event()

    def run(self) -> None:
        """Begin after a random pause: processes that start together take turns apart."""
        pause_s = random.uniform(0, EVERY_S)
        while not self._ending.wait(pause_s):
            take_turn()
            pause_s = EVERY_S
        connections.close_all()

    def stop(self) -> None:
        """No further turn; waits for the one under way."""
        self._ending.set()
        self.join()
