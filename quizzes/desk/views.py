"""The desk: finding questions, writing them, deciding about them."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.text import nfc
from quizzes import access
from quizzes.banks import BankQuestion
from quizzes.desk import services as desk
from quizzes.desk import soundness
from quizzes.desk.deeds import DEEDS, deeds_for
from quizzes.desk.forms import LONGEST_NOTE, DeedForm, QuestionForm, initial_of
from quizzes.desk.lists import counts_by_status, listed_versions, preview_item
from quizzes.desk.pages import desk_page
from quizzes.desk.services import DeskError
from quizzes.models import Programme, QuestionVersion
from quizzes.passages import current_texts
from quizzes.quotes import around_quote
from quizzes.records import record_of

PER_PAGE = 40
WITH_FAULTS = (*desk.OPEN, QuestionVersion.Status.MUST_REVIEW)
FILTERS = ("programme", "status", "type", "difficulty", "clause", "q")


@require_safe
@desk_page
def questions(request: HttpRequest) -> HttpResponse:
    """Every question's versions but the retired, filtered as the address says."""
    chosen = {name: nfc(request.GET.get(name, "")) for name in FILTERS}
    found = listed_versions(chosen)
    counts = counts_by_status()
    context = {
        "console_nav": "questions",
        "chosen": chosen,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "total": len(found),
        "tiles": [(s, s.label, counts[s]) for s in QuestionVersion.Status],
        "programmes": Programme.objects.all(),
        "types": QuestionVersion.Type.choices,
        "difficulties": QuestionVersion.Difficulty.choices,
        "may_write": access.may_write(request.user),
    }
    return render(request, "quizzes/desk/questions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new_question(request: HttpRequest) -> HttpResponse:
    """An empty question; ``?clause=`` says where it belongs."""
    actor = access.require_author(request.user)
    if request.method != "POST":
        initial = {"clause": request.GET.get("clause", ""), "type": "single"}
        return _editor(request, QuestionForm(initial=initial))
    form = QuestionForm(request.POST)
    if not form.is_valid():
        return _editor(request, form)
    try:
        version = desk.create_draft(
            actor=actor,
            record=form.record(),
            origin=QuestionVersion.Origin.DESK,
            now=timezone.now(),
        )
    except DeskError as refusal:
        return _editor(request, form, refusal.reasons)
    messages.success(request, f"Đã lưu bản nháp {version.question.code}.")
    return redirect("quizzes:version", version.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def edit_version(request: HttpRequest, version_id: int) -> HttpResponse:
    """A draft, changed in place; what was typed stays on the page when it cannot be saved."""
    actor = access.require_author(request.user)
    version = access.desk_version(request.user, version_id)
    if request.method != "POST":
        if version.status != QuestionVersion.Status.DRAFT:
            return redirect("quizzes:version", version.pk)
        initial = initial_of(record_of(version), version.rev)
        return _editor(request, QuestionForm(initial=initial), version=version)
    form = QuestionForm(request.POST)
    if not form.is_valid():
        return _editor(request, form, version=version)
    try:
        desk.edit_draft(
            actor=actor,
            version=version,
            record=form.record(),
            rev=form.cleaned_data["rev"] or 0,
            now=timezone.now(),
        )
    except DeskError as refusal:
        return _editor(request, form, refusal.reasons, version=version)
    messages.success(request, "Đã lưu bản nháp.")
    return redirect("quizzes:version", version.pk)


def _editor(
    request: HttpRequest,
    form: QuestionForm,
    refusals: list[str] | None = None,
    version: QuestionVersion | None = None,
) -> HttpResponse:
    wrong = form.is_bound and bool(form.errors or refusals)
    context = {
        "console_nav": "questions",
        "form": form,
        "refusals": refusals or [],
        "version": version,
        "texts": current_texts(),
    }
    return render(request, "quizzes/desk/editor.html", context, status=422 if wrong else 200)


@require_safe
@desk_page
def version_page(request: HttpRequest, version_id: int) -> HttpResponse:
    """A version as on the phone, its proof, its history, and what may be done with it."""
    return _show(request, access.desk_version(request.user, version_id))


def _show(
    request: HttpRequest,
    version: QuestionVersion,
    refusals: list[str] | None = None,
    typed: dict[str, str] | None = None,
) -> HttpResponse:
    actor = access.require_desk(request.user)
    before, quoted, after = around_quote(version.quote, soundness.official_text(version))
    deeds = [(deed, (typed or {}).get(deed.name, "")) for deed in deeds_for(actor, version)]
    is_draft = version.status == QuestionVersion.Status.DRAFT
    context = {
        "console_nav": "questions",
        "version": version,
        "item": preview_item(version),
        "key": _key_in_words(record_of(version)),
        "passage": (before, quoted, after) if before or quoted else None,
        "faults": soundness.version_faults(version) if version.status in WITH_FAULTS else [],
        "deeds": deeds,
        "refusals": refusals or [],
        "waits_for_another": _waits_for_another(actor, version),
        "may_edit": is_draft and access.may_write(actor),
        "siblings": version.question.versions.order_by("-number"),
        "events": version.events.order_by("-at", "-id"),
        "longest_note": LONGEST_NOTE,
    }
    status = 409 if refusals else 200
    return render(request, "quizzes/desk/version.html", context, status=status)


def _waits_for_another(actor: User, version: QuestionVersion) -> bool:
    """Whether this person may review but had a hand in this version."""
    waiting = version.status in (
        QuestionVersion.Status.IN_REVIEW,
        QuestionVersion.Status.MUST_REVIEW,
    )
    return waiting and access.may_review(actor) and actor.pk in soundness.writers(version)


def _key_in_words(record: BankQuestion) -> list[str]:
    """The answer as lines of text: right choices, the right order, or the right pairs."""
    texts = dict(record.choices)
    right = [
        f"{key.upper()}. {texts.get(key, '')}" if key else "(chưa chọn)" for key in record.answer
    ]
    if record.prompts:
        return [
            f"{prompt} → {choice}" for prompt, choice in zip(record.prompts, right, strict=False)
        ]
    return right


@require_POST
@desk_page
def act(request: HttpRequest, version_id: int, name: str) -> HttpResponse:
    """One of the buttons of a version's page."""
    actor = access.require_desk(request.user)
    version = access.desk_version(request.user, version_id)
    deed = next((deed for deed in DEEDS if deed.name == name), None)
    if deed is None:
        raise Http404("Không có việc này.")
    if not deed.allowed(actor):
        raise PermissionDenied(access.NO_REVIEW if access.may_write(actor) else access.NO_WRITING)
    form = DeedForm(request.POST)
    typed = {name: request.POST.get("note", "")}
    if not form.is_valid():
        reasons = [str(reason) for reasons in form.errors.values() for reason in reasons]
        return _show(request, version, reasons, typed)
    try:
        done = deed.do(actor=actor, version=version, now=timezone.now(), **form.cleaned_data)
    except DeskError as refusal:
        version.refresh_from_db()
        return _show(request, version, refusal.reasons, typed)
    messages.success(request, deed.done)
    return redirect("quizzes:version", done.pk if name == "revise" else version.pk)  # type: ignore[attr-defined]
