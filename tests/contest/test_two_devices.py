"""D6: one attempt, opened on another device: both are told, and it is on record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Unit, User
from contest.attempts import finish_attempt, save_answers, start_attempt
from contest.devices import COOKIE, MOST_CHANGES, note_device
from contest.erasure import erase_person
from contest.models import Attempt, DeviceChange, Round
from tests.contest.test_api import send
from tests.contest.test_concurrency import at_once
from tests.factories import make_person, make_round

MINUTE = timedelta(minutes=1)
TOLD = 'data-moved="1"'
A, B, C = ("a" * 32, "b" * 32, "c" * 32)


@pytest.fixture
def now(db: None) -> datetime:
    return timezone.now()


@pytest.fixture
def round(ha: User, now: datetime) -> Round:
    return make_round(ha, now)


@pytest.fixture
def attempt(yen: User, round: Round, now: datetime) -> Attempt:
    return start_attempt(user=yen, round=round, now=now - MINUTE, device=A)[0]


def phone(user: User, device: str = "") -> Client:
    client = Client()
    client.force_login(user)
    if device:
        client.cookies[COOKIE] = device
    return client


def open_page(client: Client, attempt: Attempt) -> str:
    answer = client.get(reverse("contest:attempt", args=[attempt.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def changes() -> list[tuple[int, int, str]]:
    return list(DeviceChange.objects.values_list("attempt", "number", "device"))


# -- The exam page -------------------------------------------------------------------------------


def test_the_second_phone_is_told_and_it_is_on_record(yen: User, attempt: Attempt) -> None:
    before = timezone.now()
    assert TOLD in open_page(phone(yen, B), attempt)
    assert changes() == [(attempt.pk, 1, B)]
    assert DeviceChange.objects.get().at >= before
    attempt.refresh_from_db()
    assert attempt.device == A  # where it began


def test_a_phone_without_a_name_is_given_one_and_known_by_it(yen: User, attempt: Attempt) -> None:
    new = phone(yen)
    assert TOLD in open_page(new, attempt)
    given = new.cookies[COOKIE].value
    assert changes() == [(attempt.pk, 1, given)]
    open_page(new, attempt)
    assert len(changes()) == 1


def test_the_phone_it_began_on_is_told_nothing(round: Round, yen: User) -> None:
    first = phone(yen)
    first.post(reverse("contest:start", args=[round.contest.slug, round.number]))
    attempt = Attempt.objects.get()
    for _ in "ab":
        assert TOLD not in open_page(first, attempt)
    again = first.post(reverse("contest:start", args=[round.contest.slug, round.number]))
    assert again["Location"] == reverse("contest:attempt", args=[attempt.pk])
    assert changes() == []


def test_it_is_told_until_something_is_saved(yen: User, attempt: Attempt, now: datetime) -> None:
    second = phone(yen, B)
    save_answers(attempt=attempt, rev=1, answers={"1": ["a"]}, now=now - MINUTE / 2)
    assert TOLD in open_page(second, attempt)
    assert TOLD in open_page(second, attempt)  # loaded again before it was read
    save_answers(attempt=attempt, rev=2, answers={"2": ["a"]}, now=timezone.now())
    assert TOLD not in open_page(second, attempt)
    assert changes() == [(attempt.pk, 1, B)]


def test_there_and_back_are_two_changes(yen: User, attempt: Attempt) -> None:
    for device in (B, A):
        assert TOLD in open_page(phone(yen, device), attempt)
    assert changes() == [(attempt.pk, 1, B), (attempt.pk, 2, A)]


def test_a_stranger_leaves_no_trace(tai: User, ha: User, attempt: Attempt) -> None:
    for somebody in (tai, ha):
        answer = phone(somebody, B).get(reverse("contest:attempt", args=[attempt.pk]))
        assert answer.status_code == 404
    assert Client().get(reverse("contest:attempt", args=[attempt.pk])).status_code == 302
    assert changes() == []


def test_looking_at_a_result_is_no_change(yen: User, attempt: Attempt, now: datetime) -> None:
    finish_attempt(attempt=attempt, rev=1, answers={}, prediction=None, now=now)
    assert TOLD not in open_page(phone(yen, B), attempt)
    assert changes() == []


def test_of_an_attempt_begun_without_a_device_nothing_is_said(
    yen: User, round: Round, now: datetime
) -> None:
    attempt, _ = start_attempt(user=yen, round=round, now=now)
    assert TOLD not in open_page(phone(yen, B), attempt)
    assert changes() == []


def test_opening_again_costs_one_read(yen: User, attempt: Attempt) -> None:
    second = phone(yen, B)
    open_page(second, attempt)
    with CaptureQueriesContext(connection) as asked:
        open_page(second, attempt)
    sql = [query["sql"] for query in asked if "contest_devicechange" in query["sql"]]
    assert [line.split()[0] for line in sql] == ["SELECT"]


def test_the_api_gives_the_attempt_back_and_notes_who_asked(yen: User, round: Round) -> None:
    first, second = phone(yen), phone(yen)
    begun = send(first, "post", f"rounds/{round.pk}/attempts").json()
    Attempt.objects.update(started_at=timezone.now() - MINUTE)
    assert send(first, "post", f"rounds/{round.pk}/attempts").status_code == 200
    assert changes() == []
    for _ in "ab":
        assert send(second, "post", f"rounds/{round.pk}/attempts").status_code == 200
    assert changes() == [(begun["id"], 1, second.cookies[COOKIE].value)]
    assert TOLD in open_page(second, Attempt.objects.get())


def test_a_double_tap_is_one_browser(yen: User, round: Round) -> None:
    """The second request left before the first answer brought the browser its name."""
    start = reverse("contest:start", args=[round.contest.slug, round.number])
    first, tapped = phone(yen), phone(yen)
    first.post(start)
    tapped.post(start)
    assert tapped.cookies[COOKIE].value == first.cookies[COOKIE].value
    assert TOLD not in open_page(tapped, Attempt.objects.get())
    again = send(phone(yen), "post", f"rounds/{round.pk}/attempts")
    assert again.status_code == 200
    assert changes() == []


def test_a_nameless_browser_that_comes_later_is_another_one(yen: User, attempt: Attempt) -> None:
    Attempt.objects.update(started_at=attempt.started_at - MINUTE)
    phone(yen).post(reverse("contest:start", args=[attempt.entry.round.contest.slug, 1]))
    late = phone(yen)
    assert send(late, "post", f"rounds/{attempt.entry.round_id}/attempts").status_code == 200
    assert changes() == [(attempt.pk, 1, late.cookies[COOKIE].value)]


def test_fetching_ahead_is_not_opening(yen: User, attempt: Attempt) -> None:
    address = reverse("contest:attempt", args=[attempt.pk])
    phone(yen, B).head(address)
    phone(yen, B).get(address, headers={"Sec-Purpose": "prefetch;prerender"})
    assert changes() == []


# -- The record ----------------------------------------------------------------------------------


def test_changes_are_never_rewritten_nor_deleted(attempt: Attempt, now: datetime) -> None:
    note_device(attempt, B, now)
    change = DeviceChange.objects.get()
    change.device = C
    with pytest.raises(TypeError):
        change.save()
    with pytest.raises(TypeError):
        change.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        DeviceChange.objects.create(attempt=attempt, number=1, device=C, at=now)


def test_a_program_without_a_memory_does_not_fill_the_table(
    attempt: Attempt, now: datetime
) -> None:
    for number in range(MOST_CHANGES + 5):
        assert note_device(attempt, f"{number:032x}", now)
    assert DeviceChange.objects.count() == MOST_CHANGES


@pytest.mark.django_db(transaction=True)
def test_two_phones_at_the_same_moment_are_both_on_record(
    yen: User, attempt: Attempt, now: datetime
) -> None:
    at_once([lambda device=device: note_device(attempt, device, now) for device in (B, C)])
    assert [number for _, number, _ in changes()] == [1, 2]
    assert {device for _, _, device in changes()} == {B, C}


@contextmanager
def no_room() -> Iterator[None]:
    """The database takes no note, as with a full disk."""

    def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("INSERT") and "contest_devicechange" in sql:
            raise OperationalError("disk full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


def test_a_note_that_finds_no_room_keeps_nobody_from_the_exam(yen: User, attempt: Attempt) -> None:
    with no_room():
        assert TOLD in open_page(phone(yen, B), attempt)
    assert changes() == []


def test_erasing_the_person_takes_the_names_of_devices(
    yen: User, tai: User, round: Round, attempt: Attempt, now: datetime
) -> None:
    other, _ = start_attempt(user=tai, round=round, now=now, device=B)
    for one in (attempt, other):
        note_device(one, C, now)
    finish_attempt(attempt=attempt, rev=1, answers={}, prediction=None, now=now)
    erase_person(user=yen, now=now)
    assert changes() == [(attempt.pk, 1, ""), (other.pk, 1, C)]
    assert Attempt.objects.get(pk=attempt.pk).device_turns == [(0, now)]


# -- For organisers ------------------------------------------------------------------------------


def conduct(ha: User, round: Round, query: str) -> str:
    answer = phone(ha).get(reverse("contest:conduct", args=[round.pk]) + query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_organiser_sees_from_where_to_where_and_when(
    ha: User, round: Round, attempt: Attempt
) -> None:
    noon = timezone.now().replace(hour=5, minute=0, second=0, microsecond=0)
    for minute, device in enumerate((B, C, B, A), start=1):
        note_device(attempt, device, noon + minute * MINUTE)
    said = (
        "Đổi máy hoặc trình duyệt: sang máy 2 lúc 12:01, sang máy 3 lúc 12:02, "
        "sang máy 2 lúc 12:03, sang máy 1 lúc 12:04 (máy 1 là máy bắt đầu bài thi)"
    )
    for query in (f"?entry={attempt.entry_id}", "?q=yen"):
        page = conduct(ha, round, query)
        assert said in page
        assert B not in page
    assert phone(attempt.entry.user).get(
        reverse("contest:conduct", args=[round.pk])
    ).status_code == 403  # fmt: skip


def test_nothing_is_said_of_who_stayed_on_one_device(
    ha: User, round: Round, attempt: Attempt
) -> None:
    assert "Đổi máy" not in conduct(ha, round, f"?entry={attempt.entry_id}")


def test_as_many_statements_however_many_changed(
    ha: User, round: Round, commune: Unit, attempt: Attempt, now: datetime
) -> None:
    desk = phone(ha)

    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            desk.get(reverse("contest:conduct", args=[round.pk]) + "?q=hoang")
        return len(asked)

    note_device(attempt, B, now)
    few = statements()
    for number in range(6):
        person = make_person(f"p{number}", "Hoàng Văn Khác", commune)
        more, _ = start_attempt(user=person, round=round, now=now, device=A)
        note_device(more, B, now)
    assert statements() == few
