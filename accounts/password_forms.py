"""Forms of changing, setting and resetting a password, in Vietnamese."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth_forms

from accounts.forms import PASSWORD_HINT, WRONG_EMAIL, House, Texts

_NEW_PASSWORD = ("Mật khẩu mới", PASSWORD_HINT, "Hãy đặt mật khẩu mới.")
_AGAIN = ("Nhập lại mật khẩu mới", "", "Hãy nhập lại mật khẩu mới.")


class _SamePassword:
    """The second typing must equal the first; allauth's own message is in English."""

    def clean(self) -> Any:
        data: dict[str, Any] = self.cleaned_data  # type: ignore[attr-defined]
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            del data["password2"]
            self.add_error("password2", "Hai lần nhập chưa giống nhau.")  # type: ignore[attr-defined]
        return super().clean()  # type: ignore[misc]


class ChangePasswordForm(House, _SamePassword, allauth_forms.ChangePasswordForm):
    texts: Texts = {
        "oldpassword": ("Mật khẩu hiện nay", "", "Hãy nhập mật khẩu hiện nay."),
        "password1": _NEW_PASSWORD,
        "password2": _AGAIN,
    }


class SetPasswordForm(House, _SamePassword, allauth_forms.SetPasswordForm):
    texts: Texts = {"password1": _NEW_PASSWORD, "password2": _AGAIN}


class ResetPasswordForm(House, allauth_forms.ResetPasswordForm):
    texts: Texts = {
        "email": ("E-mail đã đăng ký", "", "Hãy nhập e-mail đã đăng ký."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].error_messages["invalid"] = WRONG_EMAIL


class ResetPasswordKeyForm(House, _SamePassword, allauth_forms.ResetPasswordKeyForm):
    texts: Texts = {"password1": _NEW_PASSWORD, "password2": _AGAIN}
