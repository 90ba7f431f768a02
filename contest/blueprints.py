"""A paper's lines suggested from what the banks hold. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

Key = TypeVar("Key", int, str)
# Of ten questions four are easy, four medium and two hard.
MIX = {"easy": 40, "medium": 40, "hard": 20}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """So many questions of one programme and difficulty."""

    programme: int
    difficulty: str
    count: int


def suggest_lines(
    pool_sizes: Mapping[tuple[int, str], int], weights: Mapping[int, int], total: int
) -> list[Suggestion]:
    """Lines of ``total`` questions together, or of all there are when they are fewer.

    Programmes share by weight and each has a question as long as there are enough to go round;
    difficulties come close to ``MIX`` over the whole paper. No line asks for more than its pool.
    Programmes without a weight, and keys of ``pool_sizes`` that name no difficulty, are left out.
    """
    free = {
        (programme, level): pool_sizes.get((programme, level), 0)
        for programme in weights
        for level in MIX
    }
    sizes = {p: sum(free[p, level] for level in MIX) for p in weights}
    shares = _shares(weights, sizes, total)
    counts = _mixed(shares, free)
    return [
        Suggestion(programme, level, counts[programme, level])
        for programme in weights
        for level in MIX
        if counts[programme, level]
    ]


def _shares(weights: Mapping[int, int], sizes: Mapping[int, int], total: int) -> dict[int, int]:
    """Questions for each programme: one each, then always to whoever has least for its weight."""
    given = dict.fromkeys(weights, 0)
    for _ in range(min(total, sum(sizes.values()))):
        hungry = [p for p in weights if given[p] < sizes[p]]
        none_yet = [p for p in hungry if not given[p]]
        next_one = _most_due(none_yet or hungry, weights, given)
        given[next_one] += 1
    return given


def _mixed(
    shares: Mapping[int, int], free: Mapping[tuple[int, str], int]
) -> dict[tuple[int, str], int]:
    """Each programme's share by difficulty; programmes take turns, so all of them get a mix."""
    counts = dict.fromkeys(free, 0)
    given = dict.fromkeys(MIX, 0)
    for turn in range(max(shares.values(), default=0)):
        for programme in (p for p, share in shares.items() if turn < share):
            levels = [d for d in MIX if counts[programme, d] < free[programme, d]]
            level = _most_due(levels, MIX, given)
            counts[programme, level] += 1
            given[level] += 1
    return counts


def _most_due(among: Sequence[Key], weights: Mapping[Key, int], given: Mapping[Key, int]) -> Key:
    """Who is next when things are given out one by one in proportion to weights."""
    return max(among, key=lambda key: weights[key] / (2 * given[key] + 1))
