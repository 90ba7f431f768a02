"""What is wrong on a page, for the summary on top of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django import forms

from contest.forms.rows import LineFormSet, PrizeFormSet, RowFormSet


@dataclass(frozen=True, slots=True)
class Problem:
    """A field to correct: the id of its input, and what is wrong."""

    anchor: str
    text: str


def problems(
    settings: Iterable[forms.Form], lines: LineFormSet, prizes: PrizeFormSet | None = None
) -> list[Problem]:
    """Everything wrong on the page, in reading order; a row's problem says which row."""
    found = [problem for form in settings for problem in problems_of(form)]
    found += _row_problems(lines, "Dòng", "lines")
    return found + (_row_problems(prizes, "Giải", "prizes") if prizes is not None else [])


def _row_problems(rows: RowFormSet, word: str, anchor: str) -> list[Problem]:
    found = []
    for place, form in enumerate(rows.forms, start=1):
        if not form.cleaned_data.get("DELETE"):
            found += problems_of(form, f"{word} {place}: ")
    return found + [Problem(anchor, str(text)) for text in rows.non_form_errors()]


def problems_of(form: forms.Form, prefix: str = "") -> list[Problem]:
    """Everything wrong in one form."""
    return [
        Problem("" if name == "__all__" else form[name].id_for_label, f"{prefix}{text}")
        for name, texts in form.errors.items()
        for text in texts
    ]
