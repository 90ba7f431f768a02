"""What an organiser types: a contest, a round and the lines of its paper. Shape only.

Times are read and shown in Vietnam's time, whatever zone the server runs in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.forms.renderers import get_default_renderer
from django.http import QueryDict
from django.utils import timezone

from accounts.fields import TEXT_FAULTS, CleanText
from accounts.text import nfc
from contest import wording
from contest.blueprints import suggest_lines
from contest.models import Round
from contest.rounds import LineDraft, RoundDraft
from quizzes.desk.coverage import clause_counts
from quizzes.models import Programme, QuestionVersion
from quizzes.pools import pool_sizes

SUGGESTED, MOST_SUGGESTED = 20, 100
MOST_MINUTES, MOST_ATTEMPTS, MOST_COUNT, MOST_POINTS, MOST_LINES = 600, 100, 100, 100, 40
SPARE_LINES = 3
SENSIBLE_YEARS = range(2000, 2101)

PoolSizes = Mapping[tuple[int, str], int]


def _whole(missing: str, least: int, most: int, **options: Any) -> forms.IntegerField:
    """A whole number; one sentence tells both that it is missing and what it may be."""
    says = f"{missing}, từ {least} đến {most}."
    messages = dict.fromkeys(("required", "invalid", "min_value", "max_value"), says)
    widget = forms.NumberInput(attrs={"class": "input", "inputmode": "numeric"})
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


def _moment(label: str, missing: str) -> VietnamDateTimeField:
    says = {"required": missing, "invalid": f"{missing}, ví dụ 08:00 09/03/2026."}
    return VietnamDateTimeField(label=label, error_messages=says)


class ContestForm(forms.Form):
    """The contest itself."""

    contest_title = CleanText(
        label="Tên cuộc thi",
        max_length=200,
        error_messages={
            "required": "Hãy nhập tên cuộc thi.",
            "max_length": "Tên cuộc thi dài quá 200 ký tự.",
        },
        widget=forms.TextInput(attrs={"class": "input"}),
    )
    summary = forms.CharField(
        label="Giới thiệu",
        required=False,
        help_text="Vài câu về mục đích, đối tượng; có thể để trống.",
        error_messages=dict(TEXT_FAULTS),
        widget=forms.Textarea(attrs={"class": "input", "rows": 3}),
    )

    def clean_summary(self) -> str:
        """In NFC, its lines kept."""
        return "\n".join(nfc(line) for line in self.cleaned_data["summary"].splitlines())


class RoundForm(forms.Form):
    """The settings of a round but for its lines."""

    title = CleanText(
        label="Tên vòng thi",
        max_length=200,
        help_text="Nội dung của vòng, ví dụ: Kinh tế rừng và du lịch bền vững.",
        error_messages={
            "required": "Hãy nhập tên vòng thi.",
            "max_length": "Tên vòng thi dài quá 200 ký tự.",
        },
        widget=forms.TextInput(attrs={"class": "input"}),
    )
    opens_at = _moment("Mở lúc", "Hãy chọn ngày giờ mở")
    closes_at = _moment("Đóng lúc", "Hãy chọn ngày giờ đóng")
    limit = _whole(
        "Thời gian làm bài cần là số phút", 1, MOST_MINUTES, label="Thời gian làm bài (phút)"
    )
    attempts = _whole(
        "Số lượt cần là số nguyên", 1, MOST_ATTEMPTS, label="Số lượt mỗi người", required=False
    )
    unlimited = forms.BooleanField(label="Không giới hạn số lượt", required=False)
    prediction = forms.ChoiceField(
        label="Câu dự đoán",
        required=False,
        choices=Round.PredictionTarget.choices,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Hãy chọn một trong các câu dự đoán."},
    )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not data.get("unlimited") and "attempts" in data and data["attempts"] is None:
            self.add_error(
                "attempts", "Hãy nhập số lượt mỗi người, hoặc đánh dấu không giới hạn số lượt."
            )
        opens_at, closes_at = data.get("opens_at"), data.get("closes_at")
        if opens_at and closes_at:
            self._check_window(closes_at - opens_at, data.get("limit"))
        return data

    def _check_window(self, open_for: timedelta, limit: int | None) -> None:
        if open_for <= timedelta(0):
            self.add_error("closes_at", "Giờ đóng phải sau giờ mở vòng thi.")
        elif limit and timedelta(minutes=limit) > open_for:
            self.add_error(
                "limit",
                f"Thời gian làm bài {limit} phút dài hơn cả vòng thi ({wording.span(open_for)}).",
            )

    def draft(self, lines: list[LineDraft]) -> RoundDraft:
        """The valid form as the service takes it."""
        data = self.cleaned_data
        return RoundDraft(
            title=data["title"],
            opens_at=data["opens_at"],
            closes_at=data["closes_at"],
            time_limit_s=data["limit"] * 60,
            attempts_allowed=None if data["unlimited"] else data["attempts"],
            prediction_target=data["prediction"],
            lines=lines,
        )


class LineForm(forms.Form):
    """One line of the paper; a line left as it was given is no line."""

    programme = forms.ModelChoiceField(
        label="Văn bản",
        queryset=Programme.objects.all(),
        empty_label="Chọn văn bản",
        error_messages={
            "required": "Hãy chọn văn bản.",
            "invalid_choice": "Hãy chọn văn bản trong danh sách.",
        },
        widget=forms.Select(attrs={"class": "input"}),
    )
    difficulty = forms.ChoiceField(
        label="Độ khó",
        required=False,
        choices=[("", "Mọi độ khó"), *QuestionVersion.Difficulty.choices],
        error_messages={"invalid_choice": "Hãy chọn độ khó trong danh sách."},
        widget=forms.Select(attrs={"class": "input"}),
    )
    count = _whole("Số câu cần là số nguyên", 1, MOST_COUNT, label="Số câu")
    points = _whole("Điểm cần là số nguyên", 1, MOST_POINTS, label="Điểm mỗi câu", initial=1)

    def __init__(self, *args: Any, pools: PoolSizes | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pools = pools or {}

    @property
    def available(self) -> int | None:
        """Approved questions for the chosen programme and difficulty; None before a choice."""
        programme = self["programme"].value()
        if not re.fullmatch("[0-9]{1,9}", str(programme or "")):
            return None
        return self.pools.get((int(programme), str(self["difficulty"].value() or "")), 0)


_FORMSET_MESSAGES = {
    "missing_management_form": "Trang gửi lên thiếu dữ liệu; hãy tải lại trang và thử lại.",
    "too_many_forms": f"Đề thi chỉ được có tối đa {MOST_LINES} dòng.",
}


if TYPE_CHECKING:
    _LineFormSet = forms.BaseFormSet[LineForm]
else:  # Django's own class takes no parameter when the program runs
    _LineFormSet = forms.BaseFormSet


class LineFormSet(_LineFormSet):
    """Lines prefilled from a draft stay changeable and removable like any other.

    ``prefill`` is not Django's ``initial``: with that, Django would tell the first lines from
    the others by their number, which adding and removing on the page does not keep.
    """

    form = LineForm
    extra, min_num, max_num, absolute_max = SPARE_LINES, 0, MOST_LINES, MOST_LINES + 10
    can_order, can_delete, can_delete_extra = False, True, True
    validate_min, validate_max = False, True
    edit_only = False
    renderer = get_default_renderer()

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        prefill: list[dict[str, Any]] | None = None,
        pools: PoolSizes | None = None,
    ) -> None:
        self.prefill, self.pools = prefill or [], pools or {}
        super().__init__(data, prefix="lines", error_messages=_FORMSET_MESSAGES)
        self.extra = max(1, len(self.prefill)) + SPARE_LINES

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        given = index is not None and index < len(self.prefill)
        more = {"initial": self.prefill[cast(int, index)]} if given else {}
        return {**super().get_form_kwargs(index), "pools": self.pools, **more}

    def add_fields(self, form: LineForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = "Bỏ dòng này"

    def clean(self) -> None:
        if self.management_form.is_valid() and not any(self.errors) and not self.drafts():
            raise forms.ValidationError("Đề thi chưa có câu nào; hãy thêm ít nhất một dòng.")

    def drafts(self) -> list[LineDraft]:
        """The valid lines in order, without the blank and the removed ones."""
        kept = [f.cleaned_data for f in self.forms if f.has_changed()]
        return [
            LineDraft(data["programme"], data["difficulty"], data["count"], data["points"])
            for data in kept
            if data and not data.get("DELETE")
        ]


@dataclass(frozen=True, slots=True)
class Problem:
    """A field to correct: the id of its input, and what is wrong."""

    anchor: str
    text: str


def problems(settings: Iterable[forms.Form], lines: LineFormSet) -> list[Problem]:
    """Everything wrong on the page, in reading order; a line's problem says which line."""
    found = [problem for form in settings for problem in _problems(form)]
    for place, form in enumerate(lines.forms, start=1):
        if not form.cleaned_data.get("DELETE"):
            found += _problems(form, f"Dòng {place}: ")
    return found + [Problem("lines", str(text)) for text in lines.non_form_errors()]


