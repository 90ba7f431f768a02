"""Pages of the official texts: load, correct, compare, accept or drop."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from quizzes import access
from quizzes.desk.pages import desk_page
from quizzes.desk.services import DeskError
from quizzes.documents import acceptance
from quizzes.documents import drafts as documents
from quizzes.documents.differences import counts
from quizzes.documents.forms import DecisionForm, SplitForm, UploadForm, WordsForm
from quizzes.models import Document

CONFLICT = 409
BAD_FORM = "Trang gửi lên thiếu dữ liệu. Hãy quay lại, tải lại trang rồi làm lại."


@require_safe
@desk_page
def document_list(request: HttpRequest) -> HttpResponse:
    """Every official text that was ever loaded, newest first."""
    context = {
        "console_nav": "documents",
        "documents": Document.objects.defer("original", "text"),
        "may_write": access.may_write(request.user),
    }
    return render(request, "quizzes/documents/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new_document(request: HttpRequest) -> HttpResponse:
    """Load a file. What was typed stays when the file cannot be read."""
    actor = access.require_author(request.user)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            document = documents.import_document(
                actor=actor,
                title=form.cleaned_data["title"],
                file_name=file.name,
                data=file.read(),
                now=timezone.now(),
            )
        except DeskError as error:
            for reason in error.reasons:
                form.add_error("file", reason)
        else:
            messages.success(request, "Đã nạp văn bản thành bản nháp. Hãy kiểm tra từng mục.")
            return redirect("quizzes:document", document.pk)
    context = {"console_nav": "documents", "form": form}
    status = 400 if form.errors else 200
    return render(request, "quizzes/documents/upload.html", context, status=status)


@require_safe
@desk_page
def document_page(request: HttpRequest, document_id: int) -> HttpResponse:
    """A text as a tree, with what to correct."""
    return _show(request, access.desk_document(request.user, document_id))


@require_POST
@desk_page
def correct_clause(request: HttpRequest, document_id: int) -> HttpResponse:
    """New words for one clause; when refused the page shows them with the reason."""
    access.require_author(request.user)
    document = access.desk_document(request.user, document_id)
    data = _checked(WordsForm(request.POST))
    code, text = data["code"], data["text"]
    try:
        documents.correct_clause(document=document, code=code, text=text, rev=data["rev"])
    except DeskError as error:
        return _show(request, document, error.reasons, typed={code: text})
    messages.success(request, f"Đã lưu lời văn mục {code}.")
    return _to_clause(document, code)


@require_POST
@desk_page
def split_glued(request: HttpRequest, document_id: int) -> HttpResponse:
    """Take one suggested split of a clause, or all of them."""
    access.require_author(request.user)
    document = access.desk_document(request.user, document_id)
    data = _checked(SplitForm(request.POST))
    code = data["code"]
    try:
        documents.split_glued(document=document, code=code, start=data["start"], rev=data["rev"])
    except DeskError as error:
        return _show(request, document, error.reasons)
    return _to_clause(document, code)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def document_text(request: HttpRequest, document_id: int) -> HttpResponse:
    """The whole text in one box, for mending the structure."""
    access.require_author(request.user)
    document = access.desk_document(request.user, document_id)
    reasons: list[str] = []
    text = document.text
    if request.method == "POST":
        data = _checked(WordsForm(request.POST))
        text = data["text"]
        try:
            documents.correct_text(document=document, text=text, rev=data["rev"])
        except DeskError as error:
            reasons = error.reasons
        else:
            messages.success(request, "Đã lưu toàn văn.")
            return redirect("quizzes:document", document.pk)
    elif document.state != Document.State.DRAFT:
        return redirect("quizzes:document", document.pk)
    context = {
        "console_nav": "documents",
        "document": document,
        "text": text,
        "reasons": reasons,
    }
    status = CONFLICT if reasons else 200
    return render(request, "quizzes/documents/text.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def accept_document(request: HttpRequest, document_id: int) -> HttpResponse:
    """What accepting will do, clause by clause; then do it."""
    actor = access.require_desk(request.user)
    document = access.desk_document(request.user, document_id)
    reasons: list[str] = []
    if request.method == "POST":
        rev = _checked(DecisionForm(request.POST))["rev"]
        try:
            _require_reviewer_for(actor, document)
            done = acceptance.accept_document(
                actor=actor, document=document, rev=rev, now=timezone.now()
            )
        except DeskError as error:
            document.refresh_from_db()
            reasons = error.reasons
        else:
            messages.success(request, _accepted_message(done))
            return redirect("quizzes:document", document.pk)
    elif document.state != Document.State.DRAFT:
        return redirect("quizzes:document", document.pk)
    plan = acceptance.plan(document)
    context = {
        "console_nav": "documents",
        "document": document,
        "draft": documents.draft_view(document),
        "plan": plan,
        "counts": counts(plan.changes),
        "reasons": reasons,
    }
    status = CONFLICT if reasons else 200
    return render(request, "quizzes/documents/accept.html", context, status=status)


@require_POST
@desk_page
def drop_document(request: HttpRequest, document_id: int) -> HttpResponse:
    """Give a draft up."""
    access.require_author(request.user)
    document = access.desk_document(request.user, document_id)
    rev = _checked(DecisionForm(request.POST))["rev"]
    try:
        documents.drop_document(document=document, rev=rev)
    except DeskError as error:
        return _show(request, document, error.reasons)
    messages.success(request, f"Đã bỏ bản nháp “{document.title}”.")
    return redirect("quizzes:documents")


def _show(
    request: HttpRequest,
    document: Document,
    reasons: list[str] | None = None,
    typed: dict[str, str] | None = None,
) -> HttpResponse:
    """The draft page; ``typed`` is ``{code: words}`` that could not be saved."""
    is_draft = document.state == Document.State.DRAFT
    draft = documents.draft_view(document)
    codes = {words.code for part in draft.parts for words in (part.heading, *part.nodes) if words}
    context = {
        "console_nav": "documents",
        "document": document,
        "draft": draft,
        "reasons": reasons or [],
        "typed": typed or {},
        "homeless": [text for code, text in (typed or {}).items() if code not in codes],
        "may_correct": is_draft and access.may_write(request.user),
        "may_accept": is_draft,
    }
    status = CONFLICT if reasons else 200
    return render(request, "quizzes/documents/draft.html", context, status=status)


def _checked(form: forms.Form) -> dict[str, Any]:
    """The form's data; what no page of ours sends is a bad request."""
    if not form.is_valid():
        raise BadRequest(BAD_FORM)
    return form.cleaned_data


def _to_clause(document: Document, code: str) -> HttpResponse:
    anchor = documents.anchor_of(code)
    return redirect(f"{reverse('quizzes:document', args=[document.pk])}#{anchor}")


def _require_reviewer_for(actor: User, document: Document) -> None:
    """Taking approved questions out of use is a reviewer's decision, here as at the desk."""
    if acceptance.plan(document).versions and not access.may_review(actor):
        raise DeskError(
            "Chấp nhận văn bản này sẽ đưa câu hỏi đã duyệt về “Cần xem lại”; "
            "hãy nhờ người thẩm định mở trang này và chấp nhận."
        )


def _accepted_message(done: acceptance.Plan) -> str:
    found = counts(done.changes)
    text = (
        f"Đã chấp nhận văn bản: {found['added']} mục mới, {found['changed']} mục đổi, "
        f"{found['removed']} mục bỏ, {found['unchanged']} mục giữ nguyên."
    )
    if done.versions:
        text += f" {len(done.versions)} câu hỏi đã chuyển sang cần xem lại."
    return text
