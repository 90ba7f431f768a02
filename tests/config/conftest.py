"""Server processes for the tests of the edge."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.config.edge_servers import Running, edge_place, running


@pytest.fixture(scope="session")
def place() -> Iterator[dict[str, str]]:
    """An installation whose site has slow, failing and streaming views (edge_views)."""
    with edge_place() as env:
        yield env


@pytest.fixture(scope="module")
def server(place: dict[str, str]) -> Iterator[Running]:
    """A server of that installation, for a module's tests."""
    with running(place) as process:
        yield process
