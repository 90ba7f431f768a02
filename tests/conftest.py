"""What every test gets: fast hashing, plain static files, empty caches, and a small cast."""

from __future__ import annotations

import gc
import uuid
from datetime import UTC, datetime
from typing import Any

import hypothesis
import pytest
import redis
from django.conf import settings
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import Client

from accounts.models import Unit, User
from contest.duties import grant_organiser
from contest.models import Round
from quizzes.versions import forget_version_texts
from tests import factories
from tests.sharing import ByStage

hypothesis.settings.register_profile("steady", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("steady")

# A Monday noon in Vietnam, far from "now": no test may depend on the real clock.
NOON = datetime(2026, 3, 9, 5, 0, tzinfo=UTC)


def pytest_configure() -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.CACHES["default"]["KEY_FUNCTION"] = "tests.conftest.cache_key"


def _emptied(self: DatabaseOperations, style: Any, tables: list[str], **options: bool) -> list[str]:
    if any(options.values()):
        return _truncated(self, style, tables, **options)
    return [f"DELETE FROM {self.quote_name(table)};" for table in tables]


# After a test with transactions of its own all tables are emptied. PostgreSQL's TRUNCATE makes
# new files for sixty tables and their indexes; deleting the few rows is quicker.
_truncated = DatabaseOperations.sql_flush
DatabaseOperations.sql_flush = _emptied


def pytest_collection_finish() -> None:
    """What was imported stays for good: looking through it again and again is a tenth of the time
    of tests."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByStage:
    return ByStage(config, log)


# Caches do not roll back, and workers share one Redis, perhaps with somebody's own server:
# every test writes under a name of its own instead of clearing what is there.
_OURS = f"test-{uuid.uuid4().hex}"
_turn = 0


def cache_key(key: str, prefix: str, version: int) -> str:
    """The cache's key function while tests run."""
    return f"{_OURS}:{_turn}:{key}"


def empty_cache() -> None:
    """From now on nothing that was cached is found."""
    global _turn
    _turn += 1


def pytest_sessionfinish() -> None:
    if settings.REDIS_URL:
        store = redis.from_url(settings.REDIS_URL)
        for key in store.scan_iter(f"{_OURS}:*", count=1_000):
            store.delete(key)


@pytest.fixture(autouse=True)
def fresh_process() -> None:
    """Databases roll back between tests, what processes keep in memory does not."""
    forget_version_texts()
    empty_cache()


@pytest.fixture
def noon() -> datetime:
    return NOON


@pytest.fixture
def commune(db: None) -> Unit:
    return factories.make_unit("01477", "Xã Trùng Khánh")


@pytest.fixture
def ward(db: None) -> Unit:
    return factories.make_unit("01273", "Phường Thục Phán", kind=Unit.Kind.WARD)


@pytest.fixture
def yen(commune: Unit) -> User:
    """A competitor."""
    return factories.make_person("yen", "Hoàng Thị Yến", commune)


@pytest.fixture
def tai(ward: Unit) -> User:
    """Another competitor, of another unit."""
    return factories.make_person("tai", "Lục Văn Tài", ward)


@pytest.fixture
def ha(commune: Unit) -> User:
    """An organiser."""
    user = factories.make_person("ha", "Nông Thị Thu Hà", commune)
    grant_organiser(user=user)
    return user


@pytest.fixture
def round(ha: User) -> Round:
    """A published round: five questions, ten minutes, two attempts, open around NOON."""
    return factories.make_round(ha, NOON)


@pytest.fixture
def yen_client(yen: User) -> Client:
    client = Client()
    client.force_login(yen)
    return client
