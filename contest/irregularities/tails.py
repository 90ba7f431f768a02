"""Chances of rare counts, and what they are worth when many things were looked at. Pure."""

from __future__ import annotations

from collections.abc import Sequence


def at_least(needed: int, chances: Sequence[float]) -> float:
    """The chance that at least ``needed`` of independent events happen, each with its own chance.

    Exact (the Poisson-binomial tail, event by event). Only sums and products of numbers that are
    not negative, so even very small results keep their digits.
    """
    if needed <= 0:
        return 1.0
    below = [1.0] + [0.0] * (needed - 1)  # chance of 0, 1, ... needed - 1 so far
    reached = 0.0
    for chance in chances:
        reached += below[-1] * chance
        for count in range(needed - 1, 0, -1):
            below[count] = below[count] * (1 - chance) + below[count - 1] * chance
        below[0] *= 1 - chance
    return min(1.0, reached)


def adjusted(chances: Sequence[float], tests: int, most: int) -> list[float]:
    """The chances made fit for ``tests`` comparisons (Benjamini-Hochberg), in the order given.

    What is at or below a rate is found at that rate: of all that is found, at most this share is
    expected to be chance. ``chances`` may be the smallest of the tests only. ``most`` is the rank
    after which the line rises no more (it never is more lenient than the full procedure), which
    lets callers leave out whatever is above ``rate * most / tests``.
    """
    order = sorted(range(len(chances)), key=lambda place: chances[place])
    result = [1.0] * len(chances)
    best = 1.0
    for rank in range(len(order), 0, -1):
        place = order[rank - 1]
        best = min(best, chances[place] * tests / min(rank, most))
        result[place] = best
    return result
