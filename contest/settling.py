"""Which of a person's attempts counts, and with what. Pure: the one place that decides it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from contest.ordering import Standing, rank_key
from contest.phases import Span, overlap


@dataclass(frozen=True, slots=True)
class Sitting:
    """A finished, ranked attempt. ``points`` include those of a marked essay."""

    attempt: int
    started_at: datetime
    submitted_at: datetime
    elapsed_ms: int
    points: int
    is_complete: bool = True


@dataclass(frozen=True, slots=True)
class Settled:
    """The attempt that counts, what it brings into the ranking, and its live key."""

    attempt: int
    standing: Standing
    key: str


def settle(
    sittings: Iterable[Sitting],
    keys: Sequence[str],
    *,
    allowed: int | None = None,
    outages: Sequence[Span] = (),
    until: datetime | None = None,
) -> Settled | None:
    """The attempt that ranks highest by the keys known at once, the earlier one among equals.

    The prediction has no part in the choice: several attempts are several tries at the
    questions, not at the lottery. Only the first ``allowed`` attempts by start count; time that
    outages took is taken off; with ``until`` only what was handed in before it counts. None
    when nothing counts.
    """
    in_order = sorted(sittings, key=lambda s: (s.started_at, s.attempt))
    best: Settled | None = None
    for sitting in in_order[:allowed]:
        if not sitting.is_complete or (until is not None and sitting.submitted_at >= until):
            continue
        lost = overlap(outages, sitting.started_at, sitting.submitted_at)
        elapsed = max(0, sitting.elapsed_ms - lost // timedelta(milliseconds=1))
        standing = Standing(sitting.points, elapsed, sitting.submitted_at)
        key = rank_key(keys, standing)
        if best is None or key < best.key:
            best = Settled(sitting.attempt, standing, key)
    return best


def attempts_granted(
    timed_out: Sequence[tuple[datetime, datetime]], outages: Sequence[tuple[datetime, Span]]
) -> int:
    """How many attempts outages give back to a person, one for each that took time from an
    attempt which the deadline had closed before the outage was declared.

    ``timed_out``: ``(started, ended)`` of the attempts the deadline closed; ``outages``:
    ``(declared at, span)`` in the order of declaration. An attempt that still ran then got its
    time back by a later deadline; time that an earlier outage covers is not taken twice.
    """
    count, earlier = 0, list[Span]()
    for made_at, span in outages:
        count += any(
            made_at >= ended
            and overlap([*earlier, span], started, ended) > overlap(earlier, started, ended)
            for started, ended in timed_out
        )
        earlier.append(span)
    return count
