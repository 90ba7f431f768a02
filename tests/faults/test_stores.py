"""A database that is away, full, locked or read-only: a clear 503, nothing acknowledged and
lost, and work goes on by itself once it is back."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest

from config.rehearsal.http import Reply
from tests.faults.ground import Ground, Phone, meanwhile, until
from tests.faults.test_kills import DEEDS

IS_POSTGRES = bool(os.environ.get("DATABASE_URL"))
sqlite_only = pytest.mark.skipif(IS_POSTGRES, reason="about SQLite's one file")
postgres_only = pytest.mark.skipif(not IS_POSTGRES, reason="about PostgreSQL's connections")


def is_refused_clearly(reply: Reply) -> bool:
    """503 in the shape of every refusal, in Vietnamese, with the seconds to wait."""
    assert reply.status == 503, (reply.status, reply.raw[:300])
    assert set(reply.json()) == {"error"}
    error = reply.json()["error"]
    assert error["code"] == "unavailable"
    assert "vẫn an toàn" in error["message"]
    assert int(reply.headers["retry-after"]) > 0
    return True


def kept_of(phone: Phone, attempt: int) -> dict[str, object]:
    """An acknowledged start."""
    return {"attempt": attempt, "user": phone.user, "saves": {}, "receipt": ""}


# -- PostgreSQL ends connections -------------------------------------------------------------------


@contextmanager
def row_held(place: Ground, table: str, where: str) -> Iterator[None]:
    """Hold a row, so that whoever wants to write it waits in the database."""
    holder = place.store.connect()
    try:
        with holder.transaction():
            holder.execute(f"SELECT 1 FROM {table} WHERE {where} FOR UPDATE")
            yield
    finally:
        holder.close()


def end_connections(place: Ground, only: str = "") -> int:
    """``pg_terminate_backend`` of the server's connections; how many there were."""
    asked = "datname = current_database() AND pid <> pg_backend_pid()" + only
    return len(
        place.store.rows(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {asked}")
    )


WAITING = " AND wait_event_type = 'Lock'"


@postgres_only
@pytest.mark.parametrize("deed", DEEDS)
def test_a_connection_ended_in_the_middle_is_a_503_and_the_next_request_works(
    ground: Callable[..., Ground], deed: str
) -> None:
    place = ground(1)
    (phone,) = place.phones
    pk = phone.start().json()["id"]
    if deed == "start":  # a second attempt, of the same entry
        assert phone.finish(pk).status == 200
    act = DEEDS[deed][2]
    table = "contest_attempt" if deed == "save" else "contest_entry"
    column = "id" if deed == "save" else "user_id"
    value = pk if deed == "save" else phone.user
    mine = f"SELECT pid FROM pg_stat_activity WHERE datname = current_database(){WAITING}"
    with row_held(place, table, f"{column} = {value}"), meanwhile(lambda: act(phone, pk)) as cut:
        until(lambda: bool(place.store.rows(mine)), "the request to wait for the row")
        assert end_connections(place, WAITING) == 1
        assert is_refused_clearly(cut.result(20))
    again = act(phone, pk)
    assert again.status == (201 if deed == "start" else 200)  # type: ignore[attr-defined]
    if deed == "save":
        assert place.store.attempt(pk)["rev"] == 1
    if deed == "finish":
        assert place.store.attempt(pk)["receipt"] == again.json()["receipt"]  # type: ignore[attr-defined]


@postgres_only
def test_connections_ended_between_requests_are_noticed_by_nobody(
    ground: Callable[..., Ground],
) -> None:
    place = ground(16)
    phones = place.phones
    with ThreadPoolExecutor(16) as crowd:
        started = list(crowd.map(Phone.start, phones))
        assert end_connections(place) > 0
        attempts = [reply.json()["id"] for reply in started]
        saved = list(crowd.map(lambda p, a: p.save(a, 1, {"1": ["a"]}), phones, attempts))
    assert {reply.status for reply in saved} == {200}


@postgres_only
def test_a_database_that_is_away_for_a_while_is_503_until_it_is_back(
    ground: Callable[..., Ground],
) -> None:
    """As while PostgreSQL restarts: no connection lives, none can be made."""
    place = ground(1)
    (phone,) = place.phones
    pk = phone.start().json()["id"]
    admin = os.environ["DATABASE_URL"]
    with psycopg.connect(admin, autocommit=True) as other:

        def allowed(yes: bool) -> None:
            other.execute(f'ALTER DATABASE "{place.store.name}" ALLOW_CONNECTIONS {yes}'.encode())

        allowed(False)
        try:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [place.store.name],
            )
            for _ in range(10):  # every thread of the pool meets it
                assert is_refused_clearly(phone.save(pk, 1, {"1": ["a"]}))
            assert phone.ask("GET", "/healthz").status == 200
            assert phone.ask("GET", "/readyz").status == 503
        finally:
            allowed(True)
    for _ in range(10):
        assert phone.save(pk, 1, {"1": ["a"]}).status == 200
    assert place.store.attempt(pk)["rev"] == 1


# -- SQLite: locked, full --------------------------------------------------------------------------


