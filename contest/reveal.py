"""The ceremony at which winners are made known one by one, and boards that stood still open.

Where it has got to is kept on the round, so that whoever opens the page next goes on from there.
A step is asked for by the step it follows: asked twice, it is taken once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from accounts.models import User
from contest.audit import record
from contest.conduct.decisions import locked, require_reason
from contest.errors import ContestError
from contest.events import round_changed
from contest.models import Division, Prize, ResultRow, Round
from contest.results.prizegiving import latest_table
from contest.results.reading import published_name


class Beat(StrEnum):
    """What one step brings onto the screen."""

    OPENING = "opening"
    DIVISION = "division"
    PRIZE = "prize"
    NAME = "name"
    END = "end"


@dataclass(frozen=True, slots=True)
class Group:
    """The winners of one list of prizes, the last one first. ``division`` None: of everybody."""

    division: Division | None
    rows: tuple[ResultRow, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its ``row`` for ``PRIZE`` and ``NAME``, and the ``group`` it belongs to."""

    beat: Beat
    group: Group | None = None
    row: ResultRow | None = None


@dataclass(frozen=True, slots=True)
class Winner:
    """A line on the screen; ``name`` and ``unit`` are "" until they are made known."""

    key: int
    rank: int
    prize: str
    name: str = ""
    unit: str = ""
    points: int | None = None
    elapsed_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """What the screen shows at ``step`` of ``last``; nothing of later steps is in it.

    ``settled``: winners of the same group made known before, best first. ``prizes``: how many
    winners the ceremony has.
    """

    step: int
    last: int
    beat: Beat
    division: str
    winner: Winner | None
    settled: tuple[Winner, ...]
    prizes: int

    @property
    def is_first(self) -> bool:
        return self.step <= 1

    @property
    def is_last(self) -> bool:
        return self.step >= self.last


def steps(round: Round) -> list[Step]:
    """The whole ceremony: an opening, two steps for each winner from the last prize of each list
    upwards, a step for each list where there are several, and the end."""
    groups = _groups(round)
    found = [Step(Beat.OPENING)]
    for group in groups:
        if len(groups) > 1:
            found.append(Step(Beat.DIVISION, group))
        for row in group.rows:
            found += [Step(Beat.PRIZE, group, row), Step(Beat.NAME, group, row)]
    return [*found, Step(Beat.END)]


def _groups(round: Round) -> list[Group]:
    """Divisions in their order; the list of prizes for everybody is the last and highest."""
    table = latest_table(round)
    if table is None:
        return []
    winners = list(
        ResultRow.objects.filter(result=table)
        .exclude(prize="")
        .select_related("division", "entry__user")
        .order_by("-position")
    )
    common = set(
        Prize.objects.filter(round=round, division=None, measure=Prize.Measure.PEOPLE).values_list(
            "name", flat=True
        )
    )
    found: dict[Division | None, list[ResultRow]] = {}
    for row in winners:
        division = None if row.prize in common else row.division
        found.setdefault(division, []).append(row)
    in_turn = sorted(found, key=lambda d: (d is None, d.position if d else 0))
    return [Group(division, tuple(found[division])) for division in in_turn]


def prizes(round: Round) -> int:
    """How many winners the ceremony has."""
    return sum(len(group.rows) for group in _groups(round))


def scene(round: Round) -> Scene | None:
    """What the screen shows now; None before the ceremony was begun."""
    if not round.reveal_step:
        return None
    programme = steps(round)
    # A correction made meanwhile may have left fewer winners.
    at = min(round.reveal_step, len(programme))
    step = programme[at - 1]
    return Scene(
        step=at,
        last=len(programme),
        beat=step.beat,
        division=step.group.division.name if step.group and step.group.division else "",
        winner=_winner(step) if step.row else None,
        settled=tuple(_settled(step)),
        prizes=sum(other.beat == Beat.PRIZE for other in programme),
    )


def _winner(step: Step) -> Winner:
    assert step.row is not None
    assert step.group is not None
    known = line(step.row, step.group)
    if step.beat == Beat.NAME:
        return known
    return Winner(known.key, known.rank, known.prize)


def _settled(step: Step) -> Iterator[Winner]:
    """Winners of the group before this step's, the one made known last on top."""
    if step.group is None or step.row is None:
        return
    before = step.group.rows[: step.group.rows.index(step.row)]
    for row in reversed(before):
        yield line(row, step.group)


def line(row: ResultRow, group: Group) -> Winner:
    """A winner made known, named as published."""
    rank = row.rank if group.division is None else row.division_rank
    name = published_name(row)
    return Winner(row.pk, rank, row.prize, name, row.unit_name, row.points, row.elapsed_ms)


# -- Services ------------------------------------------------------------------------------------


def why_not(round: Round) -> str:
    """Why there is no ceremony to hold, in Vietnamese; "" when there is."""
    if round.frozen_at is None:
        return "Vòng thi không đóng băng bảng xếp hạng nên không có lễ công bố theo từng bước."
    if round.finalised_at is None:
        return "Hãy chốt kết quả chính thức của vòng thi trước khi công bố."
    return ""


def _held(round: Round) -> Round:
    """The round, held, for a ceremony that goes on; ``ContestError`` when there is none."""
    round = locked(round)
    if reason := why_not(round):
        raise ContestError(reason)
    if round.revealed_at is not None:
        raise ContestError("Kết quả của vòng thi đã được công bố.")
    return round


@transaction.atomic
def start_reveal(*, round: Round, actor: User) -> Round:
    """Begin the ceremony; one that was begun goes on where it is. Raises ``ContestError``."""
    round = _held(round)
    if round.reveal_step == 0:
        record(actor=actor, action="start_reveal", subject=f"round:{round.pk}")
        _write(round, 1)
    return round


@transaction.atomic
def next_step(*, round: Round, after: int) -> Round:
    """Take the step that follows ``after``; nothing when the ceremony is elsewhere already, or
    at its end. Raises ``ContestError``."""
    round = _held(round)
    if round.reveal_step == after and 0 < after < len(steps(round)):
        _write(round, after + 1)
    return round


@transaction.atomic
def step_back(*, round: Round, before: int) -> Round:
    """Go back from step ``before``; nothing when the ceremony is elsewhere, or at its opening.
    Raises ``ContestError``."""
    round = _held(round)
    if round.reveal_step == before > 1:
        _write(round, before - 1)
    return round


@transaction.atomic
def finish_reveal(*, round: Round, actor: User, now: datetime, reason: str = "") -> Round:
    """Publish: from now on all boards show the final result. Cannot be undone.

    Before the end of the ceremony a reason is asked for. Raises ``ContestError``.
    """
    round = _held(round)
    last = len(steps(round))
    said = reason.strip() if round.reveal_step >= last else require_reason(reason)
    before = {"reveal_step": round.reveal_step, "steps": last}
    round.revealed_at = now
    round.save(update_fields=["revealed_at"])
    record(
        actor=actor,
        action="finish_reveal",
        subject=f"round:{round.pk}",
        reason=said,
        before=before,
        after={"revealed_at": now.isoformat()},
    )
    round_changed(round.pk)
    return round


def _write(round: Round, step: int) -> None:
    round.reveal_step = step
    round.save(update_fields=["reveal_step"])
