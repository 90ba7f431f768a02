"""Making the files of a dossier, naming them, and writing down who took them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import IO, Any
from urllib.parse import quote

from django.utils.text import slugify

from accounts.models import User
from accounts.text import fold
from contest.audit import record
from contest.dossier.content import Dossier
from contest.dossier.csv_file import csv_lines
from contest.dossier.docx_file import write_docx
from contest.dossier.layout import profile_named
from contest.dossier.phrases import contest_name
from contest.dossier.reading import Paperwork
from contest.dossier.xlsx_file import write_xlsx
from contest.models import AuditRecord, Round, RoundResult

DOCX, XLSX, CSV = "docx", "xlsx", "csv"
CONTENT_TYPES = {
    DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    CSV: "text/csv; charset=utf-8",
}
# A workbook of more rows takes longer than anybody should wait for a page.
MOST_ROWS_AT_ONCE = 50_000
EXPORTED = "export_dossier"

_TITLES = {DOCX: "Biên bản kết quả", XLSX: "Bảng kết quả", CSV: "Bảng kết quả"}
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|“”]+')
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Export:
    """What was asked for: a format of a result's dossier, laid out by a profile."""

    result: RoundResult
    format: str
    profile: str
    paperwork: Paperwork


def write_file(dossier: Dossier, format: str, profile: str, out: IO[bytes]) -> None:
    """Write the file to ``out``. Raises ``KeyError`` for an unknown format or profile."""
    if format == DOCX:
        write_docx(dossier, profile_named(profile), out)
    elif format == XLSX:
        write_xlsx(dossier, out)
    elif format == CSV:
        out.writelines(csv_lines(dossier))
    else:
        raise KeyError(format)


def file_name(dossier: Dossier, format: str) -> str:
    """ "Bảng kết quả vòng 2, Cuộc thi Tìm hiểu Nghị quyết, bản 3.csv"."""
    said = (
        f"{_TITLES[format]} vòng {dossier.round_number}, {contest_name(dossier)}, "
        f"bản {dossier.version.number}"
    )
    name = " ".join(_NOT_IN_NAMES.sub(" ", said).split()).replace(" ,", ",")
    if len(name) > _LONGEST_NAME:
        tail = f"…, bản {dossier.version.number}"
        name = name[: _LONGEST_NAME - len(tail)].rstrip(" ,") + tail
    return f"{name}.{format}"


def attachment(name: str) -> str:
    """The header Content-Disposition: the name as it is (RFC 5987), and without marks for
    programs that do not read that."""
    stem, _, ending = name.rpartition(".")
    plain = slugify(fold(stem)) or "ket-qua"
    return f"attachment; filename=\"{plain}.{ending}\"; filename*=UTF-8''{quote(name, safe='')}"


def record_export(*, actor: User, export: Export) -> AuditRecord:
    """Write down who took which file; raises nothing."""
    return record(
        actor=actor,
        action=EXPORTED,
        subject=f"round:{export.result.round_id}",
        after={
            "result": export.result.number,
            "format": export.format,
            "profile": export.profile,
            **_plain(export.paperwork),
        },
    )


def last_paperwork(round: Round) -> Mapping[str, Any]:
    """What was filled in for the round's last export, by the names of ``Paperwork`` and
    "profile"; empty before the first."""
    exports = AuditRecord.objects.filter(subject=f"round:{round.pk}", action=EXPORTED)
    last = exports.order_by("-id").first()
    return last.after if last else {}


def _plain(paperwork: Paperwork) -> dict[str, Any]:
    said = asdict(paperwork)
    return {
        **said,
        "dated": paperwork.dated.isoformat() if paperwork.dated else None,
        "members": list(paperwork.members),
        "recipients": list(paperwork.recipients),
    }
