"""People of one unit who chose the same wrong answers more often than chance has it. Pure.

Agreeing on what is right proves nothing: both may know it. So everything is conditioned on the
questions that both got wrong, which also leaves out how able each of them is. For such a question
two people working alone pick the same wrong answer with a chance estimated from all wrong answers
of the round; the number of agreements then follows a Poisson-binomial law. The stated rate rests
on that and on Benjamini-Hochberg, which bears pairs that share a person as long as they lean the
same way. Chances are put too high on purpose, so honest rounds stay well below it.

What this cannot tell apart: one copied from the other, both from a third, somebody taught both
the same mistake. And it needs many mistakes: copies of a good paper are not found.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

from contest.irregularities.neighbours import (
    components,
    pairs_of_different_people,
    pairs_to_compare,
    shared_weight,
)
from contest.irregularities.records import Finding, Sitting
from contest.irregularities.statements import Pair, Unit, Wrong, finding
from contest.irregularities.tails import adjusted, at_least

RATE = 0.01
LEAST_COMMON = 4
LEAST_AGREED = 3


@dataclass(frozen=True, slots=True)
class _Tested:
    """The sittings of a unit that are compared, and the line that a chance must not exceed.

    ``most`` is the rank after which the line rises no more: one found pair per sitting.
    """

    sittings: Sequence[Sitting]
    papers: Sequence[Wrong]
    pairs: int
    rate: float

    @property
    def most(self) -> int:
        return min(self.pairs, len(self.sittings))

    @property
    def limit(self) -> float:
        """No pair with a larger chance can be found, so none needs a closer look."""
        return self.rate * self.most / self.pairs


def agreement_chances(papers: Iterable[Wrong]) -> dict[int, float]:
    """By version: the chance that two people who got it wrong chose the same wrong answer.

    The sum of the squared shares of the wrong answers, smoothed as if everybody met one more
    person of the same opinion: with few wrong answers the chance is put too high, never too low.
    """
    counts: defaultdict[int, Counter[tuple[str, ...]]] = defaultdict(Counter)
    for paper in papers:
        for version, key in paper.items():
            counts[version][key] += 1
    chances = {}
    for version, keys in counts.items():
        people = keys.total()
        agreeing = sum(count * count for count in keys.values())
        chances[version] = (agreeing + people) / (people * people + people)
    return chances


def shared_patterns(sittings: Iterable[Sitting], rate: float = RATE) -> list[Finding]:
    """Groups of people of one unit linked by pairs with too many wrong answers in common.

    Takes all sittings of one round. Within a unit at most ``rate`` of the pairs found are
    expected to be chance, so a unit in which everybody works alone is shown with at most this
    chance. Strongest group first.
    """
    crowd = sorted(sittings, key=lambda sitting: sitting.attempt)
    wrong = {sitting.attempt: sitting.wrong() for sitting in crowd}
    chances = agreement_chances(wrong.values())
    weights = {version: -log(chance) for version, chance in chances.items()}
    units: defaultdict[int, list[Sitting]] = defaultdict(list)
    for sitting in crowd:
        units[sitting.unit].append(sitting)
    findings = []
    for unit in sorted(units):
        tested = _tested(units[unit], wrong, weights, rate)
        if tested is None:
            continue
        said = Unit([wrong[s.attempt] for s in units[unit]], chances, tested.pairs, rate)
        found = _found(tested, chances, weights)
        findings += [finding(group, wrong, said) for group in _groups(found)]
    return sorted(findings, key=lambda one: (one.false_alarm, one.attempts))


def _tested(
    unit: Sequence[Sitting],
    wrong: Mapping[int, Wrong],
    weights: Mapping[int, float],
    rate: float,
) -> _Tested | None:
    """The sittings with so many mistakes that sharing all of them would tell something.

    Whoever could not be found whatever others answered is no test (Tarone). Only the number of
    mistakes and their questions decide, not whether anybody agrees, so the rate stays what it is.
    With ``n`` sittings the line ends at about ``rate * 2 / (n - 1)``: each must reach it.
    """
    papers = {s.attempt: wrong[s.attempt] for s in unit if len(wrong[s.attempt]) >= LEAST_COMMON}
    weight = {a: sum(weights[version] for version in sorted(p)) for a, p in papers.items()}
    chosen: set[int] = set()
    for others, attempt in enumerate(sorted(papers, key=lambda a: (-weight[a], a))):
        if others and weight[attempt] < -log(min(1.0, rate * 2 / others)):
            break
        chosen.add(attempt)
    sittings = [sitting for sitting in unit if sitting.attempt in chosen]
    pairs = pairs_of_different_people(sitting.entry for sitting in sittings)
    return _Tested(sittings, [papers[s.attempt] for s in sittings], pairs, rate) if pairs else None


def _found(
    tested: _Tested, chances: Mapping[int, float], weights: Mapping[int, float]
) -> list[tuple[Pair, float]]:
    """The pairs that stand after adjustment, each with the rate at which it does."""
    # The chance of agreeing so often is never below the product over the questions agreed on,
    # so their logarithms must add up to the line; the last digits are left to rounding.
    least = -log(tested.limit) - 1e-9
    pairs = [
        pair
        for one, other in pairs_to_compare(tested.papers, weights, least)
        if shared_weight(tested.papers[one], tested.papers[other], weights) >= least
        and (pair := _pair(tested, one, other, chances))
    ]
    sure = adjusted([pair.chance for pair in pairs], tested.pairs, tested.most)
    return [(pair, at) for pair, at in zip(pairs, sure, strict=True) if at <= tested.rate]


def _pair(tested: _Tested, one: int, other: int, chances: Mapping[int, float]) -> Pair | None:
    """The chance of two sittings; None when they are no test: one person, too few mistakes."""
    mine, theirs = tested.papers[one], tested.papers[other]
    common = tuple(sorted(mine.keys() & theirs.keys()))
    agreed = tuple(version for version in common if mine[version] == theirs[version])
    same_person = tested.sittings[one].entry == tested.sittings[other].entry
    if same_person or len(common) < LEAST_COMMON or len(agreed) < LEAST_AGREED:
        return None
    each = [chances[version] for version in common]
    chance = at_least(len(agreed), each)
    return Pair(tested.sittings[one], tested.sittings[other], common, agreed, sum(each), chance)


def _groups(found: Sequence[tuple[Pair, float]]) -> list[list[tuple[Pair, float]]]:
    """The pairs of each group of people, strongest pair first."""
    people = components((pair.one.entry, pair.other.entry) for pair, _ in found)
    place = {entry: index for index, group in enumerate(people) for entry in group}
    groups: list[list[tuple[Pair, float]]] = [[] for _ in people]
    for pair, at in found:
        groups[place[pair.one.entry]].append((pair, at))
    for group in groups:
        group.sort(key=lambda item: (item[0].chance, item[0].one.attempt, item[0].other.attempt))
    return groups
