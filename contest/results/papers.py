"""The file with which a person checks the own attempt by themselves (see verify_round.py)."""

from __future__ import annotations

from typing import Any

from contest.closing import canonical_result
from contest.drawing import blueprint_of
from contest.entries import rulings_of
from contest.marking import score_paper
from contest.models import Attempt
from contest.results.prizegiving import latest_table
from contest.rulings import Verdict
from quizzes.versions import version_texts


def paper_file(attempt: Attempt, *, with_identity: bool) -> dict[str, Any]:
    """A finished attempt as the verifier reads it: what the receipt vouches for, the pools its
    paper was drawn from, and the key of its questions.

    ``with_identity`` adds what the hash of the person in the published table is made of.
    """
    round = attempt.entry.round
    blueprint = blueprint_of(round, attempt.division_id)
    texts = version_texts(v for line in blueprint for v in line.version_ids)
    result = score_paper(attempt.paper, attempt.answers)
    columns = {
        "points": result.points,
        "correct": result.correct,
        "elapsed_ms": attempt.elapsed_ms,
        "submitted_at": attempt.submitted_at,
    }
    identity = _identity(attempt) if with_identity else None
    return {
        "canonical": canonical_result(attempt, columns),
        "entry": attempt.entry_id,
        "number": attempt.number,
        "pools": [
            [
                {"v": v, "keys": list(texts[v].keys), "fixed": texts[v].has_fixed_order}
                for v in line.version_ids
            ]
            for line in blueprint
        ],
        "lines": [
            {"count": line.count, "points": line.points, "pool": place}
            for place, line in enumerate(blueprint)
        ],
        "shuffle_questions": round.shuffles_questions,
        "shuffle_choices": round.shuffles_choices,
        "answers_key": _answers_key(attempt),
        "essay_points": attempt.essay_points or 0,
        **({"identity": identity} if identity else {}),
    }


def _answers_key(attempt: Attempt) -> dict[str, Any]:
    verdicts = rulings_of(attempt.entry.round).verdicts
    texts = version_texts(item["v"] for item in attempt.paper)
    return {
        str(v): {
            "type": text.type,
            "answer": list(text.answer),
            "void": verdicts.get(v, Verdict()).void or None,
            "accepted": [list(keys) for keys in verdicts.get(v, Verdict()).accepted],
        }
        for v, text in texts.items()
    }


def _identity(attempt: Attempt) -> dict[str, str] | None:
    table = latest_table(attempt.entry.round)
    row = table.rows.filter(attempt=attempt).first() if table else None
    if row is None or not row.salt:
        return None
    return {"name": row.name, "unit": row.unit_name, "salt": row.salt}
