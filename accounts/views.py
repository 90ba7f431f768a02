"""Signing up and the own account; the other pages are allauth's views with our templates."""

from __future__ import annotations

import logging
from datetime import datetime
from smtplib import SMTPException
from typing import Any, NamedTuple

from allauth.account import views as allauth_views
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import primary_unit
from accounts.forms import ConsentForm, ProfileForm, SignupForm
from accounts.mail import can_send_mail
from accounts.models import Affiliation, Unit, User
from accounts.password_forms import ResetPasswordForm
from accounts.phones import spoken_phone
from accounts.registration import (
    CONSENT_WORDING,
    ContactTaken,
    UnitGone,
    WordingChanged,
    consent_to_renew,
    correct_details,
    renew_consent,
)
from accounts.unit_changes import name_on

log = logging.getLogger(__name__)

WORDING_PAGE = f"accounts/consent/{CONSENT_WORDING}.html"


class SignupView(allauth_views.SignupView):
    """allauth's sign-up; a race for the same number, or with the end of the unit, ends on the
    form with nothing lost."""

    extra_context = {"consent_wording": WORDING_PAGE, "wording": CONSENT_WORDING}

    def form_valid(self, form: SignupForm) -> HttpResponse:
        answer: HttpResponse
        try:
            answer = super().form_valid(form)
        except (ContactTaken, UnitGone):
            answer = self.form_invalid(form)
        return answer


class PasswordResetView(allauth_views.PasswordResetView):
    """allauth's reset by e-mail; a mail server that is down is no reason for an error page.
    Without any mail server the page only says whom to ask."""

    form_class = ResetPasswordForm
    extra_context = {"can_send_mail": can_send_mail}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_send_mail():
            return redirect("account_reset_password")
        answer: HttpResponse = super().post(request, *args, **kwargs)
        return answer

    def form_valid(self, form: ResetPasswordForm) -> HttpResponse:
        answer: HttpResponse
        try:
            answer = super().form_valid(form)
        except (SMTPException, OSError):
            log.exception("password reset mail")
            form.add_error(None, "Chưa gửi được thư. Hãy thử lại sau ít phút.")
            answer = self.form_invalid(form)
        return answer


signup = SignupView.as_view()
password_reset = PasswordResetView.as_view()


@login_required
@never_cache
@require_GET
def me(request: HttpRequest) -> HttpResponse:
    """Who I am to the contest: name, contact, unit, memberships."""
    return _show_me(request, ConsentForm())


def _show_me(request: HttpRequest, consent_form: ConsentForm) -> HttpResponse:
    user = _signed_in(request)
    current = Affiliation.objects.filter(user=user, until=None).select_related("unit")
    former, unit = _former_places(user), primary_unit(user)
    ended = former[0].unit if former and unit is None else None
    context = {
        "phone": spoken_phone(user.phone) if user.phone else "",
        "unit": unit,
        "ended": ended if ended and ended.dissolved_on else None,
        "memberships": current.filter(is_primary=False).order_by("since", "pk"),
        "former": former,
        "older_consent": consent_to_renew(user),
        "form": consent_form,
        "wording": CONSENT_WORDING,
        "consent_wording": WORDING_PAGE,
    }
    status = 422 if consent_form.errors else 200
    return render(request, "accounts/me.html", context, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def consent(request: HttpRequest) -> HttpResponse:
    """POST: agree to the wording in force; whoever does not may go on as before."""
    form = ConsentForm(request.POST)
    if request.method == "POST" and consent_to_renew(_signed_in(request)) is not None:
        if not form.is_valid():
            return _show_me(request, form)
        wording = form.cleaned_data["wording"]
        try:
            renew_consent(user=_signed_in(request), wording=wording, now=timezone.now())
        except WordingChanged:
            messages.warning(request, "Nội dung này vừa được sửa. Hãy đọc lại rồi trả lời.")
        else:
            messages.success(request, "Đã ghi nhận sự đồng ý của bạn.")
    return redirect("accounts:me")


class FormerPlace(NamedTuple):
    """A place a person has left: the unit, by the ``name`` it had then."""

    name: str
    unit: Unit
    since: datetime
    until: datetime


def _former_places(user: User) -> list[FormerPlace]:
    """The last first."""
    places = Affiliation.objects.filter(user=user).select_related("unit__successor")
    return [
        FormerPlace(name_on(place.unit, localdate(until)), place.unit, place.since, until)
        for place in places.filter(until__isnull=False).order_by("-until", "-is_primary")
        if (until := place.until)
    ]


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest) -> HttpResponse:
    """Correct the own name and date of birth, move to another unit."""
    user = _signed_in(request)
    form = ProfileForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid() and form.picked is not None:
        name, birth_date = form.cleaned_data["full_name"], form.cleaned_data["birth_date"]
        try:
            correct_details(
                user=user,
                full_name=name,
                birth_date=birth_date,
                unit=form.picked,
                now=timezone.now(),
            )
        except UnitGone:
            form.lose_unit()
        else:
            messages.success(request, "Đã lưu thông tin của bạn.")
            return redirect("accounts:me")
    return render(request, "accounts/edit.html", {"form": form})


def _signed_in(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # login_required comes first
    return request.user
