"""Ready-made rule sets as drafts: dates from today, papers from what the banks hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from accounts.models import Unit
from contest.blueprints import suggest_lines
from contest.drafts import LineDraft, PrizeDraft, RoundDraft
from contest.models import Division
from contest.rules.contests import ContestDraft
from contest.rules.presets_data import PRESETS as PRESETS
from contest.rules.presets_data import Preset
from contest.wording import VIETNAM
from quizzes.desk.coverage import clause_counts
from quizzes.models import Programme
from quizzes.pools import pool_sizes


def preset(code: str) -> Preset | None:
    """The rule set of this code, None for none."""
    return next((each for each in PRESETS if each.code == code), None)


def preset_contest(chosen: Preset, *, title: str, summary: str = "") -> ContestDraft:
    """The contest's settings under this title."""
    return ContestDraft(title=title, summary=summary, **chosen.contest)


def preset_divisions(chosen: Preset) -> list[Division]:
    """The divisions, not saved: they are made with the contest."""
    return [
        Division(position=position, code=plan.code, name=plan.name, eligibility=plan.who.to_json())
        for position, plan in enumerate(chosen.divisions, start=1)
    ]


def preset_round(chosen: Preset, *, divisions: Sequence[Division], now: datetime) -> RoundDraft:
    """The first round; its lines and prizes refer to these divisions. Papers are smaller, or
    empty, where the banks hold too few approved questions."""
    of = {division.code: division for division in divisions}
    opens_at = opening(chosen, now)
    return RoundDraft(
        title=chosen.round_title,
        opens_at=opens_at,
        closes_at=opens_at + chosen.lasts,
        lines=[
            line
            for code, questions in chosen.papers.items()
            for line in _paper(questions, of.get(code))
        ],
        prizes=[
            PrizeDraft(
                plan.name, plan.count, plan.worth, of.get(plan.division), plan.measure, block
            )
            for plan in chosen.prizes
            for block in (plan.by_block and _blocks()) or [""]
        ],
        **chosen.round,
    )


def opening(chosen: Preset, now: datetime) -> datetime:
    """When a round of this kind opens next: on a day after today, in Vietnam."""
    local = now.astimezone(VIETNAM)
    if chosen.weekday is None:
        day = (local.replace(day=1) + timedelta(days=32)).replace(day=1)
    else:
        day = local + timedelta(days=7 - (local.weekday() - chosen.weekday) % 7)
    return datetime.combine(day, chosen.opens, VIETNAM)


def _blocks() -> list[str]:
    """The blocks in which units compete, but for units of other provinces."""
    units = Unit.objects.exclude(block="").exclude(kind=Unit.Kind.OUTSIDE_PROVINCE)
    return list(units.order_by("block").values_list("block", flat=True).distinct())


def _paper(questions: int, division: Division | None) -> list[LineDraft]:
    """So many questions spread over the documents, of any difficulty, one point each."""
    counts: dict[int, int] = {}
    weights = clause_counts(with_dispatch=False)
    for part in suggest_lines(pool_sizes(), weights, questions):
        counts[part.programme] = counts.get(part.programme, 0) + part.count
    programmes = Programme.objects.in_bulk(list(counts))
    return [LineDraft(programmes[pk], "", count, 1, division) for pk, count in counts.items()]
