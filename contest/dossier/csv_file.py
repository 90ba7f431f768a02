"""The full table as CSV, line by line.

UTF-8 with a byte order mark, without which Excel reads another encoding. Fields are parted by
semicolons: where the comma is the decimal sign, as in Vietnam, Excel splits lines there and
keeps 87,65 whole. No "sep=;" line announces it: Excel would then forget the mark, and every
other program would take the line for data.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from io import StringIO

from contest.dossier.content import Dossier
from contest.dossier.tables import (
    Column,
    Kind,
    Row,
    Value,
    exact_moment,
    is_formula_like,
    plain_text,
    result_columns,
)

BOM = b"\xef\xbb\xbf"
_BATCH = 500  # lines given out at once; one by one costs more than writing them


def csv_lines(dossier: Dossier) -> Iterator[bytes]:
    """The file in pieces of whole lines; ``dossier.rows()`` is read along, never as a whole.

    Numbers have no dots between thousands and a comma before decimals, times taken are in
    seconds, moments are in Vietnam's time. A text that a spreadsheet would compute gets an
    apostrophe in front.
    """
    columns = result_columns(dossier)
    buffer = StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow([_heading(column) for column in columns])
    yield BOM + _taken(buffer)
    for place, row in enumerate(dossier.rows(), start=1):
        writer.writerow([_cell(column.kind, column.value(row)) for column in columns])
        if place % _BATCH == 0:
            yield _taken(buffer)
    if rest := _taken(buffer):
        yield rest


def _taken(buffer: StringIO) -> bytes:
    """What was written since the last time."""
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def _heading(column: Column[Row]) -> str:
    return f"{column.heading} (giây)" if column.kind is Kind.LENGTH else column.heading


def _cell(kind: Kind, value: Value) -> str:
    match kind, value:
        case _, None:
            return ""
        case Kind.LENGTH, int():
            return f"{value // 1000},{value % 1000:03d}"
        case Kind.MOMENT, datetime():
            return exact_moment(value)
        case _, Decimal():
            return f"{value.normalize():f}".replace(".", ",")
        case _:
            text = plain_text(str(value))
            return f"'{text}" if is_formula_like(text) else text
