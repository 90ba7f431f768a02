"""What happens to units: they get another name, go into another unit, or end.

Attempts keep the unit they were made for, and a merged unit keeps its row and its name: only
people of today move. Head counts are never moved either: the successor declares anew.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import models, transaction
from django.utils import timezone

from accounts.models import Affiliation, FormerName, Unit, UnitChange, User
from accounts.text import nfc

_LONGEST_NAME = 200


class UnitChangeRefused(ValueError):
    """The change cannot be made. ``field`` (name, into, on, reason, or "" for the unit as it is)
    says what to correct, ``message`` how, in Vietnamese."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


def heir(unit: Unit) -> Unit:
    """The unit that stands today where ``unit`` stood: the last of its successors, or itself.
    It may be dissolved, when it ended without a successor."""
    while (successor := unit.successor) is not None:
        unit = successor
    return unit


def names_then(day: date) -> dict[int, str]:
    """The names that were in force at the end of ``day``, by unit id, of units renamed since."""
    names: dict[int, str] = {}
    renamed = UnitChange.objects.filter(kind=UnitChange.Kind.RENAMED, on__gt=day)
    for unit_id, name in renamed.order_by("on", "at", "id").values_list("unit_id", "old_name"):
        names.setdefault(unit_id, name)
    return names


def name_on(unit: Unit, day: date) -> str:
    """The name of the unit that was in force at the end of ``day``."""
    return names_then(day).get(unit.pk, unit.name)


@transaction.atomic
def rename_unit(
    *, actor: User, unit: Unit, name: str, on: date, reason: str, now: datetime
) -> UnitChange:
    """Give a unit another name, in force from the day ``on``; the old one still leads to it.
    Raises ``UnitChangeRefused``."""
    unit, name = _locked(unit.pk)[unit.pk], nfc(name)
    change = _noted(UnitChange.Kind.RENAMED, actor, unit, on, reason, now)
    _check_name(unit, name)
    FormerName.objects.filter(unit=unit, name=name, was_in="").delete()
    FormerName.objects.get_or_create(unit=unit, name=unit.name, was_in="")
    unit.name = change.new_name = name
    unit.save(update_fields=["name", "search_text"])
    change.save()
    return change


@transaction.atomic
def merge_unit(
    *, actor: User, unit: Unit, into: Unit, on: date, reason: str, now: datetime
) -> UnitChange:
    """End a unit that went into another one, or into whatever that one has become by now.

    Everybody's place of today is closed ``now`` and goes on with the successor in the same role;
    the old name leads to the successor. Raises ``UnitChangeRefused``.
    """
    target_id = heir(into).pk
    if target_id == unit.pk:
        raise UnitChangeRefused("into", _why_circular(unit, into))
    locked = _locked(unit.pk, target_id)
    unit, target = locked[unit.pk], locked[target_id]
    change = _noted(UnitChange.Kind.MERGED, actor, unit, on, reason, now)
    _check_can_end(unit)
    _check_takes_people(target)
    _move_people(unit, target, now)
    _end(unit, on, target)
    FormerName.objects.get_or_create(unit=target, name=unit.name, was_in="")
    change.into, change.new_name = target, target.name
    change.save()
    return change


@transaction.atomic
def dissolve_unit(*, actor: User, unit: Unit, on: date, reason: str, now: datetime) -> UnitChange:
    """End a unit without a successor. Everybody's place in it is closed ``now``; whoever competed
    for it chooses again before the next attempt. Raises ``UnitChangeRefused``."""
    unit = _locked(unit.pk)[unit.pk]
    change = _noted(UnitChange.Kind.DISSOLVED, actor, unit, on, reason, now)
    _check_can_end(unit)
    _places_of_today(unit).update(until=now)
    _end(unit, on, None)
    change.save()
    return change


# -- what is refused -------------------------------------------------------------------------


