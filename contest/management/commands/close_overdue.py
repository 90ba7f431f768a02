"""Close attempts whose time has run out; the server does the same by itself every few seconds."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from contest.closing import close_overdue
from contest.results.sealing import seal_due


class Command(BaseCommand):
    help = "Closes overdue attempts, with the deadline as finishing time; seals closed rounds."

    def handle(self, *args: Any, **options: Any) -> None:
        closed = 0
        while batch := close_overdue(now=timezone.now()):
            closed += batch
        self.stdout.write(f"Đã đóng {closed} bài quá giờ.")
        if sealed := seal_due(now=timezone.now()):
            self.stdout.write(f"Đã niêm phong {sealed} vòng thi.")
