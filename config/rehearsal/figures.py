"""What a rehearsal measures, and how it looks for what a server holds. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

# A wave is held when nothing failed and 99 of 100 answers came within this many seconds.
BOUND_S = 1.5
# A single hiccup of the machine makes no queue.
LEAST_BOUND_S = 0.5
# People press "start" together within so many seconds; the last ones hand in within a minute.
RUSH_S, LAST_MINUTE_S = 10, 60
# The step of the search that is asked for at most, and the least one worth trying (a second).
_GROWTH, _FIRST = 2.0, 4.0
# Two rates as near as this are not told apart; nor is there time for more waves.
_CLOSE, _MOST_WAVES = 1.25, 8


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values do not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


@dataclass(frozen=True, slots=True)
class Wave:
    """People who did one thing, ``rate`` a second for ``seconds``.

    ``p50_s`` and ``p99_s`` are of the slowest kind of request; ``cores``: what the server's
    processes used of one core; ``others``: cores kept busy by other programs.
    """

    rate: float
    seconds: float
    people: int
    p50_s: float
    p99_s: float
    errors: Mapping[str, int] = field(default_factory=dict)
    cores: float = 0.0
    others: float = 0.0

    @property
    def bound_s(self) -> float:
        """The slowest answer allowed: a queue that grows over a short wave grows longer in a
        long one, so short waves are judged more strictly."""
        return max(LEAST_BOUND_S, BOUND_S * min(1.0, self.seconds / RUSH_S))

    @property
    def is_held(self) -> bool:
        return not self.errors and self.p99_s <= self.bound_s


def next_rate(tried: Sequence[Wave], most: float) -> float | None:
    """The rate of the next short wave, a second; None when the search is over.

    Doubles while waves are held, then looks between the last that was and the first that was
    not; never more than ``most``.
    """
    if not tried:
        return min(most, max(_FIRST, most / 8))
    held = max((wave.rate for wave in tried if wave.is_held), default=0.0)
    failed = min((wave.rate for wave in tried if not wave.is_held), default=math.inf)
    if held >= most:
        return None
    if failed == math.inf:
        return min(most, held * _GROWTH)
    if len(tried) >= _MOST_WAVES or failed < max(1.0, held * _CLOSE):
        return None
    return math.sqrt(held * failed) if held else failed / 3


@dataclass(frozen=True, slots=True)
class Found:
    """How one of the three things people do together went.

    ``needed``: people asked for; ``span_s``: how many seconds one person counts for, so a rate
    of 20 a second and a span of 10 are 200 people; ``held``: the long wave that confirms what
    the search found, None when there is none.
    """

    needed: int
    span_s: float
    tried: tuple[Wave, ...]
    held: Wave | None

    @property
    def people(self) -> int:
        """How many people were held, never more than were asked for."""
        return min(self.needed, round(self.held.rate * self.span_s)) if self.held else 0

    @property
    def is_enough(self) -> bool:
        return self.people >= self.needed


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything one rehearsal found.

    Megabytes: of the server process at its largest, of memory and of disk that are free (None:
    the database is not ours to look at), and by which the copy grew with ``attempts`` attempts.
    ``acknowledged`` and ``recorded`` count saves and hand-ins.
    """

    people: int
    watchers: int
    start: Found
    work: Found
    finish: Found
    acknowledged: int
    recorded: int
    frames: int
    watchers_lost: int
    server_mb: float
    free_mb: int
    disk_free_mb: int | None
    grown_mb: float
    attempts: int
    threads: int
    machine_cores: int
    is_server_mode: bool

    @property
    def lost(self) -> int:
        return self.acknowledged - self.recorded

    @property
    def is_enough(self) -> bool:
        """Whether the server holds the people asked for, and lost nothing."""
        return not self.lost and all(
            found.is_enough for found in (self.start, self.work, self.finish)
        )
