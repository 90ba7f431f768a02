"""``verify_receipt CODE``: compute everything a receipt stands for again; exit 1 on a failure."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from contest.results.checking import attempt_of, settled_code, verify_attempt


class Command(BaseCommand):
    help = "Recomputes draw, score, receipt and published line of an attempt by its receipt."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="such as 7QKM-4D9X-H3TR-2WBV")

    def handle(self, *args: Any, **options: Any) -> None:
        code = settled_code(options["code"])
        attempt = attempt_of(code) if code else None
        if attempt is None:
            raise CommandError("Không có bài thi nào mang biên nhận này.")
        found = verify_attempt(attempt, code, timezone.now())
        for step in found.steps:
            self.stdout.write(f"[{step.status}] {step.name}: {step.says}")
        if not found.holds:
            raise CommandError("Có bước không đạt.")
