"""Marking essays: one at a time, without the writer's name or unit."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from contest import access, essays
from contest.console_views import organiser_page
from contest.errors import ContestError
from contest.models import Attempt, Round


class MarkForm(forms.Form):
    """The points of one essay; another mark than before asks for a reason."""

    points = forms.IntegerField(
        label="Điểm",
        widget=forms.NumberInput(attrs={"class": "input", "inputmode": "numeric"}),
    )
    reason = forms.CharField(
        label="Lý do chấm lại",
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"class": "input"}),
    )

    def __init__(self, *args: object, most: int, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        says = f"Điểm cần là số nguyên từ 0 đến {most}."
        field = self.fields["points"]
        field.help_text = f"Số nguyên từ 0 đến {most}."
        field.error_messages |= dict.fromkeys(("required", "invalid"), says)


@require_http_methods(["GET", "HEAD", "POST"])
@organiser_page
def mark(request: HttpRequest, round_id: int) -> HttpResponse:
    """The next essay to mark, or the one a receipt names; POST gives its points."""
    round = access.organised_round(request.user, round_id)
    queue = essays.to_mark(round)
    code = request.POST.get("receipt", request.GET.get("receipt", ""))[:24]
    chosen = queue.filter(receipt=code).first() if code else queue.filter(essay_points=None).first()
    form = MarkForm(
        request.POST or None,
        most=round.essay_points,
        initial={"points": chosen.essay_points if chosen else None},
    )
    if request.method == "POST" and chosen and form.is_valid():
        try:
            _mark(request, chosen, form)
        except ContestError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, "Đã ghi điểm.")
            return redirect("contest:essays", round.pk)
    return _show(request, round, chosen, form)


def _mark(request: HttpRequest, chosen: Attempt, form: MarkForm) -> None:
    essays.mark_essay(
        actor=access.require_organiser(request.user),
        attempt=chosen,
        points=form.cleaned_data["points"],
        reason=form.cleaned_data["reason"],
        now=timezone.now(),
    )


def _show(
    request: HttpRequest, round: Round, chosen: Attempt | None, form: MarkForm
) -> HttpResponse:
    queue = essays.to_mark(round)
    context = {
        "round": round,
        "here": "essays",
        "chosen": chosen,
        "form": form,
        "waiting": queue.filter(essay_points=None).count(),
        "marked": queue.exclude(essay_points=None).only("receipt", "essay_points")[:200],
    }
    status = 422 if form.errors else 200
    return render(request, "contest/console/essays.html", context, status=status)
