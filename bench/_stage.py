"""Runs inside the installation under measurement: sets the stage and looks behind it.

``python -m bench._stage ACTION`` reads its argument from stdin and prints its answer, as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench._settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Affiliation, Unit, User  # noqa: E402
from config.demo import QUESTIONS  # noqa: E402
from contest.drafts import LineDraft, RoundDraft  # noqa: E402
from contest.duties import grant_organiser  # noqa: E402
from contest.models import Attempt, Entry, Round  # noqa: E402
from contest.rounds import create_contest, create_round, publish_round  # noqa: E402
from quizzes.models import Programme  # noqa: E402

PREFIX = "bench-"
NAMES = ["Nông Thị Hoài", "Hoàng Văn Tài", "Lục Thu Trang", "Triệu Đức Dự", "Bế Ngọc Yến"]
BATCH = 500


def prepare(people: int) -> dict[str, Any]:
    """A migrated database with units, banks, an open round, and people who are signed in."""
    install()
    return join(people)


def install() -> None:
    """What every installation needs before its first start."""
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    for command in ("migrate", "load_units", "load_banks"):
        call_command(command, verbosity=0, stdout=sys.stderr)


def join(people: int) -> dict[str, Any]:
    """An open round and people with sessions in an installation that is already set up."""
    if Entry.objects.exclude(user__username__startswith=PREFIX).exists():
        raise SystemExit("This database holds people's results: measure with one of its own.")
    round = open_round()
    users = make_people(people)
    return {
        "round": round.pk,
        "page": f"/c/{round.contest.slug}/{round.number}/",
        "people": [
            {"user": user.pk, "session": key}
            for user, key in zip(users, sign_in(users), strict=True)
        ],
    }


def open_round() -> Round:
    """A published round of twenty questions from the seven banks, open for a day."""
    organiser, _ = User.objects.get_or_create(
        username=f"{PREFIX}organiser", defaults={"full_name": "Nông Thị Thu Hà"}
    )
    grant_organiser(user=organiser)
    now = timezone.now()
    programmes = {p.number: p for p in Programme.objects.all()}
    draft = RoundDraft(
        title="Vòng đo tải",
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(days=1),
        time_limit_s=900,
        attempts_allowed=3,
        prediction_target=Round.PredictionTarget.ENTRANTS,
        lines=[LineDraft(programmes[n], "", count, 1) for n, count in QUESTIONS.items()],
    )
    contest = create_contest(actor=organiser, title="Đo tải", summary="Chỉ để đo.")
    round = create_round(actor=organiser, contest=contest, draft=draft)
    return publish_round(actor=organiser, round=round, now=now)


def make_people(count: int) -> list[User]:
    """People with a unit each, spread over the communes; without a password of use."""
    mark = f"{PREFIX}{timezone.now():%H%M%S%f}"
    users = User.objects.bulk_create(
        [
            User(
                username=f"{mark}-{number}",
                full_name=NAMES[number % len(NAMES)],
                sort_key=f"{number % 977:03d}",
                search_text=f"{number % 977:03d}",
                password="!",
            )
            for number in range(count)
        ],
        batch_size=BATCH,
    )
    units = communes()
    Affiliation.objects.bulk_create(
        [
            Affiliation(user=user, unit=units[place % len(units)], is_primary=True)
            for place, user in enumerate(users)
        ],
        batch_size=BATCH,
    )
    return users


def communes() -> list[Unit]:
    """The units that invented people belong to, in a fixed order."""
    kinds = [Unit.Kind.COMMUNE, Unit.Kind.WARD]
    return list(Unit.objects.filter(kind__in=kinds).order_by("code"))


def sign_in(users: list[User]) -> list[str]:
    """A session row for each, as signing in would leave it; returns the cookies' values.

    Rows are enough for a server with a cache: whoever is not in the cache is read from here.
    """
    store: Any = SessionStore()
    rows = [
        Session(
            session_key=store._get_new_session_key(),
            session_data=store.encode(
                {
                    SESSION_KEY: str(user.pk),
                    BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                    HASH_SESSION_KEY: user.get_session_auth_hash(),
                }
            ),
            expire_date=timezone.now() + timedelta(days=1),
        )
        for user in users
    ]
    return [row.session_key for row in Session.objects.bulk_create(rows, batch_size=BATCH)]


def check(acknowledged: list[dict[str, Any]]) -> dict[str, Any]:
    """How many acknowledged saves and finishes the database holds, and what is missing."""
    rows = Attempt.objects.in_bulk([item["attempt"] for item in acknowledged])
    recorded, missing = 0, []
    for item in acknowledged:
        row = rows.get(item["attempt"])
        journal = {rev: answers for rev, _, answers in row.journal} if row else {}
        for rev, answers in item["saves"].items():
            if journal.get(int(rev)) == answers:
                recorded += 1
            else:
                missing.append(f"attempt {item['attempt']}, rev {rev}")
        if receipt := item["receipt"]:
            if row and row.receipt == receipt and row.state == Attempt.State.FINISHED:
                recorded += 1
            else:
                missing.append(f"attempt {item['attempt']}, receipt {receipt}")
    return {"recorded": recorded, "missing": missing[:20]}


ACTIONS: dict[str, Callable[[Any], Any]] = {"prepare": prepare, "join": join, "check": check}


def main(action: str) -> None:
    """One action; its argument comes from stdin as JSON, its answer goes to stdout."""
    print(json.dumps(ACTIONS[action](json.load(sys.stdin))))


if __name__ == "__main__":
    main(sys.argv[1])
