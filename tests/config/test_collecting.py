"""A server process does not stand still to look for garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from config.collecting import THRESHOLDS, collect_rarely


@pytest.fixture
def as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()


def test_what_is_loaded_is_never_looked_at_again(as_before: None) -> None:
    kept = [[number] for number in range(1_000)]
    collect_rarely()
    assert gc.get_freeze_count() > len(kept)
    assert gc.get_threshold() == THRESHOLDS
    assert not any(each is kept for each in gc.get_objects())


def test_new_cycles_are_still_found(as_before: None) -> None:
    collect_rarely()
    before = gc.get_count()[0]
    for _ in range(10):
        ring: list[object] = []
        ring.append(ring)
    assert gc.get_count()[0] > before
    assert gc.collect() >= 9
