"""People who take part in a round, and everything that everybody can read of it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from django.test import Client

from accounts.models import User
from contest.attempts import finish_attempt, start_attempt
from contest.models import Attempt, Round
from tests.conftest import empty_cache
from tests.factories import right_answers


def take(user: User, round: Round, at: datetime, right: int, seconds: int = 60) -> Attempt:
    """An attempt begun at ``at`` and handed in some seconds later, so many answers right."""
    attempt, _ = start_attempt(user=user, round=round, now=at)
    return hand_in(attempt, at + timedelta(seconds=seconds), right)


def hand_in(attempt: Attempt, at: datetime, right: int) -> Attempt:
    answers = right_answers(attempt.paper, right)
    return finish_attempt(attempt=attempt, rev=1, answers=answers, prediction=None, now=at)


def board_address(round: Round, query: str = "") -> str:
    return f"/c/{round.contest.slug}/{round.number}/board/{query}"


def surfaces(round: Round, *units: str) -> list[str]:
    """Every address at which anything of a round's boards can be read."""
    page, api = board_address(round), f"/api/v1/rounds/{round.pk}"
    public = f"/c/{round.contest.slug}/{round.number}/"
    queries = ["?by=people", "?by=units", "?by=people&offset=1", "?by=units&limit=1"]
    queries += [f"?unit={code}" for code in units]
    screens = ["?screen=1", "?screen=1&by=people"]
    return [
        "/", "/boards/", "/c/", f"/c/{round.contest.slug}/", public,
        f"{public}results/", f"{public}proof/", api, "/api/v1/contests", f"{api}/board/me",
        *(page + query for query in ["", *queries, *screens]),
        *(f"{api}/board{query}" for query in queries),
        *(f"/units/{code}/" for code in units),
    ]  # fmt: skip


def read_all(client: Client, addresses: list[str]) -> dict[str, str]:
    """``{address: status and text}`` computed anew, without what only tells the time."""
    empty_cache()
    return {address: _read(client, address) for address in addresses}


_TIMES = re.compile(
    r'"(version|updated_at|server_time)":("[^"]*"|\d+)|data-(version|updated|now)="[^"]*"'
    r'|\d\d:\d\d:\d\d|name="csrfmiddlewaretoken" value="[^"]*"|"time_if_started_now_s":\d+'
)


def _read(client: Client, address: str) -> str:
    answer: Any = client.get(address, follow=True)
    return f"{answer.status_code}\n" + _TIMES.sub("", answer.content.decode())
