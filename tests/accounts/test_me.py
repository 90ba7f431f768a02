"""The own account: seeing and correcting it, moving to another unit."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.access import primary_unit
from accounts.forms import ProfileForm
from accounts.models import Affiliation, Unit, User
from accounts.registration import UnitGone, affiliate, change_unit, correct_details
from accounts.unit_changes import dissolve_unit, merge_unit, rename_unit
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


def test_renaming_keeps_the_derived_columns(yen: User, commune: Unit, noon: datetime) -> None:
    correct_details(user=yen, full_name="Đặng Thị Ước", birth_date=None, unit=commune, now=noon)
    yen.refresh_from_db()
    assert yen.search_text == "dang thi uoc"
    assert User.objects.order_by("sort_key").last() == yen


# -- date of birth ---------------------------------------------------------------------------

EDIT = {"full_name": "Hoàng Thị Yến", "unit": "Xã Trùng Khánh"}


@pytest.mark.parametrize(
    ("typed", "stored", "shown"),
    [
        ("05/01/2010", date(2010, 1, 5), "05/01/2010"),
        ("5/1/2010", date(2010, 1, 5), "05/01/2010"),
        ("1990", date(1990, 1, 1), "01/01/1990"),
        ("", None, ""),
    ],
)
def test_the_date_of_birth_is_optional_and_the_day_comes_first(
    yen_client: Client, yen: User, typed: str, stored: date | None, shown: str
) -> None:
    answer = yen_client.post("/accounts/me/edit/", EDIT | {"birth_date": typed}, follow=True)
    assertContains(answer, "Đã lưu thông tin của bạn.")
    yen.refresh_from_db()
    assert yen.birth_date == stored
    page = yen_client.get("/accounts/me/edit/").content.decode()
    field = page[page.index('name="birth_date"') :].split(">")[0]
    assert (f'value="{shown}"' in field) == bool(shown)
    assert 'inputmode="numeric"' in field
    assert "tính là ngày 01/01" in page


def test_a_date_of_birth_can_be_taken_back(yen_client: Client, yen: User) -> None:
    User.objects.filter(pk=yen.pk).update(birth_date=date(2010, 1, 5))
    assertContains(yen_client.get("/accounts/me/"), "<dt>Ngày sinh</dt><dd>05/01/2010</dd>")
    yen_client.post("/accounts/me/edit/", EDIT | {"birth_date": " "})
    yen.refresh_from_db()
    assert yen.birth_date is None
    assertNotContains(yen_client.get("/accounts/me/"), "Ngày sinh")


@pytest.mark.parametrize("typed", ["01/25/2010", "30/02/2010", "5/1/10", "01/01/2999", "xưa"])
def test_a_wrong_date_of_birth_is_kept_and_nothing_is_saved(
    yen_client: Client, yen: User, typed: str
) -> None:
    User.objects.filter(pk=yen.pk).update(birth_date=date(2000, 2, 3))
    edit = EDIT | {"full_name": "Tên Khác", "birth_date": typed}
    answer = yen_client.post("/accounts/me/edit/", edit)
    assertContains(answer, "Còn 1 chỗ cần sửa")
    assertContains(answer, f'value="{typed}"')
    yen.refresh_from_db()
    assert (yen.full_name, yen.birth_date) == ("Hoàng Thị Yến", date(2000, 2, 3))


def test_signing_up_stays_short(client: Client, db: None) -> None:
    assertNotContains(client.get("/accounts/signup/"), "birth_date")


# -- units that ended (U2) -------------------------------------------------------------------


def test_u2_nobody_joins_a_unit_that_ended(
    yen: User, ha: User, commune: Unit, ward: Unit, noon: datetime
) -> None:
    dissolve_unit(actor=ha, unit=ward, on=noon.date(), reason="NQ 1", now=noon)
    with pytest.raises(UnitGone):
        change_unit(user=yen, unit=ward, now=noon)
    assert primary_unit(yen) == commune


def test_u2_a_unit_that_ends_while_the_page_is_sent_is_asked_again(
    yen_client: Client,
    yen: User,
    ha: User,
    ward: Unit,
    commune: Unit,
    noon: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The merger happens between the check of the form and the move."""
    checked = ProfileForm.is_valid
    other = make_unit("01279", "Phường Nùng Trí Cao", kind=Unit.Kind.WARD)

    def merged_meanwhile(form: ProfileForm) -> bool:
        valid = checked(form)
        merge_unit(actor=ha, unit=ward, into=other, on=noon.date(), reason="NQ 1", now=noon)
        return valid

    monkeypatch.setattr(ProfileForm, "is_valid", merged_meanwhile)
    edit = {"full_name": "Tên Khác", "unit": "Phường Thục Phán"}
    answer = yen_client.post("/accounts/me/edit/", edit)
    assertContains(answer, "Đơn vị này vừa được sáp nhập hoặc giải thể. Hãy chọn lại.")
    assertContains(answer, "Phường Thục Phán nay thuộc đơn vị này")
    assertContains(answer, 'value="01279"')
    assertContains(answer, 'value="Tên Khác"')
    yen.refresh_from_db()
    assert (yen.full_name, primary_unit(yen)) == ("Hoàng Thị Yến", commune)


def test_u2_members_of_a_dissolved_unit_are_asked_to_choose_again(
    yen_client: Client, yen: User, ha: User, commune: Unit, noon: datetime
) -> None:
    dissolve_unit(actor=ha, unit=commune, on=noon.date(), reason="NQ 1", now=noon)
    page = yen_client.get("/accounts/me/")
    assertContains(page, "Xã Trùng Khánh đã giải thể từ 09/03/2026. Hãy chọn đơn vị mới")
    assertContains(page, "Chưa chọn")


def test_u2_the_own_history_keeps_the_name_of_the_day(
    yen_client: Client, yen: User, ha: User, commune: Unit, ward: Unit, noon: datetime
) -> None:
    change_unit(user=yen, unit=ward, now=noon)
    later = noon + timedelta(days=30)
    decision = {"actor": ha, "on": later.date(), "reason": "NQ 1", "now": later}
    rename_unit(unit=commune, name="Xã Mới", **decision)
    merge_unit(unit=commune, into=ward, **decision)
    page = yen_client.get("/accounts/me/")
    assertContains(page, "<dt>Xã Trùng Khánh</dt>")
    assertContains(page, "sáp nhập vào Phường Thục Phán từ 08/04/2026")
    assertNotContains(page, "Xã Mới")
