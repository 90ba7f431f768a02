"""What an organiser types to decide something. Each form runs its one service.

Every form asks for a reason; forms about a person carry the number of the entry, never a name.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from accounts.fields import TEXT_FAULTS
from accounts.models import User
from accounts.text import nfc
from contest import wording
from contest.conduct import people, timing, undoing
from contest.forms import VietnamDateTimeField
from contest.models import Decision, Entry, Round

MOST_MINUTES = timing.MOST_EXTRA_S // 60
_GONE = "Không tìm thấy người này trong vòng thi. Hãy tìm và chọn lại."


def _moment(label: str, missing: str) -> VietnamDateTimeField:
    says = {"required": missing, "invalid": f"{missing}, ví dụ 22:00 09/03/2026."}
    return VietnamDateTimeField(label=label, error_messages=says)


class DeedForm(forms.Form):
    """A decision about the round. ``run`` does it and tells in a sentence what was done."""

    name = ""
    reason = forms.CharField(
        label="Lý do",
        max_length=1_000,
        help_text="Được lưu cùng quyết định và ghi vào biên bản.",
        error_messages={**TEXT_FAULTS, "required": "Hãy ghi lý do của quyết định này."},
        widget=forms.Textarea(attrs={"class": "input", "rows": 2}),
    )

    def __init__(self, data: Any = None, *, round: Round, **options: Any) -> None:
        super().__init__(data, auto_id=f"{self.name}_%s", **options)
        self.round = round
        self.order_fields([name for name in self.fields if name != "reason"] + ["reason"])

    def clean_reason(self) -> str:
        """In NFC, its lines kept."""
        return "\n".join(nfc(line) for line in self.cleaned_data["reason"].splitlines())

    def decided(self, actor: User, now: datetime) -> dict[str, Any]:
        """What every service takes."""
        return {"actor": actor, "reason": self.cleaned_data["reason"], "now": now}

    def run(self, actor: User, now: datetime) -> str:
        raise NotImplementedError


class ExtendForm(DeedForm):
    name = "extend"
    closes_at = _moment("Giờ đóng mới", "Hãy chọn ngày giờ đóng mới")

    def run(self, actor: User, now: datetime) -> str:
        closes_at = self.cleaned_data["closes_at"]
        timing.extend_round(round=self.round, closes_at=closes_at, **self.decided(actor, now))
        return f"Đã gia hạn: vòng thi đóng lúc {wording.at(closes_at)}."


class PauseForm(DeedForm):
    name = "pause"

    def run(self, actor: User, now: datetime) -> str:
        timing.pause_round(round=self.round, **self.decided(actor, now))
        return "Đã tạm dừng vòng thi. Thời gian tạm dừng sẽ được bù cho mọi người."


class ResumeForm(DeedForm):
    name = "resume"

    def run(self, actor: User, now: datetime) -> str:
        timing.resume_round(round=self.round, **self.decided(actor, now))
        return "Vòng thi tiếp tục; giờ nộp bài của mọi người đã được lùi lại."


class OutageForm(DeedForm):
    name = "outage"
    starts = _moment("Từ lúc", "Hãy chọn ngày giờ bắt đầu gián đoạn")
    ends = _moment("Đến lúc", "Hãy chọn ngày giờ kết thúc gián đoạn")

    def run(self, actor: User, now: datetime) -> str:
        starts, ends = self.cleaned_data["starts"], self.cleaned_data["ends"]
        timing.declare_outage(
            round=self.round, starts=starts, ends=ends, **self.decided(actor, now)
        )
        return f"Đã ghi gián đoạn {wording.window(starts, ends)} và bù thời gian."


class PersonForm(DeedForm):
    """A decision about one person of the round."""

    entry = forms.IntegerField(
        widget=forms.HiddenInput, error_messages={"required": _GONE, "invalid": _GONE}
    )

    def clean_entry(self) -> Entry:
        entry = Entry.objects.select_related("round__contest", "user").filter(
            pk=self.cleaned_data["entry"], round=self.round, user__isnull=False
        )
        found = entry.first()
        if found is None:
            raise forms.ValidationError(_GONE)
        return found

    @property
    def person(self) -> User:
        """The person of the valid form."""
        user = self.cleaned_data["entry"].user
        assert isinstance(user, User)
        return user


class ExtraTimeForm(PersonForm):
    name = "extra"
    minutes = forms.IntegerField(
        label="Thêm (phút)",
        min_value=1,
        max_value=MOST_MINUTES,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            f"Hãy nhập số phút thêm, từ 1 đến {MOST_MINUTES}.",
        ),
        widget=forms.NumberInput(attrs={"class": "input", "inputmode": "numeric"}),
    )

    def run(self, actor: User, now: datetime) -> str:
        minutes = self.cleaned_data["minutes"]
        timing.give_extra_time(
            entry=self.cleaned_data["entry"], seconds=minutes * 60, **self.decided(actor, now)
        )
        return f"Đã thêm {minutes} phút cho {self.person}."


def _sure(label: str) -> forms.BooleanField:
    return forms.BooleanField(
        label=label, error_messages={"required": "Hãy xem lại người được chọn rồi đánh dấu ô này."}
    )


class DisqualifyForm(PersonForm):
    name = "disqualify"
    sure = _sure("Tôi đã kiểm tra đúng người và đơn vị")

    def run(self, actor: User, now: datetime) -> str:
        people.disqualify(entry=self.cleaned_data["entry"], **self.decided(actor, now))
        return f"Đã hủy kết quả của {self.person} trong vòng thi này."


class HideNameForm(PersonForm):
    name = "hide"

    def run(self, actor: User, now: datetime) -> str:
        people.hide_name(user=self.person, **self.decided(actor, now))
        return f"Đã ẩn tên {self.person} ở mọi trang công khai."


class MergeForm(PersonForm):
    name = "merge"
    merged = forms.ModelChoiceField(
        queryset=User.objects.filter(erased_at=None),
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Hãy tìm rồi chọn tài khoản cần gộp vào."
        ),
        widget=forms.HiddenInput,
    )
    sure = _sure("Tôi đã kiểm tra hai tài khoản này là của cùng một người")

    def run(self, actor: User, now: datetime) -> str:
        merged = self.cleaned_data["merged"]
        people.merge_accounts(
            contest=self.round.contest, kept=self.person, merged=merged, **self.decided(actor, now)
        )
        return f"Đã gộp tài khoản {merged.username} vào {self.person.username}."


class UndoForm(DeedForm):
    name = "undo"
    decision = forms.ModelChoiceField(
        queryset=Decision.objects.all(),
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Không tìm thấy quyết định này. Hãy tải lại trang."
        ),
    )

    def __init__(self, data: Any = None, *, round: Round, among: Any, **options: Any) -> None:
        super().__init__(data, round=round, **options)
        self.fields["decision"].queryset = among  # type: ignore[attr-defined]

    def run(self, actor: User, now: datetime) -> str:
        decision = self.cleaned_data["decision"]
        undoing.undo(decision=decision, **self.decided(actor, now))
        return f"Đã thu hồi quyết định “{decision.get_kind_display()}”."


FORMS: dict[str, type[DeedForm]] = {
    form.name: form
    for form in (
        ExtendForm, PauseForm, ResumeForm, OutageForm, ExtraTimeForm, DisqualifyForm,
        HideNameForm, MergeForm, UndoForm,
    )
}  # fmt: skip
