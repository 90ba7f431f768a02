"""From objects to the JSON contract. The only place that decides what a competitor is shown.

No key, explanation or quote leaves before ``visibility.solutions_visible``.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from contest import phases, visibility, wording
from contest.attempts import attempts_allowed, running_attempt
from contest.entries import near_place, rulings_of
from contest.marking import counted_size
from contest.models import Appeal, Attempt, Entry, Round
from contest.papers import LETTERS, bank_keys, seed_commitment, shown_letters
from contest.plans import paper_size
from contest.regrading.decided import NOTHING, decided_about, told
from contest.results.prizegiving import latest_table
from contest.scoring import Key
from contest.standing import Standpoint
from quizzes.versions import version_texts

PREDICTION_QUESTIONS = {
    Round.PredictionTarget.PERFECT: (
        "Theo bạn, sẽ có bao nhiêu người trả lời đúng tất cả các câu hỏi của vòng này?"
    ),
    Round.PredictionTarget.ENTRANTS: "Theo bạn, sẽ có bao nhiêu người tham gia dự thi vòng này?",
    Round.PredictionTarget.ATTEMPTS: "Theo bạn, sẽ có bao nhiêu lượt dự thi trong vòng này?",
    Round.PredictionTarget.PERCENT: (
        "Theo bạn, bao nhiêu phần trăm người dự thi vòng này trả lời đúng tất cả các câu hỏi? "
        "(có thể ghi đến năm chữ số thập phân, ví dụ 12,34567)"
    ),
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
    mine = standpoint.attempts if standpoint else ()
    size = paper_size(round, mine[-1].division_id if mine else None)
    return {
        "id": round.pk,
        "contest": round.contest.slug,
        "number": round.number,
        "title": round.title,
        "state": visibility.public_state(round.visibility, now).value,
        "opens_at": round.opens_at,
        "closes_at": round.closes_at,
        "server_time": now,
        "time_limit_s": round.time_limit_s,
        "attempts_allowed": round.attempts_allowed,
        "questions": size.questions,
        "max_points": size.points,
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
        "essay_prompt": round.essay_prompt or None,
        "essay": attempt.essay,
        "result": result_payload(attempt, now),
        "solutions": _solutions(attempt) if may_see_solutions(attempt, now) else None,
    }


def result_payload(attempt: Attempt, now: datetime) -> dict[str, Any] | None:
    """The result of a finished attempt, None while it is in progress.

    While the round withholds results, points, right answers and the place are None, and
    ``shown_after`` says when they open.
    """
    if attempt.state != Attempt.State.FINISHED:
        return None
    round = attempt.entry.round
    is_shown = visibility.result_visible(round.visibility, now)
    total, _ = counted_size(attempt.paper, rulings_of(round))
    return {
        "points": (attempt.points or 0) + (attempt.essay_points or 0) if is_shown else None,
        "correct": attempt.correct if is_shown else None,
        "total": total,
        "essay_points": attempt.essay_points if is_shown else None,
        "elapsed_ms": attempt.elapsed_ms,
        "submitted_at": attempt.submitted_at,
        "receipt": attempt.receipt,
        "closed_by": attempt.closed_by,
        "place": _place(attempt.entry, now) if is_shown else None,
        "provisional": not visibility.is_final(round.visibility, now),
        "shown_after": None if is_shown else f"Kết quả mở {opening(round, round.results_shown)}.",
    }


def opening(round: Round, shown: str) -> str:
    """When what is withheld opens: "sau khi vòng thi đóng lúc 22:00, 09/03/2026"."""
    if shown == visibility.Shown.AFTER_FINAL:
        return "sau khi Ban Tổ chức công bố kết quả chính thức"
    last = phases.last_deadline(round.window)
    return f"sau khi vòng thi đóng lúc {wording.at(last)}"


def _place(entry: Entry, now: datetime) -> int | None:
    """The entry's place where its boards would show it; of a final result the published one."""
    round = entry.round
    seen = round.visibility
    if visibility.is_final(seen, now) and (table := latest_table(round)) is not None:
        row = table.rows.filter(entry=entry).first()
        if row is None:
            return None
        return row.division_rank if row.division_id else row.rank
    if visibility.is_frozen(seen, now) or not visibility.board_visible(
        seen, now, has_finished=True
    ):
        return None
    return near_place(entry)


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


def may_see_solutions(attempt: Attempt, now: datetime) -> bool:
    """Whether its owner may see keys and explanations of this attempt now."""
    if attempt.state != Attempt.State.FINISHED:
        return False
    round, entry = attempt.entry.round, attempt.entry
    allowed = attempts_allowed(round, entry)
    again = allowed is None or entry.attempts_started < allowed or running_attempt(entry)
    seen = round.visibility
    # Whoever sees which answers were right can count the points.
    return visibility.result_visible(seen, now) and visibility.solutions_visible(
        seen, now, may_try_again=bool(again)
    )


def _solutions(attempt: Attempt) -> list[dict[str, Any]]:
    texts = version_texts(item["v"] for item in attempt.paper)
    decided = decided_about(attempt.entry.round)
    appeals = {appeal.question_number: appeal for appeal in attempt.appeals.all()}
    solutions = []
    for number, item in enumerate(attempt.paper, start=1):
        text = texts[item["v"]]
        about = decided.get(item["v"], NOTHING)
        given = bank_keys(item, attempt.answers.get(str(number), ()))
        accepted = (shown_letters(item, keys, text.type) for keys in about.verdict.accepted)
        solutions.append(
            {
                "number": number,
                "key": shown_letters(item, text.answer, text.type),
                "accepted": list(accepted),
                "is_right": about.is_right(given, Key(text.type, text.answer)),
                "verdict": about.verdict.void,
                "decisions": [told(decision) for decision in about.decisions],
                "appeal": _appeal(appeals.get(number)),
                "explanation": text.explanation,
                "quote": text.quote,
                "clause": text.clause,
            }
        )
    return solutions


def _appeal(appeal: Appeal | None) -> dict[str, Any] | None:
    """An appeal as its author sees it."""
    if appeal is None:
        return None
    return {
        "status": appeal.status,
        "clause": appeal.clause_code,
        "text": appeal.text,
        "made_at": appeal.made_at,
        "answer": appeal.answer,
        "decided_at": appeal.decided_at,
    }


def _plain_number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
