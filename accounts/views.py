"""Signing up and the own account; the other pages are allauth's views with our templates."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account import views as allauth_views
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import primary_unit
from accounts.forms import ProfileForm, SignupForm
from accounts.mail import can_send_mail
from accounts.models import Affiliation, User
from accounts.password_forms import ResetPasswordForm
from accounts.phones import spoken_phone
from accounts.registration import CONSENT_WORDING, ContactTaken, change_unit, rename

log = logging.getLogger(__name__)


class SignupView(allauth_views.SignupView):
    """allauth's sign-up; a race for the same number ends on the form with nothing lost."""

    extra_context = {"consent_wording": f"accounts/consent/{CONSENT_WORDING}.html"}

    def form_valid(self, form: SignupForm) -> HttpResponse:
        answer: HttpResponse
        try:
            answer = super().form_valid(form)
        except ContactTaken:
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
    user = _signed_in(request)
    current = Affiliation.objects.filter(user=user, until=None).select_related("unit")
    context = {
        "phone": spoken_phone(user.phone) if user.phone else "",
        "unit": primary_unit(user),
        "memberships": current.filter(is_primary=False).order_by("since", "pk"),
        "former": Affiliation.objects.filter(user=user, until__isnull=False)
        .select_related("unit")
        .order_by("-until"),
    }
    return render(request, "accounts/me.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest) -> HttpResponse:
    """Correct the own name, move to another unit."""
    user = _signed_in(request)
    form = ProfileForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid() and form.picked is not None:
        rename(user=user, full_name=form.cleaned_data["full_name"])
        change_unit(user=user, unit=form.picked, now=timezone.now())
        messages.success(request, "Đã lưu thông tin của bạn.")
        return redirect("accounts:me")
    return render(request, "accounts/edit.html", {"form": form})


def _signed_in(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # login_required comes first
    return request.user
