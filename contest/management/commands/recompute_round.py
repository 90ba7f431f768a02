"""``recompute_round ID [--fix]``: compare a round with its recomputation from scratch."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from contest.conduct.comparing import recompute_round
from contest.models import Round

_ROWS = {"round": "vòng thi", "entry": "người dự thi số", "attempt": "bài", "frozen": "đóng băng"}


class Command(BaseCommand):
    help = "Compares every entry of a round with what its attempts and decisions give."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("round_id", type=int)
        parser.add_argument("--fix", action="store_true", help="write what was computed")

    def handle(self, *args: Any, **options: Any) -> None:
        round = Round.objects.filter(pk=options["round_id"]).first()
        if round is None:
            raise CommandError(f"Không có vòng thi số {options['round_id']}.")
        found = recompute_round(round=round, now=timezone.now(), fix=options["fix"])
        for it in found:
            kind, number = it.row
            what = f"{_ROWS[kind]} {number}, {it.column}"
            self.stdout.write(f"{what}: đang ghi {it.stored}, tính lại được {it.computed}")
        if not found:
            self.stdout.write(f"{round}: khớp với kết quả tính lại.")
            return
        if options["fix"]:
            self.stdout.write(f"{round}: đã ghi lại {len(found)} chỗ khác nhau.")
            return
        raise CommandError(f"{round}: {len(found)} chỗ khác nhau; thêm --fix để ghi lại.")
