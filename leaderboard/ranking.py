"""Ranks with ties: equal keys share a rank, the next one counts everybody before (1, 2, 2, 4).

Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
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


def unit_order(entrants: int, members: int | None) -> tuple[int, Fraction, int]:
    """Sort key of units: highest rate first, then most entrants.

    Units that declared no members come after all that did. Exact fractions: no float noise.
    """
    if not members:
        return (1, Fraction(0), -entrants)
    return (0, -Fraction(entrants, members), -entrants)
