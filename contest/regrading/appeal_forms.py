"""What people type about appeals: making one, deciding one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.fields import TEXT_FAULTS
from accounts.text import nfc
from contest.models import Appeal, Decision
from contest.regrading.appeal_rules import LONGEST, text_fault
from contest.regrading.decided import VERDICT_NAMES
from contest.wording import date
from quizzes.models import Clause


def lines_kept(text: str) -> str:
    """The text in NFC with its lines."""
    return "\n".join(nfc(line) for line in text.splitlines()).strip()


class AppealForm(forms.Form):
    """A competitor's appeal against one question."""

    clause = forms.ChoiceField(
        label="Điều khoản viện dẫn",
        help_text="Điều khoản của câu hỏi đứng đầu; chọn điều khoản khác nếu bạn dựa vào chỗ khác.",
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Hãy chọn điều khoản trong danh sách."
        ),
        widget=forms.Select(attrs={"class": "input"}),
    )
    text = forms.CharField(
        label="Vì sao câu hỏi hoặc đáp án chưa đúng",
        required=False,
        help_text="Từ 10 đến 2.000 ký tự. Nội dung này được công khai, không kèm tên bạn; "
        "vì vậy đừng ghi họ tên, đơn vị hay số điện thoại.",
        error_messages=dict(TEXT_FAULTS),
        widget=forms.Textarea(attrs={"class": "input", "rows": 6, "maxlength": LONGEST}),
    )

    def __init__(self, data: Any = None, *, clauses: Sequence[Clause], **options: Any) -> None:
        super().__init__(data, **options)
        choices = [(clause.code, f"{clause.code}: {clause.title}") for clause in clauses]
        self.fields["clause"].choices = choices  # type: ignore[attr-defined]

    def clean_text(self) -> str:
        text = lines_kept(self.cleaned_data["text"])
        if fault := text_fault(text):
            raise forms.ValidationError(fault)
        return text


class VerdictForm(forms.Form):
    """Deciding about an appeal; ``settled_by`` only where the question was decided about."""

    status = forms.ChoiceField(
        label="Kết luận",
        choices=[
            (Appeal.Status.ACCEPTED, "Chấp nhận: câu hỏi hoặc đáp án có sai sót"),
            (Appeal.Status.REJECTED, "Không chấp nhận: câu hỏi và đáp án giữ nguyên"),
        ],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Hãy chọn chấp nhận hoặc không chấp nhận."
        ),
    )
    settled_by = forms.ModelChoiceField(
        label="Nếu chấp nhận, việc chấm lại",
        required=False,
        queryset=Decision.objects.none(),
        empty_label="sẽ làm sau, bằng quyết định mới",
        error_messages={"invalid_choice": "Quyết định này không còn hiệu lực; hãy chọn lại."},
        widget=forms.Select(attrs={"class": "input"}),
    )
    answer = forms.CharField(
        label="Lý do, trả lời người đề nghị",
        max_length=LONGEST,
        help_text="Người đề nghị đọc được; nhật ký phúc khảo đăng công khai.",
        error_messages={**TEXT_FAULTS, "required": "Hãy ghi lý do của kết luận này."},
        widget=forms.Textarea(attrs={"class": "input", "rows": 5}),
    )

    def __init__(self, data: Any = None, *, decisions: Any, **options: Any) -> None:
        super().__init__(data, **options)
        field = self.fields["settled_by"]
        field.queryset = decisions  # type: ignore[attr-defined]
        field.label_from_instance = _named  # type: ignore[attr-defined]
        if not decisions.exists():
            del self.fields["settled_by"]

    def clean_answer(self) -> str:
        text = lines_kept(self.cleaned_data["answer"])
        if not text:
            raise forms.ValidationError("Hãy ghi lý do của kết luận này.")
        return text

    @property
    def is_accepted(self) -> bool:
        return bool(self.cleaned_data["status"] == Appeal.Status.ACCEPTED)


def _named(decision: Decision) -> str:
    name = VERDICT_NAMES[decision.data["verdict"]]
    return f"đã làm ngày {date(decision.made_at)}: {name[0].lower()}{name[1:]}"
