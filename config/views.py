"""Pages of the whole installation: health, readiness, refusals."""

from __future__ import annotations

import logging

from django.core.cache import cache, caches
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from config.shared_cache import SharedCache

log = logging.getLogger(__name__)
_migrated = False


def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """The process can serve people: database reachable and migrated, cache working."""
    parts = {"database": _database_ready, "cache": _cache_ready}
    found = {}
    for name, check in parts.items():
        try:
            found[name] = "ok" if check() else "not ready"
        except Exception:  # any fault of a driver means the same: not ready
            log.exception("readiness of %s", name)
            found[name] = "not reachable"
    ready = all(state == "ok" for state in found.values())
    return JsonResponse(
        {"status": "ok" if ready else "not ready", **found}, status=200 if ready else 503
    )


def _database_ready() -> bool:
    """Reachable now, and migrated (which is looked up until it was once true)."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return _migrated


def _cache_ready() -> bool:
    # The shared cache has a stand-in for when Redis is away: ask Redis itself.
    if isinstance(shared := caches["default"], SharedCache) and not shared.reachable():
        return False
    cache.set("readyz", "1", 10)
    return bool(cache.get("readyz") == "1")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is old: say how to go on; what was typed stays in the browser."""
    return render(request, "403_csrf.html", status=403)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Signed in, but not allowed."""
    return render(request, "403.html", status=403)
