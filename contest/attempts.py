"""What a competitor does: start, save, finish. And closing what time has ended.

Answers are recorded by one conditional UPDATE (``rev`` and ``state`` as last read): whoever
loses a race reads again and is judged again, so nothing is overwritten and no row is locked.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.access import holds_duty, primary_unit
from accounts.models import Unit, User
from contest import phases
from contest.entries import refresh_entry
from contest.errors import (
    AttemptClosed,
    AttemptsUsed,
    InvalidAnswers,
    RoundNotOpen,
    StaleRev,
    UnitRequired,
)
from contest.events import round_changed
from contest.journal import Verdict, judge
from contest.models import Attempt, Entry, RefusedSave, Round
from contest.papers import (
    Answers,
    Candidate,
    Line,
    PaperItem,
    answer_faults,
    attempt_seed,
    draw,
    merged,
    settled,
)
from contest.scoring import Key, receipt, score
from quizzes.versions import version_texts

log = logging.getLogger(__name__)


def start_attempt(*, user: User, round: Round, now: datetime) -> tuple[Attempt, bool]:
    """The attempt to work on, and whether it is new.

    An attempt in progress is given back whatever device asks; an overdue one is closed first.
    Raises ``RoundNotOpen``, ``AttemptsUsed`` or ``UnitRequired``.
    """
    entry, _ = Entry.objects.get_or_create(user=user, round=round)
    entry.round = round
    while True:
        running = running_attempt(entry)
        if running is not None:
            close_if_overdue(attempt=running, now=now)
            if running.state == Attempt.State.IN_PROGRESS:
                return running, False
        _require_start(round, entry, now)
        unit = primary_unit(user)
        if unit is None:
            raise UnitRequired
        if attempt := _create_attempt(entry, unit, not holds_duty(user), now):
            return attempt, True
        # The same person started on another device at this moment: look again.
        entry.refresh_from_db(fields=["attempts_started"])


def running_attempt(entry: Entry) -> Attempt | None:
    """The entry's attempt in progress; the database allows one at most."""
    return (
        Attempt.objects.select_related("entry__round__contest")
        .filter(entry=entry, state=Attempt.State.IN_PROGRESS)
        .first()
    )


def _require_start(round: Round, entry: Entry, now: datetime) -> None:
    state = phases.state(round.window, now)
    if state == phases.State.SCHEDULED:
        raise RoundNotOpen("Vòng thi chưa mở.")
    if state != phases.State.OPEN:
        raise RoundNotOpen("Vòng thi đã đóng, không bắt đầu lượt mới được nữa.")
    if round.attempts_allowed is not None and entry.attempts_started >= round.attempts_allowed:
        raise AttemptsUsed(f"Bạn đã dùng hết {round.attempts_allowed} lượt của vòng này.")


@transaction.atomic
def _create_attempt(entry: Entry, unit: Unit, is_ranked: bool, now: datetime) -> Attempt | None:
    """Count and create in one transaction; None when another start was counted first."""
    number = entry.attempts_started + 1
    counted = Entry.objects.filter(pk=entry.pk, attempts_started=entry.attempts_started)
    if not counted.update(attempts_started=F("attempts_started") + 1):
        return None
    round = entry.round
    attempt = Attempt.objects.create(
        entry=entry,
        number=number,
        unit=unit,
        is_ranked=is_ranked,
        started_at=now,
        deadline=phases.deadline(round.window, round.time_limit, now),
        paper=draw_paper(round, attempt_seed(round.secret, entry.pk, number)),
    )
    round_changed(round.pk)
    return attempt


def draw_paper(round: Round, seed: bytes) -> list[PaperItem]:
    """The paper of a published round for one seed; recomputable by anybody who has the seed."""
    lines = round.lines.order_by("position")
    blueprint = [
        Line(line.count, line.points, tuple(ids))
        for line, ids in zip(lines, round.pools, strict=True)
    ]
    texts = version_texts(v for line in blueprint for v in line.version_ids)
    pool = {v: Candidate(v, text.keys, text.has_fixed_order) for v, text in texts.items()}
    return draw(blueprint, pool, seed)


def save_answers(*, attempt: Attempt, rev: int, answers: Answers, now: datetime) -> Attempt:
    """Merge answers into the attempt under the number ``rev``.

    Returns the attempt as stored. A replay of a save taken before changes nothing. Raises
    ``InvalidAnswers``, ``StaleRev`` (kept in the history) or ``AttemptClosed``.
    """
    change = _checked(attempt, answers)
    while True:
        close_if_overdue(attempt=attempt, now=now)
        verdict = judge(attempt.journal, attempt.rev, rev, change)
        if verdict is Verdict.REPLAY:
            return attempt
        if attempt.state == Attempt.State.FINISHED:
            _remember_refusal(attempt, rev, change, "closed", now)
            raise AttemptClosed(attempt=attempt)
        if verdict is Verdict.STALE:
            _remember_refusal(attempt, rev, change, "stale", now)
            raise StaleRev(attempt=attempt)
        if _write(attempt, **_taken(attempt, rev, change, now)):
            return attempt
        attempt.refresh_from_db()


