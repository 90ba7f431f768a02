"""``rehearse --round ID --people N``: a simulated crowd against a copy of a round."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.rehearsal.copying import CannotRehearse, open_rounds, rehearsable_round
from config.rehearsal.rehearsing import Wish, rehearse
from config.rehearsal.words import report
from contest.models import Round
from contest.wording import at, number

LEAST_PEOPLE, MOST_PEOPLE = 10, 5_000
MOST_WATCHERS, LONGEST_MIN = 2_000, 30


class Command(BaseCommand):
    help = (
        "Diễn tập một vòng thi với đám đông mô phỏng, trên bản sao tạm ở ngay máy này, rồi cho "
        "biết máy chủ giữ được bao nhiêu người. Dữ liệu thật chỉ được đọc. Kết thúc bằng 0 nếu "
        "đủ, 1 nếu chưa đủ hoặc có bài bị mất, 2 nếu lệnh dùng sai."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--round", type=int, required=True, help="số của vòng thi đã công bố")
        parser.add_argument(
            "--people",
            type=_within(LEAST_PEOPLE, MOST_PEOPLE, int),
            required=True,
            help=f"số người dự kiến cùng thi, {LEAST_PEOPLE} đến {number(MOST_PEOPLE)}",
        )
        parser.add_argument(
            "--watchers",
            type=_within(0, MOST_WATCHERS, int),
            default=50,
            help="số người xem bảng xếp hạng (mặc định 50)",
        )
        parser.add_argument(
            "--minutes",
            type=_within(0.1, LONGEST_MIN, float),
            default=2.0,
            help="thời gian diễn tập (mặc định 2 phút)",
        )
        parser.add_argument(
            "--even-now", action="store_true", help="diễn tập cả khi có vòng thi đang mở"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            round = rehearsable_round(options["round"])
            self._say_what(round, options)
            wish = Wish(options["people"], options["watchers"], options["minutes"])
            found = rehearse(round=round, wish=wish, now=now, tell=self._tell)
        except CannotRehearse as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        except KeyboardInterrupt:
            raise CommandError(
                "Đã dừng giữa chừng; bản sao tạm và máy chủ diễn tập đã được xóa.", returncode=130
            ) from None
        self.stdout.write("\n".join(["", *report(found)]))
        if not found.is_enough:
            sys.exit(1)

    def _say_what(self, round: Round, options: dict[str, Any]) -> None:
        """Raises ``CannotRehearse`` while people may be working in a real round."""
        running = open_rounds(timezone.now())
        if running and not options["even_now"]:
            raise CannotRehearse(
                f"{running[0]} ({running[0].contest}) đang mở đến {at(running[0].closes_at)}. "
                "Diễn tập lấy CPU của máy, người đang thi thật sẽ phải chờ. Hãy diễn tập khi không "
                "có vòng thi nào mở; nếu vẫn muốn chạy ngay, thêm --even-now."
            )
        if running:
            self._tell("CHÚ Ý: có vòng thi đang mở; người đang thi thật sẽ thấy máy chậm hơn.")
        self._tell(
            f"Diễn tập {round} ({round.contest}) với {number(options['people'])} người dự kiến. "
            "Dữ liệu thật chỉ được đọc, bản sao tạm sẽ được xóa."
        )

    def _tell(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _within(least: float, most: float, kind: type[int] | type[float]) -> Callable[[str], float]:
    """Reads a number from ``least`` to ``most``; argparse tells what was expected."""

    def read(text: str) -> float:
        try:
            value = kind(text)
        except ValueError:
            value = least - 1
        if not least <= value <= most:
            raise ArgumentTypeError(f"cần một số từ {number(least)} đến {number(most)}")
        return value

    return read
