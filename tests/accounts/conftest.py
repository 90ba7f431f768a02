"""The real register of units, a filled sign-up form, and somebody in Django's admin."""

from __future__ import annotations

from functools import cache

import pytest
from django.test import Client

from accounts import units
from accounts.models import User
from accounts.registration import CONSENT_WORDING
from tests.factories import make_person

Form = dict[str, str]


_read_once = cache(units.read_units)  # reading the file takes longer than storing it


@pytest.fixture
def register_of_units(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as reading:
        reading.setattr(units, "read_units", _read_once)
        units.load_units()


@pytest.fixture
def form(register_of_units: None) -> Form:
    """What a browser with JavaScript sends for Nông Thị Hoài of Phường Thục Phán."""
    return {
        "full_name": "Nông Thị Hoài",
        "contact": "0912 345 678",
        "unit": "Phường Thục Phán",
        "unit_code": "01273",
        "unit_for": "Phường Thục Phán",
        "is_youth_member": "on",
        "password1": "một câu ngắn dễ nhớ",
        "consent": "on",
        "wording": CONSENT_WORDING,
    }


@pytest.fixture
def root(db: None) -> User:
    return make_person("root", "Quản trị", is_staff=True, is_superuser=True)


@pytest.fixture
def root_client(root: User) -> Client:
    client = Client()
    client.force_login(root)
    return client
