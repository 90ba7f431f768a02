"""Runs inside an installation, in one thread without any server: where the time of a save goes.

Called as ``bench._stage`` is.
"""

from __future__ import annotations

import cProfile
import io
import json
import pstats
import sys
import time
from collections.abc import Callable
from typing import Any

from bench import _stage  # isort: skip  # sets Django up

from django.conf import settings
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from accounts.models import User
from accounts.sessions import Claim
from config.rehearsal.people import CSRF, cookies
from config.wsgi import application
from contest.access import claimed_attempt
from contest.attempts import save_answers, start_attempt
from contest.models import Attempt, Round

QUESTIONS = 20

Way = Callable[[dict[str, Any], int], None]


def saves(people: int) -> dict[str, Any]:
    """CPU microseconds of a save by layer, its SQL, and the dearest functions of a request."""
    stage = _stage.prepare(people)
    round = Round.objects.get(pk=stage["round"])
    for person in stage["people"]:
        user = User.objects.get(pk=person["user"])
        person["claim"] = Claim(user.pk, user.get_session_auth_hash())
        person["attempt"] = start_attempt(user=user, round=round, now=timezone.now())[0].pk
    layers: dict[str, Way] = {
        "whole request": by_request,
        "gatekeeper and service": by_service,
        "gatekeeper": by_gatekeeper,
        "one update": by_update,
    }
    costs = {name: cost_us(stage["people"], way) for name, way in layers.items()}
    profile = cProfile.Profile()
    profile.runcall(cost_us, stage["people"], by_request)
    return {"layers": costs, "sql": sql_of_one(stage["people"][0]), "profile": told(profile)}


def cost_us(people: list[dict[str, Any]], way: Way) -> int:
    """CPU of this process for one save, all threads together; the first person only warms.

    The cheapest person's mean: whatever else the machine does only makes it dearer.
    """
    Attempt.objects.update(rev=0, answers={}, journal=[])
    costs = []
    for person in people:
        began = time.process_time()
        for rev in range(1, QUESTIONS + 1):
            way(person, rev)
        costs.append((time.process_time() - began) / QUESTIONS)
    return round(min(costs[1:]) * 1e6)


def by_request(person: dict[str, Any], rev: int) -> None:
    """A save through the whole WSGI application, as the server calls it."""
    factory = RequestFactory(
        HTTP_COOKIE=cookies(person["session"])["Cookie"],
        HTTP_X_CSRFTOKEN=CSRF,
        HTTP_HOST=settings.ALLOWED_HOSTS[0],
    )
    address = f"/api/v1/attempts/{person['attempt']}/answers"
    body = json.dumps({"rev": rev, "answers": {str((rev - 1) % QUESTIONS + 1): ["a"]}})
    environ = factory.generic("PATCH", address, body, "application/json").environ
    statuses: list[str] = []
    serve: Any = application
    answer = serve(environ, lambda status, *_: statuses.append(status))
    b"".join(answer)
    answer.close()
    if statuses != ["200 OK"]:
        raise SystemExit(f"a save was answered {statuses}")


def by_service(person: dict[str, Any], rev: int) -> None:
    """A save without HTTP, session, JSON and checks of the contract."""
    attempt = claimed_attempt(person["claim"], person["attempt"])
    save_answers(attempt=attempt, rev=rev, answers={str(rev): ["a"]}, now=timezone.now())


def by_gatekeeper(person: dict[str, Any], rev: int) -> None:
    """Only reading the attempt on behalf of its owner."""
    claimed_attempt(person["claim"], person["attempt"])


def by_update(person: dict[str, Any], rev: int) -> None:
    """Only one update of the smallest kind."""
    Attempt.objects.filter(pk=person["attempt"]).update(rev=rev)


def sql_of_one(person: dict[str, Any]) -> list[str]:
    """The statements of one save."""
    connection.force_debug_cursor = True
    before = len(connection.queries)
    by_request(person, QUESTIONS + 1)
    statements = [query["sql"] for query in connection.queries[before:]]
    connection.force_debug_cursor = False
    return statements


def told(profile: cProfile.Profile) -> str:
    """A profile as text: by cumulative time, then by own time."""
    out = io.StringIO()
    stats = pstats.Stats(profile, stream=out).strip_dirs()
    stats.sort_stats("cumulative").print_stats(70)
    stats.sort_stats("tottime").print_stats(25)
    return out.getvalue()


if __name__ == "__main__":
    print(json.dumps(saves(json.load(sys.stdin))))
