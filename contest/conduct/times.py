"""Times of a round as its settings and the decisions in force have them.

Deadlines, granted time and granted attempts are columns that can be computed again at any time;
every service that decides about time writes its decision and calls ``recompute_times``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from contest.closing import close_if_overdue, due
from contest.conduct.decisions import recompute
from contest.entries import counts_also_for, outages_declared, rulings_of
from contest.models import Attempt, Entry, Round
from contest.phases import LONGEST_PAUSE, Span
from contest.rulings import Rulings
from contest.settling import attempts_granted


@transaction.atomic
def recompute_times(round: Round, now: datetime) -> None:
    """Derive everything about time from when attempts started, settings and decisions in force.

    Writes ``deadline`` of running attempts, ``extra_time_s`` and ``attempts_granted`` of entries
    and ``answers_until`` of the round; a running attempt whose time is over by that is closed
    with its new deadline.
    """
    round.refresh_from_db()
    in_force = rulings_of(round)
    _write_grants(round, in_force)
    for attempt in hold_running(round):
        moved = due(attempt, round, in_force)
        if moved != attempt.deadline:
            # An attempt handed in at this moment keeps the deadline it was handed in with.
            running = Attempt.objects.filter(pk=attempt.pk, state=Attempt.State.IN_PROGRESS)
            running.update(deadline=moved)
    close_due(round, now)
    answers_until = _last_deadline(round)
    if answers_until != round.answers_until:
        round.answers_until = answers_until
        round.save(update_fields=["answers_until"])


def close_due(round: Round, now: datetime) -> None:
    """Close what a punctual worker would have closed by now.

    Called before a decision too: what it gives must not depend on who looked first.
    """
    for attempt in hold_running(round).filter(deadline__lte=now):
        close_if_overdue(attempt=attempt, now=now)


def hit_by(round: Round, spans: Iterable[Span]) -> QuerySet[Entry]:
    """Entries whose finished attempts ran while one of the spans did, and those they count for."""
    during = Q(pk__in=[])
    for span in spans:
        during |= Q(submitted_at__gt=span.starts, started_at__lt=_end(span))
    attempts = Attempt.objects.filter(
        during, entry__round=round, state=Attempt.State.FINISHED
    ).order_by()
    return with_kept(round, attempts.values_list("entry", flat=True))


def with_kept(round: Round, entries: Iterable[int]) -> QuerySet[Entry]:
    """These entries and those of the accounts they were merged into."""
    own = set(entries)
    return round.entries.filter(pk__in=own | counts_also_for(round, rulings_of(round), own))


def hold_running(round: Round) -> QuerySet[Attempt]:
    """Attempts in progress; their entries are held, as closing an attempt does it first."""
    running = Attempt.objects.filter(entry__round=round, state=Attempt.State.IN_PROGRESS)
    list(Entry.objects.select_for_update(of=("self",)).filter(attempts__in=running).order_by("pk"))
    return running.select_related("entry__round").order_by("pk")


def _last_deadline(round: Round) -> datetime | None:
    """The latest deadline beyond the close; while a pause goes on, not before its longest end."""
    running = Attempt.objects.filter(entry__round=round, state=Attempt.State.IN_PROGRESS)
    ends = list(
        running.filter(deadline__gt=round.closes_at)
        .order_by("-deadline")
        .values_list("deadline", flat=True)[:1]
    )
    if round.paused_at is not None:
        ends.append(round.paused_at + LONGEST_PAUSE)
    return max((end for end in ends if end > round.closes_at), default=None)


# -- What entries are granted --------------------------------------------------------------------


def _write_grants(round: Round, in_force: Rulings) -> None:
    """Seconds and attempts granted; who has another number of attempts is settled again."""
    granted = _granted_attempts(round, in_force)
    concerned = Q(extra_time_s__gt=0) | Q(attempts_granted__gt=0)
    concerned |= Q(pk__in=[*in_force.extra_s, *granted])
    settled_anew = []
    held = Entry.objects.select_for_update(of=("self",)).filter(concerned, round=round)
    for entry in held.order_by("pk"):
        seconds, attempts = in_force.extra_s.get(entry.pk, 0), granted.get(entry.pk, 0)
        if (entry.extra_time_s, entry.attempts_granted) == (seconds, attempts):
            continue
        if entry.attempts_granted != attempts:
            settled_anew.append(entry.pk)
        entry.extra_time_s, entry.attempts_granted = seconds, attempts
        entry.save(update_fields=["extra_time_s", "attempts_granted"])
    if settled_anew:
        recompute(round, round.entries.filter(pk__in=settled_anew))


def _granted_attempts(round: Round, in_force: Rulings) -> dict[int, int]:
    """``{entry: attempts granted}``, those of merged accounts for the entry they count for."""
    outages = outages_declared(round)
    timed_out: dict[int, list[tuple[datetime, datetime]]] = {}
    for entry, started_at, ended_at in _closed_by_deadline(round, [span for _, span in outages]):
        timed_out.setdefault(in_force.kept(entry), []).append((started_at, ended_at))
    return {entry: attempts_granted(each, outages) for entry, each in timed_out.items()}


def _closed_by_deadline(round: Round, spans: list[Span]) -> list[tuple[int, datetime, datetime]]:
    """``(entry, started, ended)`` of the attempts that ran into one of the spans."""
    if not spans:
        return []
    attempts = Attempt.objects.filter(
        entry__round=round,
        state=Attempt.State.FINISHED,
        closed_by=Attempt.ClosedBy.DEADLINE,
        submitted_at__gt=min(span.starts for span in spans),
        started_at__lt=max(_end(span) for span in spans),
    )
    rows = attempts.order_by("pk").values_list("entry", "started_at", "submitted_at")
    return [(entry, start, end) for entry, start, end in rows if end is not None]


def _end(span: Span) -> datetime:
    return span.ends or span.starts + LONGEST_PAUSE
