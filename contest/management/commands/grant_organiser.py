"""``grant_organiser LOGIN``: let an existing person organise contests."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from accounts.models import User
from accounts.phones import normalise_phone
from contest.duties import grant_organiser


class Command(BaseCommand):
    help = "Gives a person (by username, e-mail or phone) the duty of organising contests."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("login")

    def handle(self, *args: Any, **options: Any) -> None:
        login = options["login"].strip()
        who = Q(username__iexact=login) | Q(email__iexact=login)
        if phone := normalise_phone(login):
            who |= Q(phone=phone)
        user = User.objects.filter(who).first()
        if user is None:
            raise CommandError(f"Không tìm thấy tài khoản “{login}”. Hãy đăng ký tài khoản trước.")
        grant_organiser(user=user)
        self.stdout.write(f"{user} nay là người tổ chức cuộc thi.")
