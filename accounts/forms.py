"""Forms of signing up, signing in and the own profile, in Vietnamese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.http import HttpRequest
from django.utils import timezone

from accounts.access import primary_unit
from accounts.fields import TEXT_FAULTS, BirthDateField, CleanText
from accounts.models import Unit, User
from accounts.phones import normalise_phone
from accounts.registration import (
    CONSENT_WORDING,
    REPEATED_CONTACT,
    ContactTaken,
    UnitGone,
    parse_contact,
    register,
    repeats_contact,
)
from accounts.search import FoundUnit, find_units, units_named
from accounts.text import nfc

PASSWORD_HINT = "Ít nhất 8 ký tự. Một câu ngắn dễ nhớ là tốt nhất."
NAME_HINT = "Viết đủ dấu, đúng như muốn in trên giấy chứng nhận."
WRONG_EMAIL = "E-mail chưa đúng. Hãy xem lại phần trước và sau dấu @."
CHOOSE_UNIT = "Hãy chọn đơn vị trong danh sách; tên cũ cũng tìm được."

# field -> label, hint, message when left empty
Texts = Mapping[str, tuple[str, str, str]]


class House:
    """What all our forms share: our words and classes, and a summary of what is wrong."""

    texts: Texts = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, forms.Field] = self.fields  # type: ignore[attr-defined]
        for field in fields.values():
            field.error_messages = {**TEXT_FAULTS, **field.error_messages}
        for name, (label, hint, required) in self.texts.items():
            field = fields[name]
            field.label, field.help_text = label, hint
            field.error_messages["required"] = required
            field.widget.attrs.pop("placeholder", None)
            if not isinstance(field.widget, forms.CheckboxInput):
                field.widget.attrs["class"] = "input"

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(id of the field or "", message) of everything to correct, in the order of the page."""
        found = [("", str(error)) for error in self.non_field_errors()]  # type: ignore[attr-defined]
        for field in self:  # type: ignore[attr-defined]
            found += [(field.auto_id, str(error)) for error in field.errors]
        return found


class UnitPicker(forms.Form):
    """A unit chosen by typing. ``unit`` holds the text; ``unit_code`` what was picked from a list
    (by script, or from the radio buttons that come back without one); ``unit_for`` the text it
    was picked for, so that a pick does not outlive the text it belonged to."""

    unit = CleanText(required=False, max_length=200)
    unit_code = forms.CharField(required=False, widget=forms.HiddenInput)
    unit_for = forms.CharField(required=False, widget=forms.HiddenInput)

    picked: Unit | None = None
    matches: list[FoundUnit] = []

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        text = self.cleaned_data.get("unit", "")
        code = self.cleaned_data.get("unit_code", "")
        if code and text in ("", nfc(self.cleaned_data.get("unit_for", ""))):
            self.picked = Unit.objects.filter(code=code, is_selectable=True).first()
        if self.picked is None and "unit" not in self.errors:
            self._pick_by_text(text)
        return cleaned

    def _pick_by_text(self, text: str) -> None:
        """Take the one unit the text names, or say why not and offer what was found."""
        named = units_named(text)
        if len(named) == 1:
            self.picked = named[0]
            return
        self.matches = find_units(text)
        if self.matches:
            self.add_error("unit", CHOOSE_UNIT)
        elif text:
            advice = "Thử gõ tên xã cũ, hoặc báo Ban Tổ chức bổ sung."
            self.add_error("unit", f"Không thấy “{text}”. {advice}")
        else:
            self.add_error("unit", CHOOSE_UNIT)

    def lose_unit(self) -> None:
        """The unit ended between the check of the form and the deed: offer what it became."""
        self.picked = None
        self.matches = find_units(self.cleaned_data.get("unit", ""))
        self.add_error("unit", "Đơn vị này vừa được sáp nhập hoặc giải thể. Hãy chọn lại.")

    @property
    def unit_text(self) -> str:
        """What stands in the text field."""
        return self.picked.name if self.picked else str(self["unit"].value() or "")

    @property
    def unit_chosen(self) -> str:
        """The code that goes with it, "" while nothing is chosen."""
        return self.picked.code if self.picked else ""


_NOT_IN_NAMES = ("://", "www.", "<", ">")


def _clean_name(name: str) -> str:
    """The name, which is shown to everybody; addresses of sites would be advertisements."""
    if not any(letter.isalpha() for letter in name):
        raise forms.ValidationError("Hãy viết họ và tên.", code="required")
    if any(sign in name.casefold() for sign in _NOT_IN_NAMES):
        raise forms.ValidationError(
            "Họ và tên không được chứa địa chỉ trang web hoặc dấu <, >.", code="invalid"
        )
    return name


_NAME = ("Họ và tên", NAME_HINT, "Hãy viết họ và tên.")
_UNIT = (
    "Đơn vị",
    "Gõ tên xã, phường, cơ quan hoặc trường; không cần gõ dấu, tên cũ cũng tìm được.",
    CHOOSE_UNIT,
)


