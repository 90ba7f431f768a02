"""A person's entry in a round: which attempt counts, and its place among the others."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.statements import Prepared, update_where
from contest.marking import score_paper
from contest.models import Attempt, Decision, Entry, FrozenStanding, Round
from contest.ordering import Standing
from contest.phases import Span
from contest.rulings import NO_RULINGS, Ruling, Rulings, rulings, span_of
from contest.settling import Settled, Sitting, attempts_granted, settle

# Beyond this many people ahead, a place is only told on request (GET board/me): counting
# further would make every finish dearer as the contest grows.
EXACT_PLACES = 1_000

_COLUMNS = (
    "number", "points", "essay_points", "essay_marked_at", "correct", "is_perfect",
    "is_complete", "closed_by", "elapsed_ms", "started_at", "submitted_at", "unit_id",
    "division_id", "entry_id",
)  # fmt: skip


def decisions_in_force(round: Round, at: datetime | None = None) -> QuerySet[Decision]:
    """Decisions about the round or about its whole contest that are not taken back; with ``at``
    those that were in force at that instant."""
    about = Q(round=round) | Q(round=None, contest=round.contest_id)
    held = Q(undone_at=None)
    if at is not None:
        held = Q(made_at__lt=at) & (held | Q(undone_at__gte=at))
    return Decision.objects.filter(about, held).order_by("made_at", "id")


def outages_declared(round: Round, at: datetime | None = None) -> list[tuple[datetime, Span]]:
    """``(declared at, span)`` of the outages in force now, or at an instant, oldest first."""
    outages = decisions_in_force(round, at).filter(kind=Decision.Kind.OUTAGE)
    return [(outage.made_at, span_of(outage.data)) for outage in outages]


def rulings_of(round: Round, at: datetime | None = None) -> Rulings:
    """What is decided about the round, or was at an instant; costs nothing while nothing ever
    was."""
    if not round.decisions_rev:
        return NO_RULINGS
    in_force = list(decisions_in_force(round, at))
    merges = [d.data for d in in_force if d.kind == Decision.Kind.MERGE]
    return rulings(
        (Ruling(d.kind, d.entry_id, d.data) for d in in_force), _merged_entries(round, merges)
    )


def _merged_entries(round: Round, merges: list[dict[str, Any]]) -> dict[int, int]:
    """Merges name accounts; here are their entries in this round, where both have one."""
    if not merges:
        return {}
    users = {user for data in merges for user in (data["kept"], data["merged"])}
    entries = dict(round.entries.filter(user__in=users).values_list("user_id", "pk"))
    return {
        entries[data["merged"]]: entries[data["kept"]]
        for data in merges
        if data["merged"] in entries and data["kept"] in entries
    }


def refresh_entry(
    entry: Entry,
    round: Round,
    in_force: Rulings | None = None,
    *,
    finished: list[Attempt] | None = None,
) -> None:
    """Recompute the entry from its finished attempts and the decisions in force. ``finished``:
    those that count, where the caller knows them.

    Attempts of people on duty, of the disqualified and of accounts merged into others leave it
    off the board (empty ``rank_key``). While boards stand still, what they show is kept beside.
    """
    in_force = rulings_of(round) if in_force is None else in_force
    if finished is None:
        finished = counting_attempts(entry, in_force)
    chosen = settled(finished, entry, round, in_force)
    _write(entry, chosen, finished)
    entry.counted_id = chosen.attempt if chosen else None
    changes = {name: getattr(entry, name) for name in ("counted_id", *_STORED)}
    update_where(Entry, changes, {"id": entry.pk})
    if round.frozen_at is not None:
        _refresh_frozen(entry, round, in_force, round.frozen_at)


def counts_also_for(round: Round, in_force: Rulings, own: Iterable[int]) -> set[int]:
    """Entries for which the attempts of these count, by the merges of today and, where boards
    stand still, by those of the moment they froze."""
    entries = set(own)
    kept = {in_force.kept(entry) for entry in entries}
    if round.frozen_at is not None and round.decisions_rev:
        then = rulings_of(round, at=round.frozen_at)
        kept |= {then.kept(entry) for entry in entries}
    return kept - entries


# As the model has them in order, with the id.
_COUNTED = [f.attname for f in Attempt._meta.concrete_fields if f.attname in {"id", *_COLUMNS}]
_own = Prepared(
    lambda entry: (
        Attempt.objects.filter(entry=entry, state=Attempt.State.FINISHED, is_ranked=True)
        .order_by("number")
        .values_list(*_COUNTED)
    ),
    "entry",
)


def counting_attempts(entry: Entry, in_force: Rulings) -> list[Attempt]:
    """The finished attempts that count for an entry; results only, no papers."""
    if in_force is NO_RULINGS:
        return [Attempt.from_db("default", _COUNTED, row) for row in _own.all(entry=entry.pk)]
    counting = in_force.counting_for(entry.pk)
    return list(
        Attempt.objects.filter(entry__in=counting, state=Attempt.State.FINISHED, is_ranked=True)
        .order_by("number")
        .only(*_COLUMNS)
    )


_NOTHING = {
    "rank_key": "", "unit": None, "division": None, "points": 0, "correct": 0,
    "is_perfect": False, "elapsed_ms": 0, "submitted_at": None,
}  # fmt: skip
_RESULT = list(_NOTHING)
_STORED = [Entry._meta.get_field(name).attname for name in _RESULT]  # type: ignore[union-attr]


def settled(
    finished: Iterable[Attempt],
    entry: Entry,
    round: Round,
    in_force: Rulings,
    until: datetime | None = None,
    granted: int | None = None,
) -> Settled | None:
    """Which of these attempts counts for the entry under the round's rules, if any.

    ``granted``: attempts beyond the round's number, by default those of today.
    """
    more = entry.attempts_granted if granted is None else granted
    allowed = round.attempts_allowed
    return settle(
        map(sitting, finished),
        round.ranking_keys,
        allowed=None if allowed is None else allowed + more,
        outages=in_force.outages,
        until=until,
    )


def _write(row: Entry | FrozenStanding, chosen: Settled | None, finished: list[Attempt]) -> None:
    """The chosen attempt's result on the row; nothing chosen leaves it off the board."""
    if chosen is None:
        for name, blank in _NOTHING.items():
            setattr(row, name, blank)
        return
    attempt = next(a for a in finished if a.pk == chosen.attempt)
    row.rank_key = chosen.key
    row.unit_id, row.division_id = attempt.unit_id, attempt.division_id
    row.points, row.correct = chosen.standing.points, attempt.correct or 0
    row.is_perfect = attempt.is_perfect
    row.elapsed_ms = chosen.standing.elapsed_ms
    row.submitted_at = chosen.standing.submitted_at


