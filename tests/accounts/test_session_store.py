"""Whom a session brings back when the cache has forgotten it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore as Plain
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.session_store import SessionStore
from tests.conftest import empty_cache


@pytest.fixture
def key(yen_client: Client) -> str:
    """The key of Yến's session, which only the database has."""
    empty_cache()
    return str(yen_client.session.session_key)


def test_a_session_is_read_as_django_reads_it(key: str, yen: User) -> None:
    empty_cache()
    assert SessionStore(key).load() == Plain(key).load()
    assert SessionStore(key)["_auth_user_id"] == str(yen.pk)


def test_it_is_kept_in_the_cache_until_it_ends(key: str, yen: User) -> None:
    empty_cache()
    assert SessionStore(key)["_auth_user_id"] == str(yen.pk)
    Session.objects.all().delete()
    assert SessionStore(key)["_auth_user_id"] == str(yen.pk)
    empty_cache()
    assert SessionStore(key).get("_auth_user_id") is None


def test_a_session_that_has_ended_or_never_was_is_nobodys(key: str, yen_client: Client) -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    empty_cache()
    for wrong in (key, "khongco" * 4, "", "\x00"):
        store = SessionStore(wrong)
        assert store.load() == {}
        assert store.session_key != wrong or not wrong
    assert yen_client.get("/accounts/me/").status_code == 302


def test_signing_out_ends_it_everywhere(key: str, yen_client: Client) -> None:
    assert yen_client.get("/accounts/me/").status_code == 200
    yen_client.post("/accounts/logout/")
    empty_cache()
    assert SessionStore(key).load() == {}
