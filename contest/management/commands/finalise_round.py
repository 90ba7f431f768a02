"""``finalise_round ID --as LOGIN``: publish the final result of a round that is over."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.access import person_by_login
from contest.access import organised_round
from contest.errors import ContestError
from contest.results.finalising import finalise_round
from contest.wording import number


class Command(BaseCommand):
    help = "Makes the result of a round final, on behalf of an organiser."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("round_id", type=int)
        parser.add_argument("--as", dest="login", required=True, help="login of the organiser")
        parser.add_argument("--reason", default="")
        parser.add_argument(
            "--despite-appeals", action="store_true", help="leave open appeals, for the reason"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        actor = person_by_login(options["login"])
        if actor is None:
            raise CommandError(f"Không tìm thấy tài khoản “{options['login']}”.")
        try:
            result = finalise_round(
                actor=actor,
                round=organised_round(actor, options["round_id"]),
                now=timezone.now(),
                reason=options["reason"],
                despite_appeals=options["despite_appeals"],
            )
        except ContestError as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(f"Đã chốt kết quả, bản {result.number}: {number(result.leaves)} người.")
        self.stdout.write(f"Mã gốc: {result.root}")