def _noted(
    kind: UnitChange.Kind, actor: User, unit: Unit, on: date, reason: str, now: datetime
) -> UnitChange:
    """The record of a change, not yet saved, after checking what all three have in common."""
    if unit.dissolved_on is not None:
        raise UnitChangeRefused(
            "", f"{unit.name} đã thôi hoạt động từ {unit.dissolved_on:%d/%m/%Y}."
        )
    if not nfc(reason):
        raise UnitChangeRefused("reason", "Hãy ghi lý do hoặc số văn bản làm căn cứ.")
    if on > timezone.localdate(now):
        raise UnitChangeRefused("on", "Ngày này chưa đến. Hãy làm việc này từ ngày có hiệu lực.")
    last = UnitChange.objects.filter(unit=unit, on__gt=on).order_by("on").last()
    if last is not None:
        raise UnitChangeRefused(
            "on", f"Ngày này trước lần thay đổi gần nhất ({last.on:%d/%m/%Y}). Hãy xem lại."
        )
    return UnitChange(
        kind=kind,
        unit=unit,
        old_name=unit.name,
        on=on,
        reason=reason.strip(),
        actor=actor,
        actor_name=str(actor),
        at=now,
    )


def _check_name(unit: Unit, name: str) -> None:
    if not name:
        raise UnitChangeRefused("name", "Hãy viết tên mới.")
    if len(name) > _LONGEST_NAME:
        raise UnitChangeRefused("name", f"Tên dài quá {_LONGEST_NAME} ký tự.")
    if name == unit.name:
        raise UnitChangeRefused("name", "Tên mới giống hệt tên hiện nay.")
    if Unit.objects.filter(name=name, dissolved_on=None).exclude(pk=unit.pk).exists():
        raise UnitChangeRefused(
            "name", f"Đã có đơn vị khác tên là {name}. Nếu hai đơn vị nhập làm một, hãy sáp nhập."
        )


def _check_can_end(unit: Unit) -> None:
    if Unit.objects.filter(parent=unit, dissolved_on=None).exists():
        raise UnitChangeRefused(
            "", f"{unit.name} còn đơn vị trực thuộc. Hãy sáp nhập hoặc giải thể chúng trước."
        )


def _check_takes_people(target: Unit) -> None:
    if target.dissolved_on is not None:
        raise UnitChangeRefused("into", f"{target.name} đã giải thể. Hãy chọn đơn vị khác.")
    if not target.is_selectable:
        raise UnitChangeRefused(
            "into", f"{target.name} không phải đơn vị có người tham gia. Hãy chọn đơn vị khác."
        )


def _why_circular(unit: Unit, into: Unit) -> str:
    if into.pk == unit.pk:
        return "Không thể sáp nhập một đơn vị vào chính nó. Hãy chọn đơn vị khác."
    return f"{into.name} đã sáp nhập vào {unit.name}. Hãy chọn đơn vị khác."


# -- what is done ----------------------------------------------------------------------------


def _locked(*pks: int) -> dict[int, Unit]:
    """The units as they are now. Whoever is just joining one was either first and is seen by the
    caller, or waits and is told that it has ended (accounts.registration)."""
    rows = Unit.objects.select_for_update(no_key=True).filter(pk__in=pks)
    return {row.pk: row for row in rows.order_by("pk")}  # two mergers wait in one order


def _places_of_today(unit: Unit) -> models.QuerySet[Affiliation]:
    """The open affiliations of the unit, their people locked against moving meanwhile."""
    places = Affiliation.objects.filter(unit=unit, until=None)
    people = User.objects.select_for_update(no_key=True).filter(pk__in=places.values("user"))
    list(people.order_by("pk").values_list("pk"))
    return places


def _move_people(unit: Unit, target: Unit, now: datetime) -> None:
    places = _places_of_today(unit)
    moving = list(places)
    there = {
        (place.user_id, place.role): place
        for place in Affiliation.objects.filter(unit=target, until=None)
    }
    places.update(until=now)
    # A place beside the main one, in the same role, gives way to it; nobody is there twice.
    beside = [there.get((place.user_id, place.role)) for place in moving if place.is_primary]
    Affiliation.objects.filter(pk__in=[place.pk for place in beside if place]).update(until=now)
    Affiliation.objects.bulk_create(
        Affiliation(
            user_id=place.user_id,
            unit=target,
            role=place.role,
            is_primary=place.is_primary,
            since=now,
        )
        for place in moving
        if place.is_primary or (place.user_id, place.role) not in there
    )


def _end(unit: Unit, on: date, successor: Unit | None) -> None:
    unit.is_selectable = False
    unit.dissolved_on, unit.successor = on, successor
    unit.save(update_fields=["is_selectable", "dissolved_on", "successor"])
