"""``backup FILE``: everything the database holds, as one file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.backup_files import BackupError
from config.backups import make_backup
from contest.publishing import published_hashes
from contest.wording import number


class Command(BaseCommand):
    help = "Sao lưu cơ sở dữ liệu vào một tệp; máy chủ vẫn chạy bình thường."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="tệp sẽ tạo, ví dụ sao-luu-2026-03-09.zip")

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path = options["file"]
        try:
            facts = make_backup(out=out, now=timezone.now(), published=published_hashes).facts
        except BackupError as error:
            raise CommandError(f"{error} Chưa sao lưu được.") from None
        self.stdout.write(
            f"Đã sao lưu {len(facts.tables)} bảng, {number(sum(facts.tables.values()))} dòng, "
            f"{len(facts.published)} mã đã công bố vào {out}."
        )
        self.stdout.write(
            "Tệp có dữ liệu cá nhân và bí mật của các vòng thi: hãy giữ kín như giữ đề thi."
        )
