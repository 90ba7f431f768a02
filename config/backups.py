"""Making a backup of everything the installation knows, and restoring one (acceptance O1).

A backup remembers the hashes that were published; it is restored only when they come out the same.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from config import backup_postgres, backup_sqlite
from config.backup_files import (
    BackupError,
    Facts,
    Manifest,
    check_data,
    digest,
    pack,
    private_folder,
    read_manifest,
    refuse_taken,
    unpack,
)

T = TypeVar("T")
Hashes = Callable[[], dict[str, str]]
SYSTEMS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
# What ``migrate`` fills by itself: a database that holds nothing else is as good as empty.
_BOOKKEEPING = {"django_migrations", "django_content_type", "auth_permission"}


class _Engine(Protocol):
    """One database system: ``backup_sqlite`` or ``backup_postgres``."""

    def exists(self) -> bool: ...
    def folder(self) -> Path: ...
    def save(self, into: Path, look: Callable[[], T]) -> T: ...
    def bring_in(self, data: Path, manifest: Manifest, settle: Callable[[], T]) -> T: ...


_ENGINES: dict[str, _Engine] = {"sqlite": backup_sqlite, "postgresql": backup_postgres}


@dataclass(frozen=True, slots=True)
class Report:
    """What a restore did: ``published`` are the hashes found afterwards, ``migrated`` whether
    the backup was older than the program and was brought to its state."""

    manifest: Manifest
    published: dict[str, str]
    migrated: bool


def make_backup(*, out: Path, now: datetime, published: Hashes) -> Manifest:
    """Write a backup of the database to the new file ``out`` (mode 600), people may go on working.

    ``published`` gives the hashes announced so far, and is called on the very state that is
    saved. Raises ``BackupError``, then there is no file.
    """
    refuse_taken(out)
    try:
        with private_folder(out.parent) as folder:
            data = folder / "database"
            facts = _engine().save(data, lambda: _facts(published))
            manifest = Manifest(
                made_at=now,
                version=_program_version(),
                engine=connection.vendor,
                engine_version=".".join(map(str, connection.get_database_version())),
                facts=facts,
                data_bytes=data.stat().st_size,
                data_sha256=digest(data),
            )
            pack(data=data, manifest=manifest, out=out)
    except DatabaseError as error:
        raise BackupError(
            f"Không đọc được cơ sở dữ liệu: {_line(error)}. Hãy kiểm tra cơ sở dữ liệu có chạy "
            "không, và sao lưu bằng đúng phiên bản chương trình đang dùng nó."
        ) from None
    except OSError as error:
        raise BackupError(f"Không ghi được {out}: {error.strerror or error}.") from None
    return manifest


def check_backup(source: Path) -> Manifest:
    """The manifest of a backup that is whole and can be restored here; touches nothing.

    Raises ``BackupError`` otherwise.
    """
    manifest = read_manifest(source)
    _require_fitting(manifest)
    check_data(source, manifest)
    return manifest


def existing_rows() -> dict[str, int]:
    """Rows by table of what a restore would replace; empty for a new installation.

    Raises ``BackupError`` when the database cannot be read.
    """
    if not _engine().exists():
        return {}
    try:
        rows = _row_counts()
    except DatabaseError as error:
        raise BackupError(
            f"Không đọc được cơ sở dữ liệu hiện có: {_line(error)}. Hãy kiểm tra nó có chạy không; "
            "nếu là tệp SQLite đã hỏng, hãy chuyển nó sang chỗ khác rồi phục hồi lại."
        ) from None
    return {table: count for table, count in rows.items() if count and table not in _BOOKKEEPING}


def restore_backup(*, source: Path, published: Hashes, replace: bool = False) -> Report:
    """Make the database what it was when ``source`` was saved, with the program's migrations.

    ``published`` gives the hashes of the restored data; each one in the backup must come out the
    same. With ``replace`` existing data are given up, without they are a reason to refuse.
    Raises ``BackupError`` and leaves everything as it was; only when PostgreSQL's data are in and
    prove wrong, ``UnsoundRestoreError``.
    """
    manifest = read_manifest(source)
    _require_fitting(manifest)
    try:
        with private_folder(_engine().folder()) as folder:
            data = folder / "database"
            unpack(source, manifest, data)
            if not replace and (rows := existing_rows()):
                raise BackupError(_already_there(rows))
            return _engine().bring_in(data, manifest, lambda: _settle(manifest, published))
    except DatabaseError as error:
        raise BackupError(f"Không phục hồi được: {_line(error)}.") from None
    except OSError as error:
        raise BackupError(f"Không ghi được cơ sở dữ liệu: {error.strerror or error}.") from None


def database_name() -> str:
    """What a person calls the database: the file's name, or the name on the server."""
    return Path(connection.settings_dict["NAME"]).name


