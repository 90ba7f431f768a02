"""Units that are renamed, merged or dissolved: U2. What people see of it is in test_me."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.access import primary_unit
from accounts.models import Affiliation, FormerName, HeadCount, Unit, UnitChange, User
from accounts.registration import UnitGone, affiliate, change_unit
from accounts.search import find_units, units_named
from accounts.unit_changes import (
    UnitChangeRefused,
    dissolve_unit,
    heir,
    merge_unit,
    name_on,
    names_then,
    rename_unit,
)
from tests.conftest import NOON
from tests.factories import make_person, make_unit

Role = Affiliation.Role
DAY = date(2026, 3, 1)


@pytest.fixture
def decision(ha: User) -> dict[str, Any]:
    """What every change needs."""
    return {"actor": ha, "on": DAY, "reason": "Nghị quyết số 12/NQ-HĐND", "now": NOON}


@pytest.fixture
def third(db: None) -> Unit:
    return make_unit("01279", "Phường Nùng Trí Cao", kind=Unit.Kind.WARD)


def open_places(unit: Unit) -> set[tuple[str, str, bool]]:
    rows = Affiliation.objects.filter(unit=unit, until=None)
    return set(rows.values_list("user__username", "role", "is_primary"))


def found(query: str) -> list[tuple[str, str]]:
    return [(hit.unit.name, hit.note) for hit in find_units(query)]


# -- another name ----------------------------------------------------------------------------


def test_u2_the_old_name_of_a_renamed_unit_still_leads_to_it(
    yen: User, commune: Unit, decision: dict[str, Any]
) -> None:
    rename_unit(unit=commune, name="  Xã  Đàm Thủy ", **decision)
    commune.refresh_from_db()
    assert (commune.name, commune.search_text) == ("Xã Đàm Thủy", "xa dam thuy")
    assert primary_unit(yen) == commune
    assert found("dam thuy") == [("Xã Đàm Thủy", "Xã, phường")]
    assert found("trung khanh") == [("Xã Đàm Thủy", "Xã Trùng Khánh nay thuộc đơn vị này")]
    assert units_named("Xã Trùng Khánh") == [commune]


def test_u2_history_keeps_the_name_of_the_day(commune: Unit, decision: dict[str, Any]) -> None:
    rename_unit(unit=commune, name="Xã Hai", **decision | {"on": date(2026, 2, 1)})
    rename_unit(unit=commune, name="Xã Ba", **decision | {"on": date(2026, 3, 1)})
    commune.refresh_from_db()
    names = [
        name_on(commune, day)
        for day in (
            date(2026, 1, 31),
            date(2026, 2, 1),
            date(2026, 2, 28),
            date(2026, 3, 1),
        )
    ]
    assert names == ["Xã Trùng Khánh", "Xã Hai", "Xã Hai", "Xã Ba"]
    assert names_then(date(2026, 2, 28)) == {commune.pk: "Xã Hai"}
    assert names_then(date(2026, 3, 1)) == {}


def test_two_renamings_on_one_day_are_taken_in_order(
    commune: Unit, decision: dict[str, Any]
) -> None:
    rename_unit(unit=commune, name="Xã Hai", **decision)
    rename_unit(unit=commune, name="Xã Ba", **decision)
    assert names_then(DAY - timedelta(days=1)) == {commune.pk: "Xã Trùng Khánh"}


def test_u2_a_name_taken_back_is_no_former_name(commune: Unit, decision: dict[str, Any]) -> None:
    rename_unit(unit=commune, name="Xã Hai", **decision)
    rename_unit(unit=commune, name="Xã Trùng Khánh", **decision)
    commune.refresh_from_db()
    assert commune.name == "Xã Trùng Khánh"
    assert [str(old) for old in commune.former_names.all()] == ["Xã Hai"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (" ", "Hãy viết tên mới"),
        ("Xã Trùng Khánh", "giống hệt tên hiện nay"),
        ("Phường Thục Phán", "Đã có đơn vị khác tên là Phường Thục Phán"),
        ("Xã " + "x" * 200, "dài quá 200"),
    ],
)
def test_a_wrong_name_is_refused(
    commune: Unit, ward: Unit, decision: dict[str, Any], name: str, why: str
) -> None:
    with pytest.raises(UnitChangeRefused, match=why) as refused:
        rename_unit(unit=commune, name=name, **decision)
    assert refused.value.field == "name"
    assert not UnitChange.objects.exists()
    assert not FormerName.objects.exists()


# -- into another unit -----------------------------------------------------------------------


def test_u2_people_of_a_merged_unit_go_on_with_the_successor(
    yen: User, tai: User, commune: Unit, ward: Unit, decision: dict[str, Any]
) -> None:
    lead = make_person("lead", "Bế Văn Trưởng", commune)
    Affiliation.objects.create(user=lead, unit=commune, role=Role.LEADER)
    gone = make_person("gone", "Đã Chuyển Đi")
    Affiliation.objects.create(user=gone, unit=commune, is_primary=True, until=NOON)

    merge_unit(unit=commune, into=ward, **decision)

    commune.refresh_from_db()
    assert (commune.is_selectable, commune.dissolved_on, commune.successor) == (False, DAY, ward)
    assert open_places(commune) == set()
    assert open_places(ward) == {
        ("ha", "member", True),
        ("yen", "member", True),
        ("tai", "member", True),
        ("lead", "member", True),
        ("lead", "leader", False),
    }
    spans = yen.affiliations.order_by("pk").values_list("unit", "is_primary", "until")
    assert list(spans) == [(commune.pk, True, NOON), (ward.pk, True, None)]
    assert yen.affiliations.get(until=None).since == NOON
    assert tai.affiliations.get().until is None


def test_u2_nobody_is_in_the_successor_twice(
    yen: User, commune: Unit, ward: Unit, decision: dict[str, Any]
) -> None:
    """Yến was beside her commune in the ward already, and led both."""
    Affiliation.objects.create(user=yen, unit=ward)
    for unit in (commune, ward):
        Affiliation.objects.create(user=yen, unit=unit, role=Role.LEADER)
    merge_unit(unit=commune, into=ward, **decision)
    assert {place for place in open_places(ward) if place[0] == "yen"} == {
        ("yen", "member", True),
        ("yen", "leader", False),
    }
    assert yen.affiliations.filter(unit=ward, until=None).count() == 2


def test_u2_who_was_beside_in_both_units_stays_so(
    yen: User, commune: Unit, ward: Unit, third: Unit, decision: dict[str, Any]
) -> None:
    for unit in (ward, third):
        Affiliation.objects.create(user=yen, unit=unit)
    merge_unit(unit=ward, into=third, **decision)
    assert primary_unit(yen) == commune
    assert open_places(third) == {("yen", "member", False)}


def test_u2_search_finds_the_successor_under_the_old_name(
    commune: Unit, ward: Unit, decision: dict[str, Any]
) -> None:
    FormerName.objects.create(unit=commune, name="Xã Đình Minh", was_in="huyện Trùng Khánh")
    merge_unit(unit=commune, into=ward, **decision)
    assert found("trung khanh") == [("Phường Thục Phán", "Xã Trùng Khánh nay thuộc đơn vị này")]
    assert found("dinh minh") == [
        ("Phường Thục Phán", "Xã Đình Minh (huyện Trùng Khánh) nay thuộc đơn vị này")
    ]
    assert units_named("xã trùng khánh") == units_named("UBND xã Trùng Khánh") == [ward]
    assert found("thuc phan") == [("Phường Thục Phán", "Xã, phường")]


def test_u2_chains_of_successors_are_followed(
    yen: User, commune: Unit, ward: Unit, third: Unit, decision: dict[str, Any]
) -> None:
    merge_unit(unit=commune, into=ward, **decision)
    merge_unit(unit=ward, into=third, **decision)
    commune.refresh_from_db()
    assert heir(commune) == heir(third) == third
    assert primary_unit(yen) == third
    assert [name for name, _ in found("trung khanh")] == ["Phường Nùng Trí Cao"]
    fourth = make_unit("01288", "Phường Tân Giang")
    change = merge_unit(unit=fourth, into=commune, **decision)
    assert change.into == third
    assert Unit.objects.get(pk=fourth.pk).successor == third


def test_u2_circles_are_refused(
    commune: Unit, ward: Unit, third: Unit, decision: dict[str, Any]
) -> None:
    with pytest.raises(UnitChangeRefused, match="vào chính nó"):
        merge_unit(unit=commune, into=commune, **decision)
    merge_unit(unit=commune, into=ward, **decision)
    merge_unit(unit=ward, into=third, **decision)
    with pytest.raises(UnitChangeRefused, match="Xã Trùng Khánh đã sáp nhập vào Phường Nùng"):
        merge_unit(unit=third, into=Unit.objects.get(pk=commune.pk), **decision)
    assert heir(third) == third


def test_what_takes_no_people_takes_no_unit(
    commune: Unit, ward: Unit, decision: dict[str, Any]
) -> None:
    group = Unit.objects.create(code="khoi", name="Khối", kind=Unit.Kind.GROUP, is_selectable=False)
    with pytest.raises(UnitChangeRefused, match="Khối không phải đơn vị có người"):
        merge_unit(unit=commune, into=group, **decision)
    dissolve_unit(unit=ward, **decision)
    with pytest.raises(UnitChangeRefused, match="Phường Thục Phán đã giải thể") as refused:
        merge_unit(unit=commune, into=ward, **decision)
    assert refused.value.field == "into"


def test_u2_head_counts_are_not_moved(commune: Unit, ward: Unit, decision: dict[str, Any]) -> None:
    HeadCount.objects.create(unit=commune, members=30, as_of=DAY)
    HeadCount.objects.create(unit=ward, members=50, as_of=DAY)
    merge_unit(unit=commune, into=ward, **decision)
    counts = HeadCount.objects.order_by("pk").values_list("unit", "members")
    assert list(counts) == [(commune.pk, 30), (ward.pk, 50)]


@pytest.mark.django_db(transaction=True)
def test_u2_a_merger_while_people_move(
    commune: Unit, ward: Unit, third: Unit, decision: dict[str, Any]
) -> None:
    """Some join the unit at that moment, some leave it: nobody stays in it, nobody is lost."""
    joining = [make_person(f"j{n}", f"Người Đến {n}", third) for n in range(4)]
    leaving = [make_person(f"l{n}", f"Người Đi {n}", ward) for n in range(4)]
    moves = [(user, ward) for user in joining] + [(user, third) for user in leaving]
    together = Barrier(len(moves) + 1)

    def move(user: User, unit: Unit) -> None:
        try:
            together.wait()
            with suppress(UnitGone):
                change_unit(user=user, unit=unit, now=NOON)
        finally:
            connection.close()

    def merge() -> None:
        try:
            together.wait()
            merge_unit(unit=ward, into=commune, **decision)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(moves) + 1) as hall:
        done = [hall.submit(merge), *(hall.submit(move, *each) for each in moves)]
    for each in done:
        each.result()

    assert open_places(ward) == set()
    for user in joining + leaving:
        assert user.affiliations.filter(until=None, is_primary=True).count() == 1
    assert {primary_unit(user) for user in leaving} == {third}
    assert {primary_unit(user) for user in joining} <= {commune, third}


def test_new_members_of_a_union_that_was_merged_join_the_successor(
    yen: User, commune: Unit, third: Unit, decision: dict[str, Any]
) -> None:
    union = make_unit("tinh-doan", "Tỉnh đoàn", kind=Unit.Kind.YOUTH_UNION)
    merge_unit(unit=union, into=third, **decision)
    assert affiliate(user=yen, role=Role.YOUTH_MEMBER, now=NOON).unit == third


# -- the end ---------------------------------------------------------------------------------


def test_u2_a_dissolved_unit_lets_its_members_go(
    yen: User, tai: User, commune: Unit, ward: Unit, decision: dict[str, Any]
) -> None:
    Affiliation.objects.create(user=tai, unit=commune, role=Role.LEADER)
    dissolve_unit(unit=commune, **decision)
    commune.refresh_from_db()
    assert (commune.is_selectable, commune.dissolved_on, commune.successor) == (False, DAY, None)
    assert primary_unit(yen) is None
    assert yen.affiliations.get().until == NOON
    assert open_places(commune) == set()
    assert primary_unit(tai) == ward
    assert found("trung khanh") == []
    assert units_named("Xã Trùng Khánh") == []
    assert heir(commune) == commune


def test_u2_names_that_led_to_a_dissolved_unit_lead_nowhere(
    commune: Unit, ward: Unit, decision: dict[str, Any]
) -> None:
    FormerName.objects.create(unit=commune, name="Xã Đình Minh", was_in="huyện Trùng Khánh")
    merge_unit(unit=commune, into=ward, **decision)
    dissolve_unit(unit=ward, **decision)
    assert found("trung khanh") == found("dinh minh") == []


def test_a_unit_with_units_below_does_not_end_before_them(
    commune: Unit, ward: Unit, decision: dict[str, Any]
) -> None:
    below = make_unit("truong", "Trường Tiểu học", parent=commune)
    for deed in (
        lambda: dissolve_unit(unit=commune, **decision),
        lambda: merge_unit(unit=commune, into=ward, **decision),
    ):
        with pytest.raises(UnitChangeRefused, match="còn đơn vị trực thuộc"):
            deed()
    dissolve_unit(unit=below, **decision)
    dissolve_unit(unit=commune, **decision)


# -- what all three have in common -----------------------------------------------------------

Deed = Callable[..., UnitChange]


def renamed(unit: Unit, **decision: Any) -> UnitChange:
    return rename_unit(unit=unit, name="Xã Mới", **decision)


def merged(unit: Unit, **decision: Any) -> UnitChange:
    into = Unit.objects.filter(code="into").first() or make_unit("into", "Xã Tiếp Nhận")
    return merge_unit(unit=unit, into=into, **decision)


DEEDS = pytest.mark.parametrize("deed", [renamed, merged, dissolve_unit])


@DEEDS
def test_every_change_leaves_a_record(
    commune: Unit, ha: User, decision: dict[str, Any], deed: Deed
) -> None:
    change = UnitChange.objects.get(pk=deed(unit=commune, **decision).pk)
    assert (change.unit, change.old_name, change.on, change.at) == (
        commune,
        "Xã Trùng Khánh",
        DAY,
        NOON,
    )
    assert (change.actor, change.actor_name) == (ha, "Nông Thị Thu Hà")
    assert change.reason == "Nghị quyết số 12/NQ-HĐND"
    expected = {
        "renamed": ("renamed", None, "Xã Mới"),
        "merged": ("merged", "Xã Tiếp Nhận", "Xã Tiếp Nhận"),
        "dissolve_unit": ("dissolved", None, ""),
    }[deed.__name__]
    assert (change.kind, change.into and change.into.name, change.new_name) == expected


@DEEDS
@pytest.mark.parametrize(
    ("changed", "field", "why"),
    [
        ({"reason": " \u200b "}, "reason", "Hãy ghi lý do"),
        ({"on": date(2026, 3, 10)}, "on", "Ngày này chưa đến"),
        ({"on": date(2025, 12, 31)}, "on", r"trước lần thay đổi gần nhất \(01/01/2026\)"),
    ],
)
def test_every_change_needs_a_reason_and_a_day(
    yen: User,
    commune: Unit,
    decision: dict[str, Any],
    deed: Deed,
    changed: dict[str, Any],
    field: str,
    why: str,
) -> None:
    rename_unit(unit=commune, name="Xã Trước", **decision | {"on": date(2026, 1, 1)})
    with pytest.raises(UnitChangeRefused, match=why) as refused:
        deed(unit=commune, **decision | changed)
    assert refused.value.field == field
    commune.refresh_from_db()
    assert (commune.name, commune.dissolved_on) == ("Xã Trước", None)
    assert primary_unit(yen) == commune


@DEEDS
def test_the_day_is_the_one_in_vietnam(commune: Unit, decision: dict[str, Any], deed: Deed) -> None:
    late = datetime.fromisoformat("2026-03-09T17:30:00+00:00")  # half past midnight of the 10th
    assert deed(unit=commune, **decision | {"on": date(2026, 3, 10), "now": late})


@DEEDS
def test_a_unit_that_ended_changes_no_more(
    commune: Unit, decision: dict[str, Any], deed: Deed
) -> None:
    dissolve_unit(unit=commune, **decision)
    with pytest.raises(UnitChangeRefused, match="Xã Trùng Khánh đã thôi hoạt động từ 01/03/2026"):
        deed(unit=commune, **decision)
    assert UnitChange.objects.count() == 1


def test_records_are_append_only(commune: Unit, ha: User, decision: dict[str, Any]) -> None:
    change = renamed(commune, **decision)
    with pytest.raises(TypeError):
        change.save()
    with pytest.raises(TypeError):
        change.delete()
    actor = make_person("tam", "Tạm Thời")
    second = dissolve_unit(unit=commune, **decision | {"actor": actor})
    actor.delete()
    second.refresh_from_db()
    assert (second.actor, second.actor_name) == (None, "Tạm Thời")


def test_the_database_holds_no_half_ended_unit(commune: Unit, ward: Unit) -> None:
    for halves in ({"dissolved_on": DAY}, {"successor": ward}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Unit.objects.filter(pk=commune.pk).update(**halves)
