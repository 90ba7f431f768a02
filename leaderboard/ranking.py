"""Ranks with ties, and places on boards too long to be counted at every read.

Equal keys share a rank, the next one counts everybody before (1, 2, 2, 4). Pure.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

Row = TypeVar("Row")


def ranked(
    rows: Iterable[Row],
    key: Callable[[Row], Any],
    *,
    offset: int = 0,
    first_rank: int | None = None,
) -> Iterator[tuple[int, Row]]:
    """``(rank, row)`` for rows already sorted by ``key``.

    ``offset`` is how many rows stand before the first one given; ``first_rank`` its rank, when
    that is smaller because it is tied with rows before it.
    """
    rank, previous = 0, object()
    for position, row in enumerate(rows, start=offset + 1):
        current = key(row)
        if current != previous:
            rank = first_rank if position == offset + 1 and first_rank else position
            previous = current
        yield rank, row


@dataclass(frozen=True, slots=True)
class Base:
    """A point of a board to count on from: ``through`` rows have ``key`` or a smaller one.

    The empty key is the beginning of the board.
    """

    key: str = ""
    through: int = 0


@dataclass(frozen=True, slots=True)
class Milestones:
    """How far down a board some of its keys stand.

    ``keys`` ascend without repetition; ``through`` says for each of them how many rows have it
    or a smaller one. ``total``: rows of the board; None when they are few enough to be counted.
    """

    total: int | None = None
    keys: Sequence[str] = ()
    through: Sequence[int] = ()

    def before(self, key: str) -> Base:
        """The last milestone whose key is smaller: rows with ``key`` all stand behind it."""
        return self._base(bisect_left(self.keys, key) - 1)

    def up_to(self, offset: int) -> Base:
        """The last milestone that does not reach beyond ``offset`` rows."""
        return self._base(bisect_right(self.through, offset) - 1)

    def _base(self, place: int) -> Base:
        return Base(self.keys[place], self.through[place]) if place >= 0 else Base()
