"""The essay of a round: written beside the questions, marked by people, without names."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from accounts.models import User
from contest.audit import record
from contest.closing import close_if_overdue
from contest.conduct.decisions import locked, recompute, require_not_final, require_reason
from contest.conduct.times import with_kept
from contest.errors import AttemptClosed, ContestError, InvalidAnswers
from contest.events import round_changed
from contest.models import Attempt, Round

MOST_CHARACTERS = 30_000


def save_essay(*, attempt: Attempt, text: str, now: datetime) -> Attempt:
    """Keep the essay as it stands; the last text to arrive in time counts.

    Raises ``InvalidAnswers`` for a round without essay or a text too long, ``AttemptClosed``
    after the end.
    """
    if not attempt.entry.round.essay_prompt:
        raise InvalidAnswers(fields={"essay": "Vòng thi này không có câu tự luận."})
    require_length(text)
    close_if_overdue(attempt=attempt, now=now)
    running = Attempt.objects.filter(pk=attempt.pk, state=Attempt.State.IN_PROGRESS)
    if not running.update(essay=text, saved_at=now):
        raise AttemptClosed(attempt=attempt)
    attempt.essay, attempt.saved_at = text, now
    return attempt


def require_length(text: str) -> None:
    """``InvalidAnswers`` when the essay is longer than anybody is asked to write."""
    if len(text) > MOST_CHARACTERS:
        limit = f"{MOST_CHARACTERS:,}".replace(",", ".")
        raise InvalidAnswers(fields={"essay": f"Bài tự luận dài quá {limit} ký tự."})


def to_mark(round: Round) -> QuerySet[Attempt]:
    """Essays of finished attempts that rank, unmarked first, in an order that tells nothing."""
    written = Attempt.objects.filter(
        entry__round=round, state=Attempt.State.FINISHED, is_ranked=True
    ).exclude(essay="")
    return written.order_by(F("essay_points").asc(nulls_first=True), "receipt")


@transaction.atomic
def mark_essay(
    *, actor: User, attempt: Attempt, points: int, reason: str, now: datetime
) -> Attempt:
    """Give an essay its points, or other points than before, for which a reason is asked.

    Raises ``ContestError`` for points beyond the round's, ``RoundIsFinal`` afterwards.
    """
    # Marks queue up: two of one person must both be seen, and none slips in beside a final result.
    round = locked(attempt.entry.round)
    attempt = Attempt.objects.get(pk=attempt.pk)
    require_not_final(round)
    if attempt.state != Attempt.State.FINISHED or not attempt.essay:
        raise ContestError("Bài này chưa nộp hoặc không có phần tự luận.")
    if not 0 <= points <= round.essay_points:
        raise ContestError(f"Điểm tự luận cần là số nguyên từ 0 đến {round.essay_points}.")
    before = attempt.essay_points
    said = reason.strip() if before is None else require_reason(reason)
    attempt.essay_points, attempt.essay_marked_at = points, now
    attempt.save(update_fields=["essay_points", "essay_marked_at"])
    recompute(round, with_kept(round, [attempt.entry_id]))
    record(
        actor=actor,
        action="mark_essay",
        subject=f"round:{round.pk}",
        reason=said,
        before={"attempt": attempt.pk, "essay_points": before},
        after={"attempt": attempt.pk, "essay_points": points},
    )
    round_changed(round.pk)
    return attempt
