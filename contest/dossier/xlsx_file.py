"""The tables of a round's result as a workbook, written row by row.

Figures are figures and moments are moments, so that they can be added up and sorted. Formats
carry the mark of Vietnam's locale: separators are dots for thousands and a comma for decimals.
Moments are written in Vietnam's time, since a workbook knows no zones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import chain, islice
from typing import IO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from contest.dossier.content import Dossier, Winner
from contest.dossier.facts import decision_columns, decision_lines, facts
from contest.dossier.phrases import subject
from contest.dossier.tables import (
    Column,
    Kind,
    Row,
    Value,
    is_formula_like,
    plain_text,
    result_columns,
    unit_columns,
    winner_columns,
)
from contest.phases import VIETNAM

MOST_ROWS = 1_048_575  # a sheet can hold, below its headings
DAY_MS = 86_400_000
_VIETNAMESE = "[$-42A]"
_FORMATS = {
    Kind.TEXT: "@",
    Kind.COUNT: f"{_VIETNAMESE}#,##0",
    Kind.AMOUNT: f"{_VIETNAMESE}#,##0",
    Kind.MEAN: f"{_VIETNAMESE}#,##0.00",
    Kind.SHARE: f"{_VIETNAMESE}0.0%",
    Kind.LENGTH: "[mm]:ss.000",
    Kind.MOMENT: "dd/mm/yyyy hh:mm:ss.000",
}
_WITH_DECIMALS = f"{_VIETNAMESE}#,##0.00###"
_NO_PRIZES = "Vòng thi không có giải thưởng nào được trao."
_NO_DECISIONS = "Không có quyết định nào làm thay đổi thể lệ, thời gian hoặc kết quả."
_HEADING_FILL = PatternFill("solid", fgColor="F3E3D3")
# In a workbook "_x0041_" means the letter A; a text that says so must escape its first sign.
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def write_xlsx(dossier: Dossier, out: IO[bytes], *, most_rows: int = MOST_ROWS) -> None:
    """Write the workbook to ``out``: "Kết quả", "Theo đơn vị", "Giải thưởng", "Quyết định" and
    "Thông số". ``dossier.rows()`` is read along; rows beyond ``most_rows`` go on in a sheet
    "Kết quả (2)"."""
    book = Workbook(write_only=True)
    about = book.properties
    about.title, about.creator = f"Kết quả {subject(dossier)}", plain_text(dossier.issuer.body)
    about.created = dossier.version.signed_off_at.astimezone(UTC).replace(tzinfo=None)
    _put_results(book, dossier, most_rows)
    _put_table(book, "Theo đơn vị", unit_columns(), dossier.units)
    _put_table(book, "Giải thưởng", _prize_columns(dossier), _winners(dossier), nothing=_NO_PRIZES)
    decided = decision_lines(dossier)
    _put_table(book, "Quyết định", decision_columns(), decided, wraps=True, nothing=_NO_DECISIONS)
    _put_facts(book, dossier)
    book.save(out)


# -- Sheets --------------------------------------------------------------------------------------


def _put_results(book: Workbook, dossier: Dossier, most_rows: int) -> None:
    columns, rows = result_columns(dossier), iter(dossier.rows())
    _put_table(book, "Kết quả", columns, islice(rows, most_rows))
    number = 2
    while (first := next(rows, None)) is not None:
        more = chain([first], islice(rows, most_rows - 1))
        _put_table(book, f"Kết quả ({number})", columns, more)
        number += 1


def _winners(dossier: Dossier) -> list[tuple[str, Winner]]:
    return [(prizes.title, winner) for prizes in dossier.prizes for winner in prizes.winners]


def _prize_columns(dossier: Dossier) -> list[Column[tuple[str, Winner]]]:
    """The list a prize belongs to, what the minutes show of it, and the reason for its place."""
    shown = winner_columns([winner for _, winner in _winners(dossier)])
    return [
        Column("Danh sách", Kind.TEXT, 24, lambda line: line[0]),
        *(_of_winner(column) for column in shown),
        Column("Căn cứ xếp trên người kế tiếp", Kind.TEXT, 60, lambda line: line[1].reason),
    ]


def _of_winner(column: Column[Winner]) -> Column[tuple[str, Winner]]:
    return Column(column.heading, column.kind, column.width, lambda line: column.value(line[1]))


def _put_facts(book: Workbook, dossier: Dossier) -> None:
    """Two columns, name and value; what a value is differs from line to line."""
    sheet = _new_sheet(book, "Thông số", ("Nội dung", "Giá trị"), (60, 90))
    pen = _Pen(sheet, wraps=True)
    for fact in facts(dossier):
        sheet.append([pen.cell(1, Kind.TEXT, fact.name), pen.cell(2, fact.kind, fact.value)])


def _put_table(
    book: Workbook,
    title: str,
    columns: Sequence[Column[Row]],
    rows: Iterable[Row],
    *,
    wraps: bool = False,
    nothing: str = "",
) -> None:
    """One sheet with headings that stay in view; ``nothing`` is said where there are no rows."""
    headings = tuple(column.heading for column in columns)
    sheet = _new_sheet(book, title, headings, tuple(column.width for column in columns))
    pen, count = _Pen(sheet, wraps=wraps), 0
    for row in rows:
        sheet.append(
            [
                pen.cell(place, column.kind, column.value(row))
                for place, column in enumerate(columns)
            ]
        )
        count += 1
    if count:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{count + 1}"
    elif nothing:
        sheet.append([nothing])


def _new_sheet(
    book: Workbook, title: str, headings: Sequence[str], widths: Sequence[int]
) -> Worksheet:
    sheet: Worksheet = book.create_sheet(title)  # the write-only kind, which has all we use
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width + 2
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9  # A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.append([_heading(sheet, text) for text in headings])
    return sheet


def _heading(sheet: Worksheet, text: str) -> Cell:
    cell = WriteOnlyCell(sheet, value=text)
    cell.font, cell.fill = Font(bold=True), _HEADING_FILL
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    return cell


# -- Cells ---------------------------------------------------------------------------------------


class _Pen:
    """Turns values into cells of one sheet.

    A row is written as soon as it is appended, so one cell for each place in it is enough:
    making and styling a new one for every value costs several times as much.
    """

    def __init__(self, sheet: Worksheet, *, wraps: bool) -> None:
        self._sheet = sheet
        self._alignment = Alignment(vertical="top", wrap_text=wraps)
        self._cells: dict[tuple[int, Kind, bool], Cell] = {}

    def cell(self, place: int, kind: Kind, value: Value) -> Cell | None:
        """The cell for the value in the column ``place``; None for nothing."""
        if value is None or value == "":
            return None
        if isinstance(value, str):
            return self._text(place, plain_text(value))
        is_broken = isinstance(value, Decimal) and value != value.to_integral_value()
        cell = self._ready(place, kind, is_broken)
        cell.value = _as_number(kind, value)
        return cell

    def _text(self, place: int, text: str) -> Cell:
        """Stored as text, so "=1+1" stays a text for ever, even when somebody edits it."""
        is_risky = is_formula_like(text)
        cell = self._ready(place, Kind.TEXT, is_risky)
        cell.value = _ESCAPE_LIKE.sub("_x005F_", text)
        cell.data_type = "s"
        return cell

    def _ready(self, place: int, kind: Kind, is_special: bool) -> Cell:
        """``is_special``: a number with decimals, or a text like a formula."""
        key = (place, kind, is_special)
        if key not in self._cells:
            cell = self._cells[key] = WriteOnlyCell(self._sheet)
            cell.alignment = self._alignment
            cell.number_format = _FORMATS[kind]
            if kind is Kind.AMOUNT and is_special:
                cell.number_format = _WITH_DECIMALS
            cell.quotePrefix = kind is Kind.TEXT and is_special
        return self._cells[key]


def _as_number(
    kind: Kind, value: int | Decimal | Fraction | datetime
) -> float | Decimal | datetime:
    """What a workbook keeps: lengths as parts of a day, moments without zone."""
    if isinstance(value, datetime):
        return value.astimezone(VIETNAM).replace(tzinfo=None)
    if kind is Kind.LENGTH:
        return float(value) / DAY_MS
    return float(value) if isinstance(value, Fraction) else value
