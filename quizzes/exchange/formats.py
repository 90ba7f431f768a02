"""The formats there are, which one a file is in, and reading under all limits. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from quizzes.banks import Bank, BankQuestion, Fault
from quizzes.exchange.aiken import aiken_cannot, read_aiken, write_aiken
from quizzes.exchange.encoding import decode
from quizzes.exchange.gift import gift_cannot, read_gift, write_gift
from quizzes.exchange.live_sheet import (
    is_live_sheet,
    live_sheet_cannot,
    read_live_sheet,
    write_live_sheet,
)
from quizzes.exchange.moodle import moodle_cannot, read_moodle, write_moodle
from quizzes.exchange.own_sheet import (
    is_own_sheet,
    own_sheet_cannot,
    read_own_sheet,
    write_own_sheet,
)
from quizzes.exchange.reading import (
    MAX_BYTES,
    Reading,
    Unreadable,
    form_reasons,
)
from quizzes.exchange.sheets import read_rows
from quizzes.exchange.yaml_file import read_yaml, write_yaml, yaml_cannot

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Format:
    """A format: how it is read and written, and ``cannot``: why it loses a question, or ""."""

    key: str
    name: str
    extension: str
    content_type: str
    read: Callable[[str, bytes], Reading]
    write: Callable[[Bank], bytes]
    cannot: Callable[[BankQuestion], str]

    def refusal(self, question: BankQuestion) -> str:
        """Why a question is left out of an export, or "" when it can be carried."""
        reasons = form_reasons(question)
        return reasons[0] if reasons else self.cannot(question)


_ALL = (
    Format(
        "own",
        "Bảng tính XLSX theo tệp mẫu",
        "xlsx",
        XLSX_TYPE,
        read_own_sheet,
        write_own_sheet,
        own_sheet_cannot,
    ),
    Format(
        "live",
        "Bảng tính XLSX của trang đố vui (kiểu Kahoot)",
        "xlsx",
        XLSX_TYPE,
        read_live_sheet,
        write_live_sheet,
        live_sheet_cannot,
    ),
    Format(
        "moodle",
        "Moodle XML",
        "xml",
        "application/xml",
        read_moodle,
        write_moodle,
        moodle_cannot,
    ),
    Format("gift", "GIFT", "gift", "text/plain; charset=utf-8", read_gift, write_gift, gift_cannot),
    Format(
        "aiken", "Aiken", "txt", "text/plain; charset=utf-8", read_aiken, write_aiken, aiken_cannot
    ),
    Format(
        "yaml",
        "YAML (tệp ngân hàng)",
        "yaml",
        "application/yaml",
        read_yaml,
        write_yaml,
        yaml_cannot,
    ),
)
FORMATS = {format.key: format for format in _ALL}
_BY_EXTENSION = {"xml": "moodle", "gift": "gift", "yaml": "yaml", "yml": "yaml"}


def read_questions(file: str, data: bytes, key: str = "") -> Reading:
    """Read a file in the format ``key``, or the one it seems to be in. Never raises on content.

    One fault for the whole file when it is too large, unreadable or of no known format.
    """
    try:
        if len(data) > MAX_BYTES:
            raise Unreadable(f"tệp lớn quá {MAX_BYTES // 1024 // 1024} MB; hãy chia nhỏ")
        if not data.strip():
            raise Unreadable("tệp trống")
        reading = FORMATS[key or detect(file, data)].read(file, data)
        if not reading.questions and not reading.faults:
            raise Unreadable("tệp không có câu hỏi nào")
        return reading
    except Unreadable as error:
        return Reading(faults=(Fault(file, "", str(error)),))


def detect(file: str, data: bytes) -> str:
    """The key of the format a file is in, by its content and its name. Raises ``Unreadable``."""
    if data.startswith((b"PK", b"\xd0\xcf\x11\xe0")) or _extension(file) in ("xlsx", "xls"):
        return _sheet_kind(data)
    if known := _BY_EXTENSION.get(_extension(file)):
        return known
    text = decode(data)
    if text.lstrip().startswith(("<?xml", "<quiz")):
        return "moodle"
    lines = [line.strip() for line in text.split("\n")]
    if any(line.upper().startswith(("ANSWER:", "ĐÁP ÁN:")) for line in lines):
        return "aiken"
    if "{" in text and "}" in text:
        return "gift"
    if "questions:" in lines:
        return "yaml"
    raise Unreadable(
        "không nhận ra định dạng của tệp; hãy chọn định dạng trong danh sách rồi nhập lại"
    )


def parted(
    format: Format, questions: Iterable[BankQuestion]
) -> tuple[list[BankQuestion], list[tuple[BankQuestion, str]]]:
    """The questions a format carries, and the others with the reason why not."""
    carried, left_out = [], []
    for question in questions:
        if reason := format.refusal(question):
            left_out.append((question, reason))
        else:
            carried.append(question)
    return carried, left_out


def _extension(file: str) -> str:
    return file.rpartition(".")[2].lower()


def _sheet_kind(data: bytes) -> str:
    rows = read_rows(data)
    if is_own_sheet(rows):
        return "own"
    if is_live_sheet(rows):
        return "live"
    raise Unreadable(
        "không thấy dòng tiêu đề quen thuộc trong bảng tính; hãy tải tệp mẫu và chép câu hỏi sang"
    )
