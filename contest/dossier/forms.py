"""What people fill in before the documents of a result are made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from contest.dossier.layout import Profile, profile_named, profile_names
from contest.dossier.reading import BODY, Paperwork
from contest.forms.fields import CleanLines, line
from contest.models import Contest

USUAL_RECIPIENTS = "Thành viên Ban Tổ chức\nCác đơn vị có người dự thi"
_MOST_LINES = 40


def profiles() -> list[Profile]:
    """The layouts there are."""
    return [profile_named(name) for name in profile_names()]


class PaperworkForm(forms.Form):
    """Number, day, signatures and recipients; everything but the layout may stay empty."""

    profile = forms.ChoiceField(
        label="Thể thức văn bản",
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Hãy chọn thể thức văn bản."),
        widget=forms.Select(attrs={"class": "input"}),
    )
    number = forms.RegexField(
        r"^[0-9]{1,6}$",
        label="Số văn bản",
        required=False,
        help_text="Chỉ phần số; ký hiệu do thể thức tự thêm. Để trống nếu văn thư ghi tay.",
        error_messages={"invalid": "Số văn bản chỉ gồm chữ số, ví dụ 05."},
        widget=forms.TextInput(attrs={"class": "input", "inputmode": "numeric"}),
    )
    dated = forms.DateField(
        label="Ngày văn bản",
        required=False,
        help_text="Để trống nếu ghi tay.",
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        error_messages={"invalid": "Ngày văn bản chưa đúng, ví dụ 05/02/2026."},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input"}),
    )
    head = line("Trưởng Ban", most=120, help_text="Họ tên người ký thay mặt Ban Tổ chức.")
    secretary = line("Thư ký", most=120)
    members = CleanLines(
        label="Ủy viên cùng ký", required=False, max_length=4_000, help_text="Mỗi dòng một người."
    )
    recipients = CleanLines(
        label="Nơi nhận", required=False, max_length=4_000, help_text="Mỗi dòng một nơi."
    )
    archive = line("Nơi lưu", most=120)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["profile"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(profile.name, profile.label) for profile in profiles()]
        for name in ("members", "recipients"):
            self.fields[name].error_messages["max_length"] = "Danh sách này quá dài."

    @property
    def paperwork(self) -> Paperwork:
        """What was filled in; call after ``is_valid``."""
        typed = self.cleaned_data
        return Paperwork(
            number=typed["number"],
            dated=typed["dated"],
            head=typed["head"],
            secretary=typed["secretary"],
            members=_lines(typed["members"]),
            recipients=_lines(typed["recipients"]),
            archive=typed["archive"] or BODY,
        )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.splitlines() if line)[:_MOST_LINES]


def usual(contest: Contest, last: Mapping[str, Any]) -> dict[str, Any]:
    """Values to begin with: those of the last export, else the contest's layout."""
    return {
        "profile": last.get("profile", contest.profile),
        "number": last.get("number", ""),
        "dated": date.fromisoformat(last["dated"]) if last.get("dated") else None,
        "head": last.get("head", ""),
        "secretary": last.get("secretary", ""),
        "members": "\n".join(last.get("members", ())),
        "recipients": "\n".join(last["recipients"]) if last else USUAL_RECIPIENTS,
        "archive": last.get("archive", BODY),
    }
