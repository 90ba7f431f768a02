"""What every answer carries, health, and the formats of Vietnamese."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.core.cache import cache
from django.test import Client
from django.utils import formats, timezone

from accounts.models import User
from contest.clock import arrival


def test_no_page_may_run_foreign_or_inline_scripts(client: Client, db: None) -> None:
    policy = client.get("/")["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


def test_cookies_are_not_for_scripts(client: Client, yen: User) -> None:
    client.post("/accounts/login/", {"login": "yen", "password": "mat-khau-thu"})
    assert client.cookies["sessionid"]["httponly"]
    assert client.cookies["sessionid"]["samesite"] == "Lax"


def test_answers_to_somebody_signed_in_stay_out_of_shared_caches(
    client: Client, yen_client: Client
) -> None:
    for path in ("/", "/api/v1/contests"):
        assert yen_client.get(path)["Cache-Control"] == "private, no-cache"
        assert "Cache-Control" not in client.get(path)


def test_health_and_readiness(client: Client, db: None) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok", "database": "ok", "cache": "ok"}


def test_not_ready_while_the_cache_is_away(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(cache, "set", away)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["cache"]) == (503, "not reachable")


def test_a_stale_form_gets_a_page_that_says_how_to_go_on(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/accounts/login/", {"login": "x", "password": "y"})
    assert answer.status_code == 403
    assert "tải lại" in answer.content.decode().lower()


def test_dates_are_read_day_first() -> None:
    """Django's own Vietnamese formats read 05/01/2026 as 1 May."""
    assert forms.DateField(localize=True).clean("05/01/2026").month == 1
    assert forms.DateField().clean("25/01/2026").day == 25


def test_numbers_and_dates_are_written_the_vietnamese_way() -> None:
    assert formats.number_format(1234567.5, 1, use_l10n=True, force_grouping=True) == "1.234.567,5"
    day = datetime(2026, 3, 9, 8, 5, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    assert formats.date_format(day, "SHORT_DATETIME_FORMAT") == "08:05 09/03/2026"
    assert formats.get_format("FIRST_DAY_OF_WEEK") == 1


def test_t12_the_display_zone_is_vietnam_whatever_the_server_has() -> None:
    assert str(timezone.get_current_timezone()) == "Asia/Ho_Chi_Minh"


def test_c7_five_hundred_sign_in_behind_one_address(commune: Any, db: None) -> None:
    """A hall behind one router: nobody is refused for the address they share."""
    users = User.objects.bulk_create(
        User(username=f"hall{n}", full_name=f"Người {n}") for n in range(500)
    )
    password = User.objects.create_user("mau", password="mat-khau-thu", full_name="Mẫu").password
    User.objects.filter(pk__in=[user.pk for user in users]).update(password=password)
    codes = [
        Client(REMOTE_ADDR="203.0.113.9")
        .post("/accounts/login/", {"login": user.username, "password": "mat-khau-thu"})
        .status_code
        for user in users
    ]
    assert codes == [302] * 500


def test_the_admin_has_the_same_door(client: Client, db: None) -> None:
    """Its own form would not count wrong passwords."""
    answer = client.get("/admin/login/?next=/admin/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_an_answer_counts_from_its_arrival_not_from_its_turn(rf: Any) -> None:
    """Half a minute in the queue for a thread costs nobody an answer."""
    waited = rf.get("/", **{"asgi.scope": {"arrived_at": time.time() - 30}})
    assert 29 < (timezone.now() - arrival(waited)).total_seconds() < 32
    ahead = rf.get("/", **{"asgi.scope": {"arrived_at": time.time() + 30}})
    assert arrival(ahead) <= timezone.now()
    assert (timezone.now() - arrival(rf.get("/"))).total_seconds() < 1


def seconds_ago(request: Any) -> float:
    return (timezone.now() - arrival(request)).total_seconds()


def test_the_stamp_of_the_proxy_counts_where_there_is_one(rf: Any, settings: Any) -> None:
    """In front of several processes the queue may be the proxy's."""
    request = rf.get("/", HTTP_X_REQUEST_START=f"t={time.time() - 30:.3f}")
    assert seconds_ago(request) < 1  # anybody may send that header
    settings.ARRIVAL_FROM_PROXY = True
    assert 29 < seconds_ago(request) < 40
    request.META["asgi.scope"] = {"arrived_at": time.time() - 10}
    assert 29 < seconds_ago(request) < 40


@pytest.mark.parametrize(
    "stamp",
    [
        lambda now: f"t={now + 30:.3f}",  # the future
        lambda now: f"t={now - 3_600:.3f}",  # longer than anything waits
        lambda now: f"t={now - 30:.3f}, t={now:.3f}",  # a client's own beside the proxy's
        lambda now: f"{now - 30:.3f}",
        lambda now: f"t={now - 30}e1",
        lambda now: f"t={int((now - 30) * 1000)}",
        lambda now: "t=١٧٠٠٠٠٠٠٠٠.000",
        lambda now: "t=nan",
        lambda now: "",
    ],
)
def test_nonsense_in_the_stamp_of_a_proxy_is_now(rf: Any, settings: Any, stamp: Any) -> None:
    settings.ARRIVAL_FROM_PROXY = True
    request = rf.get("/", HTTP_X_REQUEST_START=stamp(time.time()))
    assert seconds_ago(request) < 1
    request.META["asgi.scope"] = {"arrived_at": time.time() - 10}  # the process's own still counts
    assert 9 < seconds_ago(request) < 20


def test_one_account_that_guesses_passwords_is_stopped(yen: User) -> None:
    """The limit that matters is per account: the address of a hall is nobody's."""
    answers = [
        Client().post("/accounts/login/", {"login": "yen", "password": f"sai-{n}"})
        for n in range(12)
    ]
    assert "Mật khẩu sai quá nhiều lần" in answers[-1].content.decode()
    right = Client().post("/accounts/login/", {"login": "yen", "password": "mat-khau-thu"})
    assert right.status_code != 302
