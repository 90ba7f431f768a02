"""The fields of the organisers' forms: numbers, moments, lines of text, in our words.

Times are read and shown in Vietnam's time, whatever zone the server runs in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from accounts.fields import TEXT_FAULTS, CleanText
from accounts.text import nfc
from contest import wording

SENSIBLE_YEARS = range(2000, 2101)

Choices = Sequence[tuple[str, str]]


def whole(missing: str, least: int, most: int, **options: Any) -> forms.IntegerField:
    """A whole number; one sentence tells both that it is missing and what it may be."""
    says = f"{missing}, từ {least} đến {most}."
    messages = dict.fromkeys(("required", "invalid", "min_value", "max_value"), says)
    extra = {"list": options.pop("suggestions")} if "suggestions" in options else {}
    widget = forms.NumberInput(attrs={"class": "input", "inputmode": "numeric", **extra})
    return forms.IntegerField(
        min_value=least, max_value=most, error_messages=messages, widget=widget, **options
    )


class VietnamDateTimeField(forms.DateTimeField):
    """The browser's date and time picker, in Vietnam's time."""

    widget = forms.DateTimeInput(
        format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "class": "input"}
    )

    def prepare_value(self, value: Any) -> Any:
        with timezone.override(wording.VIETNAM):
            return super().prepare_value(value)

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(wording.VIETNAM):
            moment = super().to_python(value)
        if moment is not None and moment.year not in SENSIBLE_YEARS:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return moment


def moment(label: str, missing: str, **options: Any) -> VietnamDateTimeField:
    says = {"required": missing, "invalid": f"{missing}, ví dụ 08:00 09/03/2026."}
    return VietnamDateTimeField(label=label, error_messages=says, **options)


def time_of_day(label: str, missing: str) -> forms.TimeField:
    """Hours and minutes of Vietnam's clock; may be left empty."""
    return forms.TimeField(
        label=label,
        required=False,
        error_messages={"invalid": f"{missing}, ví dụ 07:30."},
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "input"}),
    )


def line(label: str, *, most: int, missing: str = "", **options: Any) -> CleanText:
    """One line of text in NFC; required when ``missing`` says what is missing."""
    attrs = {"class": "input", **options.pop("attrs", {})}
    says = {"required": missing, "max_length": f"{label} dài quá {most} ký tự."}
    return CleanText(
        label=label,
        required=bool(missing),
        max_length=most,
        error_messages=says,
        widget=forms.TextInput(attrs=attrs),
        **options,
    )


class CleanLines(forms.CharField):
    """Several lines of text in NFC, its line breaks kept."""

    def __init__(self, *, rows: int = 3, **options: Any) -> None:
        super().__init__(
            error_messages=dict(TEXT_FAULTS),
            widget=forms.Textarea(attrs={"class": "input", "rows": rows}),
            **options,
        )

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        return "\n".join(nfc(line) for line in text.splitlines())


def one_of(label: str, choices: Choices, **options: Any) -> forms.ChoiceField:
    """A list to choose one from; a page that leaves it out means the usual."""
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=choices,
        error_messages={"invalid_choice": f"{label}: hãy chọn trong danh sách."},
        widget=forms.Select(attrs={"class": "input"}),
        **options,
    )


def several_of(label: str, choices: Choices, **options: Any) -> forms.TypedMultipleChoiceField:
    """Boxes to tick, none of which has to be."""
    return forms.TypedMultipleChoiceField(
        label=label,
        required=False,
        choices=choices,
        error_messages={"invalid_choice": f"{label}: hãy chọn trong danh sách."},
        widget=forms.CheckboxSelectMultiple,
        **options,
    )
