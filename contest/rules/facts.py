"""The settings of a round as its thể lệ tells them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from contest.eligibility import Eligibility
from contest.phases import Window
from contest.visibility import Names, Visibility


@dataclass(frozen=True, slots=True)
class PaperPlan:
    """What one paper asks. ``division`` "" for everybody without a plan of their own.

    ``lines``: ``(document code, its name, level "" for any, questions, points of each)``.
    """

    division: str
    lines: tuple[tuple[str, str, str, int, int], ...]

    @property
    def questions(self) -> int:
        return sum(count for *_, count, _ in self.lines)

    @property
    def points(self) -> int:
        return sum(count * points for *_, count, points in self.lines)


@dataclass(frozen=True, slots=True)
class Who:
    """Conditions in words: names of units, kinds and memberships instead of codes."""

    units: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    memberships: tuple[str, ...] = ()
    min_age: int | None = None
    max_age: int | None = None

    @classmethod
    def of(cls, who: Eligibility, names: dict[str, str]) -> Who:
        """Conditions with each code said as ``names`` says it (the code where it does not)."""

        def said(codes: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(names.get(code, code) for code in codes)

        return cls(
            said(who.units), said(who.kinds), said(who.memberships), who.min_age, who.max_age
        )


@dataclass(frozen=True, slots=True)
class PrizeFact:
    """A prize; ``division`` and ``block`` "" for the whole round, ``measure`` "" for people."""

    name: str
    count: int
    worth: str = ""
    division: str = ""
    measure: str = ""
    block: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything the engine executes that competitors must know."""

    window: Window
    time_limit_s: int
    attempts_allowed: int | None
    plans: tuple[PaperPlan, ...]
    ranking_keys: Sequence[str]
    visibility: Visibility
    names: Names = Names.FULL
    prediction_target: str = ""
    essay_points: int = 0
    requires_all: bool = False
    shuffles_questions: bool = True
    shuffles_choices: bool = True
    who: Who = Who()
    divisions: tuple[tuple[str, Who], ...] = ()
    excluded_units: tuple[str, ...] = ()
    admits_from: str = ""
    admits_top: int | None = None
    prizes: tuple[PrizeFact, ...] = ()
    one_prize_per_person: bool = False
    prizes_need_perfect: bool = False
    has_table: bool = False
    commitment: str = ""
    extra: str = ""

    @property
    def has_one_worth(self) -> bool:
        """Whether every question of every paper is worth the same."""
        return len({points for plan in self.plans for *_, points in plan.lines}) == 1

    @property
    def is_even(self) -> bool:
        """Whether points are but another way to count right answers."""
        return self.has_one_worth and not self.essay_points
