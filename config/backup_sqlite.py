"""Backup and restore of the SQLite file."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

from django.db import connection

from config.backup_files import BackupError, Manifest

T = TypeVar("T")
_WAIT_S = 2.0


def exists() -> bool:
    """Whether there is a database file; asking Django's connection would make one."""
    return _usual().is_file()


def folder() -> Path:
    """Where a new file must be made to take the place of the database in one step."""
    return _usual().parent


def save(into: Path, look: Callable[[], T]) -> T:
    """Copy the database to the file ``into`` and give what ``look`` finds in the copy.

    People go on working meanwhile. Raises ``BackupError``.
    """
    if not exists():
        raise BackupError(f"Chưa có cơ sở dữ liệu {_usual()} để sao lưu.")
    try:
        with (
            closing(sqlite3.connect(f"{_usual().as_uri()}?mode=rw", uri=True)) as source,
            closing(sqlite3.connect(into)) as target,
        ):
            source.backup(target)
    except sqlite3.Error as error:
        raise BackupError(f"Không sao chép được cơ sở dữ liệu: {error}.") from None
    with _looking_at(into):
        return look()


def bring_in(data: Path, manifest: Manifest, settle: Callable[[], T]) -> T:
    """Put the file ``data`` in the place of the database, once it is whole, ``settle`` has found
    it right, and nobody else has the database open. Raises ``BackupError``, then nothing changed.
    """
    _require_sound(data)
    with _looking_at(data):
        settled = settle()
    try:
        _replace(data)
    except sqlite3.Error as error:
        raise BackupError(
            f"Không thay được cơ sở dữ liệu {_usual()}: {error}. Nếu tệp này đã hỏng, "
            "hãy chuyển nó sang chỗ khác rồi phục hồi lại."
        ) from None
    return settled


def _usual() -> Path:
    return Path(connection.settings_dict["NAME"]).resolve()


@contextmanager
def _looking_at(file: Path) -> Iterator[None]:
    """Django's connection reads and writes ``file`` instead of the database of the settings."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(file)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def _require_sound(data: Path) -> None:
    try:
        with closing(sqlite3.connect(data)) as db:
            found = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        found = str(error)
    if found != "ok":
        raise BackupError(f"Cơ sở dữ liệu trong bản sao lưu đã hỏng ({found}).")


def _replace(data: Path) -> None:
    usual = _usual()
    with closing(sqlite3.connect(data)) as db:
        db.execute("PRAGMA journal_mode=DELETE")  # one file holds everything
    with data.open("rb") as file:
        os.fsync(file.fileno())
    with _nobody_else(usual):
        if usual.exists():
            former = usual.stat()
            data.chmod(stat.S_IMODE(former.st_mode))
            os.chown(data, former.st_uid, former.st_gid)
        # Left by a file that was removed by hand; SQLite would mix them into the new one.
        for ending in ("-wal", "-shm", "-journal"):
            usual.with_name(usual.name + ending).unlink(missing_ok=True)
        data.replace(usual)


@contextmanager
def _nobody_else(file: Path) -> Iterator[None]:
    """Holds the database: who has it open now would go on writing to the file that was replaced.

    Leaving WAL mode is possible only for the last connection, and empties the ``-wal`` file.
    """
    if not file.exists():
        yield
        return
    with closing(sqlite3.connect(file, timeout=_WAIT_S, isolation_level=None)) as db:
        try:
            db.execute("PRAGMA journal_mode=DELETE")
            db.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise BackupError(
                f"Cơ sở dữ liệu {file} đang được dùng ({error}). "
                "Hãy dừng máy chủ và các lệnh khác đang chạy rồi phục hồi lại."
            ) from None
        yield
