"""Which papers need a closer look, without comparing everybody with everybody. Pure.

A token is a question with the wrong answer given to it, and weighs what agreeing on it is worth
as evidence. Two people whose shared tokens weigh ``least`` or more must share one among the
rarest of each: after the commonest, weighing together less than ``least``, were put aside, some
shared token is left on both sides. So people meet only in the buckets of those that are left.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

Token = tuple[int, tuple[str, ...]]
Paper = Mapping[int, tuple[str, ...]]

# In a larger bucket each paper meets only so many next to it in the order of their answers, so
# the work is at most WINDOW per token of a paper. Copies lie side by side in that order.
WINDOW = 100


def pairs_to_compare(
    papers: Sequence[Paper], weights: Mapping[int, float], least: float
) -> list[tuple[int, int]]:
    """Places in ``papers`` of all pairs whose shared answers may weigh ``least``, in order.

    ``papers`` are wrong answers by version id, ``weights`` are by version id too. Nothing is
    missed unless a bucket holds more than ``WINDOW + 1`` papers.
    """
    commonness: Counter[Token] = Counter(token for paper in papers for token in paper.items())
    ranked = [
        sorted(
            (t for t in paper.items() if commonness[t] > 1 and weights[t[0]] > 0),
            key=lambda token: (commonness[token], token),
        )
        for paper in papers
    ]
    buckets: defaultdict[Token, list[int]] = defaultdict(list)
    for place, tokens in enumerate(ranked):
        for token in _rarest(tokens, weights, least):
            buckets[token].append(place)
    pairs: set[tuple[int, int]] = set()
    for places in buckets.values():
        places.sort(key=lambda place: (ranked[place], place))
        for start, one in enumerate(places):
            near = places[start + 1 : start + 1 + WINDOW]
            pairs.update((min(one, other), max(one, other)) for other in near)
    return sorted(pairs)


def _rarest(tokens: Sequence[Token], weights: Mapping[int, float], least: float) -> Sequence[Token]:
    """``tokens`` (rarest first) without the longest tail that weighs less than ``least``."""
    weight, end = 0.0, len(tokens)
    while end and weight + weights[tokens[end - 1][0]] < least:
        end -= 1
        weight += weights[tokens[end][0]]
    return tokens[:end]


def shared_weight(one: Paper, other: Paper, weights: Mapping[int, float]) -> float:
    """What the answers that two papers share weigh together."""
    return sum(weights[version] for version, key in one.items() if other.get(version) == key)


def components(pairs: Iterable[tuple[int, int]]) -> list[frozenset[int]]:
    """The groups that ``pairs`` link together, directly or through others; smallest id first."""
    group: dict[int, set[int]] = {}
    for one, other in pairs:
        small, large = group.get(one, {one}), group.get(other, {other})
        if small is large:
            continue
        if len(small) > len(large):
            small, large = large, small
        large |= small
        for member in (*small, one, other):
            group[member] = large
    return [frozenset(members) for members in _distinct(group.values())]


def _distinct(groups: Iterable[set[int]]) -> list[set[int]]:
    return sorted({id(members): members for members in groups}.values(), key=min)


def pairs_of_different_people(entries: Iterable[int]) -> int:
    """How many pairs can be made of papers whose writers are not the same."""
    papers = Counter(entries)
    everybody = sum(papers.values())
    same = sum(count * (count - 1) for count in papers.values())
    return (everybody * (everybody - 1) - same) // 2
