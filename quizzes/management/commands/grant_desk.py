"""``grant_desk authors|reviewers LOGIN``: let an existing person work at the question desk."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.access import person_by_login
from quizzes.duties import AUTHORS, REVIEWERS, grant_desk_duty


class Command(BaseCommand):
    help = "Gives a person (by username, e-mail or phone) the duty of writing or reviewing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("duty", choices=[AUTHORS, REVIEWERS])
        parser.add_argument("login")

    def handle(self, *args: Any, **options: Any) -> None:
        user = person_by_login(options["login"])
        if user is None:
            raise CommandError(
                f"Không tìm thấy tài khoản “{options['login']}”. Hãy đăng ký tài khoản trước."
            )
        grant_desk_duty(user=user, duty=options["duty"])
        work = "biên soạn" if options["duty"] == AUTHORS else "thẩm định"
        self.stdout.write(f"{user} nay là người {work} câu hỏi.")
