"""Suggested lines: the exact number, fairly spread, never more than there is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.blueprints import MIX, suggest_lines

PROGRAMMES = range(1, 9)
sizes = st.dictionaries(
    st.tuples(st.sampled_from(PROGRAMMES), st.sampled_from([*MIX, ""])), st.integers(0, 30)
)
weights = st.dictionaries(st.sampled_from(PROGRAMMES), st.integers(0, 12))


def ample(*programmes: int) -> dict[tuple[int, str], int]:
    return {(programme, level): 100 for programme in programmes for level in MIX}


def told(
    pool: dict[tuple[int, str], int], shares: dict[int, int], total: int
) -> list[tuple[int, str, int]]:
    return [(s.programme, s.difficulty, s.count) for s in suggest_lines(pool, shares, total)]


@pytest.mark.parametrize(
    ("pool", "shares", "total", "lines"),
    [
        ({}, {}, 20, []),
        ({}, {1: 5}, 20, []),
        (ample(1), {1: 5}, 10, [(1, "easy", 4), (1, "medium", 4), (1, "hard", 2)]),
        # "" means any difficulty and is no pool of its own
        ({(1, ""): 9, (1, "hard"): 3}, {1: 5}, 2, [(1, "hard", 2)]),
        # no more than there is
        ({(1, "easy"): 2, (2, "hard"): 1}, {1: 1, 2: 1}, 20, [(1, "easy", 2), (2, "hard", 1)]),
        # what is not weighed is left out, what weighs nothing still has one
        (ample(1, 2), {2: 3}, 1, [(2, "easy", 1)]),
        ({(1, "easy"): 9, (2, "easy"): 9}, {1: 0, 2: 5}, 4, [(1, "easy", 1), (2, "easy", 3)]),
        # fewer questions than programmes: the largest first
        ({(1, "easy"): 9, (2, "easy"): 9}, {1: 3, 2: 5}, 1, [(2, "easy", 1)]),
        # a small pool's rest goes to the others
        ({(1, "easy"): 1, (2, "easy"): 9}, {1: 9, 2: 1}, 6, [(1, "easy", 1), (2, "easy", 5)]),
    ],
)
def test_lines(
    pool: dict[tuple[int, str], int],
    shares: dict[int, int],
    total: int,
    lines: list[tuple[int, str, int]],
) -> None:
    assert told(pool, shares, total) == lines


def test_twenty_questions_over_the_seven_programmes() -> None:
    clauses = {1: 7, 2: 5, 3: 10, 4: 9, 5: 11, 6: 5, 7: 6}
    lines = suggest_lines(ample(*clauses), clauses, 20)
    by_programme = {p: sum(s.count for s in lines if s.programme == p) for p in clauses}
    by_level = {level: sum(s.count for s in lines if s.difficulty == level) for level in MIX}
    assert by_programme == {1: 3, 2: 2, 3: 4, 4: 3, 5: 4, 6: 2, 7: 2}
    assert by_level == {"easy": 8, "medium": 8, "hard": 4}


@given(sizes, weights, st.integers(0, 120))
def test_exact_when_there_are_enough_and_never_more_than_a_pool_has(
    pool: dict[tuple[int, str], int], shares: dict[int, int], total: int
) -> None:
    lines = suggest_lines(pool, shares, total)
    there = sum(pool.get((p, level), 0) for p in shares for level in MIX)
    assert sum(s.count for s in lines) == min(total, there)
    assert all(0 < s.count <= pool[s.programme, s.difficulty] for s in lines)
    assert len({(s.programme, s.difficulty) for s in lines}) == len(lines)


@given(sizes, weights, st.integers(1, 120))
def test_everybody_has_one_while_there_are_enough_to_go_round(
    pool: dict[tuple[int, str], int], shares: dict[int, int], total: int
) -> None:
    having = {p for p in shares if any(pool.get((p, level)) for level in MIX)}
    asked = {s.programme for s in suggest_lines(pool, shares, total)}
    assert asked <= having
    assert len(asked) == min(len(having), total)


@given(weights.filter(bool), st.integers(1, 100))
def test_the_mix_is_kept_where_pools_are_ample(shares: dict[int, int], total: int) -> None:
    lines = suggest_lines(ample(*shares), shares, total)
    for level, percent in MIX.items():
        count = sum(s.count for s in lines if s.difficulty == level)
        assert abs(count - total * percent / 100) <= 1


@given(weights.filter(bool), st.integers(1, 100))
def test_more_clauses_never_mean_fewer_questions(shares: dict[int, int], total: int) -> None:
    lines = suggest_lines(ample(*shares), shares, total)
    given_out = {p: sum(s.count for s in lines if s.programme == p) for p in shares}
    if total >= len(shares):
        for p in shares:
            for q in shares:
                assert shares[p] <= shares[q] or given_out[p] >= given_out[q]
