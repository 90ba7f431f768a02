"""The server mode on this machine: started once, used by all tests of this folder."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.conf import settings

from config.cluster import nginx
from tests.cluster.behind import Front, running_front
from tests.cluster.stage import Stage, running_stage

HERE = os.path.dirname(__file__)


@pytest.fixture(scope="session")
def has_nginx() -> None:
    """Skips, or fails where everything must be tested."""
    if nginx.executable() is None:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail("nginx is not installed")
        pytest.skip("nginx is not installed")


@pytest.fixture(scope="module")
def front(has_nginx: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with running_front(tmp_path_factory.mktemp("front")) as front:
        yield front


@pytest.fixture(scope="session")
def stage(has_nginx: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    if not settings.DATABASE_URL or not settings.REDIS_URL:
        pytest.skip("several processes need the server mode: set DATABASE_URL and REDIS_URL")
    with running_stage(tmp_path_factory.mktemp("cluster")) as stage:
        yield stage
