"""An installation to hurt: its server, its people's phones, and its database from behind."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from bench import _restarts
from config.rehearsal.http import Connection, Reply
from config.rehearsal.people import cookies
from tests.faults.inside import Inside

STALL_SQLITE = """
    CREATE TRIGGER fault_stall_now AFTER {event} ON {table}
        BEGIN SELECT fault_sleep({seconds}); END;
"""
STALL_POSTGRES = """
    CREATE FUNCTION fault_stall() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_sleep({seconds}); RETURN NULL; END';
    CREATE TRIGGER fault_stall_now AFTER {event} ON {table}
        FOR EACH ROW EXECUTE FUNCTION fault_stall();
"""


class Restartable(_restarts.Restartable):
    """A server that can be asked whether it runs."""

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None


@dataclass
class Store:
    """The installation's database, without Django."""

    env: dict[str, str]

    @property
    def is_postgres(self) -> bool:
        return bool(self.env.get("DATABASE_URL"))

    @property
    def name(self) -> str:
        """PostgreSQL's name of it."""
        return self.env["DATABASE_URL"].rpartition("/")[2]

    def connect(self) -> Any:
        """A connection that commits every statement by itself."""
        if self.is_postgres:
            return psycopg.connect(self.env["DATABASE_URL"], autocommit=True)
        path = Path(self.env["DATA_DIR"]) / "db.sqlite3"
        return sqlite3.connect(path, timeout=20, isolation_level=None)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        connection = self.connect()
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def run(self, sql: str) -> None:
        """Statements without an answer."""
        connection = self.connect()
        try:
            run = connection.execute if self.is_postgres else connection.executescript
            run(sql)
        finally:
            connection.close()

    @contextmanager
    def stalling(self, event: str, table: str, seconds: float) -> Iterator[None]:
        """Whoever does ``event`` to ``table`` waits in the middle of the transaction, with what
        it wrote so far not committed. Leaving waits for those who are in it."""
        script = STALL_POSTGRES if self.is_postgres else STALL_SQLITE
        self.run(script.format(event=event, table=table, seconds=seconds))
        try:
            yield
        finally:
            if self.is_postgres:
                self.run("DROP FUNCTION fault_stall CASCADE")
            else:
                self.run("DROP TRIGGER fault_stall_now")

    def is_stalled(self) -> bool:
        """Whether somebody is in the middle of a transaction now."""
        if self.is_postgres:
            asked = "datname = current_database() AND wait_event = 'PgSleep'"
            return bool(self.rows(f"SELECT 1 FROM pg_stat_activity WHERE {asked}"))
        connection = sqlite3.connect(
            Path(self.env["DATA_DIR"]) / "db.sqlite3", timeout=0, isolation_level=None
        )
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError:
            return True
        finally:
            connection.close()
        return False

    def attempt(self, pk: int) -> dict[str, Any]:
        """What the row of an attempt says."""
        names = ["state", "rev", "receipt", "points", "submitted_at"]
        (row,) = self.rows(f"SELECT {', '.join(names)} FROM contest_attempt WHERE id = {pk}")
        return dict(zip(names, row, strict=True))


@dataclass
class Phone:
    """A person with a session, and a fresh connection for every request."""

    server: Restartable
    round: int
    session: str
    user: int

    def ask(self, method: str, path: str, body: Any = None) -> Reply:
        """One request; raises what a broken connection raises."""

        async def once() -> Reply:
            headers = cookies(self.session)
            async with Connection("127.0.0.1", self.server.port, headers) as connection:
                return await connection.request(method, path, body)

        return asyncio.run(once())

    def start(self) -> Reply:
        return self.ask("POST", f"/api/v1/rounds/{self.round}/attempts")

    def save(self, attempt: int, rev: int, answers: dict[str, list[str]]) -> Reply:
        body = {"rev": rev, "answers": answers}
        return self.ask("PATCH", f"/api/v1/attempts/{attempt}/answers", body)

    def finish(self, attempt: int, rev: int = 0) -> Reply:
        body = {"rev": rev, "prediction": 100}
        return self.ask("POST", f"/api/v1/attempts/{attempt}/finish", body)


@dataclass
class Ground:
    """A server over the shared installation, and a round with people of its own."""

    inside: Inside
    server: Restartable
    store: Store
    stage: dict[str, Any]

    @property
    def phones(self) -> list[Phone]:
        return [
            Phone(self.server, self.stage["round"], person["session"], person["user"])
            for person in self.stage["people"]
        ]

    def aftermath(self, kept: list[dict[str, Any]]) -> dict[str, Any]:
        """What bench/_aftermath.py finds, given everything that was acknowledged."""
        given = {"round": self.stage["round"], "kept": kept}
        found: dict[str, Any] = self.inside.do("bench._aftermath", "check", given)
        return found


def until(holds: Callable[[], bool], what: str, seconds: float = 20) -> None:
    """Wait for something that must come true."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"waited {seconds} s for: {what}"
        time.sleep(0.02)


@contextmanager
def meanwhile(act: Callable[[], Any]) -> Iterator[Future[Any]]:
    """Do it in a thread beside; its end is waited for, its exception left in the future."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(act)
        try:
            yield future
        finally:
            with suppress(Exception):
                future.result(40)
