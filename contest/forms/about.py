"""A contest by name."""

from __future__ import annotations

from django import forms

from contest.forms.fields import CleanLines, line


class ContestForm(forms.Form):
    """The contest itself."""

    contest_title = line("Tên cuộc thi", most=200, missing="Hãy nhập tên cuộc thi.")
    summary = CleanLines(
        label="Giới thiệu",
        required=False,
        help_text="Vài câu về mục đích, đối tượng; có thể để trống.",
    )
