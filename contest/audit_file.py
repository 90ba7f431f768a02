"""Audit records as CSV, in the shape that contest/dossier/csv_file.py explains."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from itertools import islice

from contest.audit_search import in_order, people_in, subject_names
from contest.audit_words import Field, People, deed, fields_of
from contest.dossier.csv_file import BOM
from contest.dossier.tables import exact_moment, is_formula_like, plain_text
from contest.models import AuditRecord

HEADINGS = (
    "Số", "Lúc (giờ Việt Nam)", "Người làm", "Việc", "Về", "Lý do", "Trước", "Sau", "Mã chuỗi",
)  # fmt: skip
_BATCH = 200


def audit_lines(ids: list[int]) -> Iterator[bytes]:
    """The file in pieces of whole lines: UTF-8 with a byte order mark, parted by semicolons.

    A text that a spreadsheet would compute gets an apostrophe in front.
    """
    yield BOM + _written([HEADINGS])
    records = in_order(ids)
    while batch := list(islice(records, _BATCH)):
        people, subjects = people_in(batch), subject_names(batch)
        yield _written([_row(each, people, subjects) for each in batch])


def _row(record: AuditRecord, people: People, subjects: dict[str, str]) -> tuple[str, ...]:
    fields = fields_of(record, people)
    return (
        str(record.pk),
        exact_moment(record.at),
        record.actor_name,
        deed(record),
        subjects.get(record.subject, record.subject),
        record.reason,
        _said(fields, [each.before for each in fields]),
        _said(fields, [each.after for each in fields]),
        record.digest,
    )


def _said(fields: list[Field], values: list[str]) -> str:
    return "; ".join(f"{each.name}: {value}" for each, value in zip(fields, values, strict=True))


def _written(rows: list[tuple[str, ...]]) -> bytes:
    buffer = StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerows([[_cell(text) for text in row] for row in rows])
    return buffer.getvalue().encode()


def _cell(text: str) -> str:
    said = plain_text(text)
    return f"'{said}" if is_formula_like(said) else said
