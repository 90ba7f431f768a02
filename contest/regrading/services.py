"""Deciding about a question after the fact, and taking it back. Old scores are kept."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from contest.conduct.decisions import (
    decide,
    locked,
    recompute,
    require_not_final,
    require_reason,
    take_back,
)
from contest.conduct.times import hold_running
from contest.entries import decisions_in_force, rulings_of
from contest.errors import ContestError
from contest.models import Appeal, Attempt, Decision, Entry, Round, ScoreChange
from contest.regrading.scores import Change, changes, write
from contest.rulings import ACCEPT, CREDIT, DROP, Ruling, Rulings, rulings
from quizzes.banks import settled_answer
from quizzes.models import QuestionVersion
from quizzes.versions import VersionText, version_texts

_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would be decided about a question version; ``accepted`` are lists of bank keys."""

    version: int
    verdict: str
    accepted: tuple[tuple[str, ...], ...] = ()

    @property
    def data(self) -> dict[str, Any]:
        """As a decision keeps it."""
        return {
            "version": self.version,
            "verdict": self.verdict,
            "accepted": [list(keys) for keys in self.accepted],
        }


class ChangedMeanwhile(ContestError):
    """Something was handed in or decided since the preview; look again before applying."""

    code = "changed_meanwhile"
    message = (
        "Từ lúc xem trước đã có bài mới nộp hoặc quyết định mới. "
        "Hãy xem lại danh sách thay đổi rồi áp dụng."
    )


def proposal(
    *, round: Round, version: QuestionVersion, verdict: str, accepted: Sequence[Sequence[str]]
) -> Proposal:
    """The proposal, checked against the round and the question.

    Raises ``ContestError`` when papers of the round cannot hold the question, or the further
    answers are none, are unknown keys, or are right already.
    """
    if not round.pool_members.filter(version=version).exists():
        raise ContestError("Câu hỏi này không có trong ngân hàng của vòng thi.")
    if verdict in (CREDIT, DROP):
        return Proposal(version.pk, verdict)
    if verdict != ACCEPT:
        raise ContestError("Hãy chọn cách xử lý câu hỏi.")
    text = version_texts([version.pk])[version.pk]
    more = tuple(dict.fromkeys(settled_answer(text.type, keys) for keys in accepted))
    if not more:
        raise ContestError("Hãy chọn đáp án được chấp nhận thêm.")
    for keys in more:
        if fault := _fault(text, keys):
            raise ContestError(fault)
    return Proposal(version.pk, verdict, more)


def _fault(text: VersionText, keys: tuple[str, ...]) -> str:
    """Why these settled keys cannot be a further answer of the question; "" when they can."""
    if not any(keys) or not set(keys) <= set(text.keys):
        return "Có đáp án không nằm trong câu hỏi này."
    if len(set(keys)) != len(keys):
        return "Mỗi phương án chỉ được chọn một lần."
    if text.is_sequence and len(keys) != len(text.answer):
        return "Hãy chọn đủ các vị trí."
    if keys == text.answer:
        return "Đáp án này vốn đã đúng; hãy chọn đáp án khác."
    return ""


def rulings_with(round: Round, proposed: Proposal) -> Rulings:
    """The decisions in force with the proposal as the latest of them."""
    in_force = [Ruling(d.kind, d.entry_id, d.data) for d in decisions_in_force(round)]
    there = rulings_of(round)
    return rulings([*in_force, Ruling("regrade", None, proposed.data)], there.merged)


def digest_of(round: Round, proposed: Proposal) -> str:
    """Names what a preview was made of: the proposal, the finished attempts, the decisions."""
    finished = Attempt.objects.filter(entry__round=round, state=Attempt.State.FINISHED)
    rev = Round.objects.values_list("decisions_rev", flat=True).get(pk=round.pk)
    last = finished.order_by("-pk").values_list("pk", flat=True).first()
    text = f"{proposed.data}|{finished.count()}|{last}|{rev}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@transaction.atomic
def apply_regrade(
    *,
    actor: User,
    round: Round,
    proposed: Proposal,
    reason: str,
    now: datetime,
    seen: str | None = None,
) -> Decision:
    """Decide, keep the old scores beside the new ones, and compute the board again.

    ``seen`` is the ``digest_of`` the preview that was looked at. Raises ``ChangedMeanwhile``,
    ``RoundIsFinal``, or ``ContestError`` without a reason.
    """
    said, round = require_reason(reason), locked(round)
    require_not_final(round)
    hold_running(round)  # an attempt handed in at this moment is scored by this too
    if seen is not None and seen != digest_of(round, proposed):
        raise ChangedMeanwhile
    found = list(changes(round, proposed.version, rulings_with(round, proposed)))
    decision = decide(
        actor=actor,
        kind=Decision.Kind.REGRADE,
        contest=round.contest,
        round=round,
        data=proposed.data,
        reason=said,
        now=now,
        before={"points": sum(c.points_before for c in found)},
        after={"points": sum(c.points_after for c in found), "attempts": len(found)},
    )
    ScoreChange.objects.bulk_create(
        (_score_change(decision, change) for change in found), batch_size=1_000
    )
    _store(round, found)
    _settle_appeals(decision)
    return decision


def _settle_appeals(decision: Decision) -> None:
    """Accepted appeals about the question that wait for it, or lost theirs, remember this one."""
    waiting = Q(decision=None) | Q(decision__undone_at__isnull=False)
    Appeal.objects.filter(
        waiting,
        round=decision.round_id,
        version=decision.data["version"],
        status=Appeal.Status.ACCEPTED,
    ).update(decision=decision)


@transaction.atomic
def take_back_regrade(*, actor: User, decision: Decision, reason: str, now: datetime) -> Decision:
    """Undo: scores and board are what they would be without the decision.

    What the decision changed stays on record. Raises ``RoundIsFinal`` or ``ContestError``.
    """
    if decision.kind != Decision.Kind.REGRADE or decision.round is None:
        raise ContestError("Đây không phải quyết định chấm lại.")
    round = locked(decision.round)
    require_not_final(round)
    hold_running(round)
    undone = take_back(decision=decision, actor=actor, reason=reason, now=now)
    round.refresh_from_db()
    _store(round, list(changes(round, int(decision.data["version"]), rulings_of(round))))
    return undone


def _store(round: Round, found: list[Change]) -> None:
    write(found)
    round.refresh_from_db(fields=["decisions_rev"])
    touched = sorted(touched_entries(found, rulings_of(round)))
    for first in range(0, len(touched), _BATCH):
        recompute(round, Entry.objects.filter(pk__in=touched[first : first + _BATCH]))


def touched_entries(found: list[Change], in_force: Rulings) -> set[int]:
    """Entries to compute again: those of the attempts, and those they count for."""
    own = {change.entry for change in found}
    return own | {in_force.kept(entry) for entry in own}


def _score_change(decision: Decision, change: Change) -> ScoreChange:
    return ScoreChange(
        decision=decision,
        attempt_id=change.attempt,
        points_before=change.points_before,
        points_after=change.points_after,
        correct_before=change.correct_before,
        correct_after=change.correct_after,
    )
