"""The settings of a round as one value: as typed, as stored, as compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, time
from typing import Any

from contest.models import BlueprintLine, Division, Prize, Round
from contest.ordering import DEFAULT_KEYS
from contest.visibility import Board, Names, Shown
from quizzes.models import Programme


@dataclass(frozen=True, slots=True)
class LineDraft:
    """One blueprint line as the organiser typed it; ``difficulty`` "" means any."""

    programme: Programme
    difficulty: str
    count: int
    points: int
    division: Division | None = None


@dataclass(frozen=True, slots=True)
class PrizeDraft:
    """A prize as typed; ``measure`` "" is for people by rank, else for units (of a ``block``)."""

    name: str
    count: int = 1
    worth: str = ""
    division: Division | None = None
    measure: str = ""
    block: str = ""


@dataclass(frozen=True, slots=True)
class RoundDraft:
    """The settings of a round, named as on ``Round``. ``attempts_allowed`` None: no limit."""

    title: str
    opens_at: datetime
    closes_at: datetime
    time_limit_s: int
    attempts_allowed: int | None
    prediction_target: str
    lines: Sequence[LineDraft]
    prizes: Sequence[PrizeDraft] = ()
    weekdays: Sequence[int] = ()
    daily_from: time | None = None
    daily_to: time | None = None
    shuffles_questions: bool = True
    shuffles_choices: bool = True
    requires_all: bool = False
    essay_prompt: str = ""
    essay_points: int = 0
    admits_from: str = ""
    admits_top: int | None = None
    ranking_keys: Sequence[str] = tuple(DEFAULT_KEYS)
    prizes_need_perfect: bool = False
    results_shown: str = Shown.AT_ONCE
    solutions_shown: str = Shown.AFTER_CLOSE
    board_shown: str = Board.ALWAYS
    frozen_at: datetime | None = None
    names_shown: str = Names.FULL
    extra_rules: str = ""


# Settings that are columns of the round under the same name.
COLUMNS = [f.name for f in fields(RoundDraft) if f.name not in ("lines", "prizes")]


def apply_draft(round: Round, draft: RoundDraft) -> None:
    """Write the settings of the draft onto the round, its lines and its prizes."""
    for name in COLUMNS:
        value = getattr(draft, name)
        setattr(round, name, list(value) if name in ("weekdays", "ranking_keys") else value)
    round.save()
    round.lines.all().delete()
    BlueprintLine.objects.bulk_create(
        BlueprintLine(
            round=round,
            position=position,
            division=line.division,
            programme=line.programme,
            difficulty=line.difficulty,
            count=line.count,
            points=line.points,
        )
        for position, line in enumerate(draft.lines, start=1)
    )
    round.prizes.all().delete()
    Prize.objects.bulk_create(
        Prize(
            round=round,
            position=position,
            division=prize.division,
            measure=prize.measure,
            block=prize.block,
            name=prize.name,
            count=prize.count,
            worth=prize.worth,
        )
        for position, prize in enumerate(draft.prizes, start=1)
    )


def draft_of(round: Round) -> RoundDraft:
    """The round's settings as a draft: to clone it, or to change some of them."""
    lines = round.lines.select_related("programme", "division").order_by("position")
    prizes = round.prizes.select_related("division").order_by("position")
    return RoundDraft(
        **{name: getattr(round, name) for name in COLUMNS},
        lines=[
            LineDraft(line.programme, line.difficulty, line.count, line.points, line.division)
            for line in lines
        ],
        prizes=[
            PrizeDraft(
                prize.name, prize.count, prize.worth, prize.division, prize.measure, prize.block
            )
            for prize in prizes
        ],
    )


def settings_of(round: Round) -> dict[str, Any]:
    """A round's settings as JSON, for the audit and for whoever compares two states."""
    draft = draft_of(round)
    return {
        **{name: _plain(getattr(draft, name)) for name in COLUMNS},
        "lines": [
            {
                "programme": line.programme.code,
                "difficulty": line.difficulty,
                "count": line.count,
                "points": line.points,
                "division": line.division.code if line.division else "",
            }
            for line in draft.lines
        ],
        "prizes": [
            {
                "name": prize.name,
                "count": prize.count,
                "worth": prize.worth,
                "division": prize.division.code if prize.division else "",
                "measure": prize.measure,
                "block": prize.block,
            }
            for prize in draft.prizes
        ],
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | time) else value
