"""Which save wins (D2, D3, D4)."""

import pytest

from contest.journal import Verdict, judge

JOURNAL = [[1, 900, {"1": ["a"]}], [2, 1900, {"1": ["b"], "2": ["a", "c"]}]]


@pytest.mark.parametrize(
    ("rev", "change", "verdict"),
    [
        (3, {"1": ["c"]}, Verdict.NEW),
        (9, {"1": ["c"]}, Verdict.NEW),
        (2, {"2": ["a", "c"], "1": ["b"]}, Verdict.REPLAY),
        (2, {"2": ["c", "a"], "1": ["b"]}, Verdict.STALE),
        (1, {"1": ["a"]}, Verdict.REPLAY),
        (2, {"1": ["b"]}, Verdict.STALE),
        (2, {"1": ["c"]}, Verdict.STALE),
        (1, {"2": []}, Verdict.STALE),
    ],
)
def test_a_save_is_new_a_replay_or_stale(
    rev: int, change: dict[str, list[str]], verdict: Verdict
) -> None:
    assert judge(JOURNAL, 2, rev, change) is verdict
