"""The paper of an attempt, from the plan of its round and the seed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from contest.models import Division, Round
from contest.papers import Candidate, Line, PaperItem, draw
from quizzes.versions import version_texts

_MOST_ROUNDS = 64


@dataclass(frozen=True, slots=True)
class Plan:
    """What papers of a round are drawn from: lines by division id, the versions they name; and
    the divisions of its contest, in order."""

    lines: Mapping[int | None, list[Line]]
    pool: Mapping[int, Candidate]
    divisions: tuple[Division, ...]

    def blueprint(self, division: int | None) -> list[Line]:
        """The lines for people of a division (id): its own, or those of everybody."""
        return self.lines.get(division) or self.lines.get(None, [])


_plans: dict[tuple[str, str], Plan] = {}


def plan_of_opened(round: Round) -> Plan:
    """The plan of a round that has opened: from then on nothing in it changes, so it is read
    once per process. Known by the round's secret, which no other round ever has, and by its pools,
    should a change be committed in the very moment of the opening."""
    name = (round.secret, repr(round.pools))
    plan = _plans.get(name)
    if plan is None:
        if len(_plans) >= _MOST_ROUNDS:
            _plans.clear()
        plan = _plans[name] = plan_of(round)
    return plan


def plan_of(round: Round) -> Plan:
    """The plan of a published round as it stands."""
    lines: dict[int | None, list[Line]] = {}
    for line, ids in zip(round.lines.order_by("position"), round.pools, strict=True):
        own = lines.setdefault(line.division_id, [])
        own.append(Line(line.count, line.points, tuple(ids)))
    versions = (v for own in lines.values() for line in own for v in line.version_ids)
    divisions = tuple(round.contest.divisions.order_by("position"))
    return Plan(lines, _candidates(versions), divisions)


def _candidates(versions: Iterable[int]) -> dict[int, Candidate]:
    texts = version_texts(versions)
    return {v: Candidate(v, text.keys, text.has_fixed_order) for v, text in texts.items()}


def draw_paper(
    round: Round, seed: bytes, division: int | None = None, plan: Plan | None = None
) -> list[PaperItem]:
    """The paper of a published round for one seed; recomputable by anybody who has the seed.

    ``division`` is the id of the person's; its own lines are drawn where it has any.
    """
    plan = plan or plan_of(round)
    return draw(
        plan.blueprint(division),
        plan.pool,
        seed,
        shuffles_questions=round.shuffles_questions,
        shuffles_choices=round.shuffles_choices,
    )


def blueprint_of(round: Round, division: int | None = None) -> list[Line]:
    """The plan of the paper of a published round for people of a division (id)."""
    return plan_of(round).blueprint(division)
