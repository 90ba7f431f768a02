"""Pages of announcements and questions: the organisers' page, and asking without a script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.limits import within_limit
from accounts.models import User
from contest import access
from contest.console_views import organiser_page
from contest.errors import ContestError, RateLimited
from contest.live import announcements, inquiries
from contest.live.forms import AnnounceForm, AnswerForm, AskForm, WithdrawForm, refuse
from contest.models import Announcement, Inquiry, Round
from contest.views import page

MOST_SHOWN = 100


@require_safe
@organiser_page
def notices(request: HttpRequest, round_id: int) -> HttpResponse:
    """What was announced and asked, with the forms."""
    return _show(request, access.organised_round(request.user, round_id))


@require_POST
@organiser_page
def announce(request: HttpRequest, round_id: int) -> HttpResponse:
    round = access.organised_round(request.user, round_id)
    form = AnnounceForm(request.POST)

    def run(actor: User) -> str:
        announcements.announce_text(
            round=round, text=form.cleaned_data["text"], actor=actor, now=timezone.now()
        )
        return "Đã gửi thông báo tới mọi trang đang mở của vòng thi."

    return _run(request, round, form, "text", run, announce_form=form)


@require_POST
@organiser_page
def withdraw(request: HttpRequest, round_id: int, announcement_id: int) -> HttpResponse:
    round = access.organised_round(request.user, round_id)
    found = Announcement.objects.filter(pk=announcement_id, round=round).first()
    if found is None:
        raise Http404("Không tìm thấy thông báo này.")
    form = WithdrawForm(request.POST, auto_id=f"withdraw_{found.pk}_%s")

    def run(actor: User) -> str:
        announcements.withdraw(
            announcement=found,
            actor=actor,
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
        )
        return "Đã gỡ thông báo khỏi mọi trang."

    return _run(request, round, form, "reason", run, bound=(found.pk, form))


@require_POST
@organiser_page
def answer(request: HttpRequest, round_id: int, inquiry_id: int) -> HttpResponse:
    round = access.organised_round(request.user, round_id)
    found = Inquiry.objects.filter(pk=inquiry_id, round=round).first()
    if found is None:
        raise Http404("Không tìm thấy câu hỏi này.")
    form = AnswerForm(request.POST, auto_id=f"answer_{found.pk}_%s")

    def run(actor: User) -> str:
        said, now = form.cleaned_data["answer"], timezone.now()
        if form.cleaned_data["to"] == "asker":
            inquiries.answer_privately(inquiry=found, text=said, actor=actor, now=now)
            return "Đã trả lời riêng người hỏi."
        quote = form.cleaned_data["quote"]
        inquiries.answer_everybody(inquiry=found, text=said, quote=quote, actor=actor, now=now)
        return "Đã trả lời cho mọi người."

    return _run(request, round, form, "answer", run, answering=(found.pk, form))


def _run(
    request: HttpRequest,
    round: Round,
    form: forms.Form,
    field: str,
    run: Callable[[User], str],
    **bound: Any,
) -> HttpResponse:
    """Do it and come back, or say what to correct with everything typed still there."""
    if form.is_valid():
        try:
            messages.success(request, run(access.require_organiser(request.user)))
            return redirect("contest:notices", round.pk)
        except ContestError as refusal:
            refuse(form, field, refusal.message, refusal.fields)
    return _show(request, round, status=422, **bound)


def _show(
    request: HttpRequest,
    round: Round,
    *,
    status: int = 200,
    announce_form: AnnounceForm | None = None,
    bound: tuple[int, forms.Form] | None = None,
    answering: tuple[int, forms.Form] | None = None,
) -> HttpResponse:
    asked = round.inquiries.select_related("user", "announcement").order_by("asked_at", "id")
    told = round.announcements.select_related("by").order_by("-at", "-id")
    context = {
        "console_nav": "contests",
        "here": "notices",
        "round": round,
        "form": announce_form or AnnounceForm(),
        "announcements": [(each, _withdraw_form(each, bound)) for each in told[:MOST_SHOWN]],
        "waiting": [
            (each, _answer_form(each, answering)) for each in asked.filter(answered_at=None)
        ],
        "answered": [
            (each, _answer_form(each, answering))
            for each in asked.exclude(answered_at=None).order_by("-answered_at")[:MOST_SHOWN]
        ],
    }
    return render(request, "contest/console/notices.html", context, status=status)


def _withdraw_form(of: Announcement, bound: tuple[int, forms.Form] | None) -> forms.Form:
    if bound and bound[0] == of.pk:
        return bound[1]
    return WithdrawForm(auto_id=f"withdraw_{of.pk}_%s")


def _answer_form(of: Inquiry, bound: tuple[int, forms.Form] | None) -> forms.Form:
    if bound and bound[0] == of.pk:
        return bound[1]
    initial = {"answer": of.answer, "quote": of.text}
    return AnswerForm(auto_id=f"answer_{of.pk}_%s", initial=initial)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@page
def ask(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Ask the organisers; a refusal keeps what was typed."""
    round = access.visible_round_at(slug, number)
    form = AskForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            _ask(cast(User, request.user), round, form.cleaned_data["text"])
            messages.success(request, "Đã gửi câu hỏi. Câu trả lời sẽ hiện ngay trên trang này.")
            return redirect(f"{reverse('contest:round', args=[slug, number])}#hoi-dap")
        except ContestError as refusal:
            refuse(form, "text", refusal.message, refusal.fields)
    context = {"nav": "contests", "round": round, "form": form}
    status = 422 if form.errors else 200
    return render(request, "contest/inquiry_form.html", context, status=status)


def _ask(user: User, round: Round, text: str) -> None:
    if not within_limit("inquiry", user.pk, times=10, seconds=60):
        raise RateLimited("Bạn gửi câu hỏi quá nhanh. Hãy thử lại sau ít phút.")
    inquiries.ask(user=user, round=round, text=text, now=timezone.now())
