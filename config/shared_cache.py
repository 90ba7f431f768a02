"""The cache in Redis, which may go away: every process then has one of its own for a while.

Nothing that must be kept lies in a cache, so a Redis that restarts or cannot be reached makes the
site slower and its limits coarser, and refuses nobody.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

import redis
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache

log = logging.getLogger(__name__)
Found = TypeVar("Found")

# A Redis that is gone answers "refused" at once; one behind a dead network keeps a thread
# waiting for the connection, so it is asked once in this time only.
PAUSE_S = 1.0
# What is kept meanwhile is known to this process alone, so it may not grow old.
LONGEST_S = 60
MOST_OWED = 100_000
# A session read from here is not looked up in the database: one that was ended while Redis was
# away, by a process that is gone, may not last.
SESSION, SESSION_S = "django.contrib.sessions.cached_db", 300


class _Outage:
    """What all threads of the process know about Redis."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.settling = threading.Lock()
        self.is_on = False
        self.until = 0.0
        # Names written or deleted meanwhile: in Redis they may still hold what was before, for
        # example the session of somebody who has signed out.
        self.owed: set[str] = set()

    def begin(self, fault: Exception) -> None:
        if not self.is_on:
            log.warning("Redis is away, this process has a cache of its own meanwhile: %s", fault)
        self.is_on, self.until = True, time.monotonic() + PAUSE_S

    def owe(self, names: list[str]) -> None:
        with self.lock:
            if len(self.owed) < MOST_OWED:
                self.owed.update(names)

    def take(self) -> list[str]:
        with self.lock:
            names, self.owed = list(self.owed), set()
        return names


outage = _Outage()


class SharedCache(RedisCache):
    """Django's cache in Redis; while Redis is away, one in the memory of this process."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._meanwhile = LocMemCache(
            "redis-is-away", params | {"OPTIONS": {"MAX_ENTRIES": 20_000}}
        )

    def reachable(self) -> bool:
        """Whether Redis itself answers now."""
        try:
            return bool(self._cache.get_client(None).ping())
        except redis.RedisError:
            return False

    def _ask(
        self, redis_does: Callable[[], Found], we_do: Callable[[], Found], *written: str
    ) -> Found:
        """What Redis answers; while it is away what we do instead, and owe it ``written``."""
        if time.monotonic() >= outage.until:
            try:
                self._settle()
                return redis_does()
            except redis.RedisError as fault:
                outage.begin(fault)
        if written:
            outage.owe([self.make_key(name) for name in written])
        return we_do()

    def _settle(self) -> None:
        """Before Redis is asked again after an outage: forget there what changed meanwhile."""
        if not outage.is_on and not outage.owed:
            return
        with outage.settling:  # nobody reads before what is owed is settled
            names = outage.take()
            try:
                self._cache.get_client(None, write=True).delete("redis-is-back", *names)
            except redis.RedisError:
                outage.owe(names)
                raise
            self._meanwhile.clear()
            if outage.is_on:
                log.warning("Redis is back")
            outage.is_on = False

    def _short(self, timeout: Any) -> float:
        wanted = self.get_backend_timeout(timeout)
        return LONGEST_S if wanted is None else min(wanted, LONGEST_S)

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> bool:
        return self._ask(
            lambda: super(SharedCache, self).add(key, value, timeout, version),
            lambda: self._meanwhile.add(key, value, self._short(timeout), version),
            key,
        )

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        return self._ask(
            lambda: super(SharedCache, self).get(key, default, version),
            lambda: self._meanwhile.get(key, default, version),
        )

    def get_many(self, keys: Any, version: Any = None) -> dict[Any, Any]:
        names = list(keys)
        return self._ask(
            lambda: super(SharedCache, self).get_many(names, version),
            lambda: self._meanwhile.get_many(names, version),
        )

    def has_key(self, key: Any, version: Any = None) -> bool:
        return self._ask(
            lambda: super(SharedCache, self).has_key(key, version),
            lambda: self._meanwhile.has_key(key, version),
        )

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> None:
        if str(key).startswith(SESSION) and isinstance(timeout, int):
            timeout = min(timeout, SESSION_S)
        self._ask(
            lambda: super(SharedCache, self).set(key, value, timeout, version),
            lambda: self._meanwhile.set(key, value, self._short(timeout), version),
            key,
        )

    def set_many(
        self, data: dict[Any, Any], timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> list[Any]:
        return self._ask(
            lambda: super(SharedCache, self).set_many(data, timeout, version),
            lambda: self._meanwhile.set_many(data, self._short(timeout), version),
            *data,
        )

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        return self._ask(
            lambda: super(SharedCache, self).touch(key, timeout, version),
            lambda: self._meanwhile.touch(key, self._short(timeout), version),
        )

    def delete(self, key: Any, version: Any = None) -> bool:
        return self._ask(
            lambda: super(SharedCache, self).delete(key, version),
            lambda: self._meanwhile.delete(key, version),
            key,
        )

    def delete_many(self, keys: Any, version: Any = None) -> None:
        names = list(keys)
        self._ask(
            lambda: super(SharedCache, self).delete_many(names, version),
            lambda: self._meanwhile.delete_many(names, version),
            *names,
        )

    def incr(self, key: Any, delta: int = 1, version: Any = None) -> int:
        return self._ask(
            lambda: super(SharedCache, self).incr(key, delta, version),
            lambda: self._meanwhile.incr(key, delta, version),
            key,
        )
