"""The cache in Redis: what happens while Redis is away, and when it is back."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from config import shared_cache
from config.shared_cache import SharedCache

pytestmark = pytest.mark.skipif(
    shutil.which("redis-server") is None, reason="redis-server is not installed"
)


class OwnRedis:
    """A Redis of the test's own, to stop and start."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Empty, and answering when this returns."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self.process = subprocess.Popen(
            ["redis-server", *options], cwd=self.folder, stdout=subprocess.DEVNULL
        )
        until(self.answers)

    def answers(self) -> bool:
        try:
            return bool(redis.Redis(port=self.port).ping())
        except redis.RedisError:
            return False

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[OwnRedis]:
    store = OwnRedis(tmp_path)
    store.start()
    yield store
    store.stop()


@pytest.fixture
def cache(store: OwnRedis, monkeypatch: pytest.MonkeyPatch) -> Iterator[SharedCache]:
    monkeypatch.setattr(shared_cache, "outage", shared_cache._Outage())
    monkeypatch.setattr(shared_cache, "PAUSE_S", 0.05)
    cache = SharedCache(f"redis://127.0.0.1:{store.port}/0", {"KEY_PREFIX": "test"})
    yield cache
    cache._meanwhile.clear()


def test_while_redis_is_away_the_process_remembers_by_itself(
    cache: SharedCache, store: OwnRedis
) -> None:
    cache.set("board", "before")
    store.stop()
    assert cache.get("board") is None
    assert cache.add("lock", 1, 20)
    assert not cache.add("lock", 1, 20)
    cache.set("count", 1)
    assert cache.incr("count") == 2
    assert cache.get_many(["count", "board"]) == {"count": 2}
    assert "count" in cache
    assert not cache.reachable()


def test_a_redis_that_is_away_is_not_asked_by_everybody(
    cache: SharedCache, store: OwnRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.stop()
    monkeypatch.setattr(shared_cache, "PAUSE_S", 60)
    cache.get("anything")
    monkeypatch.setattr(cache, "_cache", None)  # asking would fail
    assert cache.get("anything", "default") == "default"


def test_an_emptied_redis_is_used_again(cache: SharedCache, store: OwnRedis) -> None:
    cache.set("token", "before")
    store.stop()
    cache.set("token", "meanwhile")
    store.start()
    until(lambda: cache.get("token") is None)  # what one process knew is not for all
    cache.set("token", "after")
    assert redis.Redis(port=store.port).exists("test:1:token")
    assert cache.get("token") == "after"


def test_who_signed_out_meanwhile_stays_signed_out(cache: SharedCache, store: OwnRedis) -> None:
    """Redis could not be reached, but kept what it had."""
    cache.set("session", "of somebody")
    cache.set("setting", "old")
    cache.set("other", "kept")
    shared_cache.outage.begin(ConnectionError())
    cache.delete("session")
    cache.set("setting", "new")
    until(lambda: not shared_cache.outage.is_on or cache.get("other") == "kept")
    assert cache.get_many(["session", "setting", "other"]) == {"other": "kept"}


def test_nothing_grows_old_meanwhile(
    cache: SharedCache, store: OwnRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.stop()
    monkeypatch.setattr(shared_cache, "LONGEST_S", 0.05)
    cache.set("session", "of somebody", 3600)
    until(lambda: cache.get("session") is None)
