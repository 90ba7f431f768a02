"""``check_banks [FILES...] [--source FILE] [--report]``: faults of question banks, no database."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from quizzes.checks import in_file_order, source_faults
from quizzes.clauses import clause_texts
from quizzes.loading import read_banks, shipped_bank_files
from quizzes.report import report_faults, report_on
from quizzes.report_text import report_lines


class Command(BaseCommand):
    help = "Kiểm tra ngân hàng câu hỏi, đối chiếu với văn bản gốc nếu có."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, help="mặc định: mọi ngân hàng kèm theo")
        parser.add_argument("--source", type=Path, help="văn bản gốc dạng chữ (TXT hoặc Markdown)")
        parser.add_argument(
            "--report",
            action="store_true",
            help="in số liệu và kiểm tra cả giới hạn của bộ câu hỏi",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        paths: list[Path] = options["files"] or shipped_bank_files()
        banks, faults = read_banks(paths)
        texts = _official_texts(options["source"])
        if texts is not None:
            faults += source_faults(banks, texts)
        if options["report"]:
            reports = [report_on(bank, texts) for bank in banks]
            faults += report_faults(reports)
            for line in report_lines(reports):
                self.stdout.write(line)
        for fault in in_file_order(faults, [path.name for path in paths]):
            self.stderr.write(str(fault))
        if faults:
            raise CommandError(f"{len(faults)} lỗi")
        total = sum(len(bank.questions) for bank in banks)
        self.stdout.write(f"{total} câu hỏi trong {len(banks)} ngân hàng, không có lỗi")


def _official_texts(path: Path | None) -> dict[str, str] | None:
    """``{clause id: text}`` of the file, None without one."""
    if path is None:
        return None
    try:
        return clause_texts(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"không đọc được văn bản gốc {path.name}: {error}") from None
