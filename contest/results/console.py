"""Results in the console: what is missing, making them final, corrections by two people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from contest import access
from contest.console_views import organiser_page
from contest.errors import ContestError, NotFound
from contest.models import Round
from contest.results import corrections
from contest.results.finalising import finalise_round, open_appeals, readiness
from contest.results.forms import FinaliseForm, ReasonForm
from contest.visibility import is_frozen

FINALISE, OPEN, SIGN, DROP = "finalise", "open", "sign", "drop"


@require_safe
@organiser_page
def console_results(request: HttpRequest, round_id: int) -> HttpResponse:
    """Everything about the round's results and what can be done next."""
    return _show(request, _published(request, round_id))


def _published(request: HttpRequest, round_id: int) -> Round:
    round = access.organised_round(request.user, round_id)
    if round.published_at is None:
        raise NotFound("Vòng thi chưa công bố nên chưa có kết quả.")
    return round


def _show(
    request: HttpRequest,
    round: Round,
    *,
    form: forms.Form | None = None,
    deed: str = "",
    refusals: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; ``form`` is the one of ``deed`` as typed, with what is wrong."""
    now = timezone.now()
    conditions = readiness(round, now)
    blank: dict[str, forms.Form] = {
        FINALISE: FinaliseForm(prefix=FINALISE),
        OPEN: ReasonForm(prefix=OPEN),
        SIGN: FinaliseForm(prefix=SIGN),
        DROP: ReasonForm(prefix=DROP),
    }
    if form is not None:
        blank[deed] = form
    context: dict[str, Any] = {
        "round": round,
        "here": "results",
        "now": now,
        "conditions": conditions,
        "appeals": open_appeals(round),
        "is_ready": all(condition.is_met for condition in conditions),
        "results": list(round.results.order_by("number")),
        "opening": corrections.opening_of(round),
        "is_frozen": is_frozen(round.visibility, now),
        "refusals": refusals or [],
        "forms": blank,
        "deed": deed,
        "problems": [text for texts in form.errors.values() for text in texts] if form else [],
    }
    return render(request, "contest/console/results.html", context, status=status)


def _refused(
    request: HttpRequest, round: Round, form: forms.Form, deed: str, refusal: ContestError
) -> HttpResponse:
    reasons = getattr(refusal, "reasons", None) or [refusal.message]
    status = refusal.status
    return _show(request, round, form=form, deed=deed, refusals=reasons, status=status)


@require_POST
@organiser_page
def finalise(request: HttpRequest, round_id: int) -> HttpResponse:
    """Make the result final, or say everything that is missing."""
    round = _published(request, round_id)
    form = FinaliseForm(request.POST, prefix=FINALISE)
    if not form.is_valid():
        return _show(request, round, form=form, deed=FINALISE, status=422)
    try:
        result = finalise_round(
            actor=access.require_organiser(request.user),
            round=round,
            now=timezone.now(),
            reason=form.cleaned_data["reason"],
            despite_appeals=form.cleaned_data["despite_appeals"],
        )
    except ContestError as refusal:
        return _refused(request, round, form, FINALISE, refusal)
    messages.success(request, f"Đã chốt kết quả vòng {round.number}, bản {result.number}.")
    return redirect("contest:console_results", round.pk)


@require_POST
@organiser_page
def open_correction(request: HttpRequest, round_id: int) -> HttpResponse:
    """Begin a correction."""
    round = _published(request, round_id)
    form = ReasonForm(request.POST, prefix=OPEN)
    if not form.is_valid():
        return _show(request, round, form=form, deed=OPEN, status=422)
    try:
        corrections.open_correction(
            actor=access.require_organiser(request.user),
            round=round,
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
        )
    except ContestError as refusal:
        return _refused(request, round, form, OPEN, refusal)
    messages.success(
        request, "Đã mở đính chính. Bảng đã công bố vẫn giữ nguyên cho tới khi người khác ký."
    )
    return redirect("contest:console_results", round.pk)


@require_POST
@organiser_page
def sign_correction(request: HttpRequest, round_id: int) -> HttpResponse:
    """Sign the correction another person opened."""
    round = _published(request, round_id)
    form = FinaliseForm(request.POST, prefix=SIGN)
    if not form.is_valid():
        return _show(request, round, form=form, deed=SIGN, status=422)
    try:
        result = corrections.sign_correction(
            actor=access.require_organiser(request.user),
            round=round,
            now=timezone.now(),
            despite_appeals=form.cleaned_data["despite_appeals"],
            reason=form.cleaned_data["reason"],
        )
    except ContestError as refusal:
        return _refused(request, round, form, SIGN, refusal)
    messages.success(request, f"Đã công bố kết quả đính chính, bản {result.number}.")
    return redirect("contest:console_results", round.pk)


@require_POST
@organiser_page
def drop_correction(request: HttpRequest, round_id: int) -> HttpResponse:
    """Give a correction up."""
    round = _published(request, round_id)
    form = ReasonForm(request.POST, prefix=DROP)
    if not form.is_valid():
        return _show(request, round, form=form, deed=DROP, status=422)
    try:
        corrections.drop_correction(
            actor=access.require_organiser(request.user),
            round=round,
            reason=form.cleaned_data["reason"],
        )
    except ContestError as refusal:
        return _refused(request, round, form, DROP, refusal)
    messages.success(request, "Đã bỏ bản đính chính; kết quả đã công bố giữ nguyên.")
    return redirect("contest:console_results", round.pk)
