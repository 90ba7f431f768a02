"""Deciding about people: cancelling a result, hiding a name, merging accounts; undoing each."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db.models import Sum
from django.test import Client
from django.urls import reverse

from accounts.models import Unit, User
from contest.attempts import finish_attempt, start_attempt
from contest.closing import close_overdue
from contest.conduct import people
from contest.conduct.undoing import undo
from contest.errors import AttemptsUsed, ContestError, RoundIsFinal
from contest.models import Attempt, AuditRecord, Decision, Entry, Round
from tests.contest.conduct.oracle import Counted, board, frozen_board
from tests.factories import make_person, make_round, right_answers

MINUTE = timedelta(minutes=1)


@pytest.fixture
def by(ha: User, noon: datetime) -> Any:
    return {"actor": ha, "reason": "Làm hộ bài", "now": noon + 60 * MINUTE}


def play(user: User, round: Round, at: datetime, right: int, minutes: int = 3) -> Attempt:
    attempt, _ = start_attempt(user=user, round=round, now=at)
    answers = right_answers(attempt.paper, right)
    return finish_attempt(
        attempt=attempt, rev=1, answers=answers, prediction=None, now=at + minutes * MINUTE
    )


@pytest.fixture
def played(yen: User, tai: User, round: Round, noon: datetime) -> Round:
    """Yến 5 right, Tài 4 right."""
    play(yen, round, noon, 5)
    play(tai, round, noon, 4)
    return round


def unit_points(round: Round) -> dict[int | None, int]:
    on_board = round.entries.exclude(rank_key="")
    return dict(on_board.order_by().values_list("unit").annotate(Sum("points")))


# -- Cancelling a result -------------------------------------------------------------------------


def test_r5_disqualifying_and_undoing_restores_the_exact_board(
    yen: User, tai: User, played: Round, by: Any
) -> None:
    before, points = board(played), unit_points(played)
    entry = Entry.objects.get(user=yen)
    decision = people.disqualify(entry=entry, **by)
    entry.refresh_from_db()
    assert (entry.rank_key, entry.unit, entry.points) == ("", None, 0)
    assert board(played)[Entry.objects.get(user=tai).pk] == before[Entry.objects.get(user=tai).pk]
    assert sum(unit_points(played).values()) == 4
    with pytest.raises(ContestError, match="trước đó"):
        people.disqualify(entry=entry, **by)
    undo(decision=decision, **by)
    assert (board(played), unit_points(played)) == (before, points)
    assert AuditRecord.objects.filter(action__endswith="disqualify").count() == 2
    with pytest.raises(ContestError, match="thu hồi trước đó"):
        undo(decision=decision, **by)


def test_who_is_disqualified_stays_off_whatever_they_hand_in(
    yen: User, played: Round, noon: datetime, by: Any
) -> None:
    people.disqualify(entry=Entry.objects.get(user=yen), **by)
    play(yen, played, noon + 70 * MINUTE, 5)
    assert Entry.objects.get(user=yen).rank_key == ""


def test_r4_a_frozen_board_tells_nothing_of_a_result_cancelled_since(
    yen: User, ha: User, noon: datetime, by: Any
) -> None:
    round = make_round(ha, noon, frozen_at=noon + 10 * MINUTE)
    play(yen, round, noon, 3)
    play(yen, round, noon + 20 * MINUTE, 5)
    frozen = frozen_board(round)
    assert [row[1] for row in frozen.values()] == [3]
    decision = people.disqualify(entry=Entry.objects.get(), **by)
    assert frozen_board(round) == frozen
    assert Entry.objects.get().rank_key == ""
    undo(decision=decision, **by)
    assert frozen_board(round) == frozen


# -- Hiding a name -------------------------------------------------------------------------------


def test_u10_a_name_is_hidden_at_once_its_history_kept_and_shown_again(
    yen: User, played: Round, by: Any, ha: User, noon: datetime
) -> None:
    elsewhere = make_round(ha, noon)
    before = board(played)
    decision = people.hide_name(user=yen, **by)
    yen.refresh_from_db()
    assert yen.is_name_hidden
    for round in (played, elsewhere):  # boards look again, in every contest
        revision = round.decisions_rev
        round.refresh_from_db()
        assert round.decisions_rev == revision + 1
    record = AuditRecord.objects.get(action="hide_name")
    assert (record.before["user"], record.after["is_name_hidden"]) == (yen.pk, True)
    assert "Hoàng" not in str([record.before, record.after])  # sealed records know numbers only
    assert Decision.objects.get(pk=decision.pk).data == {"name": "Hoàng Thị Yến"}
    with pytest.raises(ContestError, match="ẩn rồi"):
        people.hide_name(user=yen, **by)
    undo(decision=decision, **by)
    yen.refresh_from_db()
    assert not yen.is_name_hidden
    assert board(played) == before


# -- Merging accounts ----------------------------------------------------------------------------


def test_u9_merging_counts_the_first_attempts_of_both_and_undoing_restores(
    yen: User, tai: User, played: Round, noon: datetime, by: Any
) -> None:
    play(tai, played, noon + 10 * MINUTE, 5, minutes=1)  # the third of both: two are allowed
    before, points = board(played), unit_points(played)
    first, second = Entry.objects.get(user=yen), Entry.objects.get(user=tai)
    decision = people.merge_accounts(contest=played.contest, kept=yen, merged=tai, **by)
    merged = board(played)
    assert merged[second.pk][0] == ""
    assert merged[first.pk] == before[first.pk]
    undo(decision=decision, **by)
    assert (board(played), unit_points(played)) == (before, points)
    tai.refresh_from_db()
    assert tai.is_active


def test_the_kept_account_gets_an_entry_where_only_the_merged_one_had_one(
    yen: User, tai: User, played: Round, ha: User, noon: datetime, by: Any
) -> None:
    other = make_round(ha, noon, contest=played.contest)
    play(tai, other, noon, 5)
    theirs: Counted = board(other)[Entry.objects.get(user=tai, round=other).pk]
    decision = people.merge_accounts(contest=played.contest, kept=yen, merged=tai, **by)
    assert board(other)[Entry.objects.get(user=yen, round=other).pk] == theirs
    undo(decision=decision, **by)
    assert board(other)[Entry.objects.get(user=tai, round=other).pk] == theirs
    assert Entry.objects.get(user=yen, round=other).rank_key == ""


def test_an_attempt_of_the_merged_account_that_closes_later_counts_for_the_kept_one(
    yen: User, tai: User, round: Round, noon: datetime, by: Any
) -> None:
    start_attempt(user=tai, round=round, now=noon + 59 * MINUTE)
    people.merge_accounts(contest=round.contest, kept=yen, merged=tai, **by)
    close_overdue(now=noon + 80 * MINUTE)
    assert Entry.objects.get(user=yen).counted is not None
    assert Entry.objects.get(user=tai).rank_key == ""


def test_the_merged_account_is_signed_out_everywhere(
    yen: User, tai: User, played: Round, by: Any
) -> None:
    phone, desk = Client(), Client()
    phone.force_login(tai)
    desk.force_login(yen)
    page = reverse("contest:round", args=[played.contest.slug, played.number])
    soon = Session.objects.order_by("expire_date").values_list("expire_date", flat=True)[0]
    now: Any = {**by, "now": soon - timedelta(days=1)}
    decision = people.merge_accounts(contest=played.contest, kept=yen, merged=tai, **now)
    assert not phone.get(page).wsgi_request.user.is_authenticated
    assert desk.get(page).wsgi_request.user.is_authenticated
    undo(decision=decision, **by)
    assert not phone.get(page).wsgi_request.user.is_authenticated


def test_whom_a_merge_refuses(
    yen: User, tai: User, ha: User, commune: Unit, played: Round, by: Any
) -> None:
    third = make_person("ba", "Nông Văn Ba", commune)

    def merge(kept: User, merged: User) -> Decision:
        return people.merge_accounts(contest=played.contest, kept=kept, merged=merged, **by)

    for kept, merged, words in [
        (yen, yen, "cùng một tài khoản"),
        (yen, ha, "nhiệm vụ"),
        (ha, yen, "nhiệm vụ"),
    ]:
        with pytest.raises(ContestError, match=words):
            merge(kept, merged)
    first = merge(tai, third)
    second = merge(yen, tai)  # a chain is fine, a loop is not
    for kept, merged, words in [
        (third, yen, "hãy thu hồi lần gộp ấy trước"),
        (third, tai, "đã được gộp"),
        (tai, ha, "nhiệm vụ"),
        (yen, third, "đã được gộp"),
    ]:
        with pytest.raises(ContestError, match=words):
            merge(kept, merged)
    for decision in (first, second):
        undo(decision=decision, **by)
    assert User.objects.filter(is_active=False).count() == 0
    User.objects.filter(pk=tai.pk).update(is_active=False)
    with pytest.raises(ContestError, match="mở khóa"):
        merge(yen, tai)
    with pytest.raises(ContestError, match="giữ lại"):
        merge(tai, yen)


def test_a_chain_of_merges_undone_in_any_order(
    yen: User, tai: User, commune: Unit, played: Round, noon: datetime, by: Any
) -> None:
    third = make_person("ba", "Nông Văn Ba", commune)
    play(third, played, noon + MINUTE, 2)
    before = board(played)
    first = people.merge_accounts(contest=played.contest, kept=tai, merged=third, **by)
    second = people.merge_accounts(contest=played.contest, kept=yen, merged=tai, **by)
    assert sum(1 for row in board(played).values() if row[0]) == 1
    undo(decision=first, **by)
    assert sum(1 for row in board(played).values() if row[0]) == 2
    undo(decision=second, **by)
    assert board(played) == before


def test_published_tables_are_not_moved(yen: User, tai: User, played: Round, by: Any) -> None:
    entry = Entry.objects.get(user=yen)
    earlier = people.disqualify(entry=Entry.objects.get(user=tai), **by)
    Round.objects.filter(pk=played.pk).update(finalised_at=by["now"])
    deeds: list[Any] = [
        lambda: people.disqualify(entry=entry, **by),
        lambda: undo(decision=earlier, **by),
        lambda: people.merge_accounts(contest=played.contest, kept=yen, merged=tai, **by),
    ]
    for deed in deeds:
        with pytest.raises(RoundIsFinal):
            deed()
    people.hide_name(user=yen, **by)  # a name goes at once, whatever was published
    Round.objects.filter(pk=played.pk).update(reopened_at=by["now"])
    undo(decision=earlier, **by)


# -- The command ---------------------------------------------------------------------------------


def test_recompute_round_finds_and_mends_what_differs(
    yen: User, played: Round, capsys: pytest.CaptureFixture[str]
) -> None:
    before = board(played)
    call_command("recompute_round", played.pk)
    assert "khớp" in capsys.readouterr().out
    Entry.objects.filter(user=yen).update(points=9, extra_time_s=60)
    Attempt.objects.filter(entry__user=yen).update(correct=1)
    with pytest.raises(CommandError, match="3 chỗ khác nhau"):
        call_command("recompute_round", played.pk)
    assert "points: đang ghi 9, tính lại được 5" in capsys.readouterr().out
    assert Entry.objects.get(user=yen).points == 9
    call_command("recompute_round", played.pk, "--fix")
    assert board(played) == before
    assert Entry.objects.get(user=yen).extra_time_s == 0
    with pytest.raises(CommandError, match="Không có vòng thi"):
        call_command("recompute_round", 0)


def test_attempts_of_the_merged_account_are_used_up_until_the_merge_is_undone(
    yen: User, tai: User, played: Round, noon: datetime, by: Any
) -> None:
    """Each had one of two: a third could not count, so it does not start."""
    merge = people.merge_accounts(contest=played.contest, kept=yen, merged=tai, **by)
    later = noon + 70 * MINUTE
    with pytest.raises(AttemptsUsed):
        play(yen, Round.objects.get(pk=played.pk), later, 5)
    undo(decision=merge, **by)
    assert play(yen, Round.objects.get(pk=played.pk), later, 5).number == 2
