"""System checks: settings that are impossible or dangerous are told at the start."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import Error, Warning, register
from django.db import connection


@register()
def one_mode_for_both_stores(app_configs: Any, **kwargs: Any) -> list[Any]:
    """SQLite serves one process; Redis announces several. PostgreSQL alone lacks a shared cache."""
    if settings.REDIS_URL and not settings.DATABASE_URL:
        return [
            Error(
                "REDIS_URL is set but DATABASE_URL is not: several processes cannot share SQLite.",
                hint="Set DATABASE_URL to a PostgreSQL database, or unset REDIS_URL.",
                id="config.E001",
            )
        ]
    if settings.DATABASE_URL and not settings.REDIS_URL:
        return [
            Warning(
                "DATABASE_URL is set but REDIS_URL is not: run exactly one process.",
                hint="Boards, sessions and limits of a second process would not be seen by others.",
                id="config.W001",
            )
        ]
    return []


@register()
def debug_stays_at_home(app_configs: Any, **kwargs: Any) -> list[Any]:
    """DEBUG shows settings and data to whoever provokes an error."""
    local = {"127.0.0.1", "localhost", "[::1]"}
    if settings.DEBUG and not set(settings.ALLOWED_HOSTS) <= local:
        return [
            Error(
                "DEBUG is on while ALLOWED_HOSTS names public hosts.",
                hint="Unset DEBUG, or keep ALLOWED_HOSTS to this machine.",
                id="config.E002",
            )
        ]
    return []


@register()
def tls_where_people_come_from(app_configs: Any, **kwargs: Any) -> list[Any]:
    """Behind TLS the proxy's word is trusted, so there must be a proxy."""
    if settings.BEHIND_TLS and settings.PROXY_COUNT == 0:
        return [
            Warning(
                "BEHIND_TLS is on but PROXY_COUNT is 0: every visitor has the proxy's address.",
                hint="Set PROXY_COUNT to the number of proxies in front (nginx: 1).",
                id="config.W002",
            )
        ]
    return []


@register("database")
def sqlite_pragmas_took_effect(app_configs: Any, databases: Any, **kwargs: Any) -> list[Any]:
    """OPTIONS in the wrong place are ignored silently; read the journal mode back."""
    if not databases or connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
    if mode in {"wal", "memory"}:
        return []
    return [Error(f"SQLite runs in journal mode {mode}, not WAL.", id="config.E003")]
