"""Appeals: a competitor disputes a question, somebody who did not make it decides."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from contest import visibility
from contest.audit import record
from contest.conduct.decisions import locked, require_reason
from contest.errors import ContestError, InvalidAnswers
from contest.models import Appeal, Attempt, Decision, Round
from contest.payloads import may_see_solutions
from contest.regrading.appeal_rules import Appealing, reason_not_to_decide, refusal, text_fault
from quizzes.desk.soundness import writers
from quizzes.models import Clause, QuestionVersion, VersionEvent

APPROVING = (VersionEvent.Action.APPROVED, VersionEvent.Action.CONFIRMED)


def clauses_to_cite(version: QuestionVersion) -> list[Clause]:
    """The clauses of the question's document in order, the question's own first."""
    clauses = Clause.objects.filter(programme=version.question.programme_id).order_by("position")
    return sorted(clauses, key=lambda clause: clause.pk != version.clause_id)


def reason_not_to_appeal(attempt: Attempt, number: int, now: datetime) -> str:
    """Why the owner of the attempt cannot appeal against this question now; "" if they can."""
    mine = Appeal.objects.filter(entry=attempt.entry_id)
    return refusal(
        Appealing(
            is_finished=attempt.state == Attempt.State.FINISHED,
            solutions_visible=may_see_solutions(attempt, now),
            is_final=attempt.entry.round.finalised_at is not None,
            has_question=1 <= number <= attempt.total,
            made=mine.filter(attempt=attempt, question_number=number).exists(),
            open_appeals=mine.filter(status=Appeal.Status.OPEN).count(),
        )
    )


@transaction.atomic
def make_appeal(*, attempt: Attempt, number: int, clause: str, text: str, now: datetime) -> Appeal:
    """Appeal against question ``number`` of an own attempt, citing the clause of this code.

    Raises ``InvalidAnswers`` with ``fields`` for the clause or the text, ``ContestError`` when
    no appeal can be made.
    """
    # Appeals queue up here, so that two sent at once are counted one after the other, and none
    # slips in beside the final result.
    locked(attempt.entry.round)
    attempt = Attempt.objects.select_related("entry__round__contest").get(pk=attempt.pk)
    if reason := reason_not_to_appeal(attempt, number, now):
        raise ContestError(reason)
    version = question_at(attempt, number)
    said = text.strip()
    faults = {}
    if clause not in {cited.code for cited in clauses_to_cite(version)}:
        faults["clause"] = "Hãy chọn điều khoản trong danh sách."
    if fault := text_fault(said):
        faults["text"] = fault
    if faults:
        raise InvalidAnswers("Đề nghị phúc khảo chưa hợp lệ.", fields=faults)
    return Appeal.objects.create(
        round=attempt.entry.round,
        entry=attempt.entry,
        attempt=attempt,
        version=version,
        question_number=number,
        clause_code=clause,
        text=said,
        made_at=now,
    )


def question_at(attempt: Attempt, number: int) -> QuestionVersion:
    """The question version under this number of the attempt's paper."""
    versions = QuestionVersion.objects.select_related("question__programme", "clause")
    return versions.get(pk=attempt.paper[number - 1]["v"])


# -- Deciding ------------------------------------------------------------------------------------


def why_not_decide(actor: User, appeal: Appeal) -> str:
    """Why this reviewer leaves the appeal to somebody else; "" when they may decide it."""
    approved = appeal.version.events.filter(action__in=APPROVING, actor__isnull=False)
    return reason_not_to_decide(
        actor=actor.pk,
        author=appeal.entry.user_id,
        writers=writers(appeal.version),
        approvers=set(approved.values_list("actor_id", flat=True)),
    )


@transaction.atomic
def decide_appeal(
    *,
    actor: User,
    appeal: Appeal,
    accepted: bool,
    answer: str,
    now: datetime,
    settled_by: Decision | None = None,
) -> Appeal:
    """Accept or reject an open appeal with an answer that its author and the public read.

    ``settled_by``: a decision in force about the question that already does what an accepted
    appeal asks for. Accepting by itself changes no points. Raises ``ContestError`` without an
    answer, when somebody else decided first, or for people who made the question.
    """
    said = require_reason(answer)
    appeal = held(appeal)
    if appeal.status != Appeal.Status.OPEN:
        raise ContestError(
            f"Đề nghị này đã được {appeal.decided_by_name} kết luận. Hãy đọc kết luận dưới đây."
        )
    if reason := why_not_decide(actor, appeal):
        raise ContestError(reason)
    if settled_by is not None and not decisions_about(appeal).filter(pk=settled_by.pk).exists():
        raise ContestError("Quyết định được chọn không còn hiệu lực với câu hỏi này.")
    appeal.status = Appeal.Status.ACCEPTED if accepted else Appeal.Status.REJECTED
    appeal.answer, appeal.decided_at = said, now
    appeal.decided_by, appeal.decided_by_name = actor, str(actor)
    appeal.decision = settled_by if accepted else None
    appeal.save()
    record(
        actor=actor,
        action="accept_appeal" if accepted else "reject_appeal",
        subject=f"round:{appeal.round_id}",
        reason=said,
        before={"appeal": appeal.pk, "status": Appeal.Status.OPEN},
        after={
            "appeal": appeal.pk,
            "status": appeal.status,
            "version": appeal.version_id,
            "decision": appeal.decision_id,
        },
    )
    return appeal


def held(appeal: Appeal) -> Appeal:
    """The appeal as it is now, held until the transaction ends."""
    rows = Appeal.objects.select_for_update(of=("self",)).select_related(
        "entry", "version__question__programme", "round__contest"
    )
    return rows.get(pk=appeal.pk)


def decisions_about(appeal: Appeal) -> QuerySet[Decision]:
    """Decisions in force about the question of an appeal."""
    return Decision.objects.filter(
        round=appeal.round_id,
        kind=Decision.Kind.REGRADE,
        undone_at=None,
        data__version=appeal.version_id,
    )


# -- The public log ------------------------------------------------------------------------------


def is_public(round: Round, now: datetime) -> bool:
    """Whether everybody may read the appeals of a round: they speak of keys."""
    seen = round.visibility
    return visibility.result_visible(seen, now) and visibility.solutions_visible(
        seen, now, may_try_again=True
    )
