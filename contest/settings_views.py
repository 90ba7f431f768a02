"""The console's page of a contest's settings: conditions, divisions, who works for it; cloning."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Affiliation, Unit
from contest import access
from contest.console_views import organiser_page
from contest.eligibility import Eligibility
from contest.errors import ContestError, NotFound
from contest.forms import problems_of
from contest.forms.contest import (
    ContestSettingsForm,
    DivisionForm,
    ExclusionForm,
    ReadmissionForm,
    contest_values,
    who_values,
)
from contest.models import AuditRecord, Contest, Division, Exclusion
from contest.rules import contests
from contest.rules.cloning import clone_contest
from contest.rules.facts import Who
from contest.rules.who import conditions


def in_words(who: Eligibility) -> str:
    """Conditions as a sentence without its subject; "" for none."""
    units = dict(Unit.objects.filter(code__in=who.units).values_list("code", "name"))
    kinds = {str(value): str(label) for value, label in Unit.Kind.choices}
    roles = {str(value): str(label).lower() for value, label in Affiliation.Role.choices}
    return conditions(Who.of(who, {**kinds, **roles, **units}))


def _page(
    request: HttpRequest,
    contest: Contest,
    *,
    form: ContestSettingsForm | None = None,
    exclusion: ExclusionForm | None = None,
    readmission: tuple[int, ReadmissionForm] | None = None,
    refusal: str = "",
) -> HttpResponse:
    """The whole page, with the one form that was sent as it was typed."""
    stands = contests.is_public(contest)
    sent: list[Any] = [form, exclusion, readmission and readmission[1]]
    wrong = [p for each in sent if each is not None for p in problems_of(each)]
    context = {
        "contest": contest,
        "form": form or _settings_form(contest, stands),
        "stands": stands,
        "who": in_words(contest.who),
        "divisions": [(d, in_words(d.who)) for d in contest.divisions.order_by("position")],
        "exclusions": [(each, _readmission(each, readmission)) for each in _exclusions(contest)],
        "exclusion": exclusion or ExclusionForm(),
        "problems": wrong,
        "refusal": refusal,
        "records": AuditRecord.objects.filter(subject=f"contest:{contest.pk}")[:50],
    }
    status = 422 if wrong else 409 if refusal else 200
    return render(request, "contest/console/contest_settings.html", context, status=status)


def _settings_form(contest: Contest, stands: bool, data: Any = None) -> ContestSettingsForm:
    values = contest_values(contests.contest_draft_of(contest))
    return ContestSettingsForm(data, initial=values, stands=stands)


def _exclusions(contest: Contest) -> list[Exclusion]:
    return list(contest.exclusions.select_related("user").order_by("user__sort_key", "pk"))


def _readmission(exclusion: Exclusion, sent: tuple[int, ReadmissionForm] | None) -> ReadmissionForm:
    if sent is not None and sent[0] == exclusion.pk:
        return sent[1]
    return ReadmissionForm(auto_id=f"readmit_{exclusion.pk}_%s")


@require_http_methods(["GET", "HEAD", "POST"])
@organiser_page
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """The settings, and changing them."""
    contest = access.organised_contest(request.user, slug)
    if request.method != "POST":
        return _page(request, contest)
    form = _settings_form(contest, contests.is_public(contest), request.POST)
    if not form.is_valid():
        return _page(request, contest, form=form)
    try:
        contests.update_contest(
            actor=access.require_organiser(request.user),
            contest=contest,
            draft=form.draft(contest.who),
            reason=form.cleaned_data.get("reason", ""),
            now=timezone.now(),
        )
    except ContestError as refusal:
        return _page(request, contest, form=form, refusal=refusal.message)
    messages.success(request, "Đã lưu cài đặt của cuộc thi.")
    return redirect("contest:contest_settings", slug)


@require_POST
@organiser_page
def clone(request: HttpRequest, slug: str) -> HttpResponse:
    """A copy of the contest as drafts; its settings are the next thing to look at."""
    contest = access.organised_contest(request.user, slug)
    actor = access.require_organiser(request.user)
    copy = clone_contest(actor=actor, contest=contest, now=timezone.now())
    messages.success(
        request,
        "Đã nhân bản. Hãy đặt lại tên cuộc thi, xem lại danh sách người không xếp hạng và ngày "
        "giờ các vòng trước khi công bố.",
    )
    return redirect("contest:contest_settings", copy.slug)


# -- Divisions -----------------------------------------------------------------------------------


def _division(request: HttpRequest, slug: str, division_id: int) -> Division:
    contest = access.organised_contest(request.user, slug)
    found = contest.divisions.select_related("contest").filter(pk=division_id).first()
    if found is None:
        raise NotFound("Không tìm thấy bảng này.")
    return found


def _show_division(
    request: HttpRequest,
    contest: Contest,
    form: DivisionForm,
    division: Division | None = None,
    refusal: str = "",
) -> HttpResponse:
    wrong = problems_of(form)
    context = {
        "contest": contest,
        "division": division,
        "form": form,
        "problems": wrong,
        "refusal": refusal,
    }
    status = 422 if wrong else 409 if refusal else 200
    return render(request, "contest/console/contest_division.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@organiser_page
def new_division(request: HttpRequest, slug: str) -> HttpResponse:
    """A further division."""
    contest = access.organised_contest(request.user, slug)
    form = DivisionForm(request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _show_division(request, contest, form)
    actor = access.require_organiser(request.user)
    try:
        contests.add_division(
            actor=actor, contest=contest, name=form.cleaned_data["name"], who=form.who()
        )
    except ContestError as refusal:
        return _show_division(request, contest, form, refusal=refusal.message)
    messages.success(request, f"Đã thêm {form.cleaned_data['name']}.")
    return _back(slug, "divisions")


@require_http_methods(["GET", "HEAD", "POST"])
@organiser_page
def edit_division(request: HttpRequest, slug: str, division_id: int) -> HttpResponse:
    """Another name or other conditions."""
    division = _division(request, slug, division_id)
    values = {"name": division.name, **who_values(division.who)}
    form = DivisionForm(request.POST if request.method == "POST" else None, initial=values)
    if not form.is_bound or not form.is_valid():
        return _show_division(request, division.contest, form, division)
    actor, name = access.require_organiser(request.user), form.cleaned_data["name"]
    try:
        contests.change_division(actor=actor, division=division, name=name, who=form.who())
    except ContestError as refusal:
        return _show_division(request, division.contest, form, division, refusal.message)
    messages.success(request, f"Đã lưu {name}.")
    return _back(slug, "divisions")


@require_POST
@organiser_page
def move_division(request: HttpRequest, slug: str, division_id: int) -> HttpResponse:
    """One place up or down; people belong to the first division that fits."""
    division = _division(request, slug, division_id)
    step = -1 if request.POST.get("to") == "up" else 1
    try:
        actor = access.require_organiser(request.user)
        contests.move_division(actor=actor, division=division, step=step)
    except ContestError as refusal:
        messages.error(request, refusal.message)
    return _back(slug, "divisions")


@require_POST
@organiser_page
def remove_division(request: HttpRequest, slug: str, division_id: int) -> HttpResponse:
    """Take an unused division away."""
    division = _division(request, slug, division_id)
    name = division.name
    try:
        contests.remove_division(actor=access.require_organiser(request.user), division=division)
        messages.success(request, f"Đã bỏ {name}.")
    except ContestError as refusal:
        messages.error(request, refusal.message)
    return _back(slug, "divisions")


def _back(slug: str, part: str) -> HttpResponse:
    return redirect(f"{reverse('contest:contest_settings', args=[slug])}#{part}")


# -- People who work for the contest -------------------------------------------------------------


@require_POST
@organiser_page
def exclude(request: HttpRequest, slug: str) -> HttpResponse:
    """Somebody who may practise only."""
    contest = access.organised_contest(request.user, slug)
    form = ExclusionForm(request.POST)
    if not form.is_valid():
        return _page(request, contest, exclusion=form)
    person = form.cleaned_data["login"]
    contests.exclude_person(
        actor=access.require_organiser(request.user),
        contest=contest,
        user=person,
        role=form.cleaned_data["role"],
    )
    messages.success(request, f"Từ lúc này {person} làm thử được nhưng không xếp hạng.")
    return _back(slug, "people")


@require_POST
@organiser_page
def readmit(request: HttpRequest, slug: str, exclusion_id: int) -> HttpResponse:
    """Somebody who ranks again."""
    contest = access.organised_contest(request.user, slug)
    exclusion = contest.exclusions.select_related("user").filter(pk=exclusion_id).first()
    if exclusion is None:
        raise NotFound("Người này không có trong danh sách.")
    form = ReadmissionForm(request.POST, auto_id=f"readmit_{exclusion.pk}_%s")
    if not form.is_valid():
        return _page(request, contest, readmission=(exclusion.pk, form))
    contests.readmit_person(
        actor=access.require_organiser(request.user),
        exclusion=exclusion,
        reason=form.cleaned_data["reason"],
    )
    messages.success(request, f"Từ lúc này {exclusion.user} được xếp hạng.")
    return _back(slug, "people")
