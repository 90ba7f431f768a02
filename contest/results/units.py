"""The final table of units and their prizes. Pure; exact fractions, so that ties are real."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from contest.results.prizes import Award, Contender, Offer, awards
from contest.results.table import ranks

# As Prize.Measure names them.
ENTRANTS, RATE, MEAN, PERFECT, WINNERS = "entrants", "rate", "mean", "perfect", "winners"


@dataclass(slots=True)
class Tally:
    """What the people of a unit brought together. ``members``: as declared, None for unknown."""

    unit: int
    code: str
    members: int | None = None
    entrants: int = 0
    points_sum: int = 0
    perfect: int = 0
    winners: int = 0

    def add(self, points: int, is_perfect: bool, won: bool) -> None:
        self.entrants += 1
        self.points_sum += points
        self.perfect += is_perfect
        self.winners += won


def unit_order(entrants: int, members: int | None) -> tuple[int, Fraction, int]:
    """Sort key of units: highest rate first, then most entrants.

    Units that declared no members come after all that did.
    """
    if not members:
        return (1, Fraction(0), -entrants)
    return (0, -Fraction(entrants, members), -entrants)


def ranked_units(tallies: Iterable[Tally]) -> list[tuple[int, Tally]]:
    """``(rank, tally)``, best first; equals share a rank and stand by code."""
    ordered = sorted(tallies, key=lambda t: (*unit_order(t.entrants, t.members), t.code))
    shared = ranks(unit_order(t.entrants, t.members) for t in ordered)
    return list(zip(shared, ordered, strict=True))


def unit_awards(measure: str, offers: Sequence[Offer], tallies: Iterable[Tally]) -> dict[int, str]:
    """``{unit: prize}`` for the units that lead by the measure; raises ``KeyError`` for an
    unknown one. A unit with nothing to show in it gets no prize."""
    value = _VALUES[measure]
    leading = sorted(
        (t for t in tallies if value(t) is not None), key=lambda t: (-(value(t) or 0), t.code)
    )
    shared = ranks(value(t) for t in leading)
    given: Mapping[int, Award] = awards(
        offers, (Contender(t.unit, rank) for rank, t in zip(shared, leading, strict=True))
    )
    return {unit: award.prize for unit, award in given.items()}


_VALUES: dict[str, Callable[[Tally], Fraction | None]] = {
    ENTRANTS: lambda t: Fraction(t.entrants) if t.entrants else None,
    RATE: lambda t: Fraction(t.entrants, t.members) if t.members and t.entrants else None,
    MEAN: lambda t: Fraction(t.points_sum, t.entrants) if t.entrants else None,
    PERFECT: lambda t: Fraction(t.perfect) if t.perfect else None,
    WINNERS: lambda t: Fraction(t.winners) if t.winners else None,
}
