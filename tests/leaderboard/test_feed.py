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
from contest.events import token_key
from contest.models import Round
from leaderboard import feed
from leaderboard.feed import current, due_in, pause_after
from leaderboard.projections import BoardProjection
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


def grow_old(projection: BoardProjection, seconds: float) -> None:
    """Let a stored snapshot age."""
    stored = cache.get(projection.key)
    older = stored.computed_at - seconds
    # On a busy machine the computation was dear, and would earn the text a longer life.
    cache.set(projection.key, replace(stored, computed_at=older, took_s=()))


@pytest.mark.parametrize(
    ("cost", "pause"), [(0.0, 0.5), (0.01, 0.5), (0.1, 2.0), (1.0, 20.0), (9.0, 30.0)]
)
def test_a_board_takes_at_most_a_twentieth_of_a_core(cost: float, pause: float) -> None:
    assert pause_after(cost) == pause


def test_one_stall_does_not_make_a_board_stale_but_a_dear_one_gets_rarer() -> None:
    def cost(*took_s: float) -> float:
        return feed.Head(1, "", "", 0.0, took_s).cost_s

    assert cost(3.0) == 0.0  # cold
    assert cost(3.0, 0.02, 2.0) == 0.02
    assert cost(*[1.5] * 8) == 1.5


def test_what_computations_took_is_remembered_for_a_while(round: Round) -> None:
    projection = BoardProjection(round.pk, "people")
    for _ in range(12):
        current(projection)
        stored = cache.get(projection.key)
        cache.set(projection.key, replace(stored, computed_at=stored.computed_at - 60))
    assert len(cache.get(projection.key).took_s) == 8


@pytest.mark.parametrize(
    ("age", "token", "due"),
    [
        (0.4, "same", False),
        (0.4, "other", False),
        (0.6, "same", False),
        (0.6, "other", True),
        (4.9, "same", False),
        (5.1, "same", True),
        (-1.0, "same", True),
    ],
)
def test_a_snapshot_is_due_when_changed_after_its_pause(age: float, token: str, due: bool) -> None:
    head = feed.Head(1, "", "same", 1000.0, (0.01, 0.01))
    assert (due_in(head, token, 1000.0 + age) <= 0) is due


def test_a_change_gives_a_new_text_with_a_higher_version(yen: User, round: Round) -> None:
    projection = BoardProjection(round.pk, "people")
    empty = current(projection)
    take(yen, round)
    grow_old(projection, 0.6)
    full = current(projection)
    assert full.version > empty.version
    assert json.loads(empty.text)["rows"] == []
    assert json.loads(full.text)["rows"][0]["name"] == "Hoàng Thị Yến"
    assert json.loads(full.text)["version"] == full.version


def test_no_change_keeps_text_and_version(round: Round) -> None:
    projection = BoardProjection(round.pk, "people")
    first = current(projection)
    grow_old(projection, 6)
    assert (current(projection).version, current(projection).text) == (first.version, first.text)


def test_within_its_pause_nothing_is_computed(
    yen: User, round: Round, django_assert_num_queries: Any
) -> None:
    projection = BoardProjection(round.pk, "people")
    current(projection)
    take(yen, round)
    with django_assert_num_queries(0):
        current(projection)


def test_c4_a_lost_wake_is_healed_by_the_refresh(yen: User, round: Round) -> None:
    """As when a command in another process changed the round: the token never came."""
    projection = BoardProjection(round.pk, "people")
    current(projection)
    attempt, _ = start_attempt(user=yen, round=round, now=timezone.now())
    finish_attempt(attempt=attempt, rev=1, answers={}, prediction=None, now=timezone.now())
    grow_old(projection, 4)
    assert json.loads(current(projection).text)["total"] == 0
    grow_old(projection, 2)
    assert json.loads(current(projection).text)["total"] == 1


def test_versions_grow_even_after_the_cache_was_lost(yen: User, round: Round) -> None:
    projection = BoardProjection(round.pk, "people")
    before = current(projection).version
    empty_cache()
    take(yen, round)
    assert current(projection).version >= before


def test_a_rolled_back_change_announces_nothing(yen: User, round: Round) -> None:
    before = cache.get(token_key(round.pk))
    start_attempt(user=yen, round=round, now=timezone.now())  # inside the test's transaction
    assert cache.get(token_key(round.pk)) == before


# -- over HTTP --------------------------------------------------------------------------------


def test_http_serves_the_very_text_with_an_etag(client: Client, yen: User, round: Round) -> None:
    take(yen, round)
    answer = client.get(f"/api/v1/rounds/{round.pk}/board?by=people")
    snapshot = current(BoardProjection(round.pk, "people", shown=round.board_shown))
    assert answer.content.decode() == snapshot.text
    assert answer["ETag"] == snapshot.etag
    assert set(answer.json()) == {
        "type", "version", "updated_at", "round", "by", "division", "provisional", "frozen_at",
        "result", "total", "rows", "questions", "max_points",
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
