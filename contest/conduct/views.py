"""The console page of running a round: what is true now, deciding, and taking decisions back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from contest import access, phases, wording
from contest.conduct import finding, forms
from contest.console_views import organiser_page
from contest.errors import ContestError
from contest.forms import Problem
from contest.models import Attempt, Decision, Round
from contest.regrading.decided import VERDICT_NAMES
from contest.rulings import span_of
from quizzes.models import QuestionVersion

OF_PEOPLE = ("extra", "disqualify", "hide", "merge")


@dataclass(frozen=True, slots=True)
class Line:
    """A decision as the page lists it; ``form`` takes it back, None when that was done."""

    decision: Decision
    what: str
    form: forms.DeedForm | None


@require_safe
@organiser_page
def conduct_page(request: HttpRequest, round_id: int) -> HttpResponse:
    """What is true of the round now, the forms, and all decisions."""
    round = access.organised_round(request.user, round_id)
    if round.published_at is None:
        return redirect("contest:console_round", round.pk)
    return _show(request, round, None)


@require_http_methods(["GET", "HEAD", "POST"])
@organiser_page
def decide(request: HttpRequest, round_id: int, deed: str) -> HttpResponse:
    """POST: decide, or say what to correct with everything typed still there."""
    round = access.organised_round(request.user, round_id)
    if deed not in forms.FORMS:
        raise Http404("Không có việc này.")
    if request.method != "POST" or round.published_at is None:
        return redirect("contest:conduct", round.pk)
    form = _form(deed, round, request.POST)
    if form.is_valid():
        try:
            messages.success(
                request, form.run(access.require_organiser(request.user), timezone.now())
            )
            return redirect(_after(round, deed, request))
        except ContestError as refusal:
            form.add_error(None, refusal.message)
    return _show(request, round, form)


def _after(round: Round, deed: str, request: HttpRequest) -> str:
    """The same page, with the person still chosen."""
    page = reverse("contest:conduct", args=[round.pk])
    chosen = _number(request.POST.get("entry")) if deed in OF_PEOPLE else None
    return f"{page}?entry={chosen}#person" if chosen else page


def _form(deed: str, round: Round, data: Any = None, **initial: Any) -> forms.DeedForm:
    if deed == "undo":
        return forms.UndoForm(data, round=round, among=_decisions(round), initial=initial)
    return forms.FORMS[deed](data, round=round, initial=initial)


def _show(request: HttpRequest, round: Round, bound: forms.DeedForm | None) -> HttpResponse:
    """The page; ``bound`` is the form that was not accepted, in the place of its fresh one."""
    round = access.organised_round(request.user, round.pk)
    now = timezone.now()
    chosen = _chosen(request, round)
    found = finding.find_people(round, request.GET.get("q", "")[:100])
    _read_device_changes([*found, chosen] if chosen else found)
    context = {
        "console_nav": "contests",
        "here": "conduct",
        "round": round,
        "now_is": _now(round, now),
        "deeds": {name: _shown(name, round, bound) for name in _deeds(round)},
        "q": request.GET.get("q", "")[:100],
        "found": found,
        "most": finding.MOST,
        "person": chosen,
        "lines": _lines(round, bound),
        "problems": _problems(bound) if bound else [],
        **(_about(request, round, chosen, bound) if chosen else {}),
    }
    return render(request, "contest/console/conduct.html", context, status=422 if bound else 200)


def _now(round: Round, now: datetime) -> dict[str, Any]:
    running = Attempt.objects.filter(entry__round=round, state=Attempt.State.IN_PROGRESS)
    in_force = [d for d in _decisions(round) if d.is_in_force]
    return {
        "state": phases.state(round.window, now),
        "running": running.count(),
        "in_hours": phases.session_end(round.window, now) is not None,
        "again": phases.next_session(round.window, now) if round.hours else None,
        "answers_until": round.answers_until,
        "in_force": [(d, _what(d)) for d in in_force],
    }


def _deeds(round: Round) -> list[str]:
    return ["extend", "resume" if round.paused_at else "pause", "outage"]


def _shown(name: str, round: Round, bound: forms.DeedForm | None) -> forms.DeedForm:
    if bound is not None and bound.name == name:
        return bound
    return _form(name, round, closes_at=round.closes_at) if name == "extend" else _form(name, round)


# -- People --------------------------------------------------------------------------------------


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None


def _chosen(request: HttpRequest, round: Round) -> finding.Person | None:
    typed = request.POST.get("entry") or request.GET.get("entry")
    number = _number(typed)
    return finding.person(round, number) if number is not None else None


def _read_device_changes(people: list[finding.Person]) -> None:
    """For all the attempts that the page lists, at once."""
    attempts = [attempt for person in people for attempt in person.attempts]
    prefetch_related_objects(attempts, "device_changes")


def _about(
    request: HttpRequest, round: Round, chosen: finding.Person, bound: forms.DeedForm | None
) -> dict[str, Any]:
    """Forms about the chosen person, and the accounts that may be the same person's."""
    names = [
        name
        for name in OF_PEOPLE
        if not (name == "disqualify" and chosen.is_disqualified)
        and not (name == "hide" and chosen.user.is_name_hidden)
    ]
    about = {name: _shown(name, round, bound) for name in names}
    for form in about.values():
        form.initial = {**form.initial, "entry": chosen.entry.pk}
    query = request.GET.get("other", "")[:100]
    merged = request.POST.get("merged") or request.GET.get("merged")
    accounts = finding.find_accounts(round.contest, query, but=chosen.user)
    second = finding.account(round.contest, _number(merged), but=chosen.user)
    if second is not None:
        about["merge"].initial = {**about["merge"].initial, "merged": second.user.pk}
    return {"about": about, "other": query, "accounts": accounts, "second": second}


