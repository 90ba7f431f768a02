"""Backup and restore on real databases of the mode the suite runs in (O1)."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts.models import Unit, User
from config.backup_files import BackupError, UnsoundRestoreError, read_manifest, unpack
from config.backups import check_backup, existing_rows, make_backup, restore_backup
from contest.attempts import finish_attempt, start_attempt
from contest.duties import grant_organiser
from contest.publishing import published_hashes
from contest.rounds import create_round
from quizzes.models import Programme
from quizzes.versions import forget_version_texts
from tests import factories
from tests.conftest import NOON

ROOT = Path(__file__).resolve().parent.parent.parent
SQLITE = connection.vendor == "sqlite"
only_sqlite = pytest.mark.skipif(not SQLITE, reason="about the SQLite file")
only_postgres = pytest.mark.skipif(SQLITE, reason="about PostgreSQL's tools")


def use(name: str | Path) -> None:
    """Django's connection now goes to this database."""
    connection.close()
    connection.settings_dict["NAME"] = name
    forget_version_texts()
    ContentType.objects.clear_cache()


@contextlib.contextmanager
def using(name: str) -> Iterator[None]:
    """Afterwards Django's connection is back where it was."""
    usual = connection.settings_dict["NAME"]
    try:
        use(name)
        yield
    finally:
        use(usual)


def create(folder: Path) -> str:
    """The name of a new database, as on a machine that never had one."""
    connection.close()
    if SQLITE:
        return str(folder / "db.sqlite3")
    name = f"backup_test_{os.getpid()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    return name


def drop(name: str) -> None:
    connection.close()
    if not SQLITE:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def empty(name: str) -> None:
    """Use this database, as one that nothing was ever done with."""
    use(name)
    if SQLITE:
        for file in Path(name).parent.glob("db.sqlite3*"):
            file.unlink()
    else:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


def names() -> dict[str, str]:
    """A tiny thing that was published: the people's names."""
    told = ",".join(User.objects.order_by("username").values_list("full_name", flat=True))
    return {"names": hashlib.sha256(told.encode()).hexdigest()}


@dataclass(frozen=True)
class Machine:
    """A database of these tests, and two backups of the contest that was in it at first: as the
    tests make them, and as the command does."""

    database: str
    backup: Path
    by_command: Path
    rows_when_new: dict[str, int] = field(default_factory=dict)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Machine]:
    folder = tmp_path_factory.mktemp("machine")
    with django_db_blocker.unblock():
        made = Machine(create(folder), folder / "sao-luu.zip", folder / "dem-qua.zip")
        try:
            with using(made.database):
                call_command("migrate", verbosity=0)
                made.rows_when_new.update(existing_rows())
                hold_a_contest()
                make_backup(out=made.backup, now=NOON, published=names)
                call_command("backup", str(made.by_command))
            yield made
        finally:
            drop(made.database)


@pytest.fixture
def today(machine: Machine, django_db_blocker: Any) -> Iterator[str]:
    """The database in use; what is in it nobody knows."""
    with django_db_blocker.unblock(), using(machine.database):
        yield machine.database


@pytest.fixture
def backup(machine: Machine, today: str, tmp_path: Path) -> Path:
    """Yesterday's backup, while somebody in the database in use has changed her name since."""
    if "accounts_user" not in connection.introspection.table_names() or not rename_yen():
        empty(today)
        restore_backup(source=machine.backup, published=names)
        rename_yen()
    return shutil.copy(machine.backup, tmp_path / "sao-luu.zip")


def hold_a_contest() -> None:
    """A published round in which somebody took part, and one nobody may know of yet."""
    commune = factories.make_unit("01477", "Xã Trùng Khánh")
    ha = factories.make_person("ha", "Nông Thị Thu Hà", commune)
    grant_organiser(user=ha)
    yen = factories.make_person("yen", "Hoàng Thị Yến", commune)
    round = factories.make_round(ha, NOON)
    draft = factories.make_draft(Programme.objects.get(), NOON)
    create_round(actor=ha, contest=round.contest, draft=draft)
    attempt, _ = start_attempt(user=yen, round=round, now=NOON)
    finish_attempt(
        attempt=attempt,
        rev=1,
        answers=factories.right_answers(attempt.paper),
        prediction=None,
        now=NOON + timedelta(minutes=3),
    )


def rename_yen() -> int:
    return User.objects.filter(username="yen").update(full_name="Hoàng Thị Én")


