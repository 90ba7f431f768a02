"""Appeals: who may make one, who may decide it, what is remembered."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from accounts.models import User
from contest.errors import ContestError, InvalidAnswers
from contest.models import Appeal, Attempt, AuditRecord, Decision, Round
from contest.payloads import attempt_payload
from contest.regrading.appeal_rules import (
    Appealing,
    reason_not_to_decide,
    refusal,
    text_fault,
)
from contest.regrading.appeals import clauses_to_cite, decide_appeal, make_appeal, question_at
from contest.regrading.services import Proposal, apply_regrade, take_back_regrade
from contest.rules.fairness import MOST_OPEN_APPEALS
from contest.rulings import CREDIT, DROP
from contest.visibility import Shown
from quizzes.models import Clause, QuestionVersion, VersionEvent
from tests.factories import make_programme, stored

WHY = "Mục 1 ghi khác với đáp án."
FINE = Appealing(
    is_finished=True,
    solutions_visible=True,
    is_final=False,
    has_question=True,
    made=False,
    open_appeals=0,
)


# -- The rules -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({}, ""),
        ({"open_appeals": MOST_OPEN_APPEALS - 1}, ""),
        ({"is_finished": False}, "chưa nộp"),
        ({"solutions_visible": False}, "Đáp án chưa mở"),
        ({"has_question": False}, "không có câu hỏi đó"),
        ({"made": True}, "đã đề nghị"),
        ({"is_final": True}, "đã công bố"),
        ({"open_appeals": MOST_OPEN_APPEALS}, "chờ kết luận"),
        # An unfinished attempt is never told that solutions are open.
        ({"is_finished": False, "solutions_visible": False, "made": True}, "chưa nộp"),
    ],
)
def test_who_may_appeal(change: dict[str, bool], says: str) -> None:
    reason = refusal(replace(FINE, **change))  # type: ignore[arg-type]
    assert (says in reason) if says else reason == ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Hãy nêu"),
        ("a" * 9, "ít nhất 10"),
        ("a" * 10, ""),
        ("a" * 2_000, ""),
        ("a" * 2_001, "tối đa 2.000"),
    ],
)
def test_how_long_an_appeal_is(text: str, says: str) -> None:
    assert (says in text_fault(text)) if says else text_fault(text) == ""


@pytest.mark.parametrize(
    ("actor", "says"),
    [(1, "của chính bạn"), (2, "đã soạn"), (3, "đã duyệt"), (4, "")],
)
def test_who_may_decide(actor: int, says: str) -> None:
    reason = reason_not_to_decide(actor=actor, author=1, writers={2}, approvers={2, 3})
    assert (says in reason) if says else reason == ""


# -- Making one ----------------------------------------------------------------------------------


def appeal_of(attempt: Attempt, number: int, now: datetime, text: str = WHY) -> Appeal:
    clause = question_at(stored(attempt), number).clause.code
    return make_appeal(attempt=stored(attempt), number=number, clause=clause, text=text, now=now)


def test_an_appeal_remembers_question_clause_and_words(
    attempt: Attempt, number: int, wrong_one: int, now: datetime
) -> None:
    made = appeal_of(attempt, number, now, f"  {WHY} ")
    made.refresh_from_db()
    assert (made.version_id, made.question_number, made.attempt_id) == (
        wrong_one, number, attempt.pk,
    )  # fmt: skip
    assert (made.clause_code, made.text, made.status) == ("03-CTr/TU:1", WHY, "open")
    seen = attempt_payload(stored(attempt), now)["solutions"][number - 1]["appeal"]
    assert (seen["status"], seen["text"], seen["answer"]) == ("open", WHY, "")


def test_once_for_each_question(attempt: Attempt, number: int, now: datetime) -> None:
    appeal_of(attempt, number, now)
    with pytest.raises(ContestError, match="đã đề nghị"):
        appeal_of(attempt, number, now)
    appeal_of(attempt, number % 5 + 1, now)
    assert Appeal.objects.count() == 2


def test_no_more_open_at_a_time_than_the_rules_say(
    attempt: Attempt, reviewer: User, now: datetime
) -> None:
    """Five of this attempt are open; of another attempt in the same round none can be added."""
    made = [appeal_of(attempt, number, now) for number in range(1, 6)]
    assert len(made) == MOST_OPEN_APPEALS
    second = Attempt.objects.create(
        **{
            field: getattr(stored(attempt), field)
            for field in (
                "entry", "unit", "started_at", "deadline", "paper", "answers", "state",
                "points", "correct", "elapsed_ms", "submitted_at",
            )
        },
        number=2,
    )  # fmt: skip
    with pytest.raises(ContestError, match="chờ kết luận"):
        appeal_of(second, 1, now)
    decide_appeal(actor=reviewer, appeal=made[0], accepted=False, answer="Không", now=now)
    assert appeal_of(second, 1, now).pk


def test_the_clause_is_one_of_the_document_own_first(
    attempt: Attempt, number: int, now: datetime
) -> None:
    version = question_at(stored(attempt), number)
    programme = version.question.programme
    before = Clause.objects.create(programme=programme, code="03-CTr/TU:0", title="Mở", position=0)
    other = make_programme("04-CTr/TU", position=2)
    stranger = Clause.objects.create(programme=other, code="04-CTr/TU:1", title="Khác", position=1)
    cited = [clause.code for clause in clauses_to_cite(version)]
    assert cited == [version.clause.code, before.code]
    with pytest.raises(InvalidAnswers) as refused:
        make_appeal(attempt=stored(attempt), number=number, clause=stranger.code, text="x", now=now)
    assert set(refused.value.fields) == {"clause", "text"}
    assert not Appeal.objects.exists()


def test_not_before_solutions_are_open_and_not_after_the_final_result(
    attempt: Attempt, over: Round, number: int, opened: datetime, now: datetime
) -> None:
    with pytest.raises(ContestError, match="Đáp án chưa mở"):
        appeal_of(attempt, number, opened)
    Round.objects.update(results_shown=Shown.AFTER_FINAL)
    with pytest.raises(ContestError, match="Đáp án chưa mở"):
        appeal_of(attempt, number, now)
    Round.objects.update(results_shown=Shown.AT_ONCE, finalised_at=now)
    with pytest.raises(ContestError, match="đã công bố"):
        appeal_of(attempt, number, now)
    Round.objects.update(reopened_at=now)  # a correction reopens decisions, not appeals
    with pytest.raises(ContestError, match="đã công bố"):
        appeal_of(attempt, number, now)


# -- Deciding ------------------------------------------------------------------------------------


@pytest.fixture
def made(attempt: Attempt, number: int, now: datetime) -> Appeal:
    return appeal_of(attempt, number, now)


def test_rejecting_needs_a_reason_and_is_on_record(
    made: Appeal, reviewer: User, now: datetime
) -> None:
    with pytest.raises(ContestError, match="lý do"):
        decide_appeal(actor=reviewer, appeal=made, accepted=False, answer=" ", now=now)
    decide_appeal(actor=reviewer, appeal=made, accepted=False, answer="Đúng văn bản", now=now)
    made.refresh_from_db()
    assert (made.status, made.answer, made.decided_by) == ("rejected", "Đúng văn bản", reviewer)
    said = AuditRecord.objects.get(action="reject_appeal")
    assert (said.reason, said.after["appeal"], said.actor) == ("Đúng văn bản", made.pk, reviewer)


def test_two_reviewers_at_once_the_first_counts(
    made: Appeal, reviewer: User, ha: User, now: datetime
) -> None:
    """Both opened the page while it was open; the second is told who was first."""
    of_the_second = Appeal.objects.get(pk=made.pk)
    decide_appeal(actor=reviewer, appeal=made, accepted=False, answer="Không", now=now)
    with pytest.raises(ContestError, match="Bế Văn Duyệt"):
        decide_appeal(actor=ha, appeal=of_the_second, accepted=True, answer="Có", now=now)
    made.refresh_from_db()
    assert (made.status, made.answer) == ("rejected", "Không")
    assert AuditRecord.objects.filter(action__endswith="_appeal").count() == 1


@pytest.mark.parametrize(
    ("action", "says"),
    [("created", "đã soạn"), ("edited", "đã soạn"), ("approved", "đã duyệt"), ("commented", "")],
)
def test_who_made_the_question_does_not_judge_it(
    made: Appeal, reviewer: User, now: datetime, action: str, says: str
) -> None:
    VersionEvent.objects.create(
        version=made.version, action=action, actor=reviewer, actor_name="x", at=now
    )
    if not says:
        decide_appeal(actor=reviewer, appeal=made, accepted=False, answer="Không", now=now)
        return
    with pytest.raises(ContestError, match=says):
        decide_appeal(actor=reviewer, appeal=made, accepted=False, answer="Không", now=now)
    made.refresh_from_db()
    assert made.status == "open"


def test_nobody_judges_their_own_appeal(made: Appeal, tai: User, now: datetime) -> None:
    with pytest.raises(ContestError, match="chính bạn"):
        decide_appeal(actor=tai, appeal=made, accepted=True, answer="Có", now=now)


# -- What follows --------------------------------------------------------------------------------


def regrade(actor: User, round: Round, version: int, verdict: str, now: datetime) -> Decision:
    proposed = Proposal(version, verdict)
    return apply_regrade(actor=actor, round=round, proposed=proposed, reason="Câu sai", now=now)


def test_an_accepted_appeal_remembers_the_decision(
    made: Appeal, ha: User, reviewer: User, over: Round, wrong_one: int, now: datetime
) -> None:
    decide_appeal(actor=reviewer, appeal=made, accepted=True, answer="Đúng vậy", now=now)
    made.refresh_from_db()
    assert (made.status, made.decision) == ("accepted", None)
    assert stored(made.attempt).points == 4  # accepting by itself moves nothing
    first = regrade(ha, over, wrong_one, CREDIT, now)
    made.refresh_from_db()
    assert made.decision == first
    second = regrade(ha, over, wrong_one, DROP, now)
    made.refresh_from_db()
    assert made.decision == first  # it has what it asked for
    for decision in (first, second):
        take_back_regrade(actor=ha, decision=decision, reason="Nhầm", now=now)
    third = regrade(ha, over, wrong_one, DROP, now)
    made.refresh_from_db()
    assert made.decision == third


def test_only_accepted_appeals_about_the_question_remember_it(
    made: Appeal, attempt: Attempt, number: int, ha: User, over: Round, wrong_one: int,
    reviewer: User, now: datetime,
) -> None:  # fmt: skip
    other = appeal_of(attempt, number % 5 + 1, now)
    decide_appeal(actor=reviewer, appeal=other, accepted=True, answer="Có", now=now)
    regrade(ha, over, wrong_one, CREDIT, now)
    assert not Appeal.objects.exclude(decision=None).exists()


def test_an_appeal_can_be_settled_by_a_decision_that_is_there(
    made: Appeal, ha: User, reviewer: User, over: Round, wrong_one: int, now: datetime
) -> None:
    decision = regrade(ha, over, wrong_one, CREDIT, now)
    other = QuestionVersion.objects.filter(pool_members__round=over).exclude(pk=wrong_one)
    elsewhere = regrade(ha, over, other[0].pk, DROP, now)
    with pytest.raises(ContestError, match="không còn hiệu lực"):
        decide_appeal(
            actor=reviewer, appeal=made, accepted=True, answer="Có", now=now, settled_by=elsewhere
        )
    decide_appeal(
        actor=reviewer, appeal=made, accepted=True, answer="Có", now=now, settled_by=decision
    )
    made.refresh_from_db()
    assert made.decision == decision
