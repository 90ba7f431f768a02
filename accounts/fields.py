"""Fields in our words and in one normal form, for the forms of every app."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from accounts.ages import BirthDateFault, parse_birth_date
from accounts.text import nfc

# Codes of Django's own checks of text; its Vietnamese catalogue spells them "kí tự".
TEXT_FAULTS: Mapping[str, str] = {
    "max_length": "Chỉ viết được tối đa %(limit_value)d ký tự (đang có %(show_value)d).",
    "null_characters_not_allowed": "Có ký tự không dùng được. Hãy gõ lại phần này.",
}


class CleanText(forms.CharField):
    """One line of text in NFC. Normalised before it is checked, so that invisible characters
    alone count as nothing and the length is that of what is stored."""

    def __init__(self, *, error_messages: Mapping[str, str] | None = None, **options: Any) -> None:
        super().__init__(error_messages={**TEXT_FAULTS, **(error_messages or {})}, **options)

    def clean(self, value: Any) -> str:
        return str(super().clean(nfc(value) if isinstance(value, str) else value))


class BirthDateField(forms.Field):
    """A date of birth in one text field, as ``accounts.ages`` reads it; None when left empty."""

    widget = forms.TextInput

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "numeric", "autocomplete": "bday", "maxlength": 20}

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%d/%m/%Y}" if isinstance(value, date) else value

    def to_python(self, value: Any) -> date | None:
        text = nfc(str(value or ""))
        try:
            return parse_birth_date(text, timezone.localdate()) if text else None
        except BirthDateFault as fault:
            raise forms.ValidationError(str(fault), code="invalid") from fault
