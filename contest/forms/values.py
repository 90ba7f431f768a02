"""What the forms of a round start with: a draft shown back, the next round, a suggested paper."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.http import QueryDict

from accounts.models import Unit
from contest import wording
from contest.blueprints import suggest_lines
from contest.drafts import RoundDraft, draft_of
from contest.forms.ranking import rank_values, usual_keys
from contest.models import Round
from quizzes.desk.coverage import clause_counts
from quizzes.pools import pool_sizes

SUGGESTED, MOST_SUGGESTED = 20, 100
# Rounds that last this long follow each other in the same rhythm of whole weeks.
_RHYTHM = timedelta(days=5)
_WEEK = timedelta(weeks=1)


def next_week(after: datetime) -> tuple[datetime, datetime]:
    """08:00 of the first Monday after that day, and 22:00 of its Sunday, in Vietnam."""
    local = after.astimezone(wording.VIETNAM)
    monday = (local + timedelta(days=7 - local.weekday())).replace(
        hour=8, minute=0, second=0, microsecond=0
    )
    return monday, monday + timedelta(days=6, hours=14)


def new_round_values(last: Round | None, now: datetime) -> dict[str, Any]:
    """Sensible settings: the week after now or after the last round, otherwise as before."""
    if last is None:
        opens_at, closes_at = next_week(now)
        usual = {"limit": 15, "attempts": 3, "prediction": "", **rank_values(usual_keys(""), "")}
        return {**usual, "title": "", "opens_at": opens_at, "closes_at": closes_at}
    return {**draft_values(_after(draft_of(last), now)), "title": ""}


def _after(draft: RoundDraft, now: datetime) -> RoundDraft:
    """The draft moved behind itself and behind now."""
    length = draft.closes_at - draft.opens_at
    if length < _RHYTHM:
        opens_at, closes_at = next_week(max(now, draft.closes_at))
    else:
        weeks = -(-(max(now, draft.closes_at) - draft.opens_at) // _WEEK)
        opens_at = draft.opens_at + weeks * _WEEK
        closes_at = opens_at + length
    frozen_at = draft.frozen_at and closes_at - (draft.closes_at - draft.frozen_at)
    if frozen_at and frozen_at <= opens_at:
        frozen_at = None
    return replace(draft, opens_at=opens_at, closes_at=closes_at, frozen_at=frozen_at)


def round_values(round: Round) -> dict[str, Any]:
    """A round's settings as its form shows them."""
    return draft_values(draft_of(round))


def draft_values(draft: RoundDraft) -> dict[str, Any]:
    """A draft's settings as the round form shows them."""
    same = (
        "title", "opens_at", "closes_at", "daily_from", "daily_to", "requires_all",
        "essay_prompt", "admits_from", "admits_top", "results_shown", "solutions_shown",
        "board_shown", "frozen_at", "names_shown", "prizes_need_perfect",
        "extra_rules",
    )  # fmt: skip
    return {
        **{name: getattr(draft, name) for name in same},
        "weekdays": list(draft.weekdays),
        "limit": -(-draft.time_limit_s // 60),
        "attempts": draft.attempts_allowed,
        "unlimited": draft.attempts_allowed is None,
        "prediction": draft.prediction_target,
        "fixed_questions": not draft.shuffles_questions,
        "fixed_choices": not draft.shuffles_choices,
        "essay_points": draft.essay_points or None,
        **rank_values(draft.ranking_keys, draft.prediction_target),
    }


def line_values(round: Round | None) -> list[dict[str, Any]]:
    """A round's lines as their forms show them; none without a round."""
    return draft_lines(draft_of(round)) if round else []


def draft_lines(draft: RoundDraft) -> list[dict[str, Any]]:
    """A draft's lines as their forms show them."""
    return [
        {
            "programme": line.programme.pk,
            "difficulty": line.difficulty,
            "count": line.count,
            "points": line.points,
            "division": line.division.code if line.division else "",
        }
        for line in draft.lines
    ]


def prize_values(round: Round | None) -> list[dict[str, Any]]:
    """A round's prizes as their forms show them; none without a round."""
    return draft_prizes(draft_of(round)) if round else []


def draft_prizes(draft: RoundDraft) -> list[dict[str, Any]]:
    """A draft's prizes as their forms show them."""
    return [
        {
            "name": prize.name,
            "count": prize.count,
            "worth": prize.worth,
            "measure": prize.measure,
            "block": prize.block,
            "division": prize.division.code if prize.division else "",
        }
        for prize in draft.prizes
    ]


def blocks() -> list[str]:
    """The emulation blocks there are, by name."""
    named = Unit.objects.exclude(block="").order_by("block")
    return list(named.values_list("block", flat=True).distinct())


def suggested_values(query: QueryDict) -> list[dict[str, Any]] | None:
    """The lines of the paper that ``?suggest=20`` asks for, spread over what the banks hold, with
    ``&dispatch=on`` over the dispatches too; None when it asks for none or nonsense."""
    asked = query.get("suggest", "")
    if not re.fullmatch("[0-9]{1,3}", asked) or not 1 <= int(asked) <= MOST_SUGGESTED:
        return None
    weights = clause_counts(with_dispatch="dispatch" in query)
    return [
        {"programme": line.programme, "difficulty": line.difficulty, "count": line.count}
        for line in suggest_lines(pool_sizes(), weights, int(asked))
    ]
