"""manage.py find_irregularities ROUND: look at every paper of a round, away from any request."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from contest.integrity.services import find_irregularities
from contest.models import Round


class Command(BaseCommand):
    help = "Tìm những điều đáng xem lại trong các bài đã nộp của một vòng thi."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("round", type=int, help="số hiệu (id) của vòng thi")

    def handle(self, *args: Any, **options: Any) -> None:
        round = Round.objects.filter(pk=options["round"]).first()
        if round is None:
            raise CommandError(f"Không có vòng thi số {options['round']}.")
        for row in find_irregularities(round=round, now=timezone.now()):
            self.stdout.write(f"{row.kind}: {row.summary}")
        waiting = round.irregularities.filter(status="open").count()
        self.stdout.write(f"{waiting} mục đang chờ xem xét.")
