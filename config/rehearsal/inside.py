"""Runs inside the copy of a rehearsal: fills it, and looks behind the server's back.

``python -m config.rehearsal.inside ACTION`` reads its argument from stdin and prints its answer,
as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from itertools import groupby
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.rehearsal.settings")

import django

django.setup()

from django.core import serializers  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import Model  # noqa: E402

from config.rehearsal.copying import CannotRehearse  # noqa: E402
from config.rehearsal.invented import BATCH, invite  # noqa: E402
from contest.models import Attempt, Round  # noqa: E402


def fill(given: dict[str, Any]) -> dict[str, Any]:
    """The copied ``rows`` and so many ``people`` in an empty database.

    Returns ``sessions`` (one a person) and the ``bytes`` the database then has, or ``refusal``.
    """
    call_command("migrate", verbosity=0, stdout=sys.stderr)
    with transaction.atomic():
        _write(given["rows"])
        round = Round.objects.select_related("contest").get()
        try:
            sessions = invite(round.contest, given["people"])
        except CannotRehearse as refusal:
            return {"refusal": str(refusal)}
    return {"sessions": sessions, "bytes": size()}


def _write(rows: str) -> None:
    """The rows as they are, table by table; keys are looked at when all are in."""
    loaded = (item.object for item in serializers.deserialize("json", rows))
    for model, several in groupby(loaded, key=_model):
        model._default_manager.bulk_create(list(several), batch_size=BATCH)


def _model(row: Model) -> type[Model]:
    return type(row)


def size() -> int:
    """Bytes of the database, with what is not yet moved from SQLite's log into its file."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
    with connection.cursor() as cursor:
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        return int(pages) * int(cursor.execute("PRAGMA page_size").fetchone()[0])


def check(acknowledged: list[dict[str, Any]]) -> dict[str, int]:
    """How many acknowledged saves and hand-ins the database holds; its attempts and its size."""
    recorded = 0
    for start in range(0, len(acknowledged), BATCH):
        items = acknowledged[start : start + BATCH]
        rows = Attempt.objects.in_bulk([item["attempt"] for item in items])
        recorded += sum(_recorded(item, rows.get(item["attempt"])) for item in items)
    return {"recorded": recorded, "attempts": Attempt.objects.count(), "bytes": size()}


def _recorded(item: dict[str, Any], row: Attempt | None) -> int:
    if row is None:
        return 0
    journal = {rev: answers for rev, _, answers in row.journal}
    saves: int = sum(journal.get(int(rev)) == answers for rev, answers in item["saves"].items())
    essay = bool(item["essay"]) and row.essay == item["essay"]
    is_in = row.state == Attempt.State.FINISHED and row.receipt == item["receipt"]
    return saves + essay + (bool(item["receipt"]) and is_in)


ACTIONS: dict[str, Callable[[Any], Any]] = {"fill": fill, "check": check}


def main(action: str) -> None:
    """One action; its argument comes from stdin as JSON, its answer goes to stdout."""
    print(json.dumps(ACTIONS[action](json.load(sys.stdin))))


if __name__ == "__main__":
    main(sys.argv[1])