def _problems(form: forms.Form, prefix: str = "") -> list[Problem]:
    return [
        Problem("" if name == "__all__" else form[name].id_for_label, f"{prefix}{text}")
        for name, texts in form.errors.items()
        for text in texts
    ]


# -- What the forms start with -------------------------------------------------------------------


def next_week(after: datetime) -> tuple[datetime, datetime]:
    """08:00 of the first Monday after that day, and 22:00 of its Sunday, in Vietnam."""
    local = after.astimezone(wording.VIETNAM)
    monday = (local + timedelta(days=7 - local.weekday())).replace(
        hour=8, minute=0, second=0, microsecond=0
    )
    return monday, monday + timedelta(days=6, hours=14)


def new_round_values(last: Round | None, now: datetime) -> dict[str, Any]:
    """Sensible settings: the week after now or after the last round, otherwise as before."""
    opens_at, closes_at = next_week(max(now, last.closes_at) if last else now)
    values = round_values(last) if last else {"limit": 15, "attempts": 3, "prediction": ""}
    return {**values, "title": "", "opens_at": opens_at, "closes_at": closes_at}


def round_values(round: Round) -> dict[str, Any]:
    """A round's settings as its form shows them."""
    return {
        "title": round.title,
        "opens_at": round.opens_at,
        "closes_at": round.closes_at,
        "limit": -(-round.time_limit_s // 60),
        "attempts": round.attempts_allowed,
        "unlimited": round.attempts_allowed is None,
        "prediction": round.prediction_target,
    }


def line_values(round: Round | None) -> list[dict[str, Any]]:
    """A round's lines as their forms show them; none without a round."""
    fields = ("programme_id", "difficulty", "count", "points")
    lines = round.lines.order_by("position").values(*fields) if round else []
    return [{**line, "programme": line["programme_id"]} for line in lines]


def suggested_values(query: QueryDict) -> list[dict[str, Any]] | None:
    """The lines of the paper that ``?suggest=20`` asks for, spread over what the banks hold, with
    ``&dispatch=on`` over the dispatches too; None when it asks for none or nonsense."""
    asked = query.get("suggest", "")
    if not re.fullmatch("[0-9]{1,3}", asked) or not 1 <= int(asked) <= MOST_SUGGESTED:
        return None
    weights = clause_counts(with_dispatch="dispatch" in query)
    return [
        {"programme": line.programme, "difficulty": line.difficulty, "count": line.count}
        for line in suggest_lines(pool_sizes(), weights, int(asked))
    ]
