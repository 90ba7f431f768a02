"""Reading a round's settings for its thể lệ."""

from __future__ import annotations

from accounts.models import Affiliation, Unit
from contest.eligibility import Eligibility
from contest.models import Contest, Round
from contest.papers import seed_commitment
from contest.rules.facts import PaperPlan, PrizeFact, Rules, Who
from contest.visibility import Names


def rules_of(round: Round) -> Rules:
    """Everything the engine executes for this round, in words where it holds codes."""
    contest = round.contest
    divisions = list(contest.divisions.order_by("position"))
    conditions = [contest.who, *(division.who for division in divisions)]
    names = _names(contest, conditions)
    return Rules(
        window=round.window,
        time_limit_s=round.time_limit_s,
        attempts_allowed=round.attempts_allowed,
        plans=_plans(round),
        ranking_keys=round.ranking_keys,
        visibility=round.visibility,
        names=Names(round.names_shown),
        prediction_target=round.prediction_target,
        essay_points=round.essay_points,
        requires_all=round.requires_all,
        shuffles_questions=round.shuffles_questions,
        shuffles_choices=round.shuffles_choices,
        who=Who.of(contest.who, names),
        divisions=tuple((d.name, Who.of(d.who, names)) for d in divisions),
        excluded_units=tuple(names.get(code, code) for code in contest.excluded_units),
        admits_from=round.admits_from,
        admits_top=round.admits_top,
        prizes=_prizes(round),
        one_prize_per_person=contest.one_prize_per_person,
        prizes_need_perfect=round.prizes_need_perfect,
        has_table=contest.has_table,
        commitment=seed_commitment(round.secret),
        extra=round.extra_rules,
    )


def _names(contest: Contest, conditions: list[Eligibility]) -> dict[str, str]:
    """How codes of units, kinds and roles are said."""
    codes = {code for who in conditions for code in who.units} | set(contest.excluded_units)
    units = dict(Unit.objects.filter(code__in=codes).values_list("code", "name"))
    kinds = {str(value): str(label) for value, label in Unit.Kind.choices}
    roles = {str(value): str(label).lower() for value, label in Affiliation.Role.choices}
    return {**kinds, **roles, **units}


def _plans(round: Round) -> tuple[PaperPlan, ...]:
    lines = round.lines.select_related("programme", "division").order_by("position")
    plans: dict[str, list[tuple[str, str, str, int, int]]] = {}
    for line in lines:
        level = str(line.get_difficulty_display()) if line.difficulty else ""
        programme = line.programme
        plans.setdefault(line.division.name if line.division else "", []).append(
            (programme.code, programme.short_title, level, line.count, line.points)
        )
    return tuple(PaperPlan(division, tuple(each)) for division, each in plans.items())


def _prizes(round: Round) -> tuple[PrizeFact, ...]:
    prizes = round.prizes.select_related("division").order_by("position")
    return tuple(
        PrizeFact(
            p.name, p.count, p.worth, p.division.name if p.division else "", p.measure, p.block
        )
        for p in prizes
    )
