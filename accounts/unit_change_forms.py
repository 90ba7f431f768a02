"""Forms of the admin about units: another name, a merger, an end, a head count."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.utils import timezone

from accounts.fields import TEXT_FAULTS, CleanText
from accounts.models import HeadCount, Unit, UnitChange, User
from accounts.text import nfc
from accounts.unit_changes import dissolve_unit, merge_unit, rename_unit

_WRONG_DATE = "Hãy viết ngày/tháng/năm, ví dụ 01/07/2026."


class ChangeForm(forms.Form):
    """What every change of a unit asks."""

    title: ClassVar[str]
    button: ClassVar[str]
    effect: ClassVar[str]

    on = forms.DateField(
        label="Có hiệu lực từ ngày",
        initial=timezone.localdate,
        help_text="Theo văn bản quyết định. Không muộn hơn hôm nay.",
        error_messages={"required": _WRONG_DATE, "invalid": _WRONG_DATE},
    )
    reason = forms.CharField(
        label="Lý do, căn cứ",
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        max_length=1000,
        help_text="Ví dụ: số, ngày của nghị quyết hoặc quyết định.",
        error_messages={**TEXT_FAULTS, "required": "Hãy ghi lý do hoặc số văn bản làm căn cứ."},
    )

    def apply(self, *, actor: User, unit: Unit, now: datetime) -> UnitChange:
        """Do it. Raises ``UnitChangeRefused``."""
        raise NotImplementedError

    def done(self, change: UnitChange) -> str:
        """What to say afterwards."""
        raise NotImplementedError


class RenameForm(ChangeForm):
    title, button = "Đổi tên đơn vị", "Đổi tên"
    effect = "Tên cũ vẫn tìm được và dẫn tới đơn vị này. Thành viên và kết quả không thay đổi."

    name = CleanText(
        label="Tên mới",
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        error_messages={"required": "Hãy viết tên mới."},
    )
    field_order = ("name", "on", "reason")

    def apply(self, *, actor: User, unit: Unit, now: datetime) -> UnitChange:
        return rename_unit(actor=actor, unit=unit, now=now, **self.cleaned_data)

    def done(self, change: UnitChange) -> str:
        return f"Đã đổi tên {change.old_name} thành {change.new_name}."


class MergeForm(ChangeForm):
    title, button = "Sáp nhập đơn vị", "Sáp nhập"
    effect = (
        "Mọi người đang thuộc đơn vị này chuyển sang đơn vị tiếp nhận, giữ nguyên vai trò. "
        "Bài đã nộp vẫn tính cho đơn vị cũ. Đơn vị tiếp nhận khai lại số người."
    )

    into = forms.ModelChoiceField(
        Unit.objects.all(),
        label="Đơn vị tiếp nhận",
        widget=AutocompleteSelect(Unit._meta.get_field("successor"), admin.site),
        error_messages={
            "required": "Hãy chọn đơn vị tiếp nhận.",
            "invalid_choice": "Không tìm thấy đơn vị này. Hãy chọn lại.",
        },
    )
    field_order = ("into", "on", "reason")

    def apply(self, *, actor: User, unit: Unit, now: datetime) -> UnitChange:
        return merge_unit(actor=actor, unit=unit, now=now, **self.cleaned_data)

    def done(self, change: UnitChange) -> str:
        return (
            f"Đã sáp nhập {change.old_name} vào {change.new_name}. "
            f"Hãy khai lại số người của {change.new_name}."
        )


class DissolveForm(ChangeForm):
    title, button = "Giải thể đơn vị", "Giải thể"
    effect = (
        "Mọi người đang thuộc đơn vị này sẽ phải chọn đơn vị mới trước khi thi tiếp. "
        "Bài đã nộp vẫn tính cho đơn vị cũ. Nếu có đơn vị tiếp nhận, hãy dùng Sáp nhập."
    )

    def apply(self, *, actor: User, unit: Unit, now: datetime) -> UnitChange:
        return dissolve_unit(actor=actor, unit=unit, now=now, **self.cleaned_data)

    def done(self, change: UnitChange) -> str:
        return f"Đã giải thể {change.old_name}."


# Last part of the address -> form.
FORMS: dict[str, type[ChangeForm]] = {
    "rename": RenameForm,
    "merge": MergeForm,
    "dissolve": DissolveForm,
}


class HeadCountForm(forms.ModelForm):  # type: ignore[type-arg]
    """A head count; whoever declares again says why."""

    class Meta:
        model = HeadCount
        fields = ("unit", "members", "as_of", "note")

    def clean_as_of(self) -> date:
        day: date = self.cleaned_data["as_of"]
        if day > timezone.localdate():
            raise forms.ValidationError("Ngày này chưa đến. Hãy xem lại.")
        return day

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        unit: Unit | None = self.cleaned_data.get("unit")
        last = unit.head_counts.order_by("as_of", "id").last() if unit else None
        if last is not None and not nfc(self.cleaned_data.get("note", "")):
            self.add_error(
                "note",
                f"Đơn vị đã khai {last.members} người, tính đến {last.as_of:%d/%m/%Y}. "
                "Số cũ vẫn được giữ; hãy ghi lý do khai lại.",
            )
        return cleaned
