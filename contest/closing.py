"""Closing attempts: by the person, or by the deadline, and the result it brings.

A row is written only as it was last read (``rev``, ``state``, ``deadline``, ``saved_at``):
whoever loses a race reads again, so nothing is overwritten. Only the person's own entry is held
while closing.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.statements import Prepared, update_where
from contest import phases
from contest.entries import counts_also_for, refresh_entry, rulings_of
from contest.events import round_changed
from contest.marking import score_paper
from contest.models import Attempt, Entry, Round
from contest.rulings import NO_RULINGS, Rulings
from contest.scoring import essay_digest, receipt

log = logging.getLogger(__name__)


def close_if_overdue(*, attempt: Attempt, now: datetime) -> bool:
    """Close an attempt whose time has run out, with the deadline as its finishing time.

    Whoever looks first does it, and the result does not depend on when. True when it closed.
    """
    while attempt.state == Attempt.State.IN_PROGRESS:
        if phases.takes_answers(attempt.deadline, now):
            return False
        if close(attempt, Attempt.ClosedBy.DEADLINE, now):
            return True
        attempt.refresh_from_db()
    return False


def due(attempt: Attempt, round: Round, in_force: Rulings) -> datetime:
    """When the attempt ends by the round's settings and the decisions in force."""
    return phases.deadline(
        round.window,
        round.time_limit,
        attempt.started_at,
        extra=timedelta(seconds=in_force.extra_s.get(attempt.entry_id, 0)),
        outages=in_force.outages,
    )


def close_overdue(*, now: datetime, limit: int = 1_000) -> int:
    """Close up to ``limit`` overdue attempts of all rounds; returns how many were closed."""
    overdue = Attempt.objects.filter(
        state=Attempt.State.IN_PROGRESS, deadline__lte=now - phases.GRACE
    )
    rows = overdue.select_related("entry__round").order_by("deadline")[:limit]
    closed = 0
    for attempt in rows:
        try:
            closed += close_if_overdue(attempt=attempt, now=now)
        except Exception:  # one damaged attempt must not keep all others open
            log.exception("closing attempt %s", attempt.pk)
    return closed


def missing_answers(attempt: Attempt, taken: dict[str, Any]) -> dict[str, str]:
    """``{question number or "prediction": what to do}`` where the round asks for every answer."""
    round = attempt.entry.round
    if not round.requires_all:
        return {}
    answers = taken.get("answers", attempt.answers)
    blank = [str(n) for n in range(1, attempt.total + 1) if str(n) not in answers]
    missing = {number: f"Câu {number} chưa trả lời." for number in blank}
    if round.prediction_target and taken.get("prediction", attempt.prediction) is None:
        missing["prediction"] = "Hãy trả lời câu dự đoán."
    return missing


@transaction.atomic
def close(attempt: Attempt, closed_by: str, now: datetime, **taken: Any) -> bool:
    """Score and close; False when the attempt changed since it was read."""
    submitted_at = phases.submission_time(attempt.deadline, now)
    entry, round = attempt.entry, attempt.entry.round
    # Held until the commit: whoever decides about this person now waits for the result, or this
    # for the decision, so that neither is computed without the other.
    _hold(entry)
    in_force = rulings_of(round)
    if closed_by == Attempt.ClosedBy.DEADLINE and _was_moved(attempt, round, in_force):
        return False
    answers = taken.get("answers", attempt.answers)
    at_hand_in = score_paper(attempt.paper, answers)
    result = score_paper(attempt.paper, answers, in_force) if in_force.verdicts else at_hand_in
    columns = {
        **taken,
        "state": Attempt.State.FINISHED,
        "closed_by": closed_by,
        "is_complete": not missing_answers(attempt, taken),
        "points": at_hand_in.points,
        "correct": at_hand_in.correct,
        "elapsed_ms": phases.elapsed_ms(attempt.started_at, submitted_at),
        "submitted_at": submitted_at,
        "essay": attempt.essay,  # the very text the receipt is about
    }
    # The receipt vouches for the result by the published key; decisions come on top of it.
    columns["receipt"] = receipt(canonical_result(attempt, columns))
    columns |= {
        "points": result.points, "correct": result.correct, "is_perfect": result.is_perfect,
    }  # fmt: skip
    if not write(attempt, **columns):
        return False
    is_only = in_force is NO_RULINGS and entry.attempts_started == 1 and attempt.is_ranked
    refresh_entry(entry, round, in_force, finished=[attempt] if is_only else None)
    for other in sorted(counts_also_for(round, in_force, [entry.pk])):
        refresh_entry(Entry.objects.select_for_update().get(pk=other), round, in_force)
    round_changed(round.pk)
    return True


_held_entry = Prepared(
    lambda entry: (
        Entry.objects.select_for_update()
        .filter(pk=entry)
        .values_list("attempts_started", "attempts_granted")
    ),
    "entry",
)
_decided = Prepared(
    lambda round: (
        Round.objects.order_by().filter(pk=round).values_list("decisions_rev", "closes_at")
    ),
    "round",
)


def _hold(entry: Entry) -> None:
    """Lock the entry, and learn what was decided while the answers were under way."""
    held, decided = _held_entry.first(entry=entry.pk), _decided.first(round=entry.round_id)
    if held is None or decided is None:
        raise Entry.DoesNotExist
    entry.attempts_started, entry.attempts_granted = held
    entry.round.decisions_rev, entry.round.closes_at = decided


def _was_moved(attempt: Attempt, round: Round, in_force: Rulings) -> bool:
    """Whether a decision gave the attempt another deadline than it was read with."""
    if in_force is NO_RULINGS or (moved := due(attempt, round, in_force)) == attempt.deadline:
        return False
    Attempt.objects.filter(pk=attempt.pk, state=Attempt.State.IN_PROGRESS).update(deadline=moved)
    return True


def write(attempt: Attempt, **columns: Any) -> bool:
    """Write the columns if nobody else wrote since ``attempt`` was read; False when they did."""
    unchanged = {
        "id": attempt.pk,
        "rev": attempt.rev,
        "state": Attempt.State.IN_PROGRESS,
        "deadline": attempt.deadline,
        "saved_at": attempt.saved_at,  # an essay is saved without a number
    }
    if not update_where(Attempt, columns, unchanged):
        return False
    for name, value in columns.items():
        setattr(attempt, name, value)
    return True


def canonical_result(attempt: Attempt, columns: dict[str, Any]) -> dict[str, Any]:
    """What a receipt vouches for; docs/contract.md lists the fields."""
    prediction = columns.get("prediction", attempt.prediction)
    essay = columns.get("essay", attempt.essay)
    return {
        **({"essay": essay_digest(essay)} if essay else {}),
        "attempt": attempt.pk,
        "round": attempt.entry.round_id,
        "entry": attempt.entry_id,
        "number": attempt.number,
        "paper": attempt.paper,
        "answers": columns.get("answers", attempt.answers),
        "prediction": None if prediction is None else f"{prediction:.5f}",
        "points": columns["points"],
        "correct": columns["correct"],
        "elapsed_ms": columns["elapsed_ms"],
        "submitted_at": columns["submitted_at"].astimezone(UTC).isoformat(timespec="milliseconds"),
    }
