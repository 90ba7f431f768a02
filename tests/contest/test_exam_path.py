"""What start, save and finish ask of the database, and whom they believe."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Unit, User
from accounts.sessions import Claim
from accounts.statements import Prepared, update_where
from contest.access import claimed_attempt, own_attempt
from contest.errors import NotFound, SignedOut
from contest.journal import SAVES_A_MINUTE, is_flooded
from contest.models import Attempt, Entry, Round
from contest.schemas import AttemptOut, ResultOut, SavedOut
from tests.factories import make_person, make_round, stored

QUOTE = '"'


@pytest.fixture
def round(ha: User) -> Round:
    return make_round(ha, timezone.now(), attempts_allowed=3)


@pytest.fixture
def tho(commune: Unit) -> User:
    """Not the first person: numbers of people and of attempts must not coincide."""
    for number in range(5):
        make_person(f"p{number}", f"Người {number}", commune)
    return make_person("tho", "Bế Thị Thơ", commune)


@pytest.fixture
def browser(tho: User) -> Client:
    client = Client()
    client.force_login(tho)
    client.get("/")  # the session is in the cache from here on
    return client


def send(client: Client, method: str, path: str, body: Any = None) -> Any:
    call = getattr(client, method)
    return call(f"/api/v1/{path}", json.dumps(body or {}), content_type="application/json")


def start(client: Client, round: Round) -> Any:
    answer = send(client, "post", f"rounds/{round.pk}/attempts")
    assert answer.status_code == 201, answer.content
    return answer.json()


@contextmanager
def statements(*expected: str) -> Iterator[None]:
    """Exactly these statements, told by their verb and the first table they name; frames of
    transactions are not counted."""
    with CaptureQueriesContext(connection) as found:
        yield
    told = [query["sql"] for query in found]
    kinds = [f"{sql.split()[0]} {sql.split(QUOTE)[1]}" for sql in told if QUOTE in sql]
    kinds = [kind for kind in kinds if not kind.startswith(("SAVEPOINT", "RELEASE"))]
    assert kinds == list(expected), "\n".join(told)


# -- how many statements ------------------------------------------------------------------------


def test_a_first_start_reads_four_rows_and_writes_two(browser: Client, round: Round) -> None:
    start_of_somebody_else(round)
    with statements(
        "SELECT accounts_user",
        "SELECT contest_round",
        "SELECT contest_entry",
        "SELECT a",  # unit and duties
        "INSERT contest_entry",
        "INSERT contest_attempt",
    ):
        start(browser, round)


def start_of_somebody_else(round: Round) -> None:
    """What a process reads once for everybody is read."""
    other = Client()
    other.force_login(User.objects.get(username="p0"))
    start(other, round)


def test_a_save_is_one_read_and_one_write(browser: Client, round: Round) -> None:
    path = f"attempts/{start(browser, round)['id']}/answers"
    send(browser, "patch", path, {"rev": 1, "answers": {"1": ["a"]}})
    with statements("SELECT accounts_user", "UPDATE contest_attempt"):  # joined: whose is it
        answer = send(browser, "patch", path, {"rev": 2, "answers": {"2": ["a"]}})
    assert answer.status_code == 200
    assert stored(Attempt.objects.get()).rev == 2


def test_the_first_finish_reads_the_attempt_the_entry_and_the_place(
    browser: Client, round: Round
) -> None:
    attempt = start(browser, round)
    with statements(
        "SELECT accounts_user",  # joined: the attempt, its entry, its round
        "SELECT contest_entry",  # held until the end
        "SELECT contest_round",
        "UPDATE contest_attempt",
        "UPDATE contest_entry",
        "SELECT contest_entry",  # how many of the first thousand are ahead
    ):
        answer = send(browser, "post", f"attempts/{attempt['id']}/finish", {"rev": 0})
    assert answer.status_code == 200
    assert answer.json()["place"] == 1


def test_the_page_that_everybody_opens_is_eight_reads(browser: Client, round: Round) -> None:
    page = f"/c/{round.contest.slug}/{round.number}/"
    browser.get(page)
    with statements(
        "SELECT contest_round",
        "SELECT accounts_user",
        "SELECT contest_entry",
        "SELECT a",  # unit and duties
        "SELECT accounts_user",  # whether any permission can come from somewhere
        "SELECT contest_blueprintline",
        "SELECT contest_announcement",
        "SELECT contest_inquiry",
    ):
        assert browser.get(page).status_code == 200


def test_answers_are_what_their_schemas_say(browser: Client, round: Round) -> None:
    """They are sent without passing through them."""
    attempt = start(browser, round)
    body = {"rev": 1, "answers": {"1": ["a"]}, "prediction": 12}
    saved = send(browser, "patch", f"attempts/{attempt['id']}/answers", body).json()
    result = send(browser, "post", f"attempts/{attempt['id']}/finish", {**body, "rev": 2}).json()
    for payload, schema in ((attempt, AttemptOut), (saved, SavedOut), (result, ResultOut)):
        held = schema.model_validate_json(json.dumps(payload))
        assert json.loads(DjangoJSONEncoder().encode(held.model_dump())) == payload


def test_the_exam_path_never_writes_a_session(browser: Client, round: Round) -> None:
    with CaptureQueriesContext(connection) as found:
        attempt = start(browser, round)
        send(browser, "patch", f"attempts/{attempt['id']}/answers", {"rev": 1, "answers": {}})
        send(browser, "post", f"attempts/{attempt['id']}/finish", {"rev": 1})
    assert not [query for query in found if "django_session" in query["sql"]]


# -- whom it believes ---------------------------------------------------------------------------


def claim_of(user: User) -> Claim:
    return Claim(user.pk, user.get_session_auth_hash())


@pytest.mark.parametrize("with_round", [False, True])
def test_the_prepared_read_is_what_the_orm_reads(
    browser: Client, tho: User, round: Round, with_round: bool
) -> None:
    send(
        browser,
        "patch",
        f"attempts/{start(browser, round)['id']}/answers",
        {"rev": 1, "answers": {"1": ["b"]}},
    )
    attempt = Attempt.objects.get()
    lean = claimed_attempt(claim_of(tho), attempt.pk, with_round=with_round)
    whole = own_attempt(tho, attempt.pk)
    assert values(lean) == values(whole)
    assert values(lean.entry) == values(whole.entry)
    assert values(lean.entry.round) == values(whole.entry.round)


def values(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_strangers_attempt_is_not_found_and_stays_untouched(
    browser: Client, yen_client: Client, round: Round
) -> None:
    attempt = start(browser, round)
    start(yen_client, round)
    for path in ("answers", "finish"):
        method = "patch" if path == "answers" else "post"
        body = {"rev": 1, "answers": {"1": ["a"]}}
        answer = send(yen_client, method, f"attempts/{attempt['id']}/{path}", body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    assert Attempt.objects.get(pk=attempt["id"]).journal == []


def test_a_session_from_before_the_password_was_changed_is_signed_out(
    browser: Client, tho: User, round: Round
) -> None:
    attempt = start(browser, round)
    tho.set_password("mat-khau-moi-2026")
    tho.save()
    for attempt_id in (attempt["id"], attempt["id"] + 1000):
        answer = send(browser, "patch", f"attempts/{attempt_id}/answers", {"rev": 1, "answers": {}})
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "signed_out")


def test_a_closed_account_is_signed_out(browser: Client, tho: User, round: Round) -> None:
    attempt = start(browser, round)
    User.objects.filter(pk=tho.pk).update(is_active=False)
    answer = send(browser, "post", f"attempts/{attempt['id']}/finish", {"rev": 0})
    assert answer.status_code == 401
    with pytest.raises(SignedOut):
        claimed_attempt(claim_of(tho), attempt["id"])


def test_nobody_signed_in_is_told_so(client: Client, browser: Client, round: Round) -> None:
    attempt = start(browser, round)
    answer = send(client, "patch", f"attempts/{attempt['id']}/answers", {"rev": 1, "answers": {}})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "signed_out")


# -- statements ---------------------------------------------------------------------------------


def test_ids_go_where_they_are_named_whatever_their_order(tho: User, yen: User) -> None:
    named = Prepared(
        lambda username_of, without: (
            User.objects.filter(pk=username_of)
            .exclude(pk=without)
            .values_list("username", "date_joined")
        ),
        "without",
        "username_of",
    )
    assert named.first(username_of=tho.pk, without=yen.pk) == ["tho", tho.date_joined]
    assert named.first(username_of=yen.pk, without=tho.pk) == [yen.username, yen.date_joined]
    assert named.first(username_of=tho.pk, without=tho.pk) is None


def test_an_update_takes_place_only_where_nothing_changed(browser: Client, round: Round) -> None:
    attempt = Attempt.objects.get(pk=start(browser, round)["id"])
    now = timezone.now()
    unseen = {"id": attempt.pk, "rev": 0, "saved_at": None}
    assert update_where(Attempt, {"rev": 1, "saved_at": now, "answers": {"1": ["â"]}}, unseen)
    assert not update_where(Attempt, {"rev": 2}, unseen)
    assert update_where(Attempt, {"unit_id": attempt.unit_id, "points": None}, {"saved_at": now})
    attempt.refresh_from_db()
    assert (attempt.rev, attempt.saved_at, attempt.answers) == (1, now, {"1": ["â"]})


def test_strangers_claims_are_not_found(tho: User, yen: User, round: Round) -> None:
    with pytest.raises(NotFound):
        claimed_attempt(claim_of(yen), 4711)
    with pytest.raises(SignedOut):
        claimed_attempt(Claim(yen.pk, "0" * 64), 4711)
    with pytest.raises(SignedOut):
        claimed_attempt(Claim(10**6, "0" * 64), 4711)


# -- floods -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("saves", "apart_ms", "after_ms", "flooded"),
    [
        (SAVES_A_MINUTE - 1, 1, 0, False),
        (SAVES_A_MINUTE, 1, 0, True),
        (SAVES_A_MINUTE, 1, 59_000, True),
        (SAVES_A_MINUTE, 1, 61_000, False),
        (2 * SAVES_A_MINUTE, 300, 0, False),
    ],
)
def test_a_page_that_runs_wild_is_stopped(
    saves: int, apart_ms: int, after_ms: int, flooded: bool
) -> None:
    journal = [[rev, rev * apart_ms, {}] for rev in range(1, saves + 1)]
    assert is_flooded(journal, saves * apart_ms + after_ms) is flooded


def test_a_flood_of_saves_is_refused_and_loses_nothing(browser: Client, round: Round) -> None:
    attempt = Attempt.objects.get(pk=start(browser, round)["id"])
    ms = (timezone.now() - attempt.started_at) // timedelta(milliseconds=1)
    attempt.journal = [[rev, ms, {}] for rev in range(1, SAVES_A_MINUTE + 1)]
    attempt.rev = SAVES_A_MINUTE
    attempt.save()
    body = {"rev": SAVES_A_MINUTE + 1, "answers": {"1": ["a"]}}
    answer = send(browser, "patch", f"attempts/{attempt.pk}/answers", body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "rate_limited")
    assert stored(attempt).rev == SAVES_A_MINUTE


def test_repeating_an_old_save_is_limited_too(browser: Client, round: Round) -> None:
    path = f"attempts/{start(browser, round)['id']}/answers"
    codes = [
        send(browser, "patch", path, {"rev": 1, "answers": {"1": ["a"]}}).status_code
        for _ in range(SAVES_A_MINUTE + 2)
    ]
    assert codes[:SAVES_A_MINUTE] == [200] * SAVES_A_MINUTE
    assert codes[-1] == 429


def test_what_is_refused_is_limited_too(browser: Client, round: Round) -> None:
    """Each refusal is kept, so nobody may make them without end."""
    attempt = start(browser, round)["id"]
    stale = {"rev": 0, "answers": {"1": ["a"]}}
    codes = [send(browser, "post", f"attempts/{attempt}/finish", stale).status_code for _ in "ab"]
    assert codes == [409, 409]
    codes = [
        send(browser, "post", f"attempts/{attempt}/finish", stale).status_code for _ in range(60)
    ]
    assert codes[-1] == 429
    Attempt.objects.filter(pk=attempt).update(state=Attempt.State.FINISHED)
    late = {"rev": 5, "answers": {"1": ["a"]}}
    codes = [
        send(browser, "patch", f"attempts/{attempt}/answers", late).status_code
        for _ in range(SAVES_A_MINUTE + 2)
    ]
    assert (codes[0], codes[-1]) == (409, 429)


def test_a_number_no_column_holds_is_not_found(browser: Client) -> None:
    huge = 10**20
    for method, path in (
        ("post", f"rounds/{huge}/attempts"),
        ("post", f"attempts/{huge}/finish"),
        ("patch", f"attempts/{huge}/answers"),
    ):
        assert send(browser, method, path, {"rev": 1, "answers": {}}).status_code == 404, path
    assert browser.get(f"/api/v1/rounds/{huge}").status_code == 404


# -- what a process remembers -------------------------------------------------------------------


def test_the_remembered_plan_belongs_to_one_round_only(
    browser: Client, ha: User, round: Round
) -> None:
    """Two rounds with the same id in turn, as after a restored backup."""
    start(browser, round)
    Attempt.objects.all().delete()
    Entry.objects.all().delete()
    number, contest = round.pk, round.contest
    Round.objects.filter(pk=number).update(number=9)
    other = make_round(ha, timezone.now(), attempts_allowed=3)
    assert other.secret != round.secret
    assert len(start(browser, other)["paper"]) == 5
    assert contest.rounds.filter(pk=number).exists()
