"""The own account: seeing and correcting it, moving to another unit."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.access import primary_unit
from accounts.models import Affiliation, Unit, User
from accounts.registration import affiliate, change_unit, rename
from tests.factories import make_person, make_unit


@pytest.mark.parametrize("path", ["/accounts/me/", "/accounts/me/edit/"])
def test_strangers_sign_in_first(client: Client, path: str) -> None:
    assertRedirects(
        client.get(path), f"/accounts/login/?next={path}", fetch_redirect_response=False
    )


def test_my_page(yen_client: Client, yen: User) -> None:
    User.objects.filter(pk=yen.pk).update(phone="+84912345678")
    page = yen_client.get("/accounts/me/")
    assertContains(page, "Hoàng Thị Yến")
    assertContains(page, "0912 345 678")
    assertContains(page, "Xã Trùng Khánh")
    assertNotContains(page, "Tên đăng nhập")


def test_somebody_with_a_username_only(yen_client: Client, yen: User) -> None:
    User.objects.filter(pk=yen.pk).update(phone=None, email="")
    assertContains(yen_client.get("/accounts/me/"), "<dt>Tên đăng nhập</dt><dd>yen</dd>")


def test_no_advertisement_for_a_name(yen_client: Client, yen: User) -> None:
    answer = yen_client.post("/accounts/me/edit/", {"full_name": "Yến www.x.vn", "unit": "xyz"})
    assertContains(answer, "Họ và tên không được chứa địa chỉ trang web hoặc dấu &lt;, &gt;.")
    yen.refresh_from_db()
    assert yen.full_name == "Hoàng Thị Yến"


def test_somebody_without_a_unit(client: Client, db: None) -> None:
    client.force_login(make_person("root", "Quản trị"))
    assertContains(client.get("/accounts/me/"), "Chưa chọn")
    assertContains(client.get("/accounts/me/edit/"), 'name="unit_code" value=""')


def test_correcting_name_and_unit(yen_client: Client, yen: User, ward: Unit) -> None:
    page = yen_client.get("/accounts/me/edit/")
    assertContains(page, 'name="unit_code" value="01477"')
    assertContains(page, 'value="Xã Trùng Khánh"')
    answer = yen_client.post(
        "/accounts/me/edit/", {"full_name": " Hoàng  Yến ", "unit": "thuc phan"}, follow=True
    )
    assertContains(answer, "Đã lưu thông tin của bạn.")
    assertContains(answer, "Đơn vị trước đây")
    yen.refresh_from_db()
    assert (yen.full_name, yen.search_text) == ("Hoàng Yến", "hoang yen")
    assert primary_unit(yen) == ward


def test_a_wrong_edit_changes_nothing(yen_client: Client, yen: User, commune: Unit) -> None:
    answer = yen_client.post("/accounts/me/edit/", {"full_name": "", "unit": "xyz"})
    assertContains(answer, "Còn 2 chỗ cần sửa")
    yen.refresh_from_db()
    assert yen.full_name == "Hoàng Thị Yến"
    assert primary_unit(yen) == commune


def test_history_stays(yen: User, commune: Unit, ward: Unit, noon: datetime) -> None:
    later = noon + timedelta(days=30)
    change_unit(user=yen, unit=ward, now=noon)
    change_unit(user=yen, unit=commune, now=later)
    spans = yen.affiliations.order_by("pk").values_list("unit__code", "is_primary", "until")
    assert list(spans) == [("01477", True, noon), ("01273", True, later), ("01477", True, None)]
    assert yen.affiliations.get(until=None).since == later


def test_choosing_the_same_unit_changes_nothing(yen: User, commune: Unit, noon: datetime) -> None:
    before = yen.affiliations.get()
    assert change_unit(user=yen, unit=commune, now=noon) == before
    assert yen.affiliations.get().until is None


def test_a_secondary_place_becomes_the_primary_one(yen: User, ward: Unit, noon: datetime) -> None:
    Affiliation.objects.create(user=yen, unit=ward)
    change_unit(user=yen, unit=ward, now=noon)
    assert yen.affiliations.filter(until=None).get().is_primary


def test_duties_stay_when_the_unit_changes(
    yen: User, commune: Unit, ward: Unit, noon: datetime
) -> None:
    Affiliation.objects.create(user=yen, unit=commune, role=Affiliation.Role.LEADER)
    change_unit(user=yen, unit=ward, now=noon)
    assert set(yen.affiliations.filter(until=None).values_list("unit", "role")) == {
        (ward.pk, "member"),
        (commune.pk, "leader"),
    }


def test_membership_is_noted_once(yen: User, noon: datetime) -> None:
    make_unit("tinh-doan", "Tỉnh đoàn", kind=Unit.Kind.YOUTH_UNION)
    first = affiliate(user=yen, role=Affiliation.Role.YOUTH_MEMBER, now=noon)
    assert affiliate(user=yen, role=Affiliation.Role.YOUTH_MEMBER, now=noon) == first


def test_one_primary_affiliation_at_a_time(yen: User, ward: Unit) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Affiliation.objects.create(user=yen, unit=ward, is_primary=True)


def test_renaming_keeps_the_derived_columns(yen: User) -> None:
    rename(user=yen, full_name="Đặng Thị Ước")
    yen.refresh_from_db()
    assert yen.search_text == "dang thi uoc"
    assert User.objects.order_by("sort_key").last() == yen