def _refresh_frozen(entry: Entry, round: Round, in_force: Rulings, since: datetime) -> None:
    """Keep what a frozen board shows, for as long as it differs from what counts: attempts
    handed in, marks given and decisions made since then show nowhere."""
    then = rulings_of(round, at=since)
    finished = counting_attempts(entry, then)
    is_same = then == in_force and not any(_is_newer(attempt, since) for attempt in finished)
    if is_same:
        FrozenStanding.objects.filter(entry=entry).delete()
        return
    for attempt in finished:
        if attempt.essay_marked_at is not None and attempt.essay_marked_at >= since:
            attempt.essay_points = None
    if then.verdicts != in_force.verdicts:
        _score_by(then, finished)
    frozen = FrozenStanding(entry=entry)
    granted = _granted_then(round, finished, since) if then.outages else 0
    _write(frozen, settled(finished, entry, round, then, since, granted), finished)
    values = {name: getattr(frozen, name) for name in _RESULT}
    FrozenStanding.objects.update_or_create(entry=entry, defaults=values)


def _granted_then(round: Round, finished: Iterable[Attempt], since: datetime) -> int:
    """How many attempts outages had given the person when the board froze."""
    timed_out = [
        (attempt.started_at, attempt.submitted_at)
        for attempt in finished
        if attempt.closed_by == Attempt.ClosedBy.DEADLINE and attempt.submitted_at is not None
    ]
    return attempts_granted(timed_out, outages_declared(round, since))


def _is_newer(attempt: Attempt, since: datetime) -> bool:
    moments = (attempt.submitted_at, attempt.essay_marked_at)
    return any(moment is not None and moment >= since for moment in moments)


def _score_by(then: Rulings, finished: list[Attempt]) -> None:
    """Give the attempts, in memory, the results they had under other decisions."""
    papers = Attempt.objects.filter(pk__in=[a.pk for a in finished])
    stored = {pk: (paper, answers) for pk, paper, answers in papers.values_list(
        "pk", "paper", "answers")}  # fmt: skip
    for attempt in finished:
        result = score_paper(*stored[attempt.pk], then)
        attempt.points, attempt.correct = result.points, result.correct
        attempt.is_perfect = result.is_perfect


def sitting(attempt: Attempt) -> Sitting:
    """A finished attempt as settling reads it."""
    if attempt.points is None or attempt.elapsed_ms is None or attempt.submitted_at is None:
        raise ValueError("only a finished attempt has a standing")
    return Sitting(
        attempt=attempt.pk,
        started_at=attempt.started_at,
        submitted_at=attempt.submitted_at,
        elapsed_ms=attempt.elapsed_ms,
        points=attempt.points + (attempt.essay_points or 0),
        is_complete=attempt.is_complete,
    )


def standing(attempt: Attempt) -> Standing:
    """What a finished attempt brings into the ranking, before any compensation of time."""
    taken = sitting(attempt)
    return Standing(taken.points, taken.elapsed_ms, taken.submitted_at)


def _first_thousand(**among: Any) -> QuerySet[Any, Any]:
    ahead = Entry.objects.order_by().filter(rank_key__gt="", **among)
    return ahead.values_list("pk")[:EXACT_PLACES]


_ahead = Prepared(
    lambda round, key: _first_thousand(round=round, rank_key__lt=key), "round", texts=["key"]
)
_ahead_in_division = Prepared(
    lambda round, division, key: _first_thousand(round=round, division=division, rank_key__lt=key),
    "round",
    "division",
    texts=["key"],
)


def near_place(entry: Entry) -> int | None:
    """The entry's place, in its division if it has one, when fewer than ``EXACT_PLACES`` are
    ahead of it; else None. What boards may show of it is asked before (contest/payloads.py)."""
    if not entry.rank_key:
        return None
    of = {"round": entry.round_id, "key": entry.rank_key}
    if entry.division_id is None:
        count = _ahead.count(**of)
    else:
        count = _ahead_in_division.count(**of, division=entry.division_id)
    return count + 1 if count < EXACT_PLACES else None
