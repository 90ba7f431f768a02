"""Django's admin: every page of ours opens, search ignores marks."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import HeadCount, Unit, User
from tests.factories import make_person


@pytest.fixture
def root(db: None) -> User:
    return make_person("root", "Quản trị", is_staff=True, is_superuser=True)


@pytest.fixture
def root_client(root: User) -> Client:
    client = Client()
    client.force_login(root)
    return client


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


def test_head_counts_are_added_never_changed(
    root_client: Client, root: User, commune: Unit
) -> None:
    answer = root_client.post(
        "/admin/accounts/headcount/add/",
        {"unit": commune.pk, "members": 312, "as_of": "01/03/2026", "note": ""},
    )
    assert answer.status_code == 302
    count = HeadCount.objects.get()
    assert (count.members, str(count.as_of), count.declared_by) == (312, "2026-03-01", root)
    url = f"/admin/accounts/headcount/{count.pk}"
    assert root_client.post(f"{url}/change/", {"members": 1}).status_code == 403
    assert root_client.post(f"{url}/delete/", {"post": "yes"}).status_code == 403


def test_the_place_of_a_unit_is_the_registers_business(
    root_client: Client, register_of_units: None
) -> None:
    unit = Unit.objects.get(code="01273")
    page = root_client.get(f"/admin/accounts/unit/{unit.pk}/change/")
    assertNotContains(page, 'name="code"')
    assertNotContains(page, 'name="parent"')
