"""Questions in and out of files: the exchange page, the download, the template."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from quizzes import access
from quizzes.banks import Bank, BankProgramme, Fault
from quizzes.desk.pages import desk_page
from quizzes.exchange.exporting import bank_for_export
from quizzes.exchange.formats import FORMATS, Format, parted, read_questions
from quizzes.exchange.forms import ExportForm, ImportForm
from quizzes.exchange.importing import (
    ImportRefused,
    Plan,
    import_questions,
    plan_import,
    programme_faults,
)
from quizzes.exchange.reading import Reading

SHOWN_FAULTS = 200
SHOWN_QUESTIONS = 20


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def exchange(request: HttpRequest) -> HttpResponse:
    """Import and export; a POST checks a file or takes it, as its button says."""
    if request.method != "POST":
        return _page(request, ImportForm())
    actor = access.require_author(request.user)
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    upload = form.cleaned_data["file"]
    reading = read_questions(upload.name, upload.read(), form.cleaned_data["format"])
    faults = [*reading.faults, *programme_faults(reading, form.cleaned_data["programme"])]
    if request.POST.get("do") == "import" and not faults:
        return _take(request, actor, form, reading)
    plan = _planned(form, reading)
    return _page(request, form, faults=[*faults, *plan.faults], plan=plan)


@require_safe
@desk_page
def export(request: HttpRequest) -> HttpResponse:
    """A file of questions; first a page about those the format loses, if it loses any."""
    form = ExportForm(request.GET)
    if not form.is_valid():
        return _page(request, ImportForm(), form, status=422)
    programme, format = form.cleaned_data["programme"], FORMATS[form.cleaned_data["format"]]
    name = _file_name(programme.code, format)
    bank = bank_for_export(programme, form.cleaned_data["status"], name)
    carried, left_out = parted(format, bank.questions)
    if not carried or (left_out and "anyway" not in request.GET):
        context = {
            "console_nav": "exchange",
            "programme": programme,
            "format": format,
            "carried": len(carried),
            "left_out": left_out,
        }
        return render(request, "quizzes/exchange/left_out.html", context)
    return _download(name, format, replace(bank, questions=tuple(carried)))


@require_safe
@desk_page
def template(request: HttpRequest) -> HttpResponse:
    """Our spreadsheet without questions."""
    nothing = Bank("", BankProgramme("", "", "", ""), (), ())
    return _download("mau-nhap-cau-hoi.xlsx", FORMATS["own"], nothing)


def _take(request: HttpRequest, actor: User, form: ImportForm, reading: Reading) -> HttpResponse:
    try:
        done = import_questions(
            actor=actor,
            programme=form.cleaned_data["programme"],
            records=reading.questions,
            default_clause=form.cleaned_data["default_clause"],
            now=timezone.now(),
        )
    except ImportRefused as refusal:
        return _page(request, form, faults=refusal.faults, plan=_planned(form, reading))
    messages.success(request, _summary(done))
    if done.strayed:
        messages.warning(
            request,
            f"{len(done.strayed)} câu ghi mục không có trong văn bản nên được xếp vào mục "
            f"thay thế: {', '.join(done.strayed[:10])}.",
        )
    return redirect("quizzes:exchange")


def _planned(form: ImportForm, reading: Reading) -> Plan:
    return plan_import(
        programme=form.cleaned_data["programme"],
        records=reading.questions,
        default_clause=form.cleaned_data["default_clause"],
    )


def _summary(plan: Plan) -> str:
    parts = [f"{plan.created} câu mới"] if plan.created else []
    if codes := plan.revised:
        parts.append(f"{len(codes)} bản nháp mới của câu đã có ({', '.join(codes[:10])})")
    if plan.known:
        parts.append(f"{plan.known} câu đã có, giữ nguyên")
    return f"Đã nhập: {'; '.join(parts)}."


def _page(
    request: HttpRequest,
    form: ImportForm,
    export_form: ExportForm | None = None,
    *,
    faults: list[Fault] | None = None,
    plan: Plan | None = None,
    status: int = 200,
) -> HttpResponse:
    faults = faults or []
    context = {
        "console_nav": "exchange",
        "form": form,
        "export_form": export_form or ExportForm(initial={"format": "own"}),
        "faults": faults[:SHOWN_FAULTS],
        "fault_count": len(faults),
        "more_faults": max(0, len(faults) - SHOWN_FAULTS),
        "plan": plan,
        "shown_steps": plan.steps[:SHOWN_QUESTIONS] if plan else [],
        "may_write": access.may_write(request.user),
    }
    code = 422 if faults else status
    return render(request, "quizzes/exchange/exchange.html", context, status=code)


def _file_name(code: str, format: Format) -> str:
    day = timezone.localdate().isoformat()
    return f"cau-hoi-{code.replace('/', '-')}-{format.key}-{day}.{format.extension}"


def _download(name: str, format: Format, bank: Bank) -> HttpResponse:
    response = HttpResponse(format.write(bank), content_type=format.content_type)
    disposition = content_disposition_header(as_attachment=True, filename=name)
    response["Content-Disposition"] = disposition or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