def finish_attempt(
    *,
    attempt: Attempt,
    rev: int,
    answers: Answers,
    prediction: Decimal | None,
    now: datetime,
) -> Attempt:
    """Hand in the attempt with these last answers; doing it again gives the same result.

    After the deadline nothing is taken: the attempt stands as closed by the deadline.
    Raises ``InvalidAnswers`` or ``StaleRev``.
    """
    change = _checked(attempt, answers)
    while attempt.state == Attempt.State.IN_PROGRESS:
        if close_if_overdue(attempt=attempt, now=now):
            break
        nothing_new = rev == attempt.rev and merged(attempt.answers, change) == attempt.answers
        if rev <= attempt.rev and not nothing_new:
            _remember_refusal(attempt, rev, change, "stale", now)
            raise StaleRev(attempt=attempt)
        taken = _taken(attempt, rev, change, now) if rev > attempt.rev else {}
        if prediction is not None:
            taken["prediction"] = prediction
        if _close(attempt, Attempt.ClosedBy.PERSON, now, **taken):
            break
        attempt.refresh_from_db()
    return attempt


def close_if_overdue(*, attempt: Attempt, now: datetime) -> bool:
    """Close an attempt whose time has run out, with the deadline as its finishing time.

    Whoever looks first does it, and the result does not depend on when. True when it closed.
    """
    while attempt.state == Attempt.State.IN_PROGRESS:
        if phases.takes_answers(attempt.deadline, now):
            return False
        if _close(attempt, Attempt.ClosedBy.DEADLINE, now):
            return True
        attempt.refresh_from_db()
    return False


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


def _checked(attempt: Attempt, answers: Answers) -> Answers:
    texts = version_texts(item["v"] for item in attempt.paper)
    types = {version_id: text.type for version_id, text in texts.items()}
    if faults := answer_faults(attempt.paper, types, answers):
        raise InvalidAnswers(fields=faults)
    return settled(attempt.paper, types, answers)


def _taken(attempt: Attempt, rev: int, change: Answers, now: datetime) -> dict[str, Any]:
    """The columns a save writes: answers, number and its line in the journal."""
    line = [rev, phases.elapsed_ms(attempt.started_at, now), change]
    return {
        "rev": rev,
        "answers": merged(attempt.answers, change),
        "journal": [*attempt.journal, line],
    }


def _write(attempt: Attempt, **columns: Any) -> bool:
    """Write the columns if nobody else wrote since ``attempt`` was read; False when they did."""
    unchanged = Attempt.objects.filter(
        pk=attempt.pk, rev=attempt.rev, state=Attempt.State.IN_PROGRESS
    )
    if not unchanged.update(**columns):
        return False
    for name, value in columns.items():
        setattr(attempt, name, value)
    return True


@transaction.atomic
def _close(attempt: Attempt, closed_by: str, now: datetime, **taken: Any) -> bool:
    """Score and close; False when the attempt changed since it was read."""
    submitted_at = phases.submission_time(attempt.deadline, now)
    answers = taken.get("answers", attempt.answers)
    texts = version_texts(item["v"] for item in attempt.paper)
    keys = {v: Key(text.type, text.answer) for v, text in texts.items()}
    result = score(attempt.paper, answers, keys)
    columns = {
        **taken,
        "state": Attempt.State.FINISHED,
        "closed_by": closed_by,
        "points": result.points,
        "correct": result.correct,
        "elapsed_ms": phases.elapsed_ms(attempt.started_at, submitted_at),
        "submitted_at": submitted_at,
    }
    columns["receipt"] = receipt(canonical_result(attempt, columns))
    if not _write(attempt, **columns):
        return False
    refresh_entry(attempt.entry, attempt.entry.round.ranking_keys)
    round_changed(attempt.entry.round_id)
    return True


def canonical_result(attempt: Attempt, columns: dict[str, Any]) -> dict[str, Any]:
    """What a receipt vouches for; docs/contract.md lists the fields."""
    prediction = columns.get("prediction", attempt.prediction)
    return {
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


def _remember_refusal(
    attempt: Attempt, rev: int, change: Answers, reason: str, now: datetime
) -> None:
    RefusedSave.objects.create(
        attempt=attempt, rev=rev, answers=change, reason=reason, received_at=now
    )
