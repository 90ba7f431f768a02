"""The page on which organisers look at irregularities and judge them."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from contest import access
from contest.console_views import organiser_page
from contest.errors import ContestError
from contest.integrity.evidence import shown
from contest.integrity.services import find_irregularities, judge
from contest.models import Attempt, Irregularity, Round

# Beyond this the search takes longer than anybody should wait for a page.
MOST_ATTEMPTS_AT_ONCE = 5_000
_PAGE = 20


class JudgeForm(forms.Form):
    """A conclusion about one finding, with its reason."""

    status = forms.ChoiceField(
        label="Kết luận",
        choices=Irregularity.Status.choices,
        widget=forms.Select(attrs={"class": "input"}),
        error_messages={"required": "Hãy chọn kết luận.", "invalid_choice": "Hãy chọn kết luận."},
    )
    reason = forms.CharField(
        label="Lý do",
        max_length=1_000,
        widget=forms.TextInput(attrs={"class": "input"}),
        error_messages={"required": "Hãy ghi lý do của kết luận."},
    )


@require_http_methods(["GET", "HEAD"])
@organiser_page
def queue(request: HttpRequest, round_id: int) -> HttpResponse:
    """What waits for people, what looks least like chance first; ``?all=1`` with the judged."""
    round = access.organised_round(request.user, round_id)
    return _show(request, round)


def _show(
    request: HttpRequest, round: Round, bad: tuple[int, JudgeForm] | None = None
) -> HttpResponse:
    with_judged = request.GET.get("all") == "1"
    rows = round.irregularities.select_related("unit", "decided_by")
    if not with_judged:
        rows = rows.filter(status=Irregularity.Status.OPEN)
    page = Paginator(rows, _PAGE).get_page(request.GET.get("page"))
    context = {
        "round": round,
        "here": "irregularities",
        "page": page,
        "items": [
            (each, bad[1] if bad and bad[0] == each.row.pk else _form(each.row))
            for each in shown(list(page.object_list))
        ],
        "with_judged": with_judged,
        "may_search": _finished(round) <= MOST_ATTEMPTS_AT_ONCE,
        "most": MOST_ATTEMPTS_AT_ONCE,
    }
    status = 422 if bad else 200
    return render(request, "contest/console/irregularities.html", context, status=status)


def _form(row: Irregularity) -> JudgeForm:
    return JudgeForm(auto_id=f"id_{row.pk}_%s")


def _finished(round: Round) -> int:
    return Attempt.objects.filter(entry__round=round, state=Attempt.State.FINISHED).count()


@require_POST
@organiser_page
def search(request: HttpRequest, round_id: int) -> HttpResponse:
    """Look for irregularities now, in rounds small enough for it."""
    round = access.organised_round(request.user, round_id)
    if _finished(round) > MOST_ATTEMPTS_AT_ONCE:
        messages.error(
            request,
            "Vòng thi có quá nhiều bài để tìm trên trang này. Hãy nhờ người vận hành chạy lệnh "
            f"find_irregularities {round.pk}.",
        )
    else:
        found = find_irregularities(round=round, now=timezone.now())
        words = f"Có {len(found)} mục mới." if found else "Không có mục mới."
        messages.success(request, f"Đã xem lại mọi bài đã nộp. {words}")
    return redirect("contest:irregularities", round.pk)


@require_POST
@organiser_page
def decide(request: HttpRequest, round_id: int, irregularity_id: int) -> HttpResponse:
    """Write down a conclusion."""
    round = access.organised_round(request.user, round_id)
    row = get_object_or_404(Irregularity, pk=irregularity_id, round=round)
    form = JudgeForm(request.POST, auto_id=f"id_{row.pk}_%s")
    if form.is_valid():
        try:
            judge(
                actor=access.require_organiser(request.user),
                irregularity=row,
                status=form.cleaned_data["status"],
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
        except ContestError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, "Đã ghi kết luận.")
            return redirect("contest:irregularities", round.pk)
    return _show(request, round, (row.pk, form))
