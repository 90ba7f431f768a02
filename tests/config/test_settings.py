"""Settings are read strictly; impossible combinations are told at the start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from config import checks
from config.env import Env, EnvError

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize(
    ("value", "expected"), [("1", True), ("True", True), ("off", False), ("", False)]
)
def test_flags(value: str, expected: bool) -> None:
    assert Env({"X": value}).flag("X") is expected


@pytest.mark.parametrize("value", ["yep", "2", "tru"])
def test_a_wrong_flag_stops_the_start(value: str) -> None:
    with pytest.raises(EnvError, match="X="):
        Env({"X": value}).flag("X")


@pytest.mark.parametrize("value", ["0", "65536", "-1", "8000.0", "８０"])
def test_a_wrong_number_stops_the_start(value: str) -> None:
    with pytest.raises(EnvError):
        Env({"PORT": value}).number("PORT", 1, least=1, most=65535)


@pytest.mark.parametrize("value", ["mysql://h/db", "postgres", "/var/db"])
def test_a_wrong_url_stops_the_start(value: str) -> None:
    with pytest.raises(EnvError, match="postgres"):
        Env({"DATABASE_URL": value}).url("DATABASE_URL", ("postgres", "postgresql"))


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "var" / "secret_key"
    first = Env({}).secret("SECRET_KEY", file)
    assert len(first) >= 50
    assert Env({}).secret("SECRET_KEY", file) == first
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_short_secret_is_refused_without_being_shown(tmp_path: Path) -> None:
    with pytest.raises(EnvError) as refusal:
        Env({"SECRET_KEY": "change-me"}).secret("SECRET_KEY", tmp_path / "s")
    assert "change-me" not in str(refusal.value)


def test_a_wrong_value_ends_the_start_with_one_clear_line(tmp_path: Path) -> None:
    env = {**os.environ, "DATA_DIR": str(tmp_path), "HTTP_THREADS": "many"}
    done = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=env, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "Environment variable HTTP_THREADS='many': expected a whole number from 1 to 64."
    )


@pytest.mark.parametrize(
    ("database", "redis", "ids"),
    [
        ("", "", []),
        ("postgres://h/d", "redis://h", []),
        ("", "redis://h", ["config.E001"]),
        ("postgres://h/d", "", ["config.W001"]),
    ],
)
def test_modes_that_cannot_work_are_told(
    settings: Any, database: str, redis: str, ids: list[str]
) -> None:
    settings.DATABASE_URL, settings.REDIS_URL = database, redis
    assert [found.id for found in checks.one_mode_for_both_stores(None)] == ids


def test_debug_in_public_is_an_error(settings: Any) -> None:
    settings.DEBUG, settings.ALLOWED_HOSTS = True, ["thi.example.vn"]
    assert [found.id for found in checks.debug_stays_at_home(None)] == ["config.E002"]


def test_tls_without_a_proxy_is_a_warning(settings: Any) -> None:
    settings.BEHIND_TLS, settings.PROXY_COUNT = True, 0
    assert [found.id for found in checks.tls_where_people_come_from(None)] == ["config.W002"]


def test_sqlite_really_runs_in_wal(transactional_db: None) -> None:
    assert checks.sqlite_pragmas_took_effect(None, ["default"]) == []
