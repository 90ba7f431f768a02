"""``import_document FILE [--title T] [--accept] --as LOGIN``: load an official text."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from quizzes.access import require_author
from quizzes.desk.services import DeskError
from quizzes.documents.acceptance import accept_document
from quizzes.documents.differences import counts
from quizzes.documents.drafts import draft_view, import_document
from quizzes.models import Document


class Command(BaseCommand):
    help = "Nạp văn bản chính thức (PDF, DOCX, TXT) thành bản nháp; --accept thì chấp nhận luôn."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="tệp PDF, DOCX hoặc TXT")
        parser.add_argument("--as", dest="login", required=True, help="tên đăng nhập người nạp")
        parser.add_argument("--title", default="", help="tên gọi; mặc định lấy tên tệp")
        parser.add_argument("--accept", action="store_true", help="chấp nhận ngay sau khi nạp")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = _author(options["login"])
        path: Path = options["file"]
        try:
            data = path.read_bytes()
        except OSError as error:
            raise CommandError(f"không đọc được tệp {path}: {error}") from None
        try:
            document = import_document(
                actor=actor,
                title=options["title"],
                file_name=path.name,
                data=data,
                now=timezone.now(),
            )
            self._tell(document)
            if options["accept"]:
                self._accept(actor, document)
        except DeskError as error:
            raise CommandError("\n".join(error.reasons)) from None

    def _tell(self, document: Document) -> None:
        """The tree, the suspicious places, and what keeps it from being accepted."""
        view = draft_view(document)
        self.stdout.write(f"Bản nháp {document.pk}: {view.summary}")
        self.stdout.write(f"{view.flag_count} chỗ nghi dính chữ")
        for part in view.parts:
            words = [part.heading, *part.nodes] if part.heading else part.nodes
            for flag, code in ((flag, w.code) for w in words for flag in w.flags):
                self.stdout.write(f"  {code}: {flag.word} -> {flag.suggestion}")
        for fault in (*view.faults, *view.doubts):
            self.stderr.write(fault)

    def _accept(self, actor: User, document: Document) -> None:
        done = accept_document(actor=actor, document=document, rev=document.rev, now=timezone.now())
        found = counts(done.changes)
        self.stdout.write(
            f"Đã chấp nhận: {found['added']} mới, {found['changed']} đổi, "
            f"{found['removed']} bỏ, {found['unchanged']} giữ nguyên; "
            f"{len(done.versions)} câu hỏi cần xem lại"
        )


def _author(login: str) -> User:
    """The person in whose name it is done; only authors may."""
    user = User.objects.filter(username=login).first()
    if user is None:
        raise CommandError(f"không có tài khoản {login}")
    try:
        return require_author(user)
    except PermissionDenied as error:
        raise CommandError(f"{login}: {error}") from None
