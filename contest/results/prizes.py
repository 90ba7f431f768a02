"""Who gets which prize. Pure.

Prizes are handed out in the order of their list to people, or units, in the order of their
table. People who are equal in every ranking key are never parted by a prize: all of them get the
best one that reaches the first of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Offer:
    """So many prizes of one name."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Contender:
    """Somebody in the order of a table: ``rank`` in it, and what passes them over ("" nothing):
    a prize of an earlier round, in words."""

    key: int
    rank: int
    passed_over: str = ""


@dataclass(frozen=True, slots=True)
class Award:
    """``prize`` "" for somebody who was passed over; ``note`` says what is special, or ""."""

    prize: str
    note: str = ""


def awards(offers: Sequence[Offer], contenders: Iterable[Contender]) -> dict[int, Award]:
    """``{key: award}`` of those who get a prize or are passed over.

    ``contenders`` are in the order of their table and only read as far as prizes reach. Whoever
    is passed over takes no place: the prize goes to the next.
    """
    names = [offer.name for offer in offers for _ in range(offer.count)]
    found: dict[int, Award] = {}
    place = 0
    for _, equals in groupby(contenders, key=lambda contender: contender.rank):
        if place >= len(names):
            break
        together = list(equals)
        for contender in together:
            if contender.passed_over:
                found[contender.key] = Award("", contender.passed_over)
        winners = [contender for contender in together if not contender.passed_over]
        reached = names[place : place + len(winners)]
        note = _shared(len(winners) - 1) if _parted(reached, len(winners)) else ""
        found.update({winner.key: Award(names[place], note) for winner in winners})
        place += len(winners)
    return found


def _parted(reached: Sequence[str], equals: int) -> bool:
    """Whether the places of people who are equal hold different prizes, or not enough."""
    return len(reached) < equals or len(set(reached)) > 1


def _shared(others: int) -> str:
    return f"Cùng nhận giải này với {others} người khác vì bằng nhau ở mọi tiêu chí."


def already_won(round_number: int) -> str:
    """Why somebody is passed over where a person wins once in a contest."""
    return f"Đã nhận giải ở vòng {round_number} nên giải này dành cho người kế tiếp."


def joined(*given: Mapping[int, Award]) -> dict[int, Award]:
    """Several lists of awards as one; of two awards to one key the first one that is a prize."""
    found: dict[int, Award] = {}
    for lists in given:
        for key, award in lists.items():
            if key not in found or (not found[key].prize and award.prize):
                found[key] = award
    return found
