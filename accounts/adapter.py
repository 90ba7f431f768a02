"""What allauth asks of us: telephone numbers without SMS, and every message in Vietnamese."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from accounts.phones import normalise_phone
from accounts.registration import REPEATED_CONTACT, Contact, repeats_contact
from accounts.text import nfc

_MISMATCH = "Số điện thoại, e-mail hoặc mật khẩu chưa đúng. Hãy kiểm tra rồi thử lại."
_STALE_LINK = "Đường dẫn này không đúng hoặc đã hết hạn. Hãy yêu cầu một đường dẫn mới."
_PASSWORD_FAULTS = {
    "password_too_short": "Mật khẩu cần ít nhất 8 ký tự.",
    "password_too_common": "Mật khẩu này quá dễ đoán. Hãy dùng một câu ngắn chỉ bạn biết.",
}


class AccountAdapter(DefaultAccountAdapter):
    """Telephone numbers live on the user and are not verified: no SMS is sent."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "Tài khoản này đang tạm khóa. Hãy liên hệ Ban Tổ chức.",
        "email_password_mismatch": _MISMATCH,
        "phone_password_mismatch": _MISMATCH,
        "username_password_mismatch": _MISMATCH,
        "invalid_login": _MISMATCH,
        "incorrect_password": "Mật khẩu chưa đúng.",
        "enter_current_password": "Mật khẩu hiện nay chưa đúng.",
        "email_taken": "E-mail này đã có tài khoản.",
        "phone_taken": "Số điện thoại này đã có tài khoản.",
        "username_taken": "Tên đăng nhập này đã có người dùng.",
        "username_blacklisted": "Không dùng được tên đăng nhập này.",
        "unknown_email": "Chưa có tài khoản nào dùng e-mail này.",
        "unknown_phone": "Chưa có tài khoản nào dùng số điện thoại này.",
        "invalid_or_expired_key": _STALE_LINK,
        "invalid_password_reset": _STALE_LINK,
        "too_many_login_attempts": (
            "Mật khẩu sai quá nhiều lần. Tài khoản vẫn an toàn; hãy thử lại sau 5 phút."
        ),
        "rate_limited": "Bạn thao tác hơi nhanh. Hãy chờ một phút rồi thử lại.",
        "same_as_current": "Giá trị mới cần khác giá trị đang dùng.",
    }

    # -- telephone numbers ---------------------------------------------------------------------

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        """The number, and True: none is ever sent a code."""
        return (user.phone, True) if user.phone else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        user.phone = normalise_phone(phone)
        user.save(update_fields=["phone"])

    def set_phone_verified(self, user: User, phone: str) -> None:
        """Nothing to do: numbers are not verified."""

    def get_user_by_phone(self, phone: str) -> User | None:
        number = normalise_phone(phone)
        return User.objects.filter(phone=number).first() if number else None

    def clean_phone(self, phone: str) -> str:
        number = normalise_phone(phone)
        if number is None:
            raise ValidationError("Số điện thoại cần đủ 10 chữ số.", code="invalid_phone")
        return number

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        raise NotImplementedError("No SMS is sent; ACCOUNT_PHONE_VERIFICATION_ENABLED is off.")

    # -- the rest ------------------------------------------------------------------------------

    def clean_password(self, password: str, user: User | None = None) -> str:
        """The password, if it is neither blank nor the own telephone number or e-mail and passes
        Django's validators; our words where Django's Vietnamese catalogue has none."""
        if not nfc(password):
            raise ValidationError("Mật khẩu không được chỉ gồm khoảng trắng.", code="blank")
        if user and repeats_contact(
            password, Contact(phone=user.phone), Contact(email=user.email.lower())
        ):
            raise ValidationError(REPEATED_CONTACT, code="repeats_contact")
        try:
            return str(super().clean_password(password, user))
        except ValidationError as error:
            raise ValidationError(
                [
                    ValidationError(_PASSWORD_FAULTS.get(fault.code or "", fault), code=fault.code)
                    for fault in error.error_list
                ]
            ) from error

    def format_email_subject(self, subject: str) -> str:
        """The subject as written; the default puts "[host name]" before it."""
        return str(subject)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:me")
