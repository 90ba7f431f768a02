"""Text fields in our words and in one normal form, for the forms of every app."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

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
