"""The file of a backup: a zip of ``manifest.json`` and ``database``. Knows no database itself."""

from __future__ import annotations

import hashlib
import lzma
import os
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Literal

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, ValidationError

MANIFEST, DATA = "manifest.json", "database"
_LONGEST_MANIFEST = 4 * 1024 * 1024
_CHUNK = 1024 * 1024
# What Python's zip reader raises for bytes that are not what they should be.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    RuntimeError,  # encrypted, or packed in a way it does not know
    ValueError,
    OverflowError,
)


class BackupError(Exception):
    """Why a backup was not made or not restored, in Vietnamese; the database is as it was."""


class UnsoundRestoreError(BackupError):
    """The data of the backup are in place, but are not what the manifest says."""


class Facts(BaseModel):
    """What a database says about itself at one moment."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    migrations: dict[str, list[str]]  # names applied, by app
    tables: dict[str, NonNegativeInt]  # rows, by table
    published: dict[str, str]  # hashes, by name


class Manifest(BaseModel):
    """``manifest.json``: where a backup comes from and what must be true once it is restored."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["contest-backup"] = "contest-backup"
    format_version: Literal[1] = 1
    made_at: datetime
    version: str  # of the program
    engine: str  # Django's name of the database system
    engine_version: str = Field(pattern=r"^\d+(\.\d+)*$")
    facts: Facts
    data_bytes: NonNegativeInt
    data_sha256: str


@contextmanager
def private_folder(beside: Path) -> Iterator[Path]:
    """A folder inside ``beside`` that only its owner can open; gone afterwards."""
    with tempfile.TemporaryDirectory(dir=beside, prefix=".backup-") as name:
        yield Path(name)


def digest(data: Path) -> str:
    """SHA-256 of a file in hexadecimal."""
    with data.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def refuse_taken(out: Path) -> None:
    """A backup is never overwritten, and nobody's folders are made. Raises ``BackupError``."""
    if not out.parent.is_dir():
        raise BackupError(f"Không có thư mục {out.parent}. Hãy tạo thư mục trước.")
    if out.exists() or out.is_symlink():
        raise BackupError(f"Đã có tệp {out}. Hãy chọn tên khác, bản sao lưu không bị ghi đè.")


def pack(*, data: Path, manifest: Manifest, out: Path) -> None:
    """Write the backup (mode 600) beside ``data`` and, once it is whole, give it its name."""
    whole = data.with_name("backup.zip")
    descriptor = os.open(whole, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    with open(descriptor, "w+b") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(MANIFEST, manifest.model_dump_json(indent=1))
            archive.write(data, DATA)
        file.flush()
        os.fsync(file.fileno())
    refuse_taken(out)
    whole.rename(out)


def read_manifest(source: Path) -> Manifest:
    """The manifest of a backup. Raises ``BackupError`` for a file that is none."""
    with _opened(source) as archive:
        if sorted(archive.namelist()) != sorted([MANIFEST, DATA]):
            raise BackupError(f"{source} không phải bản sao lưu của chương trình này.")
        with archive.open(MANIFEST) as file:
            text = file.read(_LONGEST_MANIFEST)
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(map(str, fault["loc"])) or MANIFEST
        raise BackupError(
            f"{source} không phải bản sao lưu mà phiên bản chương trình này đọc được "
            f"(mục {place} trong {MANIFEST} không đúng)."
        ) from None


def unpack(source: Path, manifest: Manifest, into: Path) -> None:
    """Write the database of the backup to the file ``into``, which must not exist yet (mode 600).

    Raises ``BackupError`` unless its bytes are those the manifest names.
    """
    descriptor = os.open(into, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with open(descriptor, "wb") as out:
        _copy_checked(source, manifest, out)


def check_data(source: Path, manifest: Manifest) -> None:
    """Read the database of the backup to its end, keep nothing. Raises as ``unpack`` does."""
    _copy_checked(source, manifest, None)


def _copy_checked(source: Path, manifest: Manifest, out: IO[bytes] | None) -> None:
    hashed, size = hashlib.sha256(), 0
    with _opened(source) as archive, archive.open(DATA) as file:
        while size <= manifest.data_bytes and (chunk := file.read(_CHUNK)):
            size += len(chunk)
            hashed.update(chunk)
            if out is not None:
                out.write(chunk)
    if (size, hashed.hexdigest()) != (manifest.data_bytes, manifest.data_sha256):
        raise BackupError(
            f"Dữ liệu trong {source} không khớp mã SHA-256 ghi kèm: tệp đã hỏng hoặc bị sửa. "
            "Hãy dùng bản sao lưu khác."
        )


@contextmanager
def _opened(source: Path) -> Iterator[zipfile.ZipFile]:
    """The archive, with everything that can be wrong with it told as ``BackupError``."""
    try:
        with zipfile.ZipFile(source) as archive:
            yield archive
    except _DAMAGE:
        raise BackupError(
            f"{source} không phải bản sao lưu, hoặc đã hỏng (có thể chưa chép hết). "
            "Hãy chép lại tệp hoặc dùng bản sao lưu khác."
        ) from None
    except OSError as error:
        raise BackupError(
            f"Không chép được dữ liệu từ {source}: {error.strerror or error}."
        ) from None
