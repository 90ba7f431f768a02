"""Scoring the paper of an attempt by the bank and by what was decided about its questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from contest.papers import PaperItem
from contest.rulings import DROP, NO_RULINGS, Rulings, Verdict
from contest.scoring import Key, Result, score
from quizzes.versions import version_texts


def score_paper(
    paper: list[PaperItem], answers: Mapping[str, Sequence[str]], in_force: Rulings = NO_RULINGS
) -> Result:
    """The result of a paper by the bank's keys and what was decided about its questions."""
    texts = version_texts(item["v"] for item in paper)
    keys = {v: Key(text.type, text.answer) for v, text in texts.items()}
    return score(paper, answers, keys, in_force.verdicts)


def counted_size(paper: Sequence[PaperItem], in_force: Rulings) -> tuple[int, int]:
    """``(questions, points)`` of the paper that count: those of dropped questions do not."""
    points = [
        item["p"] for item in paper if in_force.verdicts.get(item["v"], Verdict()).void != DROP
    ]
    return len(points), sum(points)
