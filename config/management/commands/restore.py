"""``restore FILE [--replace [--yes]]``: the database as it was when the backup was made."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.backup_files import BackupError, Manifest, UnsoundRestoreError
from config.backups import (
    SYSTEMS,
    check_backup,
    database_name,
    existing_rows,
    restore_backup,
)
from contest.publishing import published_hashes
from contest.wording import at, number


class Command(BaseCommand):
    help = "Phục hồi cơ sở dữ liệu từ tệp sao lưu; hãy dừng máy chủ trước."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="tệp do lệnh backup tạo")
        parser.add_argument(
            "--replace", action="store_true", help="cho phép thay dữ liệu đang có (hỏi lại trước)"
        )
        parser.add_argument("--yes", action="store_true", help="không hỏi lại")

    def handle(self, *args: Any, **options: Any) -> None:
        source: Path = options["file"]
        try:
            self._describe(check_backup(source))
            if options["replace"] and not options["yes"]:
                self._confirm(existing_rows())
            report = restore_backup(
                source=source, published=published_hashes, replace=options["replace"]
            )
        except UnsoundRestoreError as error:
            raise CommandError(str(error)) from None
        except BackupError as error:
            raise CommandError(f"{error} Chưa có gì thay đổi.") from None
        if report.migrated:
            self.stdout.write("Bản sao lưu cũ hơn chương trình: đã chạy migrate.")
        self.stdout.write(
            f"Đã phục hồi. Số dòng các bảng khớp; {len(report.manifest.facts.published)} mã đã "
            "công bố tính lại đều trùng với bản sao lưu."
        )
        self.stdout.write(
            "Hãy khởi động lại mọi tiến trình máy chủ: bộ nhớ của chúng còn giữ dữ liệu cũ."
        )

    def _describe(self, manifest: Manifest) -> None:
        facts = manifest.facts
        self.stdout.write(
            f"Bản sao lưu lúc {at(manifest.made_at)}, {SYSTEMS[manifest.engine]} "
            f"{manifest.engine_version}, chương trình {manifest.version}: {len(facts.tables)} "
            f"bảng, {number(sum(facts.tables.values()))} dòng."
        )

    def _confirm(self, rows: dict[str, int]) -> None:
        """Raises ``BackupError`` unless the person types the name of the database."""
        if not rows:
            return
        name = database_name()
        self.stdout.write(
            f"Cơ sở dữ liệu {name} đang có {number(sum(rows.values()))} dòng, sẽ bị thay hết và "
            "không lấy lại được, trừ khi bạn đã sao lưu chúng."
        )
        self.stdout.write(f"Gõ {name} để thay: ", ending="")
        self.stdout.flush()
        try:
            typed = input()
        except EOFError:
            typed = ""
        if typed.strip() != name:
            raise BackupError("Việc thay dữ liệu chưa được xác nhận.")
