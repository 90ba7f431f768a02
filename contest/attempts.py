"""What a competitor does: start, save, finish. And closing what time has ended.

Answers are recorded by one conditional UPDATE (``closing.write``: only the row as it was last
read): whoever loses a race reads again and is judged again, so nothing is overwritten and no row
is locked.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, cast

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.models import User
from accounts.statements import Prepared, columns, insert, models_of, update_where
from contest import phases, wording
from contest.admission import Admission, admission
from contest.closing import close, close_if_overdue, missing_answers, write
from contest.drawing import draw_paper, plan_of_opened
from contest.entries import rulings_of
from contest.errors import (
    AttemptClosed,
    AttemptsUsed,
    Incomplete,
    InvalidAnswers,
    OutsideHours,
    RoundNotOpen,
    RoundPaused,
    StaleRev,
)
from contest.events import round_changed
from contest.journal import Verdict, judge
from contest.models import Attempt, Entry, RefusedSave, Round
from contest.papers import Answers, answer_faults, attempt_seed, merged, settled
from quizzes.versions import version_texts


def start_attempt(
    *, user: User, round: Round, now: datetime, device: str = ""
) -> tuple[Attempt, bool]:
    """The attempt to work on, and whether it is new.

    An attempt in progress is given back whatever device asks; an overdue one is closed first.
    ``device`` is a random name of the browser, kept with the attempt. Raises ``RoundNotOpen``,
    ``OutsideHours``, ``RoundPaused``, ``AttemptsUsed``, or what ``admission`` raises.
    """
    while True:
        entry = entry_of(user, round)
        if entry is not None and entry.attempts_started:
            entry.round = round
            running = running_attempt(entry)
            if running is not None:
                close_if_overdue(attempt=running, now=now)
                if running.state == Attempt.State.IN_PROGRESS:
                    return running, False
        entry = entry or Entry(user=user, round=round)
        require_start(round, entry, now)
        plan = plan_of_opened(round)
        admitted = admission(user=user, round=round, now=now, divisions=plan.divisions)
        if attempt := _create_attempt(round, entry, admitted, now, device):
            return attempt, True
        # The same person started on another device at this moment: look again.


_entries = Prepared(
    lambda user, round: (
        Entry.objects.filter(user=user, round=round).order_by().values_list(*columns(Entry))
    ),
    "user",
    "round",
)


def entry_of(user: User, round: Round) -> Entry | None:
    """The person's entry in the round; there is none before they first press Start, unless a
    decision granted them something."""
    row = _entries.first(user=user.pk, round=round.pk)
    return cast(Entry, models_of(row, Entry)[0]) if row else None


_running = Prepared(
    lambda entry: (
        Attempt.objects.filter(entry=entry, state=Attempt.State.IN_PROGRESS)
        .order_by()
        .values_list("pk")
    ),
    "entry",
)


def running_attempt(entry: Entry) -> Attempt | None:
    """The entry's attempt in progress; the database allows one at most."""
    found = _running.first(entry=entry.pk) if entry.pk else None
    if found is None:
        return None
    return Attempt.objects.select_related("entry__round__contest").filter(pk=found[0]).first()


def attempts_allowed(round: Round, entry: Entry) -> int | None:
    """How many attempts the person may start with this account; None for any number.

    Attempts granted come on top; those of accounts merged into it were the same person's.
    """
    if round.attempts_allowed is None:
        return None
    own = round.attempts_allowed + entry.attempts_granted
    return max(0, own - _started_elsewhere(round, entry))


def _started_elsewhere(round: Round, entry: Entry) -> int:
    """Attempts started with accounts that count for this one."""
    others = set(rulings_of(round).counting_for(entry.pk)) - {entry.pk}
    if not others:
        return 0
    started = Entry.objects.filter(pk__in=others).values_list("attempts_started", flat=True)
    return sum(started)


def require_start(round: Round, entry: Entry, now: datetime) -> None:
    """Raise why no new attempt of this entry can start at ``now``, if there is a reason."""
    state = phases.state(round.window, now)
    if state == phases.State.SCHEDULED:
        raise RoundNotOpen("Vòng thi chưa mở.")
    if state != phases.State.OPEN:
        raise RoundNotOpen("Vòng thi đã đóng, không bắt đầu lượt mới được nữa.")
    if round.paused_at is not None:
        raise RoundPaused
    if phases.session_end(round.window, now) is None:
        raise OutsideHours(wording.outside_hours(round.window, now))
    allowed = attempts_allowed(round, entry)
    if allowed is not None and entry.attempts_started >= allowed:
        raise AttemptsUsed(f"Bạn đã dùng hết {allowed} lượt của vòng này.")


def _create_attempt(
    round: Round, entry: Entry, admitted: Admission, now: datetime, device: str
) -> Attempt | None:
    """Count and create in one transaction; None when another start was counted first."""
    try:
        with transaction.atomic():
            return _created(round, entry, admitted, now, device)
    except _CountedFirst:
        return None


class _CountedFirst(Exception):
    """The same person started on another device at this moment."""


def _created(
    round: Round, entry: Entry, admitted: Admission, now: datetime, device: str
) -> Attempt:
    deadline = phases.deadline(
        round.window, round.time_limit, now, extra=timedelta(seconds=entry.extra_time_s)
    )
    if deadline > round.closes_at:  # the round before the entry, in the order decisions hold them
        _wait_for(round, deadline)
    _count(entry)
    seed = attempt_seed(round.secret, entry.pk, entry.attempts_started)
    attempt = Attempt(
        entry=entry,
        number=entry.attempts_started,
        unit=admitted.unit,
        division=admitted.division,
        is_ranked=admitted.is_ranked,
        started_at=now,
        deadline=deadline,
        paper=draw_paper(round, seed, admitted.division_id, plan_of_opened(round)),
        device=device[:32],
    )
    insert(attempt)
    round_changed(round.pk)
    return attempt


def _count(entry: Entry) -> None:
    """Count one more start of the entry, which the first one makes; ``_CountedFirst`` when
    somebody else counted since it was read."""
    before = entry.attempts_started
    entry.attempts_started += 1
    if entry._state.adding:
        try:
            insert(entry)
        except IntegrityError as made:
            raise _CountedFirst from made
        return
    unchanged = {"id": entry.pk, "attempts_started": before}
    if not update_where(Entry, {"attempts_started": entry.attempts_started}, unchanged):
        raise _CountedFirst


def _wait_for(round: Round, deadline: datetime) -> None:
    """Granted time reaches beyond the close: nothing that waits for all answers comes sooner."""
    sooner = Q(answers_until=None) | Q(answers_until__lt=deadline)
    Round.objects.filter(sooner, pk=round.pk).update(answers_until=deadline)


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
        if write(attempt, **_taken(attempt, rev, change, now)):
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
    Raises ``InvalidAnswers``, ``StaleRev``, or ``Incomplete`` where the round asks for every
    answer and some are missing.
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
        if now < attempt.deadline and (missing := missing_answers(attempt, taken)):
            raise Incomplete(fields=missing)
        if close(attempt, Attempt.ClosedBy.PERSON, now, **taken):
            break
        attempt.refresh_from_db()
    return attempt


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
        "saved_at": now,
    }


def _remember_refusal(
    attempt: Attempt, rev: int, change: Answers, reason: str, now: datetime
) -> None:
    RefusedSave.objects.create(
        attempt=attempt, rev=rev, answers=change, reason=reason, received_at=now
    )
