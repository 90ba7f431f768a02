"""``grant_organiser LOGIN``: let an existing person organise contests."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.access import person_by_login
from contest.duties import grant_organiser


class Command(BaseCommand):
    help = "Gives a person (by username, e-mail or phone) the duty of organising contests."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("login")

    def handle(self, *args: Any, **options: Any) -> None:
        user = person_by_login(options["login"])
        if user is None:
            raise CommandError(
                f"Không tìm thấy tài khoản “{options['login']}”. Hãy đăng ký tài khoản trước."
            )
        grant_organiser(user=user)
        self.stdout.write(f"{user} nay là người tổ chức cuộc thi.")
