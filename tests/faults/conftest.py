"""One installation for all tests here, in the mode the environment names, and a server to end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bench._restarts import Restartable
from config.rehearsal.place import fresh_place, staged
from tests.faults.ground import Ground, Store


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.path).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.xdist_group("faults"))


@pytest.fixture(autouse=True)
def fresh_process() -> None:
    """The servers are other processes; nothing of this one needs to be emptied."""


@pytest.fixture(scope="package")
def installation() -> Iterator[dict[str, str]]:
    """The environment of a fresh installation with units, banks and people."""
    with fresh_place("tests.faults.site") as env:
        staged(env, "bench._stage", "prepare", 1)
        yield env


@pytest.fixture
def ground(installation: dict[str, str]) -> Iterator[Callable[..., Ground]]:
    """Start a server (``more``: its environment) and open a round for so many people."""
    servers: list[Restartable] = []

    def make(people: int, **more: Any) -> Ground:
        stage = staged(installation, "bench._stage", "join", people)
        servers.append(Restartable(installation | more))
        servers[-1].start()
        return Ground(installation, servers[-1], Store(installation), stage)

    yield make
    for server in servers:
        server.kill()
