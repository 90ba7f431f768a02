"""What of a round is shown to whom and when, decided in one place. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contest.phases import State, Window, answers_are_in, state


class Shown(StrEnum):
    """When a competitor sees the own result, or the solutions."""

    AT_ONCE = "at_once"
    AFTER_CLOSE = "after_close"
    AFTER_FINAL = "after_final"


class Board(StrEnum):
    """Who may look at the boards while the round runs."""

    ALWAYS = "always"
    AFTER_FINISH = "after_finish"
    AFTER_CLOSE = "after_close"
    AFTER_FINAL = "after_final"


class Names(StrEnum):
    """How people are named on every public surface."""

    FULL = "full"
    SHORTENED = "shortened"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Visibility:
    """A round's settings of what is shown; every function below takes ``now``, aware.

    ``frozen_at``: from then on boards stand still until ``revealed_at``.
    """

    window: Window
    results: Shown = Shown.AT_ONCE
    solutions: Shown = Shown.AFTER_CLOSE
    board: Board = Board.ALWAYS
    frozen_at: datetime | None = None
    revealed_at: datetime | None = None


def is_frozen(seen: Visibility, now: datetime) -> bool:
    """Whether boards stand still: nothing that happened since ``frozen_at`` may show."""
    if seen.frozen_at is None or now < seen.frozen_at:
        return False
    return seen.revealed_at is None or now < seen.revealed_at


def is_final(seen: Visibility, now: datetime) -> bool:
    """Whether the final result is public: made, and revealed where boards were frozen."""
    return public_state(seen, now) == State.FINAL


def public_state(seen: Visibility, now: datetime) -> State:
    """Where the round stands for everybody: a result made but not revealed yet is not final."""
    current = state(seen.window, now)
    return State.CLOSED if current == State.FINAL and is_frozen(seen, now) else current


def result_visible(seen: Visibility, now: datetime) -> bool:
    """Whether competitors see their own points of a finished attempt."""
    return _reached(seen, seen.results, now)


def solutions_visible(seen: Visibility, now: datetime, *, may_try_again: bool) -> bool:
    """Whether a competitor sees keys and explanations of a finished attempt.

    ``AT_ONCE`` waits until the person has no attempt left, so that nobody is shown a key and
    then asked for it again. Otherwise not before the last answer of anybody could arrive.
    """
    if seen.solutions == Shown.AT_ONCE and not may_try_again:
        return True
    shown = Shown.AFTER_CLOSE if seen.solutions == Shown.AT_ONCE else seen.solutions
    return _reached(seen, shown, now)


def _reached(seen: Visibility, shown: Shown, now: datetime) -> bool:
    if shown == Shown.AT_ONCE:
        return True
    if shown == Shown.AFTER_CLOSE:
        return answers_are_in(seen.window, now)
    return is_final(seen, now)


def board_visible(seen: Visibility, now: datetime, *, has_finished: bool) -> bool:
    """Whether a visitor may look at the boards; ``has_finished``: handed in an attempt here."""
    if is_final(seen, now):
        return True
    if seen.board == Board.AFTER_FINISH:
        return has_finished or answers_are_in(seen.window, now)
    if seen.board == Board.AFTER_CLOSE:
        return answers_are_in(seen.window, now)
    return seen.board == Board.ALWAYS
