"""Snapshots: one text for all, versions that grow, computed only when due."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, TestCase
from django.utils import timezone

from accounts.models import User
from contest.attempts import finish_attempt, start_attempt
from contest.events import change_tokens
from contest.models import Round
from leaderboard import feed
from leaderboard.feed import Projection, current, is_fresh, pause_after
from tests.conftest import empty_cache
from tests.factories import make_round, right_answers


@pytest.fixture
def round(ha: User) -> Round:
    return make_round(ha, timezone.now())


def take(user: User, round: Round, seconds: int = 40) -> None:
    """Finish an attempt, and let what waits for the commit happen."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        attempt, _ = start_attempt(user=user, round=round, now=timezone.now())
        finish_attempt(
            attempt=attempt,
            rev=1,
            answers=right_answers(attempt.paper),
            prediction=None,
            now=timezone.now() + timedelta(seconds=seconds),
        )


def grow_old(projection: Projection, seconds: float) -> None:
    """Let a stored snapshot age."""
    stored = cache.get(projection.key)
    older = stored.computed_at - seconds
    # On a busy machine the computation was dear, and would earn the text a longer life.
    cache.set(projection.key, replace(stored, computed_at=older, cost_s=0, measured_s=0))


@pytest.mark.parametrize(
    ("cost", "pause"), [(0.0, 0.5), (0.01, 0.5), (0.1, 2.0), (1.0, 20.0), (9.0, 30.0)]
)
def test_a_board_takes_at_most_a_twentieth_of_a_core(cost: float, pause: float) -> None:
    assert pause_after(cost) == pause


@pytest.mark.parametrize(
    ("age", "token", "fresh"),
    [
        (0.4, "same", True),
        (0.4, "other", True),
        (0.6, "same", True),
        (0.6, "other", False),
        (4.9, "same", True),
        (5.1, "same", False),
        (-1.0, "same", False),
    ],
)
def test_a_snapshot_is_fresh_while_young_or_unchanged(age: float, token: str, fresh: bool) -> None:
    snapshot = feed.Snapshot(1, "", "", "same", 1000.0, 0.01, 0.01)
    assert is_fresh(snapshot, token, 1000.0 + age) is fresh


def test_a_change_gives_a_new_text_with_a_higher_version(yen: User, round: Round) -> None:
    projection = Projection(round.pk, "people")
    empty = current(projection)
    take(yen, round)
    grow_old(projection, 0.6)
    full = current(projection)
    assert full.version > empty.version
    assert json.loads(empty.text)["rows"] == []
    assert json.loads(full.text)["rows"][0]["name"] == "Hoàng Thị Yến"
    assert json.loads(full.text)["version"] == full.version


def test_no_change_keeps_text_and_version(round: Round) -> None:
    projection = Projection(round.pk, "people")
    first = current(projection)
    grow_old(projection, 6)
    assert (current(projection).version, current(projection).text) == (first.version, first.text)


def test_within_its_pause_nothing_is_computed(
    yen: User, round: Round, django_assert_num_queries: Any
) -> None:
    projection = Projection(round.pk, "people")
    current(projection)
    take(yen, round)
    with django_assert_num_queries(0):
        current(projection)


def test_c4_a_lost_wake_is_healed_by_the_refresh(yen: User, round: Round) -> None:
    """As when a command in another process changed the round: the token never came."""
    projection = Projection(round.pk, "people")
    current(projection)
    attempt, _ = start_attempt(user=yen, round=round, now=timezone.now())
    finish_attempt(attempt=attempt, rev=1, answers={}, prediction=None, now=timezone.now())
    grow_old(projection, 4)
    assert json.loads(current(projection).text)["total"] == 0
    grow_old(projection, 2)
    assert json.loads(current(projection).text)["total"] == 1


def test_versions_grow_even_after_the_cache_was_lost(yen: User, round: Round) -> None:
    projection = Projection(round.pk, "people")
    before = current(projection).version
    empty_cache()
    take(yen, round)
    assert current(projection).version >= before


def test_a_rolled_back_change_announces_nothing(yen: User, round: Round) -> None:
    before = change_tokens([round.pk])
    start_attempt(user=yen, round=round, now=timezone.now())  # inside the test's transaction
    assert change_tokens([round.pk]) == before


# -- over HTTP --------------------------------------------------------------------------------


def test_http_serves_the_very_text_with_an_etag(client: Client, yen: User, round: Round) -> None:
    take(yen, round)
    answer = client.get(f"/api/v1/rounds/{round.pk}/board?by=people")
    snapshot = current(Projection(round.pk, "people"))
    assert answer.content.decode() == snapshot.text
    assert answer["ETag"] == snapshot.etag
    assert set(answer.json()) == {
        "type", "version", "updated_at", "round", "by", "provisional", "frozen_at", "total",
        "rows", "questions", "max_points",
    }  # fmt: skip
    assert set(answer.json()["rows"][0]) == {
        "key", "rank", "name", "unit", "points", "correct", "elapsed_ms", "submitted_at",
    }  # fmt: skip


@pytest.mark.parametrize("weak", ["", "W/"])
def test_an_unchanged_board_is_304_without_a_body(client: Client, round: Round, weak: str) -> None:
    path = f"/api/v1/rounds/{round.pk}/board"
    etag = client.get(path)["ETag"]
    again = client.get(path, headers={"If-None-Match": weak + etag})
    assert (again.status_code, again.content) == (304, b"")


def test_pages_and_units_of_a_board(client: Client, yen: User, tai: User, round: Round) -> None:
    take(yen, round)
    take(tai, round)
    path = f"/api/v1/rounds/{round.pk}/board"
    assert len(client.get(f"{path}?offset=1&limit=5").json()["rows"]) == 1
    assert client.get(f"{path}?unit=01273").json()["total"] == 1
    assert client.get(f"{path}?by=units").json()["rows"][0]["entrants"] == 1


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("unit=khong-co", 404),
        ("unit=%00", 422),
        ("division=A", 404),
        ("by=dogs", 422),
        ("offset=-1", 422),
        ("limit=101", 422),
    ],
)
def test_bad_board_queries_are_refused(
    client: Client, round: Round, query: str, status: int
) -> None:
    answer = client.get(f"/api/v1/rounds/{round.pk}/board?{query}")
    assert answer.status_code == status
    assert "error" in answer.json()


def test_an_unpublished_round_has_no_board(client: Client, round: Round) -> None:
    Round.objects.update(published_at=None)
    assert client.get(f"/api/v1/rounds/{round.pk}/board").status_code == 404


def test_my_place_with_neighbours(yen_client: Client, yen: User, tai: User, round: Round) -> None:
    path = f"/api/v1/rounds/{round.pk}/board/me"
    assert yen_client.get(path).json()["row"] is None
    take(tai, round, seconds=30)
    take(yen, round, seconds=50)
    body = yen_client.get(path).json()
    assert (body["row"]["rank"], body["total"]) == (2, 2)
    assert [row["name"] for row in body["above"]] == ["Lục Văn Tài"]
