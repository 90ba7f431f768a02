"""Making a decision and taking it back: the one way anything moves a result after the fact.

A decision is a row; results are recomputed from attempts and the decisions in force, so taking
one back restores exactly what was before. Every service that decides calls ``decide`` and then
recomputes what the decision touches.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from accounts.models import User
from contest.audit import record
from contest.entries import refresh_entry, rulings_of
from contest.errors import ContestError, RoundIsFinal
from contest.events import round_changed
from contest.models import Contest, Decision, Entry, Round


def require_reason(reason: str) -> str:
    """The reason without blanks around it, or a refusal that asks for one."""
    said = reason.strip()
    if not said:
        raise ContestError("Hãy ghi lý do của quyết định này.")
    return said


def require_not_final(round: Round) -> None:
    """``RoundIsFinal`` once the final result is published and no correction is being prepared."""
    if round.finalised_at is not None and round.reopened_at is None:
        raise RoundIsFinal


def locked(round: Round) -> Round:
    """The round as it is now, held until the transaction ends: decisions queue up.

    Its key is left free: people who start their first attempt refer to it and do not wait.
    """
    rounds = Round.objects.select_related("contest")
    return rounds.select_for_update(of=("self",), no_key=True).get(pk=round.pk)


@transaction.atomic
def decide(
    *,
    actor: User,
    kind: str,
    reason: str,
    now: datetime,
    contest: Contest | None,
    round: Round | None = None,
    entry: Entry | None = None,
    user: User | None = None,
    data: dict[str, Any] | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> Decision:
    """Write the decision and its audit record, and make the rounds it is about look for it.

    ``before`` and ``after`` are what the audit shows, JSON-ready. The caller recomputes what
    the decision touches in the same transaction. Raises ``ContestError`` without a reason.
    """
    decision = Decision.objects.create(
        contest=contest,
        round=round,
        entry=entry,
        user=user,
        kind=kind,
        data=data or {},
        reason=require_reason(reason),
        made_at=now,
        made_by=actor,
        made_by_name=str(actor),
    )
    # Rounds before the audit, as everybody who holds a round does it: nobody waits in a circle.
    announce(rounds_of(decision))
    record(
        actor=actor,
        action=kind,
        subject=_subject(decision),
        reason=decision.reason,
        before=before,
        after={**_sealed(decision.data), **(after or {}), "decision": decision.pk},
    )
    return decision


@transaction.atomic
def take_back(*, decision: Decision, actor: User, reason: str, now: datetime) -> Decision:
    """Mark the decision as no longer in force. The caller recomputes what it touched.

    Raises ``ContestError`` when it was taken back before, or without a reason.
    """
    said = require_reason(reason)
    decision = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if not decision.is_in_force:
        raise ContestError("Quyết định này đã được thu hồi trước đó.")
    decision.undone_at, decision.undone_by = now, actor
    decision.undone_by_name, decision.undo_reason = str(actor), said
    decision.save(update_fields=["undone_at", "undone_by", "undone_by_name", "undo_reason"])
    announce(rounds_of(decision))
    record(
        actor=actor,
        action=f"undo_{decision.kind}",
        subject=_subject(decision),
        reason=said,
        before={**_sealed(decision.data), "decision": decision.pk},
    )
    return decision


def _sealed(data: dict[str, Any]) -> dict[str, Any]:
    """What of a decision goes into the audit: names stay outside, see ``contest.audit``."""
    return {name: value for name, value in data.items() if name != "name"}


def _subject(decision: Decision) -> str:
    if decision.round_id:
        return f"round:{decision.round_id}"
    return f"contest:{decision.contest_id}" if decision.contest_id else f"user:{decision.user_id}"


def rounds_of(decision: Decision) -> QuerySet[Round]:
    """The rounds a decision is about: one, all of its contest, or all there are."""
    if decision.round_id:
        return Round.objects.filter(pk=decision.round_id)
    if decision.contest_id:
        return Round.objects.filter(contest=decision.contest_id)
    return Round.objects.filter(published_at__isnull=False)


def announce(rounds: QuerySet[Round]) -> None:
    """Make finishes look for decisions, and boards compute anew after the commit."""
    rounds.update(decisions_rev=F("decisions_rev") + 1)
    for round_id in rounds.values_list("pk", flat=True):
        round_changed(round_id)


@transaction.atomic
def recompute(round: Round, entries: QuerySet[Entry]) -> None:
    """Compute entries again from their attempts and the decisions in force now.

    Each entry is held before its attempts are read: one handed in at this moment is waited for.
    """
    round.refresh_from_db()
    in_force = rulings_of(round)
    held = Entry.objects.select_for_update(of=("self",)).filter(
        pk__in=entries.order_by().values("pk")
    )
    for entry in held.order_by("pk").iterator(chunk_size=500):
        refresh_entry(entry, round, in_force)
