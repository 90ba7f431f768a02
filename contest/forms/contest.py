"""The settings of a contest, its divisions and the people who work for it, as typed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.access import person_by_login
from accounts.models import Affiliation, Unit, User
from accounts.search import units_named
from accounts.text import nfc
from contest.eligibility import Eligibility
from contest.forms.about import ContestForm
from contest.forms.fields import CleanLines, line, one_of, several_of, whole
from contest.models import Contest
from contest.rules.contests import ContestDraft

_OLDEST = 120
_MOST_UNITS = 200
# Everybody who has a unit is its member, so that is no condition.
_ROLES = [
    (str(value), str(label))
    for value, label in Affiliation.Role.choices
    if value != Affiliation.Role.MEMBER
]
# Nobody belongs to these: they hold other units.
_HOLDERS = {Unit.Kind.PROVINCE, Unit.Kind.GROUP}
_KINDS = [(str(value), str(label)) for value, label in Unit.Kind.choices if value not in _HOLDERS]


class UnitsField(CleanLines):
    """Units, one a line, by code or by a name that only one unit has; gives their codes.

    A line shown back reads "01273 Phường Thục Phán"; what follows a code is not looked at.
    """

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list | tuple):
            return value
        names = dict(Unit.objects.filter(code__in=value).values_list("code", "name"))
        return "\n".join(f"{code} {names.get(code, '')}".strip() for code in value)

    def clean(self, value: Any) -> Any:
        lines = [text for row in super().clean(value).splitlines() if (text := nfc(row))]
        if len(lines) > _MOST_UNITS:
            raise forms.ValidationError(f"Chỉ ghi được tối đa {_MOST_UNITS} đơn vị.")
        found, faults = [], []
        for text in lines:
            code, fault = _unit_code(text)
            found += [code] if code else []
            faults += [fault] if fault else []
        if faults:
            raise forms.ValidationError(faults)
        return tuple(dict.fromkeys(found))


def _unit_code(text: str) -> tuple[str, str]:
    """The code of the unit a line means, or what is wrong with the line."""
    by_code = Unit.objects.filter(code=text.split()[0]).first()
    if by_code is not None:
        return by_code.code, ""
    named = list(Unit.objects.filter(name__iexact=text)) or units_named(text)
    if len(named) == 1:
        return named[0].code, ""
    if named:
        which = "; ".join(f"{unit.code} {unit.name}" for unit in named[:6])
        return "", f"“{text}” có thể là nhiều đơn vị, hãy ghi mã: {which}."
    return "", f"Không có đơn vị “{text}”. Hãy ghi mã, hoặc đúng tên đơn vị trong danh mục."


class WhoForm(forms.Form):
    """Conditions, all of which a person has to meet; none typed is everybody."""

    units = UnitsField(
        label="Thuộc các đơn vị",
        required=False,
        rows=4,
        help_text="Mỗi dòng một đơn vị, ghi mã hoặc tên; gồm cả các đơn vị trực thuộc. Để trống "
        "là mọi đơn vị.",
    )
    kinds = several_of("Loại đơn vị", _KINDS, help_text="Không đánh dấu là mọi loại.")
    memberships = several_of("Tư cách", _ROLES, help_text="Không đánh dấu là không đòi hỏi.")
    min_age = whole("Tuổi cần là số nguyên", 1, _OLDEST, label="Từ đủ (tuổi)", required=False)
    max_age = whole("Tuổi cần là số nguyên", 1, _OLDEST, label="Đến hết (tuổi)", required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        youngest, oldest = data.get("min_age"), data.get("max_age")
        if youngest is not None and oldest is not None and youngest > oldest:
            self.add_error("max_age", "Tuổi lớn nhất phải từ tuổi nhỏ nhất trở lên.")
        return data

    def who(self) -> Eligibility:
        """The valid conditions."""
        data = self.cleaned_data
        return Eligibility(
            units=data["units"],
            kinds=tuple(data["kinds"]),
            memberships=tuple(data["memberships"]),
            min_age=data["min_age"],
            max_age=data["max_age"],
        )


def who_values(who: Eligibility) -> dict[str, Any]:
    """Conditions as their form shows them."""
    return {
        "units": who.units,
        "kinds": list(who.kinds),
        "memberships": list(who.memberships),
        "min_age": who.min_age,
        "max_age": who.max_age,
    }


class ContestSettingsForm(ContestForm, WhoForm):
    """A contest's settings; ``stands`` once a round is published: conditions are left out then,
    and a reason is asked."""

    issuer_parent = line("Cơ quan cấp trên", most=200)
    issuer = line("Cơ quan tổ chức", most=200)
    place = line("Nơi ban hành", most=80)
    profile = one_of("Thể thức văn bản", Contest.Profile.choices)
    one_prize_per_person = forms.BooleanField(
        label="Mỗi người nhận tối đa một giải trong toàn cuộc thi", required=False
    )
    has_table = forms.BooleanField(label="Có bảng tổng hợp các vòng", required=False)
    excluded_units = UnitsField(
        label="Đơn vị không xếp hạng",
        required=False,
        rows=3,
        help_text="Mỗi dòng một đơn vị, gồm cả các đơn vị trực thuộc. Người của các đơn vị này "
        "làm thử được nhưng không xếp hạng.",
    )
    reason = line("Lý do thay đổi", most=1_000, missing="Hãy ghi lý do của thay đổi này.")

    def __init__(self, *args: Any, stands: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stands = stands
        for name in WhoForm.base_fields if stands else ["reason"]:
            del self.fields[name]

    def draft(self, standing: Eligibility) -> ContestDraft:
        """The valid form as the service takes it; ``standing`` are the conditions that stay
        where they cannot be typed."""
        data = self.cleaned_data
        return ContestDraft(
            title=data["contest_title"],
            summary=data["summary"],
            issuer_parent=data["issuer_parent"],
            issuer=data["issuer"],
            place=data["place"],
            profile=data["profile"] or Contest.Profile.PARTY,
            one_prize_per_person=data["one_prize_per_person"],
            has_table=data["has_table"],
            who=standing if self.stands else self.who(),
            excluded_units=data["excluded_units"],
        )


def contest_values(draft: ContestDraft) -> dict[str, Any]:
    """A contest's settings as their form shows them."""
    names = (
        "summary", "issuer_parent", "issuer", "place", "profile", "one_prize_per_person",
        "has_table", "excluded_units",
    )  # fmt: skip
    settings = {name: getattr(draft, name) for name in names}
    return {"contest_title": draft.title, **settings, **who_values(draft.who)}


class DivisionForm(WhoForm):
    """A division: its name and whose it is."""

    name = line(
        "Tên bảng",
        most=120,
        missing="Hãy nhập tên bảng.",
        help_text="Ví dụ: Cán bộ, công chức, viên chức.",
    )
    field_order: Iterable[str] = ["name"]


class ExclusionForm(forms.Form):
    """Somebody who works for the contest."""

    login = line(
        "Tài khoản",
        most=200,
        missing="Hãy nhập tài khoản của người này.",
        help_text="Tên đăng nhập, số điện thoại hoặc e-mail mà người đó dùng để đăng nhập.",
    )
    role = line(
        "Vai trò",
        most=120,
        missing="Hãy ghi vai trò của người này trong cuộc thi.",
        help_text="Ví dụ: Tổ Thư ký, Ban Đề thi.",
    )

    def clean_login(self) -> User:
        """The person."""
        person = person_by_login(self.cleaned_data["login"])
        if person is None or person.erased_at is not None:
            raise forms.ValidationError("Không có tài khoản này; hãy kiểm tra lại cách ghi.")
        return person


class ReadmissionForm(forms.Form):
    """Why somebody no longer works for the contest."""

    reason = line("Lý do", most=1_000, missing="Hãy ghi lý do.")