def name_of_yen() -> str:
    return User.objects.get(username="yen").full_name


def forged(backup: Path, *, data: bytes | None = None, **changes: Any) -> Path:
    """The backup with another database or with changes in the manifest, its check sum right."""
    with zipfile.ZipFile(backup) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        data = archive.read("database") if data is None else data
    manifest |= {"data_bytes": len(data), "data_sha256": hashlib.sha256(data).hexdigest()}
    manifest["facts"] |= changes.pop("facts", {})
    out = backup.with_name("gia.zip")
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("manifest.json", json.dumps(manifest | changes))
        archive.writestr("database", data)
    return out


def facts_of(backup: Path) -> dict[str, Any]:
    with zipfile.ZipFile(backup) as archive:
        facts: dict[str, Any] = json.loads(archive.read("manifest.json"))["facts"]
    return facts


def manage(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``manage.py`` in a process of its own on this database."""
    connection.close()
    env = {**os.environ, "REDIS_URL": ""}
    if SQLITE:
        env |= {"DATABASE_URL": "", "DATA_DIR": str(Path(name).parent)}
    else:
        known = connection.settings_dict
        login = f"{quote(known['USER'])}:{quote(known['PASSWORD'])}"
        host = quote(known["HOST"], safe="")
        env["DATABASE_URL"] = f"postgres://{login}@{host}:{known['PORT'] or 5432}/{name}"
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_o1_last_nights_backup_on_a_clean_machine_gives_the_same_published_hashes(
    today: str, backup: Path, tmp_path: Path
) -> None:
    published, rows = published_hashes(), existing_rows()
    assert published
    out = tmp_path / "dem-qua.zip"
    saved = manage(today, "backup", str(out))
    assert (saved.returncode, saved.stderr) == (0, "")
    assert f"{len(published)} mã đã công bố" in saved.stdout

    empty(today)
    restored = manage(today, "restore", str(out))
    assert (restored.returncode, restored.stderr) == (0, "")
    assert f"{len(published)} mã đã công bố tính lại đều trùng" in restored.stdout
    assert "khởi động lại mọi tiến trình máy chủ" in restored.stdout
    assert published_hashes() == published
    assert existing_rows() == rows


def test_a_database_that_was_only_migrated_counts_as_clean(machine: Machine, backup: Path) -> None:
    assert machine.rows_when_new == {}
    call_command("flush", interactive=False, verbosity=0)
    report = restore_backup(source=backup, published=names)
    assert report.published == report.manifest.facts.published == names()
    assert not report.migrated
    assert name_of_yen() == "Hoàng Thị Yến"


def test_only_its_owner_reads_a_backup_and_nothing_else_is_left(
    backup: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "kho"
    folder.mkdir()
    make_backup(out=folder / "b.zip", now=NOON, published=names)
    assert stat.S_IMODE((folder / "b.zip").stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == ["b.zip"]


def test_people_go_on_working_while_a_backup_is_made(backup: Path, tmp_path: Path) -> None:
    """What is not committed is not in it; what is committed while it looks is not either."""
    server = connection.copy("server")
    server.set_autocommit(False)
    with server.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET full_name = 'Lục' WHERE username = 'yen'")

    def while_looking() -> dict[str, str]:
        server.commit()
        return names()

    out = tmp_path / "b.zip"
    make_backup(out=out, now=NOON, published=while_looking)
    server.close()
    assert name_of_yen() == "Lục"

    restore_backup(source=out, published=names, replace=True)
    assert name_of_yen() == "Hoàng Thị Én"


def test_a_backup_never_takes_the_place_of_a_file(backup: Path) -> None:
    before = backup.read_bytes()
    with pytest.raises(BackupError, match="Đã có tệp"):
        make_backup(out=backup, now=NOON, published=names)
    assert backup.read_bytes() == before


def test_a_file_that_appears_meanwhile_stays_too(backup: Path) -> None:
    out = backup.with_name("b.zip")

    def somebody_else_was_faster() -> dict[str, str]:
        out.write_text("của người khác")
        return names()

    with pytest.raises(BackupError, match="Đã có tệp"):
        make_backup(out=out, now=NOON, published=somebody_else_was_faster)
    assert out.read_text() == "của người khác"


def test_a_folder_that_is_not_there_is_told(backup: Path) -> None:
    with pytest.raises(BackupError, match="Không có thư mục"):
        make_backup(out=backup.parent / "xa" / "b.zip", now=NOON, published=names)


def test_a_machine_without_data_has_nothing_to_save(today: str, tmp_path: Path) -> None:
    empty(today)
    with pytest.raises(CommandError, match=r"(Chưa có cơ sở dữ liệu|còn trống).* Chưa sao lưu"):
        call_command("backup", str(tmp_path / "b.zip"))
    assert list(tmp_path.iterdir()) == []


def test_a_failure_half_way_leaves_no_file(backup: Path) -> None:
    def of_another_program() -> dict[str, str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT hash FROM results_of_the_future")
        return {}

    with pytest.raises(BackupError, match=r"Không đọc được cơ sở dữ liệu: .*future.* phiên bản"):
        make_backup(out=backup.with_name("b.zip"), now=NOON, published=of_another_program)
    assert list(backup.parent.iterdir()) == [backup]


def not_a_backup(backup: Path) -> Path:
    backup.write_text("Cuộc thi tìm hiểu Nghị quyết")
    return backup


def cut_short(backup: Path) -> Path:
    backup.write_bytes(backup.read_bytes()[:-1000])
    return backup


def damaged(backup: Path) -> Path:
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 255
    backup.write_bytes(content)
    return backup


def wrong_sum(backup: Path) -> Path:
    with zipfile.ZipFile(backup) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        data = archive.read("database")
    with zipfile.ZipFile(backup, "w") as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        archive.writestr("database", data[:-1] + b"!")
    return backup


def longer_than_said(backup: Path) -> Path:
    with zipfile.ZipFile(backup) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    with zipfile.ZipFile(backup, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", json.dumps(manifest | {"data_bytes": 5}))
        archive.writestr("database", b"\0" * 3_000_000)
    return backup


def another_zip(backup: Path) -> Path:
    with zipfile.ZipFile(backup, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    return backup


def another_product(backup: Path) -> Path:
    return forged(backup, format="wordpress")


def format_to_come(backup: Path) -> Path:
    return forged(backup, format_version=2)


def numbered_in_words(backup: Path) -> Path:
    return forged(backup, engine_version="mới nhất")


def not_counted(backup: Path) -> Path:
    return forged(backup, facts={"tables": {"accounts_user": "many"}})


def other_system(backup: Path) -> Path:
    return forged(backup, engine="postgresql" if SQLITE else "sqlite")


def newer_program(backup: Path) -> Path:
    migrations = facts_of(backup)["migrations"]
    migrations["contest"].append("9999_of_the_future")
    return forged(backup, facts={"migrations": migrations})


def missing(backup: Path) -> Path:
    return backup.with_name("mat.zip")


def not_a_database(backup: Path) -> Path:
    return forged(backup, data=b"x" * 5000)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (missing, "Không chép được dữ liệu từ"),
        (not_a_backup, "không phải bản sao lưu, hoặc đã hỏng"),
        (cut_short, "không phải bản sao lưu, hoặc đã hỏng"),
        (damaged, "hỏng"),
        (wrong_sum, "không khớp mã SHA-256"),
        (longer_than_said, "không khớp mã SHA-256"),
        (another_zip, "không phải bản sao lưu của chương trình này"),
        (another_product, "mục format trong manifest"),
        (format_to_come, "mục format_version trong manifest"),
        (numbered_in_words, "mục engine_version trong manifest"),
        (not_counted, "mục facts.tables.accounts_user trong manifest"),
        (other_system, "Hãy phục hồi vào đúng loại cơ sở dữ liệu"),
        (newer_program, r"contest\.9999_of_the_future.*cập nhật chương trình"),
        (not_a_database, "đã hỏng|pg_restore báo lỗi"),
    ],
)
def test_what_is_no_sound_backup_of_ours_changes_nothing(
    backup: Path, spoil: Callable[[Path], Path], message: str
) -> None:
    source = spoil(backup)
    with pytest.raises(CommandError, match=f"{message}.*Chưa có gì thay đổi"):
        call_command("restore", str(source), "--replace", "--yes")
    assert name_of_yen() == "Hoàng Thị Én"


def test_unpacking_stops_where_the_manifest_says_it_ends(backup: Path) -> None:
    """A small zip can hold a file that fills the disk."""
    into = backup.with_name("database")
    source = longer_than_said(backup)
    with pytest.raises(BackupError, match="không khớp mã SHA-256"):
        unpack(source, read_manifest(source), into)
    assert into.stat().st_size < 2_000_000
    assert stat.S_IMODE(into.stat().st_mode) == 0o600


@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.floats(0, 1, exclude_max=True), end=st.booleans(), byte=st.integers(1, 255))
def test_any_damaged_byte_is_found_or_without_consequence(
    backup: Path, position: float, end: bool, byte: int
) -> None:
    """Never another error than ours; what still passes has the same manifest and data."""
    sound = check_backup(backup)
    content = bytearray(backup.read_bytes())
    place = int(position * min(len(content), 400 if end else len(content)))
    content[-place - 1 if end else place] ^= byte
    other = backup.with_name("khac.zip")
    other.write_bytes(content)
    with contextlib.suppress(BackupError):
        assert check_backup(other) == sound


def test_existing_data_are_given_up_only_when_told(machine: Machine, backup: Path) -> None:
    source = str(machine.by_command)
    with pytest.raises(CommandError, match=r"quizzes_question.*--replace.*Chưa có gì thay đổi"):
        call_command("restore", source, "--yes")
    assert name_of_yen() == "Hoàng Thị Én"

    call_command("restore", source, "--replace", "--yes")
    assert name_of_yen() == "Hoàng Thị Yến"


def test_replacing_asks_for_the_name_of_the_database(
    machine: Machine, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ("restore", str(machine.by_command), "--replace")
    for typed in ("", "yes\n"):
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        with pytest.raises(CommandError, match=r"chưa được xác nhận\. Chưa có gì thay đổi"):
            call_command(*command)
    assert name_of_yen() == "Hoàng Thị Én"

    monkeypatch.setattr("sys.stdin", io.StringIO(f"{Path(machine.database).name}\n"))
    call_command(*command)
    assert name_of_yen() == "Hoàng Thị Yến"


def test_a_running_server_is_to_be_stopped_first(backup: Path) -> None:
    server = connection.copy("server")
    server.ensure_connection()
    with pytest.raises(BackupError, match=r"Hãy dừng .*máy chủ"):
        restore_backup(source=backup, published=names, replace=True)
    server.close()
    assert name_of_yen() == "Hoàng Thị Én"


def test_an_older_backup_is_brought_to_the_programs_state(backup: Path, tmp_path: Path) -> None:
    call_command("migrate", "sessions", "zero", verbosity=0)
    old = tmp_path / "cu.zip"
    make_backup(out=old, now=NOON, published=names)

    assert restore_backup(source=old, published=names, replace=True).migrated
    assert "django_session" in connection.introspection.table_names()


def wrong_rows(backup: Path) -> tuple[Path, str]:
    tables = facts_of(backup)["tables"] | {"accounts_user": 7}
    return forged(backup, facts={"tables": tables}), "accounts_user: 2 thay vì 7"


def wrong_and_lost_hashes(backup: Path) -> tuple[Path, str]:
    published = {"names": "0" * 64, "round 3": "1" * 64}
    return forged(backup, facts={"published": published}), "Mã đã công bố.*: names, round 3"


@pytest.mark.parametrize("forge", [wrong_rows, wrong_and_lost_hashes])
def test_o1_data_that_are_not_what_was_published_fail_loudly(
    backup: Path, forge: Callable[[Path], tuple[Path, str]]
) -> None:
    """SQLite's are looked at before they come in, PostgreSQL's right after."""
    source, message = forge(backup)
    with pytest.raises(BackupError, match=message) as refusal:
        restore_backup(source=source, published=names, replace=True)
    assert isinstance(refusal.value, UnsoundRestoreError) is not SQLITE
    assert name_of_yen() == ("Hoàng Thị Én" if SQLITE else "Hoàng Thị Yến")


def test_hashes_the_backup_did_not_know_yet_are_no_fault(backup: Path) -> None:
    """A newer program may publish more than the one that made the backup."""
    report = restore_backup(
        source=backup, published=lambda: names() | {"round 4": "2" * 64}, replace=True
    )
    assert set(report.published) == {"names", "round 4"}


@only_sqlite
def test_a_name_changed_inside_the_file_is_found(backup: Path) -> None:
    with zipfile.ZipFile(backup) as archive:
        inside = Path(archive.extract("database", backup.parent))
    with contextlib.closing(sqlite3.connect(inside, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode=DELETE")
        db.execute("UPDATE accounts_user SET full_name = 'Yên' WHERE username = 'yen'")
    source = forged(backup, data=inside.read_bytes())
    with pytest.raises(BackupError, match=r"Mã đã công bố.*: names"):
        restore_backup(source=source, published=names, replace=True)
    assert name_of_yen() == "Hoàng Thị Én"


@only_sqlite
def test_the_database_file_keeps_its_mode(today: str, backup: Path) -> None:
    file = Path(today)
    file.chmod(0o640)
    restore_backup(source=backup, published=names, replace=True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


@only_sqlite
def test_journals_of_a_file_that_was_removed_are_not_mixed_in(today: str, backup: Path) -> None:
    empty(today)
    file = Path(today)
    file.with_name("db.sqlite3-wal").write_bytes(b"of another database")
    restore_backup(source=backup, published=names)
    assert [path.name for path in file.parent.glob("*db*")] == ["db.sqlite3"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@only_sqlite
def test_a_database_that_cannot_be_read_is_to_be_moved_away(backup: Path, tmp_path: Path) -> None:
    broken = tmp_path / "hong.sqlite3"
    broken.write_text("hỏng" * 2000)
    use(str(broken))
    for replace in (False, True):
        with pytest.raises(BackupError, match="hãy chuyển nó sang chỗ khác"):
            restore_backup(source=backup, published=names, replace=replace)
    assert broken.read_text() == "hỏng" * 2000


def fake_tool(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


@only_postgres
def test_missing_tools_are_named(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupError, match=r"chưa có chương trình pg_dump.*postgresql-client-\d+"):
        make_backup(out=tmp_path / "b.zip", now=NOON, published=names)
    with pytest.raises(BackupError, match="chưa có chương trình pg_restore"):
        restore_backup(source=backup, published=names, replace=True)


@only_postgres
def test_tools_older_than_the_server_are_named(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pg_dump", "pg_restore"):
        fake_tool(tmp_path, name, f"echo '{name} (PostgreSQL) 9.6.24'")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(BackupError, match=r"pg_dump .*bản cũ .*9\.6\.24"):
        make_backup(out=tmp_path / "b.zip", now=NOON, published=names)
    with pytest.raises(BackupError, match=r"pg_restore .*bản cũ .*9\.6\.24"):
        restore_backup(source=backup, published=names, replace=True)


@only_postgres
def test_the_password_is_never_an_argument(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = 'case "$1" in --version) echo 99.1;; *) echo "$PGPASSWORD|$PGUSER|$*" >&2; exit 1;; esac'
    fake_tool(tmp_path, "pg_dump", told)
    fake_tool(tmp_path, "pg_restore", told)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "bi mật")
    with pytest.raises(BackupError, match="pg_dump báo lỗi") as dump:
        make_backup(out=tmp_path / "b.zip", now=NOON, published=names)
    with pytest.raises(BackupError, match="pg_restore báo lỗi") as restore:
        restore_backup(source=backup, published=names, replace=True)
    for refusal in (dump, restore):
        password, user, arguments = str(refusal.value).split("báo lỗi: ")[1].split("|")
        assert (password, user) == ("bi mật", connection.settings_dict["USER"])
        assert "bi mật" not in arguments
    assert not (tmp_path / "b.zip").exists()
    assert name_of_yen() == "Hoàng Thị Én"


@contextlib.contextmanager
def another_thing(kind: str, definition: str) -> Iterator[None]:
    """Something in the database that is not ours."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE {kind} {definition}")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"DROP {kind} IF EXISTS {definition.split()[0]}")


@only_postgres
def test_a_database_with_tables_of_others_is_left_alone(backup: Path) -> None:
    with (
        another_thing("TABLE", "payroll (id integer)"),
        pytest.raises(BackupError, match=r"\(payroll\).*cơ sở dữ liệu mới, trống"),
    ):
        restore_backup(source=backup, published=names, replace=True)
    assert name_of_yen() == "Hoàng Thị Én"


@only_postgres
def test_a_restore_that_fails_half_way_changes_nothing(backup: Path) -> None:
    """A table that something else hangs on cannot be replaced."""
    with (
        another_thing("VIEW", "people AS SELECT id, full_name FROM accounts_user"),
        pytest.raises(BackupError, match="pg_restore báo lỗi"),
    ):
        restore_backup(source=backup, published=names, replace=True)
    assert name_of_yen() == "Hoàng Thị Én"
    assert Unit.objects.count() == 1
