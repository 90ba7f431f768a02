"""Starting, saving, finishing, closing: the services against a real database."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Affiliation, Unit, User
from contest.attempts import finish_attempt, save_answers, start_attempt
from contest.closing import canonical_result, close_overdue
from contest.errors import (
    AttemptClosed,
    AttemptsUsed,
    InvalidAnswers,
    RoundNotOpen,
    StaleRev,
    UnitRequired,
)
from contest.models import Attempt, Entry, RefusedSave, Round
from contest.phases import GRACE
from contest.scoring import receipt
from tests.factories import make_person, make_round, right_answers, stored

MS = timedelta(milliseconds=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def attempt(yen: User, round: Round, noon: datetime) -> Attempt:
    return start_attempt(user=yen, round=round, now=noon)[0]


def finish(attempt: Attempt, now: datetime, count: int | None = None) -> Attempt:
    answers = right_answers(attempt.paper, count)
    return finish_attempt(
        attempt=attempt, rev=attempt.rev + 1, answers=answers, prediction=None, now=now
    )


# -- starting ---------------------------------------------------------------------------------


def test_a_start_draws_and_stores_a_paper(yen: User, round: Round, noon: datetime) -> None:
    attempt, created = start_attempt(user=yen, round=round, now=noon)
    assert created
    assert (attempt.number, attempt.started_at) == (1, noon)
    assert attempt.deadline == noon + timedelta(minutes=10)
    assert len(stored(attempt).paper) == 5
    assert attempt.unit.name == "Xã Trùng Khánh"


def test_starting_again_gives_the_attempt_in_progress(
    yen: User, round: Round, attempt: Attempt, noon: datetime
) -> None:
    again, created = start_attempt(user=yen, round=round, now=noon + MINUTE)
    assert (again.pk, created) == (attempt.pk, False)
    assert again.paper == attempt.paper
    assert Entry.objects.get(user=yen).attempts_started == 1


def test_t4_a_late_start_gets_what_is_left(yen: User, round: Round) -> None:
    late = round.closes_at - 4 * MINUTE
    assert start_attempt(user=yen, round=round, now=late)[0].deadline == round.closes_at


@pytest.mark.parametrize("when", [-MS, timedelta(days=1, hours=1)])
def test_no_start_outside_the_window(yen: User, round: Round, when: timedelta) -> None:
    with pytest.raises(RoundNotOpen):
        start_attempt(user=yen, round=round, now=round.opens_at + when)
    assert not Attempt.objects.exists()


def test_attempts_run_out(yen: User, round: Round, attempt: Attempt, noon: datetime) -> None:
    finish(attempt, noon + MINUTE)
    second, _ = start_attempt(user=yen, round=round, now=noon + 2 * MINUTE)
    assert second.number == 2
    assert second.paper != attempt.paper
    finish(second, noon + 3 * MINUTE)
    with pytest.raises(AttemptsUsed):
        start_attempt(user=yen, round=round, now=noon + 4 * MINUTE)


def test_attempts_without_limit(yen: User, ha: User, noon: datetime) -> None:
    round = make_round(ha, noon, attempts_allowed=None)
    for number in range(1, 6):
        attempt, _ = start_attempt(user=yen, round=round, now=noon + number * MINUTE)
        assert finish(attempt, noon + number * MINUTE + MS).number == number


def test_somebody_without_a_unit_is_asked_for_it(round: Round, noon: datetime) -> None:
    nobody = make_person("moi", "Lý Thị Ê")
    with pytest.raises(UnitRequired):
        start_attempt(user=nobody, round=round, now=noon)


def test_starting_when_the_last_attempt_is_overdue_closes_it_first(
    yen: User, round: Round, attempt: Attempt, noon: datetime
) -> None:
    second, created = start_attempt(user=yen, round=round, now=noon + 11 * MINUTE)
    assert (second.number, created) == (2, True)
    assert stored(attempt).closed_by == Attempt.ClosedBy.DEADLINE


# -- saving -----------------------------------------------------------------------------------


def test_saves_merge(attempt: Attempt, noon: datetime) -> None:
    save_answers(attempt=attempt, rev=1, answers={"1": ["a"]}, now=noon + MINUTE)
    save_answers(attempt=attempt, rev=2, answers={"2": ["b"]}, now=noon + MINUTE)
    assert stored(attempt).answers == {"1": ["a"], "2": ["b"]}
    assert stored(attempt).rev == 2


def test_d2_the_same_save_three_times_is_one_record(attempt: Attempt, noon: datetime) -> None:
    for seconds in range(3):
        now = noon + timedelta(seconds=seconds)
        save_answers(attempt=stored(attempt), rev=1, answers={"1": ["a"]}, now=now)
    assert stored(attempt).journal == [[1, 0, {"1": ["a"]}]]
    assert not RefusedSave.objects.exists()


def test_d3_two_answers_at_once_the_higher_number_wins_and_history_keeps_both(
    attempt: Attempt, noon: datetime
) -> None:
    save_answers(attempt=stored(attempt), rev=1, answers={"1": ["a"]}, now=noon + MS)
    save_answers(attempt=stored(attempt), rev=2, answers={"1": ["b"]}, now=noon + 2 * MS)
    assert stored(attempt).answers == {"1": ["b"]}
    assert stored(attempt).journal == [[1, 1, {"1": ["a"]}], [2, 2, {"1": ["b"]}]]


def test_d3_two_devices_with_the_same_number_the_first_wins_the_other_is_kept(
    attempt: Attempt, noon: datetime
) -> None:
    save_answers(attempt=stored(attempt), rev=1, answers={"1": ["a"]}, now=noon + MS)
    with pytest.raises(StaleRev):
        save_answers(attempt=stored(attempt), rev=1, answers={"1": ["b"]}, now=noon + 2 * MS)
    assert stored(attempt).answers == {"1": ["a"]}
    refused = RefusedSave.objects.get()
    assert (refused.rev, refused.answers, refused.reason) == (1, {"1": ["b"]}, "stale")


def test_d3_a_writer_who_read_before_the_other_wrote_is_judged_again(
    attempt: Attempt, noon: datetime
) -> None:
    """Both read rev 0; the second finds its conditional update refused and reads again."""
    mine, theirs = stored(attempt), stored(attempt)
    save_answers(attempt=theirs, rev=1, answers={"2": ["b"]}, now=noon)
    save_answers(attempt=mine, rev=2, answers={"1": ["a"]}, now=noon)
    assert stored(attempt).answers == {"1": ["a"], "2": ["b"]}


def test_d4_a_stale_tab_never_overwrites_with_blanks(attempt: Attempt, noon: datetime) -> None:
    full = right_answers(attempt.paper)
    save_answers(attempt=stored(attempt), rev=3, answers=full, now=noon)
    with pytest.raises(StaleRev) as refusal:
        save_answers(attempt=stored(attempt), rev=1, answers={n: [] for n in full}, now=noon + MS)
    assert refusal.value.extra["attempt"].answers == full
    assert stored(attempt).answers == full


def test_an_answer_that_does_not_fit_changes_nothing(attempt: Attempt, noon: datetime) -> None:
    with pytest.raises(InvalidAnswers) as refusal:
        save_answers(attempt=attempt, rev=1, answers={"1": ["a"], "99": ["a"]}, now=noon)
    assert list(refusal.value.fields) == ["99"]
    assert stored(attempt).rev == 0


def test_t2_an_answer_just_before_the_deadline_counts(attempt: Attempt) -> None:
    save_answers(attempt=attempt, rev=1, answers={"1": ["a"]}, now=attempt.deadline - MS)
    assert stored(attempt).answers == {"1": ["a"]}


def test_t2_an_answer_after_the_grace_does_not(attempt: Attempt) -> None:
    save_answers(attempt=attempt, rev=1, answers={"1": ["a"]}, now=attempt.deadline - MS)
    late = attempt.deadline + GRACE + MS
    with pytest.raises(AttemptClosed):
        save_answers(attempt=attempt, rev=2, answers={"2": ["a"]}, now=late)
    assert stored(attempt).answers == {"1": ["a"]}
    assert stored(attempt).state == Attempt.State.FINISHED
    assert RefusedSave.objects.get().reason == "closed"


# -- finishing --------------------------------------------------------------------------------


def test_a_finish_scores_and_receipts(attempt: Attempt, noon: datetime) -> None:
    answers = right_answers(attempt.paper, 4)
    done = finish_attempt(
        attempt=attempt, rev=1, answers=answers, prediction=Decimal(61500), now=noon + MINUTE
    )
    kept = stored(done)
    assert (kept.points, kept.correct, kept.total) == (4, 4, 5)
    assert (kept.elapsed_ms, kept.submitted_at) == (60_000, noon + MINUTE)
    assert kept.prediction == Decimal(61500)
    assert kept.receipt == done.receipt != ""


def test_finishing_again_gives_the_same_result(attempt: Attempt, noon: datetime) -> None:
    first = finish(attempt, noon + MINUTE, count=3)
    again = finish_attempt(
        attempt=stored(attempt),
        rev=9,
        answers=right_answers(attempt.paper),
        prediction=Decimal(1),
        now=noon + 2 * MINUTE,
    )
    assert (again.receipt, again.points, again.submitted_at, again.prediction) == (
        first.receipt, 3, noon + MINUTE, None,
    )  # fmt: skip


def test_d5_after_a_finish_the_other_window_changes_nothing(
    attempt: Attempt, noon: datetime
) -> None:
    other_window = stored(attempt)
    finish(attempt, noon + MINUTE, count=2)
    with pytest.raises(AttemptClosed):
        save_answers(attempt=other_window, rev=5, answers={"5": ["a"]}, now=noon + MINUTE + MS)
    assert stored(attempt).points == 2
    assert stored(attempt).answers == right_answers(attempt.paper, 2)


def test_a_finish_with_everything_saved_needs_no_new_number(
    attempt: Attempt, noon: datetime
) -> None:
    answers = right_answers(attempt.paper)
    save_answers(attempt=attempt, rev=1, answers=answers, now=noon)
    done = finish_attempt(attempt=attempt, rev=1, answers=answers, prediction=None, now=noon + MS)
    assert done.points == 5


def test_a_stale_finish_is_refused_and_nothing_closes(attempt: Attempt, noon: datetime) -> None:
    save_answers(attempt=stored(attempt), rev=4, answers={"1": ["a"]}, now=noon)
    with pytest.raises(StaleRev):
        finish_attempt(
            attempt=stored(attempt), rev=2, answers={"1": ["b"]}, prediction=None, now=noon
        )
    assert stored(attempt).state == Attempt.State.IN_PROGRESS


def test_a_finish_that_repeats_an_old_save_is_stale(attempt: Attempt, noon: datetime) -> None:
    """Another device has saved since: handing in must not close its work unseen."""
    save_answers(attempt=stored(attempt), rev=1, answers={"1": ["a"]}, now=noon)
    save_answers(attempt=stored(attempt), rev=2, answers={"2": ["b"]}, now=noon)
    with pytest.raises(StaleRev):
        finish_attempt(
            attempt=stored(attempt), rev=1, answers={"1": ["a"]}, prediction=None, now=noon
        )
    assert stored(attempt).state == Attempt.State.IN_PROGRESS


def test_a_receipt_does_not_depend_on_the_zone_of_the_clock(
    yen: User, tai: User, round: Round, attempt: Attempt, noon: datetime
) -> None:
    """Recomputed later from the database, which gives UTC, it must be the same."""
    local = (noon + MINUTE).astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))
    done = finish(attempt, local)
    kept = stored(done)
    columns = {
        name: getattr(kept, name)
        for name in ("answers", "prediction", "points", "correct", "elapsed_ms", "submitted_at")
    }
    assert receipt(canonical_result(kept, columns)) == done.receipt


def test_a_finish_within_the_grace_counts_from_the_deadline(attempt: Attempt) -> None:
    done = finish(attempt, attempt.deadline + GRACE - MS)
    assert (done.points, done.closed_by) == (5, Attempt.ClosedBy.PERSON)
    assert done.submitted_at == attempt.deadline
    assert done.elapsed_ms == 600_000


def test_t2_a_finish_after_the_grace_brings_no_answers(attempt: Attempt, noon: datetime) -> None:
    save_answers(attempt=attempt, rev=1, answers=right_answers(attempt.paper, 2), now=noon)
    done = finish_attempt(
        attempt=attempt,
        rev=2,
        answers=right_answers(attempt.paper),
        prediction=Decimal(5),
        now=attempt.deadline + GRACE,
    )
    assert (done.points, done.closed_by, done.prediction) == (2, Attempt.ClosedBy.DEADLINE, None)
    assert done.submitted_at == attempt.deadline


def test_t1_only_server_stamps_count(attempt: Attempt, noon: datetime) -> None:
    """Nothing a client sends carries a time: rev and answers are all a save has."""
    save_answers(attempt=attempt, rev=1, answers={"1": ["a"]}, now=noon + MINUTE)
    assert stored(attempt).journal == [[1, 60_000, {"1": ["a"]}]]


# -- closing what is overdue ------------------------------------------------------------------


def test_t8_a_worker_closes_with_the_saved_answers_and_the_deadline(
    attempt: Attempt, noon: datetime
) -> None:
    save_answers(attempt=attempt, rev=1, answers=right_answers(attempt.paper, 3), now=noon)
    assert close_overdue(now=attempt.deadline) == 0
    assert close_overdue(now=attempt.deadline + GRACE) == 1
    kept = stored(attempt)
    assert (kept.points, kept.submitted_at, kept.elapsed_ms) == (3, attempt.deadline, 600_000)
    assert Entry.objects.get().points == 3


def test_t9_a_late_worker_gives_the_result_of_a_punctual_one(
    yen: User, tai: User, round: Round, noon: datetime
) -> None:
    results = []
    for person, worker_at in ((yen, GRACE), (tai, timedelta(days=3))):
        attempt, _ = start_attempt(user=person, round=round, now=noon)
        answers = right_answers(attempt.paper, 4)
        save_answers(attempt=attempt, rev=1, answers=answers, now=noon + MINUTE)
        close_overdue(now=attempt.deadline + worker_at)
        kept = stored(attempt)
        results.append((kept.points, kept.submitted_at, kept.elapsed_ms, kept.entry.rank_key))
    assert results[0] == results[1]


def test_closing_twice_changes_nothing(attempt: Attempt) -> None:
    close_overdue(now=attempt.deadline + GRACE)
    first = stored(attempt)
    assert close_overdue(now=attempt.deadline + 9 * MINUTE) == 0
    assert stored(attempt).receipt == first.receipt


# -- the counted attempt ----------------------------------------------------------------------


def test_r3_a_worse_later_attempt_never_lowers_the_place(
    yen: User, round: Round, attempt: Attempt, noon: datetime
) -> None:
    finish(attempt, noon + MINUTE, count=4)
    before = Entry.objects.get()
    second, _ = start_attempt(user=yen, round=round, now=noon + 2 * MINUTE)
    finish(second, noon + 3 * MINUTE, count=1)
    after = Entry.objects.get()
    assert (after.counted_id, after.rank_key, after.points) == (attempt.pk, before.rank_key, 4)


def test_r3_a_better_later_attempt_counts(
    yen: User, round: Round, attempt: Attempt, noon: datetime
) -> None:
    finish(attempt, noon + MINUTE, count=1)
    second, _ = start_attempt(user=yen, round=round, now=noon + 2 * MINUTE)
    finish(second, noon + 3 * MINUTE, count=4)
    assert Entry.objects.get().counted_id == second.pk


def test_r3_of_equal_attempts_the_earlier_counts(
    yen: User, round: Round, attempt: Attempt, noon: datetime
) -> None:
    finish(attempt, noon + MINUTE)
    second, _ = start_attempt(user=yen, round=round, now=noon + 2 * MINUTE)
    finish(second, noon + 3 * MINUTE)
    assert Entry.objects.get().counted_id == attempt.pk


def test_r6_people_on_duty_never_rank(ha: User, round: Round, noon: datetime) -> None:
    attempt, _ = start_attempt(user=ha, round=round, now=noon)
    finish(attempt, noon + MINUTE)
    assert stored(attempt).points == 5
    assert Entry.objects.get(user=ha).rank_key == ""


def test_the_unit_is_that_of_the_start(
    yen: User, ward: Unit, round: Round, attempt: Attempt, noon: datetime
) -> None:
    Affiliation.objects.filter(user=yen).update(until=noon + MS)
    Affiliation.objects.create(user=yen, unit=ward, is_primary=True)
    finish(attempt, noon + MINUTE)
    assert Entry.objects.get().unit != ward
    second, _ = start_attempt(user=yen, round=round, now=noon + 2 * MINUTE)
    assert second.unit == ward
