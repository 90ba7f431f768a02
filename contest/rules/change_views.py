"""The console's page for changing a published round: typed, shown as an amendment, done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from contest import access
from contest.console_views import organiser_page
from contest.drafts import RoundDraft, draft_of
from contest.errors import ContestError, RoundIsFinal
from contest.forms import PrizeFormSet, Problem, blocks, draft_prizes, problems_of, unchecked
from contest.models import Round
from contest.rules import changing
from contest.rules.forms import ChangeForm

NOTHING_CHANGED = "Chưa có thông số nào được đổi. Hãy đổi rồi xem trước, hoặc bấm “Thôi”."
_STEP, _EDIT, _APPLY = "step", "edit", "apply"


@dataclass(frozen=True, slots=True)
class Change:
    """The forms of the page, and what they make of the round once they are valid."""

    form: ChangeForm
    prizes: PrizeFormSet

    def is_valid(self) -> bool:
        """Whether both forms are; each is asked, to show every error."""
        return False not in [self.form.is_valid(), self.prizes.is_valid()]

    def draft(self) -> RoundDraft:
        """The round as typed, valid."""
        return self.form.changed(self.prizes.drafts())

    def problems(self) -> list[Problem]:
        """Everything wrong on the page."""
        found = problems_of(self.form)
        for place, row in enumerate(self.prizes.forms, start=1):
            if not row.cleaned_data.get("DELETE"):
                found += problems_of(row, f"Giải {place}: ")
        return found + [Problem("prizes", str(e)) for e in self.prizes.non_form_errors()]


@require_http_methods(["GET", "HEAD", "POST"])
@organiser_page
def change_round(request: HttpRequest, round_id: int) -> HttpResponse:
    """Change a published round: what would be announced is shown before it is done."""
    round = access.organised_round(request.user, round_id)
    if round.published_at is None:
        return redirect("contest:edit_round", round.pk)
    if round.finalised_at is not None and round.reopened_at is None:
        messages.error(request, RoundIsFinal.message)
        return redirect("contest:console_round", round.pk)
    now = timezone.now()
    change = _change(request, round, now)
    step = request.POST.get(_STEP)
    if request.method != "POST" or step == _EDIT:
        return _show_change(request, round, change, [])
    if not change.is_valid():
        return _show_change(request, round, change, change.problems())
    draft = change.draft()
    if refused := _refused(request, round, draft, now):
        return _show_change(request, round, change, [Problem("", text) for text in refused])
    if step != _APPLY:
        return _show_preview(request, round, changing.preview(round=round, draft=draft, now=now))
    try:
        changing.change_round(
            actor=access.require_organiser(request.user),
            round=round,
            draft=draft,
            reason=change.form.cleaned_data["reason"],
            now=now,
            seen=request.POST.get("seen", ""),
        )
    except ContestError as refusal:
        return _show_change(request, round, change, [Problem("", refusal.message)])
    messages.success(request, "Đã sửa đổi vòng thi. Mọi người đọc được sửa đổi ở trang Thể lệ.")
    return redirect("contest:rules_preview", round.pk)


def _change(request: HttpRequest, round: Round, now: datetime) -> Change:
    posted = request.POST if request.method == "POST" else None
    current = draft_of(round)
    form = ChangeForm(
        posted,
        current=current,
        changeable=changing.changeable(round, now),
        may_admit=round.number > 1,
        has_table=round.contest.has_table,
    )
    prizes = PrizeFormSet(
        posted,
        prefill=[] if posted else draft_prizes(current),
        divisions=list(round.contest.divisions.order_by("position")),
        # A block that units no longer name stays what its prize was announced for.
        blocks=list(dict.fromkeys([*blocks(), *(p.block for p in current.prizes if p.block)])),
    )
    if request.POST.get(_STEP) == _EDIT:
        unchecked(form)
        unchecked(prizes)
    return Change(form, prizes)


def _refused(request: HttpRequest, round: Round, draft: RoundDraft, now: datetime) -> list[str]:
    """Why what was typed cannot be done, before anything is looked at more closely."""
    if request.POST.get("seen") != changing.fingerprint(round):
        return [changing.SEEN_OTHERWISE]
    if not changing.changed_settings(round, draft):
        return [NOTHING_CHANGED]
    return changing.refusals(round, draft, now)


def _show_change(
    request: HttpRequest, round: Round, change: Change, problems: list[Problem]
) -> HttpResponse:
    context = {
        "round": round,
        "here": "rules",
        "form": change.form,
        "prizes": change.prizes,
        "problems": problems,
        "seen": changing.fingerprint(round),
        "is_open": "opens_at" not in change.form.fields,
    }
    status = 422 if problems else 200
    return render(request, "contest/console/change.html", context, status=status)


def _show_preview(request: HttpRequest, round: Round, sentences: list[str]) -> HttpResponse:
    """What would be announced; what was typed goes along, to be applied or typed on."""
    context = {
        "round": round,
        "here": "rules",
        "sentences": sentences,
        "reason": request.POST.get("reason", ""),
        "typed": [
            (name, value)
            for name, values in request.POST.lists()
            for value in values
            if name not in ("csrfmiddlewaretoken", _STEP)
        ],
    }
    return render(request, "contest/console/change_preview.html", context)
