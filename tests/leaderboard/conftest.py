"""What tests of live boards share."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Barrier

import pytest
from django.db import connections

from leaderboard.hub import THREADS, hub


@pytest.fixture(scope="module", autouse=True)
def hub_lets_go() -> Iterator[None]:
    """The hub's threads keep their connections; a test database must be free to be dropped."""
    yield
    if not hub._threads._threads:  # this module opened no socket
        return
    every = Barrier(THREADS)
    jobs = [lambda: (every.wait(10), connections.close_all())] * THREADS
    for done in [hub._threads.submit(job) for job in jobs]:
        done.result()
