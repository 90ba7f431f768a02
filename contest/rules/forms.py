"""Changing a published round, as typed: only the settings that may change now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.forms import BoundField

from contest.drafts import COLUMNS, PrizeDraft, RoundDraft
from contest.forms.fields import line
from contest.forms.ranking import PLACES
from contest.forms.round import FOLDED, RoundForm
from contest.forms.values import draft_values

# Settings whose fields have other names.
_FIELDS = {
    "time_limit_s": ["limit"],
    "attempts_allowed": ["attempts", "unlimited"],
    "prediction_target": ["prediction"],
    "shuffles_questions": ["fixed_questions"],
    "shuffles_choices": ["fixed_choices"],
    "ranking_keys": PLACES,
}

_GROUPS: list[tuple[str, Sequence[str]]] = [
    ("Tên và thời gian vòng thi", ("title", "opens_at", "closes_at", *FOLDED["hours"])),
    ("Cách thi", ("limit", "attempts", "unlimited", "prediction", *FOLDED["paper"])),
    ("Câu tự luận", FOLDED["essay"]),
    ("Ai được vào vòng này", FOLDED["admission"]),
    ("Thứ tự xếp hạng", PLACES),
    ("Công bố và quy định khác", (*FOLDED["shown"], *FOLDED["extra"])),
]


def fields_of(settings: Iterable[str]) -> set[str]:
    """The fields in which these settings of a round are typed."""
    return {field for name in settings for field in _FIELDS.get(name, [name])}


class ChangeForm(RoundForm):
    """The settings in ``changeable`` of a published round, and why they change; ``current`` is
    how the round is set now. What is not typed anew stays as it is."""

    reason = line(
        "Lý do sửa đổi",
        most=1_000,
        missing="Hãy ghi lý do sửa đổi.",
        help_text="Mọi người đọc lý do này cùng sửa đổi.",
    )

    def __init__(
        self, *args: Any, current: RoundDraft, changeable: Iterable[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, initial=draft_values(current), **kwargs)
        self.current = current
        kept = fields_of(changeable) | {"reason"}
        self.fields = {name: field for name, field in self.fields.items() if name in kept}

    @property
    def groups(self) -> list[tuple[str, list[BoundField]]]:
        """``(heading, fields)`` of the page in reading order, without the reason."""
        named = {name for _, names in _GROUPS for name in names} | {"reason"}
        # A field that were left out of the page would come back as if it had been emptied.
        rest = [name for name in self.fields if name not in named]
        found = [
            (heading, [self[name] for name in names if name in self.fields])
            for heading, names in [*_GROUPS, ("Thông số khác", rest)]
        ]
        return [(heading, fields) for heading, fields in found if fields]

    def changed(self, prizes: Sequence[PrizeDraft]) -> RoundDraft:
        """The round as the service takes it, from the valid form and its prizes."""
        typed = self._typed()
        new = {
            name: value
            for name, value in typed.items()
            if set(_FIELDS.get(name, [name])) & set(self.changed_data)
        }
        return replace(self.current, **new, prizes=prizes)

    def _typed(self) -> dict[str, Any]:
        if "opens_at" in self.fields:
            whole = self.draft(self.current.lines)
            return {name: getattr(whole, name) for name in COLUMNS}
        return {name: value for name, value in self.cleaned_data.items() if name in COLUMNS}
