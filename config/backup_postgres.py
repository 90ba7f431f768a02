"""Backup and restore of a PostgreSQL database with PostgreSQL's own tools."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from psycopg import pq
from psycopg.conninfo import make_conninfo

from config.backup_files import BackupError, Manifest, UnsoundRestoreError

T = TypeVar("T")


def exists() -> bool:
    """There is always a server to ask."""
    return True


def folder() -> Path:
    """Where the unpacked backup lies while it is restored."""
    return Path(settings.DATA_DIR)


def save(into: Path, look: Callable[[], T]) -> T:
    """Dump the database to the file ``into`` and give what ``look`` finds in the same snapshot.

    People go on working meanwhile. Raises ``BackupError``.
    """
    tool = _tool("pg_dump", least=_major())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        found = look()
        # Not compressed here: the zip around it is.
        _run(tool, "--format=custom", "--compress=0", f"--snapshot={snapshot}", f"--file={into}")
    return found


def bring_in(data: Path, manifest: Manifest, settle: Callable[[], T]) -> T:
    """Replace the tables by those of the dump ``data``, all or nothing, then ``settle``.

    Raises ``BackupError`` while nothing has changed, ``UnsoundRestoreError`` when the data are in
    and ``settle`` finds them wrong.
    """
    dumped_by = int(manifest.engine_version.split(".")[0])
    tool = _tool("pg_restore", least=max(_major(), dumped_by))
    _refuse_other_tables(manifest)
    _refuse_in_use()
    name = connection.settings_dict["NAME"]
    connection.close()
    _run(
        tool,
        "--single-transaction",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--no-privileges",
        f"--dbname={make_conninfo(dbname=name)}",
        str(data),
    )
    try:
        return settle()
    except (BackupError, DatabaseError) as error:
        raise UnsoundRestoreError(
            f"Đã nạp bản sao lưu vào cơ sở dữ liệu {name}, nhưng kiểm tra không đạt: {error} "
            "Đừng mở máy chủ; hãy phục hồi một bản sao lưu khác."
        ) from error


def _major() -> int:
    """The major version of the server."""
    return connection.get_database_version()[0]


def _tool(name: str, least: int) -> str:
    """The path of a program of PostgreSQL whose major version is at least ``least``."""
    path = shutil.which(name)
    if path is None:
        raise BackupError(
            f"Máy này chưa có chương trình {name}. Hãy cài bộ công cụ PostgreSQL {least} "
            f"(gói postgresql-client-{least}) rồi chạy lại."
        )
    told = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\d+", told)
    if found is None or int(found[0]) < least:
        raise BackupError(
            f"Chương trình {name} trên máy này là bản cũ ({told.strip() or 'không rõ'}), cần bản "
            f"{least} trở lên. Hãy cài gói postgresql-client-{least} rồi chạy lại."
        )
    return path


def _run(tool: str, *arguments: str) -> None:
    """Run a tool against Django's database; raises ``BackupError`` with what it complained of."""
    done = subprocess.run(
        [tool, "--no-password", *arguments],
        env=_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise BackupError(f"{Path(tool).name} báo lỗi: {done.stderr.strip()}")


def _environment() -> dict[str, str]:
    """How to connect, as libpq's variables: arguments can be read by everybody on the machine."""
    known = connection.get_connection_params()
    asked = {
        option.envvar.decode(): str(known[option.keyword.decode()])
        for option in pq.Conninfo.get_defaults()
        if option.envvar and known.get(option.keyword.decode()) is not None
    }
    return os.environ | asked | {"LC_ALL": "C"}


def _refuse_other_tables(manifest: Manifest) -> None:
    """Tables the backup does not know would stay behind, or hold on to those it replaces."""
    others = sorted(set(connection.introspection.table_names()) - set(manifest.facts.tables))
    if others:
        raise BackupError(
            f"Cơ sở dữ liệu có bảng mà bản sao lưu không có ({', '.join(others)}). "
            "Hãy tạo một cơ sở dữ liệu mới, trống, và phục hồi vào đó."
        )


def _refuse_in_use() -> None:
    """A server that runs on would keep texts and results of the old data in its memory."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND usesysid IS NOT NULL"
        )
        others = cursor.fetchone()[0]
    if others:
        raise BackupError(
            f"Cơ sở dữ liệu đang có {others} kết nối khác. "
            "Hãy dừng mọi tiến trình máy chủ và các lệnh khác đang chạy rồi phục hồi lại."
        )
