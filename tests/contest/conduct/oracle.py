"""A round computed again in plain Python from what happened and what is in force.

Written apart from the product: nothing of its rules is imported, only rows are read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from contest.models import Attempt, Decision, Entry, FrozenStanding, Round
from quizzes.models import QuestionVersion

PAUSE_AT_MOST = timedelta(hours=12)
MS = timedelta(milliseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Interval = tuple[datetime, datetime]

# What an entry counts: rank key, points, right answers, all right, ms, handed in, unit, attempt.
Counted = tuple[str, int, int, bool, int, datetime | None, int | None, int | None]
NOTHING: Counted = ("", 0, 0, False, 0, None, None, None)


@dataclass
class World:
    """Everything a recomputation may read. ``owner`` maps entries to people."""

    round: Round
    owner: dict[int, int | None]
    attempts: list[Attempt]
    decisions: list[Decision]
    keys: dict[int, list[str]]

    def of(self, kind: str) -> list[Decision]:
        return [d for d in self.decisions if d.kind == kind]


def world(round: Round, decisions: Iterable[Decision] | None = None) -> World:
    """The round as stored; with ``decisions``, as if only these were in force."""
    in_force = Decision.objects.filter(contest=round.contest_id, undone_at=None)
    attempts = list(Attempt.objects.filter(entry__round=round).order_by("started_at", "pk"))
    versions = {item["v"] for attempt in attempts for item in attempt.paper}
    return World(
        Round.objects.get(pk=round.pk),
        dict(Entry.objects.filter(round=round).values_list("pk", "user_id")),
        attempts,
        list(in_force.order_by("made_at", "pk") if decisions is None else decisions),
        dict(QuestionVersion.objects.filter(pk__in=versions).values_list("pk", "answer")),
    )


# -- Time ----------------------------------------------------------------------------------------


def interval(outage: Decision) -> Interval:
    starts = datetime.fromisoformat(outage.data["starts"])
    ends = outage.data["ends"]
    return starts, datetime.fromisoformat(ends) if ends else starts + PAUSE_AT_MOST


def union(intervals: Iterable[Interval]) -> list[Interval]:
    joined: list[Interval] = []
    for starts, ends in sorted(intervals):
        if joined and starts <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(ends, joined[-1][1]))
        else:
            joined.append((starts, ends))
    return joined


def lost(intervals: Iterable[Interval], starts: datetime, ends: datetime) -> timedelta:
    cut = [(max(a, starts), min(b, ends)) for a, b in union(intervals)]
    return sum((b - a for a, b in cut if b > a), timedelta(0))


def seconds_granted(world: World, entry: int) -> int:
    return sum(d.data["seconds"] for d in world.of("extra_time") if d.entry_id == entry)


def deadline(world: World, attempt: Attempt) -> datetime:
    """Walk from outage to outage: whichever begins before the end moves it by what it took."""
    granted = timedelta(seconds=seconds_granted(world, attempt.entry_id))
    limit = timedelta(seconds=world.round.time_limit_s)
    ends = min(attempt.started_at + limit, world.round.closes_at) + granted
    for first, last in union(map(interval, world.of("outage"))):
        if first < ends and last > attempt.started_at:
            ends += last - max(first, attempt.started_at)
    return ends


def attempts_granted(world: World, entry: int) -> int:
    group = {e for e in world.owner if kept(world, e) == entry}
    closed = [
        a for a in world.attempts
        if a.entry_id in group and a.closed_by == "deadline"
    ]  # fmt: skip
    count, earlier = 0, list[Interval]()
    for outage in world.of("outage"):
        so_far = [*earlier, interval(outage)]
        count += any(
            _at(a) <= outage.made_at
            and lost(so_far, a.started_at, _at(a)) > lost(earlier, a.started_at, _at(a))
            for a in closed
        )
        earlier = so_far
    return count


def answers_until(world: World) -> datetime | None:
    ends = [deadline(world, a) for a in world.attempts if a.state == "in_progress"]
    if world.round.paused_at:
        ends.append(world.round.paused_at + PAUSE_AT_MOST)
    return max((end for end in ends if end > world.round.closes_at), default=None)


# -- Who counts for whom, and with what ----------------------------------------------------------


def kept(world: World, entry: int) -> int:
    of_user = {user: e for e, user in world.owner.items()}
    into = {d.data["merged"]: d.data["kept"] for d in world.of("merge")}
    user = world.owner[entry]
    while user in into and into[user] in of_user:
        user = into[user]
    return of_user[user]


def result(world: World, attempt: Attempt) -> tuple[int, int, bool]:
    """Points, right answers, and whether all that count are right."""
    points = right = of = 0
    for number, item in enumerate(attempt.paper, start=1):
        about = [d.data for d in world.of("regrade") if d.data["version"] == item["v"]]
        voids = [data["verdict"] for data in about if data["verdict"] != "accept"]
        if voids and voids[-1] == "drop":
            continue
        of += 1
        given = {item["c"]["abcdef".index(x)] for x in attempt.answers.get(str(number), [])}
        good = [set(world.keys[item["v"]])]
        good += [set(k) for data in about if data["verdict"] == "accept" for k in data["accepted"]]
        if (voids and voids[-1] == "credit") or given in good:
            right, points = right + 1, points + item["p"]
    return points, right, right == of


def sittings(world: World, entry: int) -> list[Attempt]:
    """Finished attempts that count for the entry but for their number, the earliest first."""
    out = {d.entry_id for d in world.of("disqualify")}
    if kept(world, entry) != entry or entry in out:
        return []
    group = {e for e in world.owner if kept(world, e) == entry and e not in out}
    return [a for a in world.attempts if a.entry_id in group and a.state == "finished"]


def counted(world: World, entry: int, before: datetime | None = None) -> Counted:
    """What counts; with ``before``, of what was handed in before that moment."""
    mine = sittings(world, entry)
    if world.round.attempts_allowed is not None:
        mine = mine[: world.round.attempts_allowed + attempts_granted(world, entry)]
    lines = [_line(world, attempt) for attempt in mine if not before or _at(attempt) < before]
    return min(lines, key=lambda line: line[0], default=NOTHING)


def _at(attempt: Attempt) -> datetime:
    assert attempt.submitted_at is not None
    return attempt.submitted_at


def _line(world: World, attempt: Attempt) -> Counted:
    points, right, perfect = result(world, attempt)
    at = _at(attempt)
    gone = lost(map(interval, world.of("outage")), attempt.started_at, at)
    took = (at - attempt.started_at) // MS - gone // MS
    key = f"{10**7 - points:08d}{took:010d}{(at - EPOCH) // MS:014d}"
    return key, points, right, perfect, took, at, attempt.unit_id, attempt.pk


# -- Beside what is stored -----------------------------------------------------------------------

COLUMNS = (
    "rank_key", "points", "correct", "is_perfect", "elapsed_ms", "submitted_at", "unit_id",
)  # fmt: skip


def board(round: Round) -> dict[int, Counted]:
    """What is stored about everybody: the same columns as ``counted``."""
    rows: list[tuple[Any, ...]] = list(round.entries.values_list("pk", *COLUMNS, "counted_id"))
    return {row[0]: row[1:] for row in rows}


def frozen_board(round: Round) -> dict[int, tuple[Any, ...]]:
    """What a frozen board shows of everybody, without which attempt it is."""
    shown: dict[int, tuple[Any, ...]] = {pk: row[:-1] for pk, row in board(round).items()}
    rows: list[tuple[Any, ...]] = list(
        FrozenStanding.objects.filter(entry__round=round).values_list("entry", *COLUMNS)
    )
    return shown | {row[0]: row[1:] for row in rows}


def computed_board(of: World) -> dict[int, Counted]:
    return {entry: counted(of, entry) for entry in of.owner}


def computed_frozen(round: Round, since: datetime) -> dict[int, tuple[Any, ...]]:
    """Only what was handed in before that moment, by the decisions in force at it."""
    ever = Decision.objects.filter(contest=round.contest_id, made_at__lt=since)
    then = world(
        round,
        [
            decision
            for decision in ever.order_by("made_at", "pk")
            if decision.undone_at is None or decision.undone_at >= since
        ],
    )
    return {entry: counted(then, entry, before=since)[:-1] for entry in then.owner}
