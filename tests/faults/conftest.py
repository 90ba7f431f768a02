"""One installation for all tests here, in the mode the environment names, and a server to end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from config.rehearsal.place import fresh_place
from tests.faults.ground import Ground, Restartable, Store
from tests.faults.inside import Inside


@pytest.fixture(autouse=True)
def fresh_process() -> None:
    """The servers are other processes; nothing of this one needs to be emptied."""


@pytest.fixture(scope="package")
def installation() -> Iterator[dict[str, str]]:
    """The environment of a fresh installation."""
    with fresh_place("tests.faults.site") as env:
        yield env


@pytest.fixture(scope="package")
def inside(installation: dict[str, str]) -> Iterator[Inside]:
    """A process in that installation, which has units and banks from now on."""
    with Inside(installation) as process:
        process.do("bench._stage", "prepare", 1)
        yield process


@pytest.fixture(scope="package")
def lasting(installation: dict[str, str]) -> Iterator[Restartable]:
    """The server of those tests that leave it as they found it, or ended: a start takes seconds."""
    server = Restartable(installation)
    yield server
    if server.is_running:
        server.kill()


@pytest.fixture
def ground(
    installation: dict[str, str], inside: Inside, lasting: Restartable
) -> Iterator[Callable[..., Ground]]:
    """A running server and an open round for so many people. With ``own`` or an environment of
    its own (``more``) the server is a new one that goes with the test."""
    servers: list[Restartable] = []

    def make(people: int, *, own: bool = False, **more: Any) -> Ground:
        server = lasting
        if own or more:
            server = Restartable(installation | more)
            servers.append(server)
        if not server.is_running:
            server.start()
        stage = inside.do("bench._stage", "join", people)
        return Ground(inside, server, Store(installation), stage)

    yield make
    for server in servers:
        server.kill()
