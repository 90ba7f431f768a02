"""What is shown to whom and when: tables, no database (T3, R4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from contest.phases import GRACE, State, Window
from contest.visibility import (
    Board,
    Shown,
    Visibility,
    board_visible,
    is_final,
    is_frozen,
    public_state,
    result_visible,
    solutions_visible,
)

OPENS = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=1)
FINAL = CLOSES + timedelta(days=1)
FROZEN = CLOSES - timedelta(hours=1)
REVEALED = FINAL + timedelta(days=1)
IN = CLOSES + GRACE  # the first instant at which no answer can arrive any more
TICK = timedelta(milliseconds=1)
PLAIN = Visibility(Window(OPENS, CLOSES, FINAL))
ICY = replace(PLAIN, frozen_at=FROZEN, revealed_at=REVEALED)


@pytest.mark.parametrize(
    ("seen", "now", "state"),
    [
        (PLAIN, OPENS - TICK, State.SCHEDULED),
        (PLAIN, OPENS, State.OPEN),
        (PLAIN, CLOSES, State.CLOSED),
        (PLAIN, FINAL, State.FINAL),
        (ICY, FINAL, State.CLOSED),  # made, not revealed
        (ICY, REVEALED - TICK, State.CLOSED),
        (ICY, REVEALED, State.FINAL),
    ],
)
def test_r4_a_result_is_final_for_everybody_once_it_is_revealed(
    seen: Visibility, now: datetime, state: State
) -> None:
    assert public_state(seen, now) == state
    assert is_final(seen, now) == (state == State.FINAL)


@pytest.mark.parametrize(
    ("now", "frozen"),
    [(FROZEN - TICK, False), (FROZEN, True), (REVEALED - TICK, True), (REVEALED, False)],
)
def test_boards_stand_still_from_the_instant_to_the_reveal(now: datetime, frozen: bool) -> None:
    assert is_frozen(ICY, now) is frozen


@pytest.mark.parametrize(
    ("shown", "now", "visible"),
    [
        (Shown.AT_ONCE, OPENS, True),
        (Shown.AFTER_CLOSE, IN - TICK, False),
        (Shown.AFTER_CLOSE, IN, True),
        (Shown.AFTER_FINAL, FINAL - TICK, False),
        (Shown.AFTER_FINAL, FINAL, True),
    ],
)
def test_results_and_solutions(shown: Shown, now: datetime, visible: bool) -> None:
    assert result_visible(replace(PLAIN, results=shown), now) is visible
    if shown != Shown.AT_ONCE:
        seen = replace(PLAIN, solutions=shown)
        assert solutions_visible(seen, now, may_try_again=False) is visible


@pytest.mark.parametrize(
    ("now", "may_try_again", "visible"),
    [(OPENS, True, False), (OPENS, False, True), (IN, True, True)],
)
def test_t3_solutions_at_once_wait_for_the_last_attempt(
    now: datetime, may_try_again: bool, visible: bool
) -> None:
    seen = replace(PLAIN, solutions=Shown.AT_ONCE)
    assert solutions_visible(seen, now, may_try_again=may_try_again) is visible


@pytest.mark.parametrize(
    ("board", "now", "has_finished", "visible"),
    [
        (Board.ALWAYS, OPENS, False, True),
        (Board.AFTER_FINISH, OPENS, False, False),
        (Board.AFTER_FINISH, OPENS, True, True),
        (Board.AFTER_FINISH, IN, False, True),
        (Board.AFTER_CLOSE, IN - TICK, True, False),
        (Board.AFTER_CLOSE, IN, False, True),
        (Board.AFTER_FINAL, IN, True, False),
        (Board.AFTER_FINAL, FINAL, False, True),
    ],
)
def test_boards(board: Board, now: datetime, has_finished: bool, visible: bool) -> None:
    assert board_visible(replace(PLAIN, board=board), now, has_finished=has_finished) is visible
