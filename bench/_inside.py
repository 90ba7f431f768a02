"""Runs inside an installation: the save path in one thread without any server, timed and profiled.

``python -m bench._inside saves`` reads the number of saves from stdin, as ``bench._stage`` does.
"""

from __future__ import annotations

import cProfile
import io
import json
import pstats
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

from bench import _stage  # sets Django up; must come first

from django.conf import settings
from django.db import connection, reset_queries
from django.test import RequestFactory
from django.utils import timezone

from bench._people import CSRF, cookies
from config.wsgi import application
from contest.access import own_attempt
from contest.attempts import save_answers, start_attempt
from contest.models import Attempt, Round
from accounts.models import User

QUESTIONS = 20


def saves(count: int) -> dict[str, Any]:
    """Microseconds a save takes by layer, the SQL of one, and the dearest functions."""
    stage = _stage.prepare(max(2, count // QUESTIONS + 2))
    round = Round.objects.get(pk=stage["round"])
    for person in stage["people"]:
        user = User.objects.get(pk=person["user"])
        attempt, _ = start_attempt(user=user, round=round, now=timezone.now())
        person["attempt"] = attempt.pk
    ways = {"whole request": by_request, "service alone": by_service}
    found: dict[str, Any] = {}
    for name, way in ways.items():
        Attempt.objects.update(rev=0, answers={}, journal=[])
        way(stage["people"][:2])  # warm
        began = time.thread_time()
        done = way(stage["people"][2:])
        found[name] = round_us((time.thread_time() - began) / done)
    return found | {"sql": sql_of_one(stage["people"][0]), "profile": profiled(stage["people"])}


def round_us(seconds: float) -> int:
    return round(seconds * 1e6)


def by_request(people: Iterable[dict[str, Any]], first: int = 1) -> int:
    """Saves through the whole WSGI application, as the server calls it."""
    done = 0
    for person in people:
        for rev in range(first, first + QUESTIONS):
            body = {"rev": rev, "answers": {str((rev - 1) % QUESTIONS + 1): ["a"]}}
            patch(person, body)
            done += 1
    return done


def patch(person: dict[str, Any], body: dict[str, Any]) -> None:
    environ = RequestFactory(
        HTTP_COOKIE=cookies(person["session"])["Cookie"], HTTP_X_CSRFTOKEN=CSRF, HTTP_HOST="localhost"
    ).generic(
        "PATCH", f"/api/v1/attempts/{person['attempt']}/answers", json.dumps(body), "application/json"
    ).environ
    statuses: list[str] = []
    answer = application(environ, lambda status, headers, exc_info=None: statuses.append(status))
    b"".join(answer)
    answer.close()
    if statuses != ["200 OK"]:
        raise SystemExit(f"a save was answered {statuses}")


def by_service(people: Iterable[dict[str, Any]]) -> int:
    """Saves through the gatekeeper and the service only."""
    done = 0
    for person in people:
        user = User(pk=person["user"])
        for rev in range(1, QUESTIONS + 1):
            attempt = own_attempt(user, person["attempt"])
            save_answers(
                attempt=attempt, rev=rev, answers={str(rev): ["a"]}, now=timezone.now()
            )
            done += 1
    return done


def sql_of_one(person: dict[str, Any]) -> list[str]:
    """The statements of one save, shortened."""
    connection.force_debug_cursor = True
    rev = Attempt.objects.get(pk=person["attempt"]).rev + 1
    reset_queries()
    patch_log: list[str] = []
    patch(person, {"rev": rev, "answers": {"1": ["b"]}})
    patch_log = [query["sql"][:3000] for query in connection.queries]
    connection.force_debug_cursor = False
    return patch_log


def profiled(people: list[dict[str, Any]]) -> str:
    """cProfile over one more round of saves, by cumulative time."""
    Attempt.objects.update(rev=0, answers={}, journal=[])
    profile = cProfile.Profile()
    profile.enable()
    by_request(people)
    profile.disable()
    out = io.StringIO()
    pstats.Stats(profile, stream=out).strip_dirs().sort_stats("cumulative").print_stats(110)
    pstats.Stats(profile, stream=out).strip_dirs().sort_stats("tottime").print_stats(40)
    return out.getvalue()


if __name__ == "__main__":
    found = saves(json.load(sys.stdin))
    print(found.pop("profile"))
    print("\n".join(found.pop("sql")))
    print(found)
