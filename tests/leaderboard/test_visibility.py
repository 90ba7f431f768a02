"""Who may look at the boards, and when; what everybody else is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from contest.attempts import start_attempt
from contest.models import Round
from contest.visibility import Board
from leaderboard.access import may_look, opening_words
from tests.factories import make_round
from tests.leaderboard.staging import board_address, take

MINUTE = timedelta(minutes=1)


@pytest.fixture
def round(ha: User, tai: User) -> Round:
    """Open now, with a result of tai's of the ward."""
    round = make_round(ha, timezone.now() - 30 * MINUTE)
    take(tai, round, timezone.now() - 10 * MINUTE, 5)
    return round


def show(round: Round, board: Board, **changes: Any) -> None:
    Round.objects.filter(pk=round.pk).update(board_shown=board, **changes)
    round.refresh_from_db()


def surfaces(round: Round) -> list[str]:
    api = f"/api/v1/rounds/{round.pk}/board"
    queries = ["", "?by=units", "?unit=01273"]
    return [
        *(board_address(round, query) for query in [*queries, "?screen=1", "?screen=1&by=people"]),
        *(api + query for query in queries),
        "/",
        "/units/01273/",
    ]


def leaks(client: Client, round: Round) -> list[str]:
    """Addresses whose answer tells that tai, or his unit, took part."""
    # A unit's page names the unit in any case; its rank is what counts.
    signs = ["Lục Văn Tài", "Hạng 1", "người dự thi, chưa khai báo", '"entrants"']
    found = []
    for address in surfaces(round):
        text = client.get(address).content.decode()
        if any(sign in text for sign in signs):
            found.append(address)
    return found


@pytest.mark.parametrize("board", [Board.AFTER_CLOSE, Board.AFTER_FINAL, Board.AFTER_FINISH])
def test_a_hidden_board_is_on_no_surface(client: Client, round: Round, board: Board) -> None:
    assert set(surfaces(round)[:3]) <= set(leaks(client, round))
    show(round, board)
    assert leaks(client, round) == []
    api = client.get(f"/api/v1/rounds/{round.pk}/board")
    assert (api.status_code, api.json()["error"]["code"]) == (403, "board_hidden")
    assert api.json()["error"]["message"] == opening_words(round)
    page = client.get(board_address(round))
    assert page.status_code == 403
    assert opening_words(round) in page.content.decode()
    assert opening_words(round) in client.get("/units/01273/").content.decode()


def test_who_handed_in_may_look_while_the_round_is_open(
    client: Client, yen_client: Client, yen: User, round: Round
) -> None:
    show(round, Board.AFTER_FINISH)
    path = f"/api/v1/rounds/{round.pk}/board"
    attempt, _ = start_attempt(user=yen, round=round, now=timezone.now())
    assert yen_client.get(path).status_code == 403
    assert yen_client.get(f"{path}/me").status_code == 403
    assert "Đăng nhập" in client.get(board_address(round)).content.decode()
    finished = yen_client.post(
        f"/api/v1/attempts/{attempt.pk}/finish", {"rev": 0}, content_type="application/json"
    )
    assert finished.json()["place"] == 2
    assert yen_client.get(path).json()["total"] == 2
    assert yen_client.get(f"{path}/me").json()["row"]["rank"] == 2
    assert "Lục Văn Tài" in yen_client.get(board_address(round)).content.decode()
    assert client.get(path).status_code == 403


@pytest.mark.parametrize("board", [Board.AFTER_CLOSE, Board.AFTER_FINAL])
def test_a_place_is_not_told_before_the_board_is(
    yen_client: Client, yen: User, round: Round, board: Board
) -> None:
    show(round, board)
    done = take(yen, round, timezone.now() - 5 * MINUTE, 3)
    result = yen_client.get(f"/api/v1/attempts/{done.pk}").json()["result"]
    assert (result["points"], result["place"]) == (3, None)
    assert "Thứ hạng có sau khi" in yen_client.get(f"/attempts/{done.pk}/").content.decode()


def test_after_the_close_boards_open(client: Client, round: Round) -> None:
    ended = timezone.now() - timedelta(seconds=2)
    show(round, Board.AFTER_CLOSE, closes_at=ended)
    assert client.get(board_address(round)).status_code == 403  # answers may still come
    show(round, Board.AFTER_CLOSE, closes_at=ended - timedelta(seconds=4))
    assert client.get(board_address(round)).status_code == 200
    show(round, Board.AFTER_FINAL)
    assert client.get(board_address(round)).status_code == 403


@pytest.mark.parametrize(
    ("board", "words"),
    [
        (
            Board.AFTER_FINISH,
            "Bảng xếp hạng mở sau khi bạn nộp bài ở vòng này, hoặc khi vòng thi đóng lúc ",
        ),
        (Board.AFTER_CLOSE, "Bảng xếp hạng mở sau khi vòng thi đóng lúc "),
        (Board.AFTER_FINAL, "Bảng xếp hạng mở sau khi Ban Tổ chức công bố kết quả chính thức."),
    ],
)
def test_what_is_said_of_a_hidden_board(round: Round, board: Board, words: str) -> None:
    round.board_shown = board
    assert opening_words(round).startswith(words)


def test_who_came_is_asked_only_where_it_matters(
    round: Round, yen: User, noon: datetime, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        assert may_look(round, yen, timezone.now())
    round.board_shown = Board.AFTER_FINISH
    with django_assert_num_queries(1):
        assert not may_look(round, yen, timezone.now())
