"""Time rules as tables (T2, T3, T4)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest import phases
from contest.phases import GRACE, State, Window

OPENS = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
CLOSES = datetime(2026, 3, 15, 15, 0, tzinfo=UTC)
WINDOW = Window(OPENS, CLOSES)
MS = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (OPENS - MS, State.SCHEDULED),
        (OPENS, State.OPEN),
        (CLOSES - MS, State.OPEN),
        (CLOSES, State.CLOSED),
        (CLOSES + timedelta(days=9), State.CLOSED),
    ],
)
def test_the_window_is_half_open(now: datetime, expected: State) -> None:
    assert phases.state(WINDOW, now) == expected


def test_a_finalised_round_is_final_from_that_instant() -> None:
    final_at = CLOSES + timedelta(days=1)
    window = Window(OPENS, CLOSES, final_at)
    assert phases.state(window, final_at - MS) == State.CLOSED
    assert phases.state(window, final_at) == State.FINAL


def test_t4_an_attempt_ends_with_the_round() -> None:
    start = CLOSES - timedelta(minutes=4)
    assert phases.deadline(WINDOW, timedelta(minutes=10), start) == CLOSES
    assert phases.deadline(WINDOW, timedelta(minutes=3), start) == start + timedelta(minutes=3)


@pytest.mark.parametrize(
    ("late", "taken"),
    [(-MS, True), (timedelta(0), True), (GRACE - MS, True), (GRACE, False), (GRACE + MS, False)],
)
def test_t2_answers_count_until_the_grace_has_passed(late: timedelta, taken: bool) -> None:
    assert phases.takes_answers(CLOSES, CLOSES + late) is taken


@given(
    start=st.timedeltas(min_value=timedelta(0), max_value=CLOSES - OPENS - MS),
    limit=st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=30)),
    later=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=60)),
)
def test_t3_no_answer_is_taken_once_solutions_are_visible(
    start: timedelta, limit: timedelta, later: timedelta
) -> None:
    now = OPENS + start + later
    deadline = phases.deadline(WINDOW, limit, OPENS + start)
    assert not (phases.answers_are_in(WINDOW, now) and phases.takes_answers(deadline, now))


def test_a_late_finish_counts_from_the_deadline() -> None:
    assert phases.submission_time(CLOSES, CLOSES + 2 * MS) == CLOSES
    assert phases.submission_time(CLOSES, CLOSES - 2 * MS) == CLOSES - 2 * MS


def test_elapsed_is_whole_milliseconds_and_never_negative() -> None:
    assert phases.elapsed_ms(OPENS, OPENS + timedelta(seconds=72, microseconds=999)) == 72_000
    assert phases.elapsed_ms(OPENS, OPENS - MS) == 0