def _engine() -> _Engine:
    return _ENGINES[connection.vendor]


def _program_version() -> str:
    text = (settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])


def _line(error: DatabaseError) -> str:
    return " ".join(str(error).split()).rstrip(".")


def _facts(published: Hashes) -> Facts:
    applied: dict[str, list[str]] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        applied.setdefault(app, []).append(name)
    if not applied:
        raise BackupError("Cơ sở dữ liệu còn trống (chưa chạy migrate), không có gì để sao lưu.")
    return Facts(migrations=applied, tables=_row_counts(), published=published())


def _row_counts() -> dict[str, int]:
    counts = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")
            counts[table] = int(cursor.fetchone()[0])
    return counts


def _already_there(rows: dict[str, int]) -> str:
    largest = sorted(rows, key=lambda table: -rows[table])[:5]
    return (
        f"Cơ sở dữ liệu {database_name()} đã có dữ liệu: {sum(rows.values())} dòng trong "
        f"{len(rows)} bảng ({', '.join(largest)}...). "
        "Nếu thật sự muốn thay bằng bản sao lưu, hãy thêm --replace."
    )


def _require_fitting(manifest: Manifest) -> None:
    """Of the same database system, and not made by a newer program."""
    if manifest.engine != connection.vendor:
        theirs = SYSTEMS.get(manifest.engine, manifest.engine)
        raise BackupError(
            f"Bản sao lưu này của {theirs}, còn chương trình đang dùng "
            f"{SYSTEMS[connection.vendor]}. Hãy phục hồi vào đúng loại cơ sở dữ liệu "
            "(xem DATABASE_URL)."
        )
    unknown = [
        f"{app}.{name}" for app, name in sorted(_unknown_migrations(manifest.facts.migrations))
    ]
    if unknown:
        raise BackupError(
            f"Bản sao lưu được tạo bằng chương trình mới hơn (phiên bản {manifest.version}; "
            f"chưa biết {', '.join(unknown)}). Hãy cập nhật chương trình rồi phục hồi lại."
        )


def _unknown_migrations(applied: dict[str, list[str]]) -> set[tuple[str, str]]:
    """Migrations of a backup that this program does not have, of the apps that it has."""
    loader = MigrationLoader(None)
    known = set(loader.disk_migrations)
    for migration in loader.disk_migrations.values():
        known |= set(migration.replaces)
    theirs = {(app, name) for app, names in applied.items() for name in names}
    return {(app, name) for app, name in theirs - known if app in loader.migrated_apps}


def _settle(manifest: Manifest, published: Hashes) -> Report:
    """Compare what Django's connection now sees with the manifest; migrate it in between."""
    _require_same_rows(manifest.facts.tables, _row_counts())
    migrated = _bring_up_to_date()
    found = published()
    wrong = [name for name, hash in manifest.facts.published.items() if found.get(name) != hash]
    if wrong:
        raise BackupError(
            f"Mã đã công bố tính lại từ dữ liệu khác với mã ghi trong bản sao lưu: "
            f"{', '.join(wrong)}."
        )
    return Report(manifest, found, migrated)


def _require_same_rows(written: dict[str, int], found: dict[str, int]) -> None:
    wrong = [
        f"{table}: {found.get(table, 0)} thay vì {written.get(table, 0)}"
        for table in sorted(set(written) | set(found))
        if found.get(table) != written.get(table)
    ]
    if wrong:
        raise BackupError(f"Số dòng khác với bản sao lưu ({'; '.join(wrong)}).")


def _bring_up_to_date() -> bool:
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    call_command("migrate", interactive=False, verbosity=0)
    return True
