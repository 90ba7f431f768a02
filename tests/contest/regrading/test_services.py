"""Deciding about a question after the fact: preview, apply, undo (Q4, Q5, Q6, U1 of totals)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum

from accounts.models import Unit, User
from contest.attempts import finish_attempt, start_attempt
from contest.closing import canonical_result
from contest.errors import ContestError, RoundIsFinal
from contest.marking import score_paper
from contest.models import Attempt, AuditRecord, Decision, Division, Entry, Round, ScoreChange
from contest.papers import shown_letters
from contest.regrading.preview import preview
from contest.regrading.services import (
    ChangedMeanwhile,
    Proposal,
    apply_regrade,
    proposal,
    take_back_regrade,
)
from contest.rulings import ACCEPT, CREDIT, DROP
from contest.scoring import receipt
from quizzes.models import QuestionVersion
from quizzes.versions import version_texts
from tests.factories import (
    make_person,
    make_pool,
    make_programme,
    make_round,
    right_answers,
    stored,
    wrong_answer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def round(ha: User, noon: datetime) -> Round:
    """Five questions, all of the pool, so that everybody has each of them."""
    make_pool(size=5)
    return make_round(ha, noon, prediction_target=Round.PredictionTarget.PERFECT)


def sit(user: User, round: Round, now: datetime, *, wrong: int | None = None) -> Attempt:
    """All right but the question with this version id, in a minute."""
    attempt, _ = start_attempt(user=user, round=round, now=now)
    answers = right_answers(attempt.paper)
    for number, item in enumerate(attempt.paper, start=1):
        if item["v"] == wrong:
            answers[str(number)] = wrong_answer(item)
    return finish_attempt(
        attempt=attempt, rev=1, answers=answers, prediction=None, now=now + timedelta(minutes=1)
    )


def single(round: Round) -> QuestionVersion:
    ids = [member.version_id for member in round.pool_members.all()]
    found = QuestionVersion.objects.filter(pk__in=ids, type="single").order_by("pk").first()
    assert found is not None
    return found


def board(round: Round) -> list[tuple[Any, ...]]:
    entries = Entry.objects.filter(round=round).order_by("rank_key", "id")
    columns = ("user_id", "rank_key", "points", "correct", "is_perfect", "elapsed_ms", "counted_id")
    return list(entries.values_list(*columns))


def test_q4_the_preview_says_who_changes_and_writes_nothing(
    yen: User, tai: User, round: Round, noon: datetime
) -> None:
    version = single(round)
    sit(yen, round, noon)
    sit(tai, round, noon, wrong=version.pk)
    before = board(round)
    seen = preview(round=round, proposed=Proposal(version.pk, CREDIT))
    assert board(round) == before
    assert not Decision.objects.exists()
    assert (seen.attempts, seen.up, seen.down) == (1, 1, 0)
    changed = {p.entry.user: p for p in seen.people}
    assert (changed[tai].points_before, changed[tai].points_after) == (4, 5)
    assert (changed[tai].rank_before, changed[tai].rank_after) == (2, 1)
    assert seen.units == {"Phường Thục Phán": (4, 5)}
    assert seen.truth == (Decimal(1), Decimal(2))


def test_q4_apply_moves_people_units_and_truth_alike_and_keeps_old_scores(
    yen: User, tai: User, ha: User, round: Round, noon: datetime
) -> None:
    version = single(round)
    sit(yen, round, noon)
    attempt = sit(tai, round, noon, wrong=version.pk)
    code = attempt.receipt
    seen = preview(round=round, proposed=Proposal(version.pk, CREDIT))
    decision = apply_regrade(
        actor=ha,
        round=round,
        proposed=Proposal(version.pk, CREDIT),
        reason="Câu hỏi in sai",
        now=noon,
        seen=seen.digest,
    )
    after = Entry.objects.get(user=tai, round=round)
    assert (after.points, after.correct, after.is_perfect) == (5, 5, True)
    assert Entry.objects.filter(round=round).aggregate(s=Sum("points"))["s"] == 10
    change = ScoreChange.objects.get(decision=decision)
    assert (change.points_before, change.points_after) == (4, 5)
    audit = AuditRecord.objects.filter(action="regrade").get()
    assert (audit.before["points"], audit.after["points"], audit.reason) == (4, 5, "Câu hỏi in sai")

    kept = stored(attempt)
    at_hand_in = score_paper(kept.paper, kept.answers)
    columns = {
        "points": at_hand_in.points,
        "correct": at_hand_in.correct,
        "elapsed_ms": kept.elapsed_ms,
        "submitted_at": kept.submitted_at,
    }
    assert receipt(canonical_result(kept, columns)) == code == kept.receipt


def test_undo_restores_the_exact_board(
    yen: User, tai: User, ha: User, round: Round, noon: datetime
) -> None:
    version = single(round)
    sit(yen, round, noon)
    sit(tai, round, noon, wrong=version.pk)
    before = board(round)
    for verdict in (CREDIT, DROP):
        decision = apply_regrade(
            actor=ha, round=round, proposed=Proposal(version.pk, verdict), reason="x", now=noon
        )
        assert board(round) != before
        take_back_regrade(actor=ha, decision=decision, reason="Nhầm câu", now=noon)
        assert board(round) == before
    assert ScoreChange.objects.count() > 0


def test_a_dropped_question_counts_for_nobody(
    yen: User, tai: User, ha: User, round: Round, noon: datetime
) -> None:
    version = single(round)
    sit(yen, round, noon)
    sit(tai, round, noon, wrong=version.pk)
    apply_regrade(actor=ha, round=round, proposed=Proposal(version.pk, DROP), reason="x", now=noon)
    results = Entry.objects.filter(round=round).values_list("points", "correct", "is_perfect")
    assert set(results) == {(4, 4, True)}


def test_q5_a_further_answer_is_accepted_from_those_who_gave_it(
    yen: User, tai: User, ha: User, round: Round, noon: datetime
) -> None:
    version = single(round)
    sit(yen, round, noon)
    attempt = sit(tai, round, noon, wrong=version.pk)
    item = next(i for i in attempt.paper if i["v"] == version.pk)
    number = str(attempt.paper.index(item) + 1)
    given = item["c"]["abcd".index(stored(attempt).answers[number][0])]
    text = version_texts([version.pk])[version.pk]
    other = next(k for k in text.keys if k != given and (k,) != text.answer)
    useless = proposal(round=round, version=version, verdict=ACCEPT, accepted=[[other]])
    assert preview(round=round, proposed=useless).attempts == 0
    useful = proposal(round=round, version=version, verdict=ACCEPT, accepted=[[given]])
    apply_regrade(actor=ha, round=round, proposed=useful, reason="Cũng đúng", now=noon)
    assert Entry.objects.get(user=tai).points == 5
    assert Entry.objects.get(user=yen).points == 5
    assert shown_letters(item, [given], "single") == stored(attempt).answers[number]


def test_work_in_progress_is_scored_with_the_decision(
    yen: User, ha: User, round: Round, noon: datetime
) -> None:
    version = single(round)
    attempt, _ = start_attempt(user=yen, round=round, now=noon)
    apply_regrade(
        actor=ha, round=round, proposed=Proposal(version.pk, CREDIT), reason="x", now=noon
    )
    done = finish_attempt(
        attempt=stored(attempt), rev=1, answers={}, prediction=None, now=noon + timedelta(minutes=1)
    )
    assert (done.points, done.correct) == (1, 1)


def test_an_old_preview_is_not_applied(
    yen: User, tai: User, ha: User, round: Round, noon: datetime
) -> None:
    version = single(round)
    sit(yen, round, noon)
    seen = preview(round=round, proposed=Proposal(version.pk, CREDIT))
    sit(tai, round, noon, wrong=version.pk)
    with pytest.raises(ChangedMeanwhile):
        apply_regrade(
            actor=ha,
            round=round,
            proposed=Proposal(version.pk, CREDIT),
            reason="x",
            now=noon,
            seen=seen.digest,
        )
    assert not Decision.objects.exists()


def test_r8_nothing_is_regraded_after_the_final_result(
    ha: User, round: Round, noon: datetime
) -> None:
    Round.objects.filter(pk=round.pk).update(finalised_at=noon)
    with pytest.raises(RoundIsFinal):
        apply_regrade(
            actor=ha,
            round=round,
            proposed=Proposal(single(round).pk, CREDIT),
            reason="x",
            now=noon,
        )


@pytest.mark.parametrize(
    ("verdict", "accepted", "says"),
    [
        (ACCEPT, [], "Hãy chọn đáp án"),
        (ACCEPT, [["z"]], "không nằm trong câu hỏi"),
        (ACCEPT, "right", "vốn đã đúng"),
        ("maybe", [], "Hãy chọn cách xử lý"),
    ],
)
def test_proposals_are_checked(round: Round, verdict: str, accepted: Any, says: str) -> None:
    version = single(round)
    if accepted == "right":
        accepted = [list(version_texts([version.pk])[version.pk].answer)]
    with pytest.raises(ContestError, match=says):
        proposal(round=round, version=version, verdict=verdict, accepted=accepted)


def test_a_question_of_another_round_is_refused(round: Round) -> None:
    stranger = make_pool(make_programme("04-CTr/TU", position=2), size=1)
    version = QuestionVersion.objects.get(question__programme=stranger)
    with pytest.raises(ContestError, match="không có trong ngân hàng"):
        proposal(round=round, version=version, verdict=CREDIT, accepted=[])


def test_people_on_duty_change_no_board(ha: User, round: Round, noon: datetime) -> None:
    version = single(round)
    attempt = sit(ha, round, noon, wrong=version.pk)
    apply_regrade(
        actor=ha, round=round, proposed=Proposal(version.pk, CREDIT), reason="x", now=noon
    )
    assert stored(attempt).points == 5
    assert not Entry.objects.exclude(rank_key="").exists()


def test_places_in_the_preview_are_those_of_the_division(
    yen: User, tai: User, round: Round, commune: Unit, noon: datetime
) -> None:
    """One of five points in each division, and tai behind the one of his own."""
    version = single(round)
    ky = make_person("ky", "Đàm Văn Ký", commune)
    first, second = (
        Division.objects.create(contest=round.contest, position=n, code=f"b{n}", name=f"Bảng {n}")
        for n in (1, 2)
    )
    for user, division in ((yen, first), (ky, second), (tai, second)):
        attempt = sit(user, round, noon, wrong=version.pk if user == tai else None)
        Attempt.objects.filter(pk=attempt.pk).update(division=division)
        Entry.objects.filter(pk=attempt.entry_id).update(division=division)
    seen = preview(round=round, proposed=Proposal(version.pk, CREDIT))
    (changed,) = seen.people
    assert (changed.entry.user, changed.points_before, changed.points_after) == (tai, 4, 5)
    assert (changed.rank_before, changed.rank_after) == (2, 1)