# -- Decisions -----------------------------------------------------------------------------------


def _decisions(round: Round) -> QuerySet[Decision]:
    """Everything ever decided about the round, its contest, or the names of its people."""
    about = Q(round=round) | Q(round=None, contest=round.contest_id)
    names = Q(kind=Decision.Kind.HIDE_NAME, user__in=round.entries.values("user"))
    return (
        Decision.objects.filter(about | names)
        .select_related("entry__user", "user")
        .order_by("-made_at", "-pk")
    )


def _lines(round: Round, bound: forms.DeedForm | None) -> list[Line]:
    typed = _number(bound["decision"].value()) if bound and bound.name == "undo" else None
    lines = []
    for decision in _decisions(round):
        form: forms.DeedForm | None = None
        if bound is not None and typed == decision.pk:
            form = bound
        elif decision.is_in_force:
            form = _form("undo", round, decision=decision.pk)
            form.auto_id = f"undo_{decision.pk}_%s"
        lines.append(Line(decision, _what(decision), form))
    return lines


def _what(decision: Decision) -> str:
    """What was decided, in a sentence without the reason."""
    data, who = decision.data, _who(decision)
    if decision.kind == Decision.Kind.EXTEND:
        before, after = (datetime.fromisoformat(data[key]) for key in ("from", "to"))
        return f"Giờ đóng dời từ {wording.at(before)} đến {wording.at(after)}"
    if decision.kind == Decision.Kind.EXTRA_TIME:
        return f"Thêm {wording.minutes(data['seconds'])} cho {who}"
    if decision.kind == Decision.Kind.OUTAGE:
        span = span_of(data)
        if span.ends is None:
            return f"Tạm dừng từ {wording.at(span.starts)}"
        return f"Bù thời gian {wording.window(span.starts, span.ends)}"
    if decision.kind == Decision.Kind.MERGE:
        kept = User.objects.filter(pk=data["kept"]).first()
        return f"Gộp tài khoản của {who} vào tài khoản {kept.username if kept else '(đã xóa)'}"
    if decision.kind == Decision.Kind.REGRADE:
        question = QuestionVersion.objects.select_related("question").get(pk=data["version"])
        return f"Câu {question.question.code}: {VERDICT_NAMES[data['verdict']]}"
    return f"{decision.get_kind_display()}{': ' + who if who else ''}"


def _who(decision: Decision) -> str:
    """The person a decision is about, with what tells them from namesakes; "" for none."""
    user = decision.entry.user if decision.entry else decision.user
    number = f", số dự thi {decision.entry_id}" if decision.entry else ""
    if user is None:
        return f"người đã xóa thông tin{number}" if decision.entry else ""
    return f"{user} (tài khoản {user.username}{number})"


def _problems(form: forms.DeedForm) -> list[Problem]:
    return [
        Problem("" if name == "__all__" else form[name].id_for_label, str(text))
        for name, texts in form.errors.items()
        for text in texts
    ]
