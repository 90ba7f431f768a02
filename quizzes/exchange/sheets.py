"""Rows of a workbook of unknown origin, and workbooks that are safe to open. Pure.

Nothing is taken on trust: sizes are measured before openpyxl opens anything, formulas are
named and never kept, what we write is text even where it looks like a formula.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from accounts.text import fold
from quizzes.exchange.reading import MAX_QUESTIONS, Unreadable, clean

MAX_UNPACKED = 40 * 1024 * 1024
LONGEST_CELL = 32_767
_MAX_PARTS = 300
_MAX_TAGS = 600_000  # parsing costs by the tag, not by the byte
_MAX_COLUMNS = 40
_MAX_LINES = 50_000
# In a workbook "_x0041_" means the letter A; a text that says so must escape its first sign.
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile(r"_x005F_(?=x[0-9A-Fa-f]{4}_)|_x00[01][0-9A-Fa-f]_")
_FORMULA = "ô chứa công thức (bắt đầu bằng “=”); hãy thay bằng chữ"
_MOMENT = (
    "ô bị bảng tính đổi thành ngày, giờ; "
    "hãy định dạng ô là Văn bản (Text) rồi gõ lại, hoặc ghi đủ ngày, tháng, năm"
)
_ERROR = "ô báo lỗi của bảng tính; hãy thay bằng chữ"
_BROKEN = "không mở được tệp XLSX (tệp hỏng hoặc bị cắt); hãy mở bằng bảng tính rồi lưu lại"


@dataclass(frozen=True, slots=True)
class Row:
    """A line that is not blank: ``{column number: text}`` and what is wrong with its cells."""

    number: int
    texts: Mapping[int, str]
    wrongs: Mapping[int, str] = field(default_factory=dict)

    def text(self, column: int) -> str:
        return self.texts.get(column, "")


def read_rows(data: bytes) -> list[Row]:
    """The lines of the first sheet that are not blank. Raises ``Unreadable``."""
    _measure(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        return _rows(book.worksheets[0])
    except Unreadable:
        raise
    except Exception as error:  # openpyxl fails on broken files with whatever it stumbles over
        raise Unreadable(_BROKEN) from error


def folded_headings(row: Row) -> dict[str, int]:
    """``{folded heading: column}`` of a line."""
    return {fold(text): column for column, text in reversed(list(row.texts.items()))}


def cell_place(row: Row, column: int, heading: str) -> str:
    """``dòng 12, cột F (Đáp án)``."""
    return f"dòng {row.number}, cột {get_column_letter(column)} ({heading})"


def new_sheet(title: str, widths: Sequence[int]) -> tuple[Workbook, Worksheet]:
    """A workbook with one sheet whose columns have these widths."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    return book, sheet


def put_line(
    sheet: Worksheet, number: int, values: Sequence[str | int], *, bold: bool = False
) -> None:
    """Write a line; every text is stored as text, so "=1+1" stays a text for ever."""
    for column, value in enumerate(values, start=1):
        if value == "":
            continue
        cell = sheet.cell(number, column)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.font = Font(bold=bold)
        if isinstance(value, int):
            cell.value = value
            continue
        text = clean(value)
        cell.value = _ESCAPE_LIKE.sub("_x005F_", text)
        cell.data_type = "s"
        cell.quotePrefix = text[:1] in ("=", "+", "-", "@")


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def too_long(texts: Iterable[str]) -> str:
    """Why a cell cannot carry one of the texts, or ""."""
    if all(len(text) <= LONGEST_CELL for text in texts):
        return ""
    return f"có phần chữ dài quá {LONGEST_CELL} ký tự, một ô không chứa hết"


def _measure(data: bytes) -> None:
    """Refuse what is no workbook or unpacks to more than anybody writes."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("tệp Excel kiểu cũ (.xls) hoặc có mật khẩu; hãy lưu lại dạng .xlsx")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise Unreadable("tệp XLSX nén quá nhiều dữ liệu; hãy chép câu hỏi sang tệp mẫu")
            if not any(part.filename == "xl/workbook.xml" for part in parts):
                raise Unreadable("tệp này không phải bảng tính XLSX; hãy dùng tệp mẫu")
            # zipfile gives out no more than the size measured above.
            # Any part may be a sheet, whatever it is called: the workbook says which are.
            tags = sum(_tags(packed.read(part)) for part in parts)
    except Unreadable:
        raise
    except Exception as error:  # a file made to break readers breaks them in many ways
        raise Unreadable(_BROKEN) from error
    if tags > _MAX_TAGS:
        raise Unreadable("bảng tính có quá nhiều ô, dòng trống; hãy chép câu hỏi sang tệp mẫu")


def _tags(part: bytes) -> int:
    plain = part.replace(b"\0", b"")  # as UTF-8 would write it, if it is UTF-16
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise Unreadable(
            "tệp XLSX khai báo DTD hoặc thực thể (entity); vì an toàn, tệp như vậy không được nhập"
        )
    return plain.count(b"<")


def _rows(sheet: Any) -> list[Row]:
    sheet.reset_dimensions()  # the size a file claims may be a lie
    rows: list[Row] = []
    for number, cells in enumerate(sheet.iter_rows(max_col=_MAX_COLUMNS), start=1):
        if number > _MAX_LINES:
            raise Unreadable(f"bảng tính dài quá {_MAX_LINES} dòng; hãy xoá các dòng trống")
        texts, wrongs = {}, {}
        for column, cell in enumerate(cells, start=1):
            if reason := _wrong(cell):
                wrongs[column] = reason
            elif text := _shown(cell):
                texts[column] = text
        if texts or wrongs:
            rows.append(Row(number, texts, wrongs))
        if len(rows) > MAX_QUESTIONS + 50:  # headings and remarks above the questions
            raise Unreadable(f"tệp có hơn {MAX_QUESTIONS} câu; hãy chia thành nhiều tệp")
    return rows


def _wrong(cell: Any) -> str:
    if isinstance(cell.value, (datetime, time, timedelta)) and not _is_whole_date(cell):
        return _MOMENT
    return {"f": _FORMULA, "e": _ERROR}.get(cell.data_type or "", "") if cell.value else ""


def _is_whole_date(cell: Any) -> bool:
    """Whether the sheet shows day, month and year: then nobody typed "1/4" or "11/2025"."""
    shown = set(re.sub(r'"[^"]*"|\[[^]]*\]', "", (cell.number_format or "").lower()))
    return isinstance(cell.value, datetime) and set("dmy") <= shown and not shown & set("hs")


def _shown(cell: Any) -> str:
    """A cell's value as a Vietnamese spreadsheet shows it."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Đúng" if value else "Sai"
    if isinstance(value, (int, float)):
        is_share = "%" in (cell.number_format or "")
        # All the figures a spreadsheet keeps, and never "1,5e+10".
        exact = Decimal(f"{value * 100 if is_share else value:.15g}")
        number = f"{exact:f}".replace(".", ",")
        return f"{number}%" if is_share else number
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y")
    return clean(_ESCAPED.sub(lambda found: "_" if "5F" in found[0] else " ", str(value)))