@sqlite_only
def test_a_database_locked_for_too_long_is_a_503_and_the_same_save_works_later(
    ground: Callable[..., Ground],
) -> None:
    place = ground(1, FAULT_BUSY_S="0.3")
    (phone,) = place.phones
    pk = phone.start().json()["id"]
    holder = place.store.connect()
    holder.execute("BEGIN IMMEDIATE")
    try:
        for act in (lambda: phone.save(pk, 1, {"1": ["a"]}), lambda: phone.finish(pk)):
            assert is_refused_clearly(act())
        reading = phone.ask("GET", f"/api/v1/attempts/{pk}")
        assert (reading.status, reading.json()["rev"]) == (200, 0)
    finally:
        holder.execute("ROLLBACK")
        holder.close()
    assert phone.save(pk, 1, {"1": ["a"]}).status == 200
    assert phone.finish(pk, rev=1).status == 200


@sqlite_only
def test_a_full_disk_is_a_503_until_there_is_room_again(ground: Callable[..., Ground]) -> None:
    """The system refuses to let any file of the server grow, then allows it again."""
    place = ground(2, own=True)
    phone, other = place.phones
    pk = phone.start().json()["id"]
    assert phone.save(pk, 1, {"1": ["a"]}).status == 200
    before = resource.prlimit(place.server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(place.server.pid, resource.RLIMIT_FSIZE, (1, before[1]))
    assert is_refused_clearly(phone.save(pk, 2, {"2": ["b"]}))
    assert is_refused_clearly(phone.finish(pk, rev=1))
    assert is_refused_clearly(other.start())
    assert phone.ask("GET", f"/api/v1/attempts/{pk}").json()["rev"] == 1
    resource.prlimit(place.server.pid, resource.RLIMIT_FSIZE, before)
    assert phone.save(pk, 2, {"2": ["b"]}).status == 200
    done = phone.finish(pk, rev=2)
    begun = other.start()
    assert (done.status, begun.status) == (200, 201)
    first = kept_of(phone, pk) | {"receipt": done.json()["receipt"]}
    first["saves"] = {
        1: {"answers": {"1": ["a"]}, "sent": 0},
        2: {"answers": {"2": ["b"]}, "sent": 0},
    }
    assert place.aftermath([first, kept_of(other, begun.json()["id"])])["faults"] == []


@sqlite_only
def test_a_database_without_a_free_page_takes_no_attempt_halfway(
    ground: Callable[..., Ground],
) -> None:
    """SQLite's own word for it ("database or disk is full"); room comes with a restart."""
    place = ground(30, FAULT_PRAGMAS="PRAGMA max_page_count=1;")
    kept, refused = [], []
    for phone in place.phones:
        reply = phone.start()
        if reply.status == 201:
            kept.append(kept_of(phone, reply.json()["id"]))
        elif is_refused_clearly(reply):
            refused.append(phone)
    assert refused, "thirty papers found room in a full database"
    place.server.kill()
    place.server.start(FAULT_PRAGMAS="")
    for phone in refused:
        reply = phone.start()
        assert reply.status == 201
        kept.append(kept_of(phone, reply.json()["id"]))
    assert place.aftermath(kept)["faults"] == []


# -- Both: read-only -------------------------------------------------------------------------------


def test_a_read_only_database_is_a_503_and_shows_what_is_saved(
    ground: Callable[..., Ground],
) -> None:
    """PostgreSQL as after a change of its main server, SQLite as on a disk gone read-only."""
    place = ground(2, own=True)
    phone, other = place.phones
    pk = phone.start().json()["id"]
    assert phone.save(pk, 1, {"1": ["a"]}).status == 200
    set_read_only(place, True)
    try:
        assert is_refused_clearly(phone.save(pk, 2, {"2": ["b"]}))
        assert is_refused_clearly(phone.finish(pk, rev=1))
        assert is_said_on_a_page(other.ask("POST", f"{place.stage['page']}start/"))
        reading = phone.ask("GET", f"/api/v1/attempts/{pk}")
        assert (reading.status, reading.json()["rev"]) == (200, 1)
    finally:
        set_read_only(place, False)
    assert phone.save(pk, 2, {"2": ["b"]}).status == 200
    assert phone.finish(pk, rev=2).status == 200
    assert other.ask("POST", f"{place.stage['page']}start/").status == 302


def is_said_on_a_page(reply: Reply) -> bool:
    """A page in words, for whoever pressed a button of a page."""
    assert reply.status == 503
    assert reply.headers["content-type"].startswith("text/html")
    assert int(reply.headers["retry-after"]) > 0
    assert "vẫn an toàn" in reply.body().decode()
    return True


def set_read_only(place: Ground, yes: bool) -> None:
    """From the next connection on the server can only read, or write again."""
    if place.store.is_postgres:
        # Asked from another database: in this one nothing could be changed back.
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
            setting = f"SET default_transaction_read_only = {'on' if yes else 'off'}"
            other.execute(f'ALTER DATABASE "{place.store.name}" {setting}'.encode())
        end_connections(place)
        return
    place.server.kill()
    place.server.start(FAULT_READ_ONLY="1" if yes else "")
