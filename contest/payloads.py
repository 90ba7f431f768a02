"""From objects to the JSON contract. The only place that decides what a competitor is shown.

No key, explanation or quote leaves before ``phases.solutions_visible``.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from contest import phases
from contest.entries import near_place
from contest.models import Attempt, Round
from contest.papers import LETTERS, bank_keys, seed_commitment, shown_letters
from contest.scoring import Key, is_right
from contest.standing import Standpoint
from quizzes.versions import version_texts

PREDICTION_QUESTIONS = {
    Round.PredictionTarget.PERFECT: (
        "Theo bạn, sẽ có bao nhiêu người trả lời đúng tất cả các câu hỏi của vòng này?"
    ),
    Round.PredictionTarget.ENTRANTS: "Theo bạn, sẽ có bao nhiêu người tham gia dự thi vòng này?",
}


def prediction_question(round: Round) -> str | None:
    """The wording of the round's prediction question, or None when it asks none."""
    if not round.prediction_target:
        return None
    return PREDICTION_QUESTIONS[Round.PredictionTarget(round.prediction_target)]


def round_payload(
    round: Round, now: datetime, standpoint: Standpoint | None = None
) -> dict[str, Any]:
    """A published round as everybody sees it, plus ``me`` for somebody who is signed in."""
    lines = list(round.lines.all())
    return {
        "id": round.pk,
        "contest": round.contest.slug,
        "number": round.number,
        "title": round.title,
        "state": phases.state(round.window, now).value,
        "opens_at": round.opens_at,
        "closes_at": round.closes_at,
        "server_time": now,
        "time_limit_s": round.time_limit_s,
        "attempts_allowed": round.attempts_allowed,
        "questions": sum(line.count for line in lines),
        "max_points": sum(line.count * line.points for line in lines),
        "prediction_question": prediction_question(round),
        "ranking_keys": round.ranking_keys,
        "seed_commitment": seed_commitment(round.secret),
        "me": standpoint.payload() if standpoint else None,
    }


def attempt_payload(attempt: Attempt, now: datetime) -> dict[str, Any]:
    """The attempt as its owner sees it: enough to go on from any device."""
    round = attempt.entry.round
    return {
        "id": attempt.pk,
        "round": round.pk,
        "number": attempt.number,
        "state": attempt.state,
        "started_at": attempt.started_at,
        "deadline": attempt.deadline,
        "server_time": now,
        "rev": attempt.rev,
        "paper": _paper(attempt),
        "answers": attempt.answers,
        "prediction": _plain_number(attempt.prediction),
        "prediction_question": prediction_question(round),
        "result": result_payload(attempt),
        "solutions": _solutions(attempt) if _may_see_solutions(attempt, now) else None,
    }


def result_payload(attempt: Attempt) -> dict[str, Any] | None:
    """The result of a finished attempt, None while it is in progress."""
    if attempt.state != Attempt.State.FINISHED:
        return None
    return {
        "points": attempt.points,
        "correct": attempt.correct,
        "total": attempt.total,
        "elapsed_ms": attempt.elapsed_ms,
        "submitted_at": attempt.submitted_at,
        "receipt": attempt.receipt,
        "closed_by": attempt.closed_by,
        "place": near_place(attempt.entry),
        "provisional": attempt.entry.round.finalised_at is None,
    }


def saved_payload(attempt: Attempt, now: datetime) -> dict[str, Any]:
    """What a save is answered with."""
    return {
        "rev": attempt.rev,
        "answers": attempt.answers,
        "deadline": attempt.deadline,
        "server_time": now,
    }


def _paper(attempt: Attempt) -> list[dict[str, Any]]:
    texts = version_texts(item["v"] for item in attempt.paper)
    paper = []
    for number, item in enumerate(attempt.paper, start=1):
        text = texts[item["v"]]
        wording = dict(text.choices)
        paper.append(
            {
                "number": number,
                "type": text.type,
                "stem": text.stem,
                "choices": [
                    {"key": LETTERS[place], "text": wording[key]}
                    for place, key in enumerate(item["c"])
                ],
                "prompts": list(text.prompts),
                "points": item["p"],
                "programme": text.programme,
            }
        )
    return paper


def _may_see_solutions(attempt: Attempt, now: datetime) -> bool:
    return attempt.state == Attempt.State.FINISHED and phases.solutions_visible(
        attempt.entry.round.window, now
    )


def _solutions(attempt: Attempt) -> list[dict[str, Any]]:
    texts = version_texts(item["v"] for item in attempt.paper)
    solutions = []
    for number, item in enumerate(attempt.paper, start=1):
        text = texts[item["v"]]
        given = bank_keys(item, attempt.answers.get(str(number), ()))
        solutions.append(
            {
                "number": number,
                "key": shown_letters(item, text.answer, text.type),
                "is_right": is_right(given, Key(text.type, text.answer)),
                "explanation": text.explanation,
                "quote": text.quote,
                "clause": text.clause,
            }
        )
    return solutions


def _plain_number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
