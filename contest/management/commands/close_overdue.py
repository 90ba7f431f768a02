"""Close attempts whose time has run out; the server does the same by itself every few seconds."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from contest.attempts import close_overdue


class Command(BaseCommand):
    help = "Closes overdue attempts, with their deadline as finishing time."

    def handle(self, *args: Any, **options: Any) -> None:
        closed = 0
        while batch := close_overdue(now=timezone.now()):
            closed += batch
        self.stdout.write(f"Đã đóng {closed} bài quá giờ.")
