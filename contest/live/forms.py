"""Forms of announcing, withdrawing, asking and answering. The services judge the texts."""

from __future__ import annotations

from typing import Any

from django import forms

from contest.live.announcements import MOST_CHARACTERS
from contest.live.inquiries import MOST_ANSWER
from contest.live.inquiries import MOST_CHARACTERS as MOST_ASKED


def _text(label: str, most: int, *, rows: int, hint: str = "") -> forms.CharField:
    """A text of some lines; length and emptiness are refused by the service, in its words."""
    limits = {"class": "input", "rows": rows, "maxlength": most}
    return forms.CharField(
        label=label,
        required=False,
        strip=False,
        max_length=20_000,
        help_text=hint or f"Tối đa {most} ký tự.",
        widget=forms.Textarea(attrs=limits),
    )


class AnnounceForm(forms.Form):
    text = _text("Nội dung", MOST_CHARACTERS, rows=3)


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label="Lý do gỡ",
        max_length=500,
        error_messages={"required": "Hãy ghi lý do gỡ thông báo này."},
        widget=forms.TextInput(attrs={"class": "input"}),
    )


class AnswerForm(forms.Form):
    """``to``: "asker" or "everybody"; ``quote`` is used only for everybody."""

    answer = _text("Trả lời", MOST_ANSWER, rows=3)
    quote = _text(
        "Câu hỏi khi trả lời cho mọi người",
        MOST_ASKED,
        rows=2,
        hint="Bỏ tên và chuyện riêng của người hỏi, nếu có.",
    )
    to = forms.ChoiceField(
        label="Trả lời",
        choices=[("asker", "Chỉ người hỏi"), ("everybody", "Mọi người")],
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Hãy chọn trả lời riêng hay trả lời cho mọi người."
        ),
    )


class AskForm(forms.Form):
    text = _text("Câu hỏi gửi Ban Tổ chức", MOST_ASKED, rows=3)


def refuse(form: forms.Form, field: str, message: str, fields: dict[str, Any]) -> None:
    """Show a service's refusal: at the text when it is about the text, else over the form."""
    form.add_error(field if "text" in fields else None, message)
