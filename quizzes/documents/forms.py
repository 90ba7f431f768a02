"""What people hand in at the documents' pages. Shape only."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.fields import CleanText
from quizzes.documents.drafts import LONGEST_TITLE
from quizzes.documents.extraction import FAULTS, KINDS, MOST_BYTES

NO_FILE = "Chưa chọn tệp. Hãy chọn tệp PDF, DOCX hoặc TXT trên máy."


class UploadForm(forms.Form):
    """A file with the official text, and what to call it."""

    file = forms.FileField(
        label="Tệp văn bản",
        help_text="PDF có lớp chữ, DOCX hoặc TXT; tối đa 20 MB, 500 trang. Nạp rồi mới là bản nháp "
        "để kiểm tra, chưa thay đổi gì.",
        error_messages={
            "required": NO_FILE,
            "missing": NO_FILE,
            "invalid": NO_FILE,
            "empty": FAULTS["empty"],
            "max_length": "Tên tệp dài quá; hãy đổi tên ngắn hơn rồi nạp lại.",
        },
        widget=forms.FileInput(attrs={"class": "input", "accept": ",".join(KINDS)}),
        max_length=255,
    )
    title = CleanText(
        label="Tên gọi",
        required=False,
        max_length=LONGEST_TITLE,
        help_text="Ví dụ: Công văn tuyên truyền tháng 12/2025. Để trống thì lấy tên tệp.",
        widget=forms.TextInput(attrs={"class": "input"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(FAULTS["too_large"])
        return file


class WordsForm(forms.Form):
    """New words for one clause, or for the whole text when there is no ``code``."""

    rev = forms.IntegerField(min_value=0)
    code = forms.CharField(required=False, max_length=60)
    text = forms.CharField(required=False, strip=False)


class SplitForm(forms.Form):
    """One flagged place of a clause, or all of them when there is no ``start``."""

    rev = forms.IntegerField(min_value=0)
    code = forms.CharField(max_length=60)
    start = forms.IntegerField(required=False, min_value=0)


class DecisionForm(forms.Form):
    """Accepting or dropping the draft that was seen."""

    rev = forms.IntegerField(min_value=0)
