"""The page on which a person erases the own account."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.limits import within_limit
from accounts.models import User
from contest.erasure import erase_person, reason_not_to_erase
from contest.errors import ContestError


class ErasureForm(forms.Form):
    """The password once more, and a tick that it is meant."""

    password = forms.CharField(
        label="Mật khẩu",
        strip=False,
        widget=forms.PasswordInput(attrs={"class": "input", "autocomplete": "current-password"}),
        error_messages={"required": "Hãy nhập mật khẩu của bạn."},
    )
    is_meant = forms.BooleanField(
        label="Tôi hiểu rằng việc xóa không hoàn tác được",
        error_messages={"required": "Hãy đánh dấu để xác nhận rồi bấm xóa."},
    )

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.user = user
        if not user.has_usable_password():
            del self.fields["password"]

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not within_limit("erase", self.user.pk, times=10, seconds=600):
            raise forms.ValidationError("Bạn thử quá nhiều lần. Hãy chờ mười phút rồi thử lại.")
        if not self.user.check_password(password):
            raise forms.ValidationError("Mật khẩu chưa đúng. Hãy nhập lại.")
        return password


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """Say what goes and what stays; POST erases the account and signs out."""
    user = cast(User, request.user)
    refusal = reason_not_to_erase(user)
    form = ErasureForm(request.POST or None, user=user)
    if request.method == "POST" and not refusal and form.is_valid():
        try:
            erase_person(user=user, now=timezone.now())
        except ContestError as late:  # something began between the look and the deed
            messages.error(request, late.message)
            return redirect("contest:erase")
        logout(request)
        messages.success(request, "Đã xóa tài khoản và thông tin cá nhân của bạn.")
        return redirect("home")
    status = 422 if form.errors else 200
    context = {"form": form, "refusal": refusal}
    return render(request, "contest/erase.html", context, status=status)
