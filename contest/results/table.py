"""Places in a final table from its sorted keys. Pure."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple


class Place(NamedTuple):
    """Ranks shared by equals (1, 2, 2, 4), overall and in the row's division. ``is_tied``:
    somebody shares the overall rank; ``below``: index of the next row of the division, -1 for
    its last."""

    rank: int
    division_rank: int
    is_tied: bool
    below: int


def ranks(keys: Iterable[object]) -> array[int]:
    """The rank of every key of a sorted sequence: equals share one (1, 2, 2, 4)."""
    found, rank, last = array("l"), 0, object()
    for position, key in enumerate(keys, start=1):
        if key != last:
            rank, last = position, key
        found.append(rank)
    return found


def places(keys: Sequence[str], divisions: Sequence[int | None]) -> list[Place]:
    """Where each row stands; ``keys`` sorted, ``divisions`` the division of each row."""
    overall = ranks(keys)
    within = array("l", bytes(overall.itemsize * len(keys)))
    below = array("l", [-1]) * len(keys)
    by_division: dict[int | None, array[int]] = {}
    for index, division in enumerate(divisions):
        by_division.setdefault(division, array("l")).append(index)
    for indexes in by_division.values():
        for index, rank in zip(indexes, ranks(keys[i] for i in indexes), strict=True):
            within[index] = rank
        for index, following in pairwise(indexes):
            below[index] = following
    last = len(keys) - 1
    return [
        Place(
            overall[i],
            within[i],
            (i > 0 and keys[i] == keys[i - 1]) or (i < last and keys[i] == keys[i + 1]),
            below[i],
        )
        for i in range(len(keys))
    ]
