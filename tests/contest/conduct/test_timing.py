"""Deciding about time: extending, extra time, pauses, outages; and taking each back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from contest import wording
from contest.attempts import finish_attempt, save_answers, start_attempt
from contest.closing import close_overdue
from contest.conduct import timing
from contest.conduct.undoing import undo
from contest.errors import AttemptsUsed, ContestError, RoundIsFinal, RoundNotOpen, RoundPaused
from contest.models import Attempt, AuditRecord, Decision, Entry, Round
from contest.phases import GRACE, LONGEST_PAUSE, answers_are_in
from contest.visibility import solutions_visible
from tests.contest.conduct.oracle import board
from tests.factories import make_round, right_answers, stored

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def round(ha: User, noon: datetime) -> Round:
    """Ten minutes, two attempts, closes half an hour after noon."""
    return make_round(ha, noon, closes_at=noon + 30 * MINUTE)


def now_of(round: Round) -> Round:
    return Round.objects.select_related("contest").get(pk=round.pk)


def begin(user: User, round: Round, at: datetime) -> Attempt:
    return start_attempt(user=user, round=now_of(round), now=at)[0]


def hand_in(attempt: Attempt, at: datetime, right: int = 5) -> Attempt:
    answers, attempt = right_answers(attempt.paper, right), stored(attempt)
    return finish_attempt(
        attempt=attempt, rev=attempt.rev + 1, answers=answers, prediction=None, now=at
    )


@pytest.fixture
def by(ha: User) -> Any:
    """What every service takes."""
    return lambda at: {"actor": ha, "reason": "Nghẽn mạng", "now": at}


def seen(round: Round, at: datetime) -> bool:
    return solutions_visible(now_of(round).visibility, at, may_try_again=True)


# -- Extending -----------------------------------------------------------------------------------


def test_t5_extending_gives_time_to_attempts_that_the_close_cut_short(
    yen: User, tai: User, round: Round, noon: datetime, by: Any
) -> None:
    cut = begin(yen, round, noon + 25 * MINUTE)
    whole = begin(tai, round, noon + 15 * MINUTE)
    assert stored(cut).deadline == round.closes_at
    later = round.closes_at + 2 * MINUTE
    decision = timing.extend_round(round=round, closes_at=later, **by(noon + 26 * MINUTE))
    assert stored(cut).deadline == later
    assert stored(whole).deadline == noon + 25 * MINUTE
    assert now_of(round).closes_at == later
    record = AuditRecord.objects.get(action="extend")
    assert record.before == {"closes_at": round.closes_at.isoformat()}
    assert record.after["to"] == later.isoformat()
    timing.take_back_extension(decision=decision, **by(noon + 27 * MINUTE))
    assert stored(cut).deadline == round.closes_at == now_of(round).closes_at
    assert AuditRecord.objects.get(action="undo_extend").reason == "Nghẽn mạng"


def test_t5_an_extension_and_its_undoing_amend_the_rules(
    round: Round, noon: datetime, by: Any
) -> None:
    first = round.rules_versions.get()
    later = round.closes_at + 7 * MINUTE
    decision = timing.extend_round(round=round, closes_at=later, **by(noon))
    second = round.rules_versions.get(number=first.number + 1)
    assert second.reason == "Nghẽn mạng"
    assert any(wording.clock(later) in change for change in second.changes)
    timing.take_back_extension(decision=decision, **by(noon))
    third = round.rules_versions.get(number=first.number + 2)
    assert third.articles == first.articles


@pytest.mark.parametrize("minutes", [-1, 0])
def test_a_close_only_moves_later(round: Round, noon: datetime, by: Any, minutes: int) -> None:
    same_or_sooner = round.closes_at + minutes * MINUTE
    with pytest.raises(ContestError, match="muộn hơn giờ đóng hiện nay"):
        timing.extend_round(round=round, closes_at=same_or_sooner, **by(noon))


def test_t3_a_closed_round_opens_again_unless_solutions_were_seen(
    yen: User, ha: User, noon: datetime, by: Any
) -> None:
    kept_shut = make_round(ha, noon, closes_at=noon + MINUTE, solutions_shown="after_final")
    at = noon + 5 * MINUTE
    with pytest.raises(ContestError, match="đã qua"):
        timing.extend_round(round=kept_shut, closes_at=at - MINUTE, **by(at))
    again = timing.extend_round(round=kept_shut, closes_at=at + 30 * MINUTE, **by(at))
    begin(yen, kept_shut, at + MINUTE)
    with pytest.raises(ContestError, match="Đã có 1 lượt thi bắt đầu sau"):
        timing.take_back_extension(decision=again, **by(at + 2 * MINUTE))
    shown = make_round(ha, noon, closes_at=noon + MINUTE, contest=kept_shut.contest)
    timing.extend_round(
        round=shown, closes_at=noon + 2 * MINUTE, **by(noon + MINUTE + GRACE - SECOND)
    )
    with pytest.raises(ContestError, match="Đáp án"):
        timing.extend_round(round=shown, closes_at=at, **by(noon + 2 * MINUTE + GRACE))


def test_an_extension_is_not_taken_back_once_the_old_close_has_passed(
    round: Round, noon: datetime, by: Any
) -> None:
    old = round.closes_at
    decision = timing.extend_round(round=round, closes_at=old + 30 * MINUTE, **by(noon))
    with pytest.raises(ContestError, match="đã qua"):
        timing.take_back_extension(decision=decision, **by(old))
    second = timing.extend_round(round=round, closes_at=old + 60 * MINUTE, **by(noon))
    with pytest.raises(ContestError, match="dời lần nữa"):
        timing.take_back_extension(decision=decision, **by(noon))
    for each in (second, decision):
        undo(decision=each, **by(noon))
    assert now_of(round).closes_at == old


def test_nothing_moves_after_the_final_result(
    yen: User, round: Round, noon: datetime, by: Any
) -> None:
    entry = begin(yen, round, noon).entry
    outage = timing.declare_outage(
        round=round, starts=noon - MINUTE, ends=noon, **by(noon + MINUTE)
    )
    Round.objects.filter(pk=round.pk).update(finalised_at=noon)
    later = noon + timedelta(days=1)
    deeds: list[Any] = [
        lambda: timing.extend_round(round=round, closes_at=later, **by(noon)),
        lambda: timing.give_extra_time(entry=entry, seconds=60, **by(noon)),
        lambda: timing.pause_round(round=round, **by(noon)),
        lambda: timing.declare_outage(round=round, starts=noon, ends=noon + MINUTE, **by(later)),
        lambda: undo(decision=outage, **by(noon)),
    ]
    for deed in deeds:
        with pytest.raises(RoundIsFinal):
            deed()


def test_a_decision_needs_a_reason(ha: User, round: Round, noon: datetime) -> None:
    with pytest.raises(ContestError, match="lý do"):
        timing.pause_round(round=round, actor=ha, reason=" \n", now=noon)
    assert now_of(round).paused_at is None


# -- Extra time ----------------------------------------------------------------------------------


def test_t6_extra_time_changes_only_that_person(
    yen: User, tai: User, round: Round, noon: datetime, by: Any
) -> None:
    mine, other = begin(yen, round, noon + 25 * MINUTE), begin(tai, round, noon + 25 * MINUTE)
    at = noon + 26 * MINUTE
    first = timing.give_extra_time(entry=mine.entry, seconds=120, **by(at))
    timing.give_extra_time(entry=mine.entry, seconds=60, **by(at))
    assert stored(mine).deadline == round.closes_at + 3 * MINUTE
    assert stored(other).deadline == round.closes_at
    assert list(
        Entry.objects.order_by("user__username").values_list("extra_time_s", flat=True)
    ) == [0, 180]
    assert now_of(round).answers_until == stored(mine).deadline
    timing.take_back_extra_time(decision=first, **by(at))
    assert stored(mine).deadline == round.closes_at + MINUTE == now_of(round).answers_until


def test_t3_solutions_wait_for_whom_time_was_granted(
    yen: User, round: Round, noon: datetime, by: Any
) -> None:
    entry = begin(yen, round, noon).entry
    hand_in(entry.attempts.get(), noon + MINUTE)
    timing.give_extra_time(entry=entry, seconds=300, **by(noon + MINUTE))
    late = begin(yen, round, noon + 28 * MINUTE)
    ends = round.closes_at + 5 * MINUTE
    assert stored(late).deadline == ends == now_of(round).answers_until
    assert not seen(round, ends)
    save_answers(attempt=stored(late), rev=1, answers={"1": ["a"]}, now=ends + GRACE - SECOND)
    assert not answers_are_in(now_of(round).window, ends + GRACE - SECOND)
    assert seen(round, ends + GRACE)


def test_t6_time_taken_back_that_has_passed_closes_the_attempt(
    yen: User, round: Round, noon: datetime, by: Any
) -> None:
    attempt = begin(yen, round, noon)
    decision = timing.give_extra_time(entry=attempt.entry, seconds=600, **by(noon))
    answers = right_answers(attempt.paper, 3)
    save_answers(attempt=stored(attempt), rev=1, answers=answers, now=noon + 12 * MINUTE)
    undo(decision=decision, **by(noon + 13 * MINUTE))
    closed = stored(attempt)
    assert (closed.state, closed.closed_by) == ("finished", "deadline")
    assert closed.submitted_at == closed.deadline == noon + 10 * MINUTE
    assert closed.correct == 3


def test_extra_time_is_of_use_or_refused(yen: User, round: Round, noon: datetime, by: Any) -> None:
    attempt = begin(yen, round, noon)
    for seconds in (0, -60, timing.MOST_EXTRA_S + 1):
        with pytest.raises(ContestError, match="24 giờ"):
            timing.give_extra_time(entry=attempt.entry, seconds=seconds, **by(noon))
    with pytest.raises(ContestError, match="không có bài nào đang làm"):
        timing.give_extra_time(entry=attempt.entry, seconds=60, **by(round.closes_at))
    # Nobody had closed it yet: what can be given does not depend on that.
    assert stored(attempt).state == "in_progress"


# -- Pauses --------------------------------------------------------------------------------------


def test_t11_a_pause_stops_the_clock_for_everybody(
    yen: User, tai: User, round: Round, noon: datetime, by: Any
) -> None:
    attempt = begin(yen, round, noon)
    pause = timing.pause_round(round=round, **by(noon + 2 * MINUTE))
    with pytest.raises(RoundPaused):
        begin(tai, round, noon + 3 * MINUTE)
    with pytest.raises(RoundPaused):
        timing.pause_round(round=round, **by(noon + 3 * MINUTE))
    close_overdue(now=noon + LONGEST_PAUSE)
    assert stored(attempt).state == "in_progress"
    assert not seen(round, noon + 60 * MINUTE)
    timing.resume_round(round=round, **by(noon + 22 * MINUTE))
    assert stored(attempt).deadline == noon + 30 * MINUTE
    assert AuditRecord.objects.filter(action="resume").count() == 1
    hand_in(attempt, noon + 25 * MINUTE)
    entry = Entry.objects.get(user=yen)
    assert entry.elapsed_ms == 5 * 60_000
    assert entry.attempts_granted == 0
    undo(decision=pause, **by(noon + 26 * MINUTE))
    entry.refresh_from_db()
    assert entry.elapsed_ms == stored(attempt).elapsed_ms == 25 * 60_000


def test_t11_an_attempt_saved_in_a_pause_that_lasts_beyond_the_close(
    yen: User, round: Round, noon: datetime, by: Any
) -> None:
    attempt = begin(yen, round, noon + 28 * MINUTE)
    timing.pause_round(round=round, **by(noon + 29 * MINUTE))
    at = noon + 90 * MINUTE
    timing.resume_round(round=round, **by(at))
    assert stored(attempt).deadline == at + MINUTE == now_of(round).answers_until
    with pytest.raises(RoundNotOpen):
        begin(yen, round, at + 2 * MINUTE)  # closes the running one; the round is over


def test_taking_back_a_pause_that_goes_on_ends_it(
    yen: User, round: Round, noon: datetime, by: Any
) -> None:
    attempt = begin(yen, round, noon)
    pause = timing.pause_round(round=round, **by(noon + MINUTE))
    undo(decision=pause, **by(noon + 2 * MINUTE))
    assert now_of(round).paused_at is None
    assert stored(attempt).deadline == noon + 10 * MINUTE
    with pytest.raises(ContestError, match="không tạm dừng"):
        timing.resume_round(round=round, **by(noon + 3 * MINUTE))


def test_a_pause_longer_than_the_longest_gives_back_no_more(
    yen: User, round: Round, noon: datetime, by: Any
) -> None:
    attempt = begin(yen, round, noon)
    timing.pause_round(round=round, **by(noon + MINUTE))
    timing.resume_round(round=round, **by(noon + 2 * LONGEST_PAUSE))
    assert stored(attempt).deadline == noon + 10 * MINUTE + LONGEST_PAUSE
    assert stored(attempt).state == "finished"
    assert Entry.objects.get().elapsed_ms == 600_000


def test_only_a_round_in_which_somebody_can_work_is_paused(
    round: Round, noon: datetime, by: Any
) -> None:
    with pytest.raises(RoundNotOpen, match="chưa mở"):
        timing.pause_round(round=round, **by(round.opens_at - SECOND))
    with pytest.raises(RoundNotOpen, match="đã đóng"):
        timing.pause_round(round=round, **by(round.closes_at + GRACE))


# -- Outages declared afterwards -----------------------------------------------------------------


def test_t11_an_outage_gives_running_people_their_time_back(
    yen: User, round: Round, noon: datetime, by: Any
) -> None:
    attempt = begin(yen, round, noon)
    span: Any = {"starts": noon - 5 * MINUTE, "ends": noon + 3 * MINUTE}
    outage = timing.declare_outage(round=round, **span, **by(noon + 4 * MINUTE))
    assert stored(attempt).deadline == noon + 13 * MINUTE
    undo(decision=outage, **by(noon + 4 * MINUTE))
    assert stored(attempt).deadline == noon + 10 * MINUTE


def test_t11_an_outage_is_taken_off_the_time_of_who_finished_and_can_be_undone(
    yen: User, tai: User, round: Round, noon: datetime, by: Any
) -> None:
    hand_in(begin(yen, round, noon), noon + 6 * MINUTE)
    hand_in(begin(tai, round, noon + 10 * MINUTE), noon + 15 * MINUTE)
    before = board(round)
    span: Any = {"starts": noon + MINUTE, "ends": noon + 4 * MINUTE}
    outage = timing.declare_outage(round=round, **span, **by(noon + 16 * MINUTE))
    assert Entry.objects.get(user=yen).elapsed_ms == 3 * 60_000
    first = Entry.objects.order_by("rank_key").first()
    assert first is not None
    assert first.user == yen
    undo(decision=outage, **by(noon + 17 * MINUTE))
    assert board(round) == before


def test_t11_who_lost_an_attempt_to_an_outage_gets_one_more_as_long_as_it_is_in_force(
    yen: User, tai: User, round: Round, noon: datetime, by: Any
) -> None:
    begin(yen, round, noon)
    begin(tai, round, noon)
    hand_in(Attempt.objects.get(entry__user=tai), noon + 9 * MINUTE)
    at = noon + 11 * MINUTE  # nobody looked since: the decision closes it first
    span: Any = {"starts": noon + 8 * MINUTE, "ends": at}
    outage = timing.declare_outage(round=round, **span, **by(at))
    assert stored(Attempt.objects.get(entry__user=yen)).closed_by == "deadline"
    assert Entry.objects.get(user=yen).attempts_granted == 1
    assert Entry.objects.get(user=tai).attempts_granted == 0
    inside: Any = {"starts": noon + 9 * MINUTE, "ends": noon + 10 * MINUTE}
    timing.declare_outage(round=round, **inside, **by(at))
    assert Entry.objects.get(user=yen).attempts_granted == 1  # the same time is not lost twice
    for minute in (12, 13):
        hand_in(begin(yen, round, noon + minute * MINUTE), noon + (minute + 1) * MINUTE, 2)
    third = Entry.objects.get(user=yen).attempts.get(number=3)
    with pytest.raises(AttemptsUsed):
        begin(yen, round, noon + 15 * MINUTE)
    Attempt.objects.filter(pk=third.pk).update(points=5)  # as if it had been the best
    for decision in (*Decision.objects.exclude(pk=outage.pk), outage):
        undo(decision=decision, **by(noon + 16 * MINUTE))
    entry = Entry.objects.get(user=yen)
    assert entry.attempts_granted == 0
    assert entry.counted_id != third.pk


def test_t11_who_got_the_time_back_by_a_later_deadline_gets_no_attempt_beside(
    yen: User, round: Round, noon: datetime, by: Any
) -> None:
    attempt = begin(yen, round, noon)
    span: Any = {"starts": noon + MINUTE, "ends": noon + 5 * MINUTE}
    timing.declare_outage(round=round, **span, **by(noon + 6 * MINUTE))
    close_overdue(now=noon + 20 * MINUTE)
    closed = stored(attempt)
    assert (closed.closed_by, closed.submitted_at) == ("deadline", noon + 14 * MINUTE)
    timing.give_extra_time(entry=attempt.entry, seconds=60, **by(noon + 20 * MINUTE))
    entry = Entry.objects.get(user=yen)
    assert (entry.attempts_granted, entry.elapsed_ms) == (0, 600_000)


def test_an_outage_is_over_and_within_the_round(round: Round, noon: datetime, by: Any) -> None:
    wrong = {
        "sau khi bắt đầu": (noon, noon),
        "chưa kết thúc": (noon, noon + 2 * MINUTE),
        "nằm ngoài": (round.opens_at - MINUTE, round.opens_at),
    }
    for words, (starts, ends) in wrong.items():
        with pytest.raises(ContestError, match=words):
            timing.declare_outage(round=round, starts=starts, ends=ends, **by(noon + MINUTE))


def test_a_stale_deadline_closes_nobody(yen: User, round: Round, noon: datetime, by: Any) -> None:
    """An attempt created beside a decision, with the deadline of before it."""
    attempt = begin(yen, round, noon)
    timing.give_extra_time(entry=attempt.entry, seconds=300, **by(noon))
    Attempt.objects.filter(pk=attempt.pk).update(deadline=noon + 10 * MINUTE)
    close_overdue(now=noon + 11 * MINUTE)
    assert stored(attempt).state == "in_progress"
    assert stored(attempt).deadline == noon + 15 * MINUTE
    close_overdue(now=noon + 16 * MINUTE)
    assert stored(attempt).submitted_at == noon + 15 * MINUTE


def test_nobody_gets_time_in_a_final_round_that_is_being_corrected(
    yen: User, round: Round, noon: datetime, by: Any
) -> None:
    attempt = begin(yen, round, noon)
    hand_in(attempt, noon + MINUTE)
    final = noon + 60 * MINUTE
    Round.objects.filter(pk=round.pk).update(finalised_at=final, reopened_at=final)
    with pytest.raises(ContestError, match="đã đóng"):
        timing.give_extra_time(entry=attempt.entry, seconds=60, **by(final + MINUTE))
