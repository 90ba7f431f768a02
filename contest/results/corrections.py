"""Correcting a published result: one person opens it with a reason, another one signs it.

While a correction is open decisions are possible again and the published table stays as it is.
Signing adds a result; the old one is never touched.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from contest.audit import record
from contest.conduct.decisions import locked, require_reason
from contest.errors import ContestError
from contest.events import round_changed
from contest.models import Attempt, AuditRecord, Decision, Round, RoundResult
from contest.results.finalising import facts_of, make_result, require_ready
from contest.results.refusals import NoCorrection, SecondPersonRequired
from contest.results.writing import Making

_OPENED = "open_correction"


@transaction.atomic
def open_correction(*, actor: User, round: Round, reason: str, now: datetime) -> Round:
    """Make decisions about a final round possible again. Raises ``ContestError`` without a
    reason, without a final result, or when a correction is open already."""
    said = require_reason(reason)
    round = locked(round)
    if round.finalised_at is None:
        raise ContestError("Vòng thi chưa có kết quả chính thức nên chưa có gì để đính chính.")
    if round.reopened_at is not None:
        raise ContestError("Một bản đính chính của vòng thi này đang được lập.")
    round.reopened_at = now
    round.save(update_fields=["reopened_at"])
    record(actor=actor, action=_OPENED, subject=f"round:{round.pk}", reason=said)
    round_changed(round.pk)
    return round


def opening_of(round: Round) -> AuditRecord | None:
    """Who opened the correction that is being prepared, when and why; None without one."""
    if round.reopened_at is None:
        return None
    opened = AuditRecord.objects.filter(subject=f"round:{round.pk}", action=_OPENED)
    return opened.select_related("actor").order_by("-id").first()


@transaction.atomic
def sign_correction(
    *, actor: User, round: Round, now: datetime, despite_appeals: bool = False, reason: str = ""
) -> RoundResult:
    """Publish the table as attempts and decisions make it now, as a further result.

    Raises ``NoCorrection``, ``SecondPersonRequired`` for whoever opened it, ``CannotFinalise``.
    ``reason``: why appeals may stay open; the result's own is the one it was opened for.
    """
    round = locked(round)
    opened = _require_opened(round)
    if opened.actor_id == actor.pk:
        raise SecondPersonRequired
    require_ready(round, now, despite_appeals=despite_appeals, reason=reason)
    making = Making(
        RoundResult.Kind.CORRECTION, now, opened.actor, signed_by=actor, reason=opened.reason
    )
    result, scored = make_result(round, making)
    _close(round)
    record(
        actor=actor,
        action="sign_correction",
        subject=f"round:{round.pk}",
        reason=reason.strip() or opened.reason,
        after=facts_of(result, scored),
    )
    return result


@transaction.atomic
def drop_correction(*, actor: User, round: Round, reason: str) -> Round:
    """Give the correction up. Refused while decisions or marks made for it hold, because then
    the published table would no longer be what attempts and decisions say."""
    said = require_reason(reason)
    round = locked(round)
    _require_opened(round)
    if changed := decided_since(round):
        raise ContestError(
            f"Đã có {changed} thay đổi về quyết định hoặc điểm tự luận từ khi mở đính chính. Hãy "
            "thu hồi các thay đổi đó trước, hoặc nhờ người khác ký bản đính chính."
        )
    _close(round)
    record(actor=actor, action="drop_correction", subject=f"round:{round.pk}", reason=said)
    return round


def decided_since(round: Round) -> int:
    """How many decisions and marks of essays differ from those when the correction was opened."""
    since = round.reopened_at
    about = Q(round=round) | Q(round=None, contest=round.contest_id)
    made = Q(made_at__gte=since, undone_at=None)
    taken_back = Q(made_at__lt=since, undone_at__gte=since)
    return Decision.objects.filter(about, made | taken_back).count() + _marked_otherwise(round)


def _marked_otherwise(round: Round) -> int:
    """Essays whose points are not those from before the correction, as the audit has them."""
    opened = opening_of(round)
    if opened is None:
        return 0
    marks = AuditRecord.objects.filter(
        subject=f"round:{round.pk}", action="mark_essay", pk__gt=opened.pk
    ).order_by("-pk")  # of one attempt the earliest stays in the dictionary
    before = {mark.before["attempt"]: mark.before["essay_points"] for mark in marks}
    points = Attempt.objects.filter(pk__in=before).values_list("pk", "essay_points")
    return sum(now != before[attempt] for attempt, now in points)


def _require_opened(round: Round) -> AuditRecord:
    opened = opening_of(round)
    if opened is None:
        raise NoCorrection
    return opened


def _close(round: Round) -> None:
    round.reopened_at = None
    round.save(update_fields=["reopened_at"])
    round_changed(round.pk)
