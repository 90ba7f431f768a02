"""Django's admin: every page of ours opens, search ignores marks. Units: test_unit_admin."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import User


@pytest.mark.parametrize("model", ["user", "unit", "headcount", "affiliation"])
def test_lists_and_add_pages_open(root_client: Client, model: str, yen: User) -> None:
    assert root_client.get(f"/admin/accounts/{model}/").status_code == 200
    assert root_client.get(f"/admin/accounts/{model}/?q=yen").status_code == 200
    assert root_client.get(f"/admin/accounts/{model}/add/").status_code == 200


@pytest.mark.parametrize("query", ["hoang thi yen", "HOÀNG", "0912 345 678", "+84912345678", "yen"])
def test_finding_a_person(root_client: Client, yen: User, tai: User, query: str) -> None:
    User.objects.filter(pk=yen.pk).update(phone="+84912345678")
    page = root_client.get("/admin/accounts/user/", {"q": query})
    assertContains(page, "Hoàng Thị Yến")
    assertNotContains(page, "Lục Văn Tài")


def test_finding_a_unit_by_its_former_name(root_client: Client, register_of_units: None) -> None:
    page = root_client.get("/admin/accounts/unit/", {"q": "Sông Hiến"})
    assertContains(page, "Phường Thục Phán")


def test_adding_and_changing_a_person(root_client: Client) -> None:
    new = {
        "username": "moi",
        "full_name": "Người Mới",
        "phone": "0912 345 678",
        "email": "",
        "usable_password": "true",
        "password1": "một câu ngắn dễ nhớ",
        "password2": "một câu ngắn dễ nhớ",
    }
    assert root_client.post("/admin/accounts/user/add/", new).status_code == 302
    user = User.objects.get(username="moi")
    assert user.phone == "+84912345678"
    assert root_client.get(f"/admin/accounts/user/{user.pk}/change/").status_code == 200
    again = root_client.post("/admin/accounts/user/add/", new | {"username": "khac"})
    assert again.status_code == 200
    wrong = root_client.post("/admin/accounts/user/add/", new | {"phone": "12"})
    assertContains(wrong, "Số điện thoại cần đủ 10 chữ số.")


def test_two_people_without_a_phone(root_client: Client) -> None:
    for username in ("mot", "hai"):
        answer = root_client.post(
            "/admin/accounts/user/add/",
            {
                "username": username,
                "full_name": username,
                "usable_password": "true",
                "password1": "một câu ngắn dễ nhớ",
                "password2": "một câu ngắn dễ nhớ",
            },
        )
        assert answer.status_code == 302
    assert User.objects.filter(phone=None, username__in=["mot", "hai"]).count() == 2


def test_a_date_of_birth_is_read_with_the_day_first(root_client: Client, yen: User) -> None:
    page = root_client.get(f"/admin/accounts/user/{yen.pk}/change/")
    sent = {
        "username": "yen",
        "full_name": "Hoàng Thị Yến",
        "date_joined_0": "01/03/2026",
        "date_joined_1": "08:00",
        "affiliations-TOTAL_FORMS": "0",
        "affiliations-INITIAL_FORMS": "0",
    }
    assertContains(page, 'name="birth_date"')
    url = f"/admin/accounts/user/{yen.pk}/change/"
    wrong = root_client.post(url, sent | {"birth_date": "01/25/2010"})
    assertContains(wrong, "Không có tháng 25.")
    assertContains(wrong, 'value="01/25/2010"')
    assert root_client.post(url, sent | {"birth_date": "05/01/2010"}).status_code == 302
    yen.refresh_from_db()
    assert str(yen.birth_date) == "2010-01-05"
