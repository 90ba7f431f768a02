"""``check_banks [FILES...] [--source FILE]``: every fault of question banks, no database."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from quizzes.banks import Bank, Fault
from quizzes.checks import in_file_order, source_faults
from quizzes.clauses import clause_texts
from quizzes.loading import read_banks, shipped_bank_files


class Command(BaseCommand):
    help = "Kiểm tra ngân hàng câu hỏi, đối chiếu với văn bản gốc nếu có."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, help="mặc định: mọi ngân hàng kèm theo")
        parser.add_argument("--source", type=Path, help="văn bản gốc dạng chữ (TXT hoặc Markdown)")

    def handle(self, *args: Any, **options: Any) -> None:
        paths: list[Path] = options["files"] or shipped_bank_files()
        banks, faults = read_banks(paths)
        if options["source"]:
            faults += _compare(banks, options["source"])
        for fault in in_file_order(faults, [path.name for path in paths]):
            self.stderr.write(str(fault))
        if faults:
            raise CommandError(f"{len(faults)} lỗi")
        total = sum(len(bank.questions) for bank in banks)
        self.stdout.write(f"{total} câu hỏi trong {len(banks)} ngân hàng, không có lỗi")


def _compare(banks: list[Bank], path: Path) -> list[Fault]:
    """Faults of the banks against the official text in a file."""
    try:
        texts = clause_texts(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"không đọc được văn bản gốc {path.name}: {error}") from None
    return source_faults(banks, texts)
