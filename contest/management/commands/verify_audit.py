"""``verify_audit``: whether any audit record was changed, removed or slipped in."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from contest.audit import look_through
from contest.wording import number


class Command(BaseCommand):
    help = "Computes the chain of audit records again; fails when it does not hold."

    def handle(self, *args: Any, **options: Any) -> None:
        chain = look_through()
        for record in chain.broken:
            self.stderr.write(f"Bản ghi số {record} không khớp với bản ghi trước nó.")
        if not chain.ends_at_head:
            self.stderr.write("Bản ghi cuối không phải bản ghi mới nhất đã lưu dấu.")
        if not chain.is_whole:
            raise CommandError("Chuỗi nhật ký không nguyên vẹn.")
        self.stdout.write(f"Chuỗi nhật ký nguyên vẹn: {number(chain.records)} bản ghi.")
