"""Rows of the editor that can be added and removed: the lines of the paper, and the prizes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.forms.renderers import get_default_renderer
from django.http import QueryDict

from contest.drafts import LineDraft, PrizeDraft
from contest.forms.fields import line, one_of, whole
from contest.models import Division, Prize
from quizzes.models import Programme, QuestionVersion

MOST_COUNT, MOST_POINTS, MOST_LINES, MOST_PRIZES, MOST_OF_A_PRIZE = 100, 100, 40, 40, 1_000
SPARE_LINES = 3

PoolSizes = Mapping[tuple[int, str], int]


def _of_division(divisions: Sequence[Division], everybody: str) -> forms.ChoiceField | None:
    """Whom a row is for, by the division's code; None in a contest without divisions."""
    if not divisions:
        return None
    return one_of("Bảng", [("", everybody), *((d.code, d.name) for d in divisions)])


class RowForm(forms.Form):
    """A row; one left as it was given is none."""

    def __init__(self, *args: Any, divisions: Sequence[Division] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.divisions = {division.code: division for division in divisions}

    @property
    def division(self) -> Division | None:
        """The chosen division of a valid row."""
        return self.divisions.get(self.cleaned_data.get("division", ""))


class LineForm(RowForm):
    """One line of the paper."""

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
    count = whole("Số câu cần là số nguyên", 1, MOST_COUNT, label="Số câu")
    points = whole("Điểm cần là số nguyên", 1, MOST_POINTS, label="Điểm mỗi câu", initial=1)

    def __init__(self, *args: Any, pools: PoolSizes | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pools = pools or {}
        if field := _of_division(list(self.divisions.values()), "Các bảng còn lại"):
            self.fields["division"] = field

    @property
    def available(self) -> int | None:
        """Approved questions for the chosen programme and difficulty; None before a choice."""
        programme = self["programme"].value()
        if not re.fullmatch("[0-9]{1,9}", str(programme or "")):
            return None
        return self.pools.get((int(programme), str(self["difficulty"].value() or "")), 0)

    def draft(self) -> LineDraft:
        """The valid line as the service takes it."""
        data = self.cleaned_data
        return LineDraft(
            data["programme"], data["difficulty"], data["count"], data["points"], self.division
        )


class PrizeForm(RowForm):
    """One prize: for people by rank, or for units by a measure."""

    name = line("Tên giải", most=120, missing="Hãy nhập tên giải.")
    count = whole("Số giải cần là số nguyên", 1, MOST_OF_A_PRIZE, label="Số giải", initial=1)
    worth = line("Giá trị", most=200, attrs={"placeholder": "2.000.000 đồng"})
    measure = one_of("Trao cho", Prize.Measure.choices)

    def __init__(self, *args: Any, blocks: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field := _of_division(list(self.divisions.values()), "Chung cả vòng"):
            self.fields["division"] = field
        choices = [("", "Mọi khối"), *((block, block) for block in blocks)]
        self.fields["block"] = one_of("Khối thi đua", choices)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("block") and data.get("measure") == "":
            self.add_error(
                "block", "Khối thi đua chỉ dùng cho giải tập thể; hãy chọn ở “Trao cho” trước."
            )
        return data

    def draft(self) -> PrizeDraft:
        """The valid prize as the service takes it."""
        data = self.cleaned_data
        return PrizeDraft(
            data["name"],
            data["count"],
            data["worth"],
            self.division,
            data["measure"],
            data["block"],
        )


if TYPE_CHECKING:
    _RowFormSet = forms.BaseFormSet[RowForm]
else:  # Django's own class takes no parameter when the program runs
    _RowFormSet = forms.BaseFormSet


class RowFormSet(_RowFormSet):
    """Rows prefilled from a draft stay changeable and removable like any other.

    ``prefill`` is not Django's ``initial``: with that, Django would tell the first rows from
    the others by their number, which adding and removing on the page does not keep.
    """

    name, remove, too_many = "", "", ""
    min_num, edit_only = 0, False
    can_order, can_delete, can_delete_extra = False, True, True
    validate_min, validate_max = False, True
    renderer = get_default_renderer()

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        prefill: list[dict[str, Any]] | None = None,
        **options: Any,
    ) -> None:
        self.prefill, self.options = prefill or [], options
        says = {
            "missing_management_form": "Trang gửi lên thiếu dữ liệu; hãy tải lại trang và thử lại.",
            "too_many_forms": self.too_many,
        }
        super().__init__(data, prefix=self.name, error_messages=says)
        self.extra = max(1, len(self.prefill)) + SPARE_LINES

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        given = index is not None and index < len(self.prefill)
        more = {"initial": self.prefill[cast(int, index)]} if given else {}
        return {**super().get_form_kwargs(index), **self.options, **more}

    def add_fields(self, form: RowForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = self.remove

    def kept(self) -> list[Any]:
        """The valid rows in order, without the blank and the removed ones."""
        changed = [form for form in self.forms if form.has_changed() and form.cleaned_data]
        return [form for form in changed if not form.cleaned_data.get("DELETE")]


class LineFormSet(RowFormSet):
    """The paper; options ``pools`` and ``divisions``. ``may_be_empty``: for an essay alone."""

    form = LineForm
    name, remove = "lines", "Bỏ dòng này"
    max_num, absolute_max = MOST_LINES, MOST_LINES + 10
    too_many = f"Đề thi chỉ được có tối đa {MOST_LINES} dòng."

    def __init__(
        self, data: QueryDict | None = None, *, may_be_empty: bool = False, **options: Any
    ) -> None:
        self.may_be_empty = may_be_empty
        super().__init__(data, **options)

    def clean(self) -> None:
        needed = self.management_form.is_valid() and not self.may_be_empty
        if needed and not any(self.errors) and not self.drafts():
            raise forms.ValidationError("Đề thi chưa có câu nào; hãy thêm ít nhất một dòng.")

    def drafts(self) -> list[LineDraft]:
        """The lines of the paper in order."""
        return [form.draft() for form in self.kept()]


class PrizeFormSet(RowFormSet):
    """The prizes, which there need not be; options ``divisions`` and ``blocks``."""

    form = PrizeForm
    name, remove = "prizes", "Bỏ giải này"
    max_num, absolute_max = MOST_PRIZES, MOST_PRIZES + 10
    too_many = f"Mỗi vòng chỉ ghi được tối đa {MOST_PRIZES} loại giải."

    def __init__(self, data: QueryDict | None = None, **options: Any) -> None:
        # A page without the part about prizes gives none.
        absent = data is not None and f"{self.name}-TOTAL_FORMS" not in data
        super().__init__(_no_rows(self.name) if absent else data, **options)

    def drafts(self) -> list[PrizeDraft]:
        """The prizes in order."""
        return [form.draft() for form in self.kept()]


def _no_rows(name: str) -> QueryDict:
    return QueryDict(f"{name}-TOTAL_FORMS=0&{name}-INITIAL_FORMS=0")
