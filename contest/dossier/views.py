"""The console page of a round's dossier: what is in it, and its three files."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import Any, cast

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from contest import access
from contest.console_views import organiser_page
from contest.dossier.blocks import Caption, Grid, Items, Part
from contest.dossier.content import Dossier
from contest.dossier.csv_file import csv_lines
from contest.dossier.exporting import (
    CONTENT_TYPES,
    CSV,
    MOST_ROWS_AT_ONCE,
    XLSX,
    Export,
    attachment,
    file_name,
    last_paperwork,
    record_export,
    write_file,
)
from contest.dossier.forms import PaperworkForm, profiles, usual
from contest.dossier.reading import Paperwork, dossier_of
from contest.dossier.wording import sections
from contest.errors import NotFound
from contest.forms import problems_of
from contest.models import RoundResult
from contest.results.reading import table_at, tables_of
from contest.visibility import is_frozen


@require_safe
@organiser_page
def dossier_page(request: HttpRequest, round_id: int) -> HttpResponse:
    """What the dossier of a result says, and the form for its files; ``?result=`` another one."""
    round = access.organised_round(request.user, round_id)
    if round.published_at is None:
        return redirect("contest:console_round", round.pk)
    if not tables_of(round).exists():
        context = {"console_nav": "contests", "round": round, "here": "dossier"}
        return render(request, "contest/console/dossier.html", context)
    return _show(request, table_at(round, request.GET.get("result", "")))


@require_POST
@organiser_page
def export(request: HttpRequest, round_id: int) -> HttpResponse:
    """One file of the dossier, or the page with what to correct."""
    round = access.organised_round(request.user, round_id)
    result = table_at(round, request.POST.get("result", ""))
    format, form = request.POST.get("format", ""), PaperworkForm(request.POST)
    if format not in CONTENT_TYPES:
        raise NotFound("Không có loại tệp này.")
    if form.is_valid() and format == XLSX and result.leaves > MOST_ROWS_AT_ONCE:
        form.add_error(None, "Bảng này quá lớn để tạo tệp XLSX trên trang; hãy dùng lệnh bên dưới.")
    if not form.is_valid():
        return _show(request, result, form)
    wanted = Export(result, format, form.cleaned_data["profile"], form.paperwork)
    record_export(actor=access.require_organiser(request.user), export=wanted)
    return _file(dossier_of(result, form.paperwork), wanted)


def _file(dossier: Dossier, export: Export) -> HttpResponse:
    response: StreamingHttpResponse
    if export.format == CSV:
        response = StreamingHttpResponse(csv_lines(dossier))
    else:
        out = TemporaryFile()  # noqa: SIM115 - the response closes it
        write_file(dossier, export.format, export.profile, out)
        out.seek(0)
        response = FileResponse(out)
    response["Content-Type"] = CONTENT_TYPES[export.format]
    response["Content-Disposition"] = attachment(file_name(dossier, export.format))
    response["Cache-Control"] = "no-store, private"
    return cast(HttpResponse, response)  # pages are typed as the narrower class


def _show(
    request: HttpRequest, result: RoundResult, form: PaperworkForm | None = None
) -> HttpResponse:
    round = access.organised_round(request.user, result.round_id)
    result.round = round
    last = last_paperwork(round)
    dossier = dossier_of(result, Paperwork())
    context: dict[str, Any] = {
        "console_nav": "contests",
        "round": round,
        "here": "dossier",
        "dossier": dossier,
        "result": result,
        "results": list(tables_of(round)),
        "form": form or PaperworkForm(initial=usual(round.contest, last)),
        "problems": problems_of(form) if form else [],
        "was_exported": bool(last),
        "is_frozen": is_frozen(round.visibility, timezone.now()),
        "is_large": result.leaves > MOST_ROWS_AT_ONCE,
        "profiles": profiles(),
        "counts": _counts(dossier),
        "preview": [
            (section.title, [(part.title, list(_blocks(part))) for part in section.parts])
            for section in sections(dossier)
        ],
    }
    return render(request, "contest/console/dossier.html", context, status=422 if form else 200)


def _counts(dossier: Dossier) -> list[tuple[str, int]]:
    """How much of each kind the documents report."""
    return [
        ("Người trong bảng kết quả", dossier.figures.entrants),
        ("Đơn vị", len(dossier.units)),
        ("Người, đơn vị đạt giải", sum(len(prizes.winners) for prizes in dossier.prizes)),
        ("Lần sửa đổi thể lệ", len(dossier.rules.amendments)),
        ("Lần dời giờ đóng", len(dossier.window.extensions)),
        ("Lần bù gián đoạn", len(dossier.window.outages)),
        ("Quyết định hủy kết quả", len(dossier.disqualifications)),
        ("Quyết định về câu hỏi", len(dossier.questions)),
        ("Sự cố khác", len(dossier.incidents)),
        ("Đơn phúc khảo", dossier.appeals.count),
    ]


def _blocks(part: Part) -> Iterator[tuple[str, Any]]:
    """``(kind, block)``: a template cannot ask for the type."""
    kinds = {Items: "items", Caption: "caption", Grid: "grid"}
    for block in part.blocks:
        yield kinds.get(type(block), "text"), block