class SignupForm(House, UnitPicker, allauth_forms.SignupForm):
    """One short page; creates the account through ``registration.register``."""

    full_name = CleanText(max_length=200)
    contact = forms.CharField(max_length=254)
    is_youth_member = forms.BooleanField(required=False, label="Đoàn viên thanh niên")
    is_trade_union_member = forms.BooleanField(required=False, label="Đoàn viên công đoàn")
    consent = forms.BooleanField()

    field_order = [
        "full_name",
        "contact",
        "unit",
        "is_youth_member",
        "is_trade_union_member",
        "password1",
        "consent",
    ]
    texts: Texts = {
        "full_name": _NAME,
        "contact": (
            "Số điện thoại hoặc e-mail",
            "Dùng để đăng nhập. Không hiện trên bảng xếp hạng.",
            "Hãy nhập số điện thoại hoặc e-mail.",
        ),
        "unit": _UNIT,
        "password1": ("Mật khẩu", PASSWORD_HINT, "Hãy đặt mật khẩu."),
        "consent": (
            "Tôi đồng ý để Ban Tổ chức dùng các thông tin trên cho cuộc thi này.",
            "",
            "Cần bạn đồng ý thì Ban Tổ chức mới nhận đăng ký được.",
        ),
    }
    contact_taken = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["full_name"].widget.attrs["autocomplete"] = "name"
        self.fields["contact"].widget.attrs |= {
            "autocomplete": "username",
            "inputmode": "email",
            "autocapitalize": "none",
            "spellcheck": "false",
        }

    def clean_full_name(self) -> str:
        return _clean_name(self.cleaned_data["full_name"])

    def clean_contact(self) -> str:
        raw: str = self.cleaned_data["contact"]
        contact = parse_contact(raw)
        if contact is None:
            raise forms.ValidationError(_why_no_contact(raw), code="invalid")
        if contact.taken:
            self.contact_taken = True
            raise forms.ValidationError(taken_message(raw), code="taken")
        return raw

    def clean_consent(self) -> bool:
        """What was agreed to is the wording that the page showed."""
        if self.data.get("wording") != CONSENT_WORDING:
            shown = {name: value for name, value in self.data.items() if name != "consent"}
            self.data = shown  # to be ticked anew
            raise forms.ValidationError("Nội dung này vừa được sửa. Hãy đọc lại rồi đánh dấu.")
        return True

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        data = self.cleaned_data
        contact = parse_contact(data.get("contact", ""))
        if contact and repeats_contact(data.get("password1", ""), contact):
            self.add_error("password1", REPEATED_CONTACT)
        if "password1" not in self.errors:
            # The page comes back for another field: do not make people type it again.
            self.fields["password1"].widget.render_value = True
        return cleaned

    def save(self, request: HttpRequest) -> User:
        """The new account. Raises ``ContactTaken`` when somebody was faster, ``UnitGone`` when
        the unit has just ended; the form then says so."""
        data = self.cleaned_data
        contact = parse_contact(data["contact"])
        if contact is None or self.picked is None:
            raise ValueError("save() needs a valid form")
        try:
            return register(
                full_name=data["full_name"],
                contact=contact,
                password=data["password1"],
                unit=self.picked,
                is_youth_member=data["is_youth_member"],
                is_trade_union_member=data["is_trade_union_member"],
                now=timezone.now(),
            )
        except ContactTaken:
            self.contact_taken = True
            self.add_error("contact", taken_message(data["contact"]))
            raise
        except UnitGone:
            self.lose_unit()
            raise


def taken_message(raw: str) -> str:
    """Why an account cannot be made; the page adds the link to sign in."""
    what = "E-mail" if "@" in raw else "Số điện thoại"
    return f"{what} này đã có tài khoản. Nếu là của bạn, hãy đăng nhập."


def _why_no_contact(raw: str) -> str:
    if "@" in raw:
        return WRONG_EMAIL
    if any(letter.isdigit() for letter in raw):
        return "Số điện thoại cần đủ 10 chữ số."
    return "Hãy nhập số điện thoại hoặc e-mail."


class LoginForm(House, allauth_forms.LoginForm):
    """Signs in by telephone number, e-mail or username."""

    texts: Texts = {
        "login": (
            "Số điện thoại, e-mail hoặc tên đăng nhập",
            "",
            "Hãy nhập số điện thoại, e-mail hoặc tên đăng nhập.",
        ),
        "password": ("Mật khẩu", "", "Hãy nhập mật khẩu."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs |= {
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
        }

    def clean_login(self) -> str:
        """One spelling for each account, so that allauth counts failed attempts together."""
        login = nfc(self.cleaned_data["login"])
        return normalise_phone(login) or login.lower()


class ProfileForm(House, UnitPicker):
    """The own name, date of birth and unit."""

    full_name = CleanText(max_length=200)
    birth_date = BirthDateField(required=False)
    field_order = ["full_name", "birth_date", "unit"]
    texts: Texts = {
        "full_name": _NAME,
        "birth_date": (
            "Ngày sinh (không bắt buộc)",
            "Viết ngày/tháng/năm, ví dụ 05/01/2010. Nếu chỉ viết năm thì tính là ngày 01/01 của "
            "năm đó. Chỉ dùng để xét điều kiện về tuổi của cuộc thi, không công bố.",
            "",
        ),
        "unit": _UNIT,
    }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        initial = {"full_name": user.full_name, "birth_date": user.birth_date}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["full_name"].widget.attrs["autocomplete"] = "name"
        if not self.is_bound:
            self.picked = primary_unit(user)

    def clean_full_name(self) -> str:
        return _clean_name(self.cleaned_data["full_name"])


class ConsentForm(House, forms.Form):
    """Agreeing to a newer wording; ``wording`` is the one that was shown."""

    consent = forms.BooleanField()
    wording = forms.CharField(max_length=20, required=False)
    texts: Texts = {
        "consent": (
            "Tôi đã đọc và đồng ý với nội dung trên.",
            "",
            "Hãy đánh dấu vào ô này nếu bạn đồng ý. Chưa đồng ý thì bạn không cần làm gì.",
        ),
    }
