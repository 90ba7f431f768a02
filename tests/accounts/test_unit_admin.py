"""Django's admin of units: what happens to them (U2), and head counts (U4)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.access import primary_unit
from accounts.models import HeadCount, Unit, UnitChange, User
from accounts.unit_changes import dissolve_unit
from tests.factories import make_person

DEEDS = ("rename", "merge", "dissolve")
SENT = {"on": "01/03/2026", "reason": "Nghị quyết số 12/NQ-HĐND"}


def url(unit: Unit, page: str) -> str:
    return f"/admin/accounts/unit/{unit.pk}/{page}/"


def test_the_place_and_name_of_a_unit_are_not_typed_over(
    root_client: Client, register_of_units: None
) -> None:
    page = root_client.get(url(Unit.objects.get(code="01273"), "change"))
    for name in ("code", "parent", "name", "successor", "dissolved_on"):
        assertNotContains(page, f'name="{name}"')
    for deed in DEEDS:
        assertContains(page, f"/{deed}/")


def test_u2_renaming(root_client: Client, root: User, commune: Unit) -> None:
    page = root_client.get(url(commune, "rename"))
    assertContains(page, "Đổi tên đơn vị: Xã Trùng Khánh")
    answer = root_client.post(url(commune, "rename"), SENT | {"name": "Xã Đàm Thủy"}, follow=True)
    assertContains(answer, "Đã đổi tên Xã Trùng Khánh thành Xã Đàm Thủy.")
    assertContains(answer, "Nghị quyết số 12/NQ-HĐND")
    change = UnitChange.objects.get()
    assert (change.actor, change.on) == (root, date(2026, 3, 1))
    assertContains(root_client.get("/admin/accounts/unit/", {"q": "trung khanh"}), "Đàm Thủy")


def test_u2_merging(root_client: Client, yen: User, commune: Unit, ward: Unit) -> None:
    page = root_client.get(url(commune, "merge"))
    assertContains(page, "Hiện có <strong>1</strong> người thuộc Xã Trùng Khánh.")
    answer = root_client.post(url(commune, "merge"), SENT | {"into": ward.pk}, follow=True)
    assertContains(answer, "Đã sáp nhập Xã Trùng Khánh vào Phường Thục Phán. Hãy khai lại")
    assertNotContains(answer, "/merge/")
    assertNotContains(answer, 'name="is_selectable"')
    assert primary_unit(yen) == ward


def test_u2_dissolving(root_client: Client, yen: User, commune: Unit) -> None:
    answer = root_client.post(url(commune, "dissolve"), SENT, follow=True)
    assertContains(answer, "Đã giải thể Xã Trùng Khánh.")
    assert primary_unit(yen) is None
    assertContains(root_client.get("/admin/accounts/unitchange/"), "Nghị quyết số 12/NQ-HĐND")


@pytest.mark.parametrize(
    ("deed", "sent", "why"),
    [
        ("rename", {"name": "Phường Thục Phán"}, "Đã có đơn vị khác tên là Phường Thục Phán"),
        ("rename", {"name": " "}, "Hãy viết tên mới."),
        ("merge", {}, "Hãy chọn đơn vị tiếp nhận."),
        ("merge", {"into": "0"}, "Không tìm thấy đơn vị này."),
        ("dissolve", {"reason": " "}, "Hãy ghi lý do hoặc số văn bản làm căn cứ."),
        ("dissolve", {"on": "03/31/2026"}, "Hãy viết ngày/tháng/năm"),
        ("dissolve", {"on": "01/03/2999"}, "Ngày này chưa đến."),
    ],
)
def test_wrong_input_is_refused_and_kept(
    root_client: Client,
    commune: Unit,
    ward: Unit,
    deed: str,
    sent: dict[str, str],
    why: str,
) -> None:
    typed = SENT | sent
    answer = root_client.post(url(commune, deed), typed)
    assertContains(answer, why)
    assertContains(answer, f'value="{typed["on"]}"')
    if typed["reason"].strip():
        assertContains(answer, typed["reason"])
    assert not UnitChange.objects.exists()


def test_a_merger_into_itself_is_refused(root_client: Client, commune: Unit) -> None:
    answer = root_client.post(url(commune, "merge"), SENT | {"into": commune.pk})
    assertContains(answer, "Không thể sáp nhập một đơn vị vào chính nó.")
    assertContains(answer, f'<option value="{commune.pk}" selected')


@pytest.mark.parametrize("deed", DEEDS)
def test_strangers_do_not_change_units(yen_client: Client, commune: Unit, deed: str) -> None:
    target = url(commune, deed)
    for answer in (yen_client.get(target), yen_client.post(target, SENT | {"name": "Xã Mới"})):
        assertRedirects(answer, f"/admin/login/?next={target}", fetch_redirect_response=False)
    assert not UnitChange.objects.exists()


@pytest.mark.parametrize("deed", DEEDS)
def test_staff_without_the_permission_do_not_change_units(
    client: Client, commune: Unit, deed: str
) -> None:
    staff = make_person("nv", "Nhân Viên", is_staff=True)
    staff.user_permissions.add(Permission.objects.get(codename="view_unit"))
    client.force_login(staff)
    assert client.post(url(commune, deed), SENT | {"name": "Xã Mới"}).status_code == 403
    assertNotContains(client.get(url(commune, "change")), f"/{deed}/")
    assert not UnitChange.objects.exists()


def test_units_that_do_not_exist(root_client: Client, db: None) -> None:
    assert root_client.get("/admin/accounts/unit/99/merge/").status_code == 404


def test_records_of_changes_stay(root_client: Client, root: User, commune: Unit) -> None:
    day = date(2026, 3, 1)
    change = dissolve_unit(actor=root, unit=commune, on=day, reason="NQ", now=timezone.now())
    page = f"/admin/accounts/unitchange/{change.pk}"
    assert root_client.get(f"{page}/change/").status_code == 200
    assert root_client.post(f"{page}/change/", {"reason": "khác"}).status_code == 403
    assert root_client.post(f"{page}/delete/", {"post": "yes"}).status_code == 403
    assert root_client.get("/admin/accounts/unitchange/add/").status_code == 403
    assert root_client.post(url(commune, "delete"), {"post": "yes"}).status_code == 200
    assert Unit.objects.filter(pk=commune.pk).exists()


@pytest.mark.parametrize(
    ("model", "field", "offered"),
    [
        ("unit", "successor", False),
        ("affiliation", "unit", False),
        ("headcount", "unit", True),
    ],
)
def test_u2_units_that_ended_are_no_choice_but_for_their_count(
    root_client: Client, root: User, commune: Unit, model: str, field: str, offered: bool
) -> None:
    day = date(2026, 3, 1)
    dissolve_unit(actor=root, unit=commune, on=day, reason="NQ", now=timezone.now())
    asked = {"app_label": "accounts", "model_name": model, "field_name": field, "term": "trung"}
    answer = root_client.get("/admin/autocomplete/", asked).json()
    assert [row["text"] for row in answer["results"]] == ["Xã Trùng Khánh"] * offered


# -- head counts -----------------------------------------------------------------------------

COUNT = {"members": "312", "as_of": "01/03/2026", "note": ""}
ADD = "/admin/accounts/headcount/add/"


def test_head_counts_are_added_never_changed(
    root_client: Client, root: User, commune: Unit
) -> None:
    assert root_client.post(ADD, COUNT | {"unit": commune.pk}).status_code == 302
    count = HeadCount.objects.get()
    assert (count.members, str(count.as_of), count.declared_by) == (312, "2026-03-01", root)
    page = f"/admin/accounts/headcount/{count.pk}"
    assert root_client.post(f"{page}/change/", {"members": 1}).status_code == 403
    assert root_client.post(f"{page}/delete/", {"post": "yes"}).status_code == 403


def test_u4_a_corrected_head_count_says_why_and_the_old_value_stays_in_view(
    root_client: Client, commune: Unit
) -> None:
    root_client.post(ADD, COUNT | {"unit": commune.pk})
    again = COUNT | {"unit": commune.pk, "members": "298"}
    silent = root_client.post(ADD, again)
    assertContains(silent, "Đơn vị đã khai 312 người, tính đến 01/03/2026. Số cũ vẫn được giữ")
    assertContains(silent, 'value="298"')
    assert HeadCount.objects.count() == 1

    root_client.post(ADD, again | {"note": "Đếm trùng 14 người"})
    counts = HeadCount.objects.order_by("pk").values_list("members", "note")
    assert list(counts) == [(312, ""), (298, "Đếm trùng 14 người")]
    for page in ("/admin/accounts/headcount/", url(commune, "change")):
        shown = root_client.get(page)
        for text in ("312", "298", "Đếm trùng 14 người"):
            assertContains(shown, text)
    rows = root_client.get("/admin/accounts/headcount/").context["cl"].queryset
    assert {row.members: row.is_in_use for row in rows} == {312: False, 298: True}


def test_u4_correcting_an_older_day_says_which_count_is_used(
    root_client: Client, commune: Unit, ward: Unit
) -> None:
    HeadCount.objects.create(unit=commune, members=320, as_of=date(2026, 3, 5))
    HeadCount.objects.create(unit=ward, members=7, as_of=date(2026, 3, 7))
    old = COUNT | {"unit": commune.pk, "note": "Sửa số của tháng trước"}
    answer = root_client.post(ADD, old, follow=True)
    assertContains(answer, "vẫn tính theo số mới hơn: 320 người, tính đến 05/03/2026")
    rows = answer.context["cl"].queryset
    assert {row.members: row.is_in_use for row in rows} == {312: False, 320: True, 7: True}


def test_u4_no_count_of_days_to_come(root_client: Client, commune: Unit) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    sent = COUNT | {"unit": commune.pk, "as_of": f"{tomorrow:%d/%m/%Y}"}
    assertContains(root_client.post(ADD, sent), "Ngày này chưa đến. Hãy xem lại.")
    assert not HeadCount.objects.exists()
