"""``load_banks [FILES...]``: bring question banks into the database, all or nothing."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from quizzes.loading import FaultyBanksError, load_bank_files, shipped_bank_files


class Command(BaseCommand):
    help = "Nạp ngân hàng câu hỏi vào cơ sở dữ liệu; có lỗi thì không thay đổi gì."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, help="mặc định: mọi ngân hàng kèm theo")

    def handle(self, *args: Any, **options: Any) -> None:
        paths: list[Path] = options["files"] or shipped_bank_files()
        try:
            counts = load_bank_files(paths=paths)
        except FaultyBanksError as error:
            for fault in error.faults:
                self.stderr.write(str(fault))
            raise CommandError(f"{len(error.faults)} lỗi, chưa nạp câu hỏi nào") from None
        self.stdout.write(
            f"Câu hỏi: {counts.new} mới, {counts.changed} sửa, "
            f"{counts.retired} thôi dùng, {counts.unchanged} giữ nguyên"
        )
