"""What the exchange page asks: where questions go, which ones leave."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile

from quizzes.desk.forms import clause_choices
from quizzes.exchange.formats import FORMATS
from quizzes.exchange.reading import MAX_BYTES
from quizzes.models import Clause, Programme, QuestionVersion

CHOOSE_PROGRAMME = {
    "required": "Hãy chọn văn bản.",
    "invalid_choice": "Văn bản này không có trong danh sách; hãy chọn lại.",
}
_FORMATS = [(format.key, format.name) for format in FORMATS.values()]


def _default_clauses() -> list[tuple[str, Any]]:
    return [("", "Không chọn"), *clause_choices()]


def _programme() -> forms.ModelChoiceField[Programme]:
    return forms.ModelChoiceField(
        Programme.objects.all(),
        label="Văn bản",
        to_field_name="code",
        empty_label="Chọn văn bản",
        error_messages=CHOOSE_PROGRAMME,
        widget=forms.Select(attrs={"class": "input"}),
    )


class ImportForm(forms.Form):
    """A file and where its questions belong."""

    programme = _programme()
    default_clause = forms.ChoiceField(
        label="Mục mặc định",
        choices=_default_clauses,
        required=False,
        help_text="Dùng cho câu mà tệp không ghi mục, hoặc ghi mục không có trong văn bản.",
        error_messages={"invalid_choice": "Mục này không có trong danh sách; hãy chọn lại."},
        widget=forms.Select(attrs={"class": "input"}),
    )
    format = forms.ChoiceField(
        label="Định dạng",
        choices=[("", "Tự nhận theo tệp"), *_FORMATS],
        required=False,
        error_messages={"invalid_choice": "Định dạng này không có; hãy chọn lại."},
        widget=forms.Select(attrs={"class": "input"}),
    )
    file = forms.FileField(
        label="Tệp câu hỏi",
        help_text="GIFT, Moodle XML, Aiken, XLSX hoặc YAML; tối đa 5 MB và 2.000 câu.",
        error_messages={
            "required": "Hãy chọn tệp câu hỏi.",
            "empty": "Tệp này trống; hãy chọn tệp khác.",
            "invalid": "Chưa nhận được tệp; hãy chọn lại.",
        },
        widget=forms.FileInput(
            attrs={"class": "input", "accept": ".gift,.txt,.xml,.xlsx,.yaml,.yml"}
        ),
    )

    def clean_default_clause(self) -> Clause | None:
        return Clause.objects.filter(code=self.cleaned_data["default_clause"]).first()

    def clean_file(self) -> UploadedFile[bytes]:
        file = cast("UploadedFile[bytes]", self.cleaned_data["file"])
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError("Tệp lớn quá 5 MB; hãy chia thành nhiều tệp.")
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        programme, clause = cleaned.get("programme"), cleaned.get("default_clause")
        if programme and clause and clause.programme_id != programme.pk:
            self.add_error("default_clause", f"Mục này không thuộc văn bản {programme.code}.")
        return cleaned


class ExportForm(forms.Form):
    """Which questions leave, and as what."""

    programme = _programme()
    format = forms.ChoiceField(
        label="Định dạng",
        choices=_FORMATS,
        error_messages={
            "required": "Hãy chọn định dạng.",
            "invalid_choice": "Định dạng này không có; hãy chọn lại.",
        },
        widget=forms.Select(attrs={"class": "input"}),
    )
    status = forms.MultipleChoiceField(
        label="Tình trạng của câu hỏi",
        choices=QuestionVersion.Status.choices,
        initial=[QuestionVersion.Status.APPROVED],
        error_messages={
            "required": "Hãy chọn ít nhất một tình trạng.",
            "invalid_choice": "Tình trạng này không có; hãy chọn lại.",
        },
        widget=forms.CheckboxSelectMultiple,
    )
