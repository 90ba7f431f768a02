"""``demo``: banks, units, accounts, a final and an open round, people; safe to repeat."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from config import demo


class Command(BaseCommand):
    help = "Loads units and banks; makes accounts, a final and an open round; prints accounts."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        call_command("load_units", stdout=self.stdout)
        call_command("load_banks", stdout=self.stdout)
        accounts = demo.ensure_accounts()
        demo.ensure_head_counts(timezone.localdate(now))
        contest = demo.ensure_contest()
        demo.ensure_final_round(contest, now)
        round = demo.ensure_open_round(contest, now)
        demo.ensure_participants(round, now)
        for account, password in accounts:
            self.stdout.write(f"demo account: {account.role} {account.login} {password}")
