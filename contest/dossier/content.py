"""What the documents of a round's result say, as plain records. Pure.

Moments are aware datetimes in any zone; lengths are milliseconds; points are whole. Free texts
(reasons, names, titles) may end with or without a full stop. Every list is a tuple, so that a
dossier can be kept and compared; only the full table is read anew by each document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from contest.dossier.decisions import (
    Amendment,
    Appeals,
    Disqualification,
    Extension,
    Incident,
    Outage,
    QuestionDecision,
)

TOP_ROWS = 20  # how many people, and how many units, the minutes themselves list


# -- What was competed in ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues the minutes: ``parent`` may be ""; ``symbol`` is the body's mark, "BTC"."""

    parent: str
    body: str
    symbol: str


@dataclass(frozen=True, slots=True)
class RulesVersion:
    """The rules in force at the end; ``issued_on`` is the day of this version."""

    number: int
    issued_on: date
    amendments: tuple[Amendment, ...] = ()


@dataclass(frozen=True, slots=True)
class RoundWindow:
    """``closes_at`` is the closing time that held in the end; ``hours`` the part of each day in
    words, "" for day and night."""

    opens_at: datetime
    closes_at: datetime
    hours: str = ""
    extensions: tuple[Extension, ...] = ()
    outages: tuple[Outage, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperLine:
    """So many questions of one document; ``difficulty`` as people read it, "" for any."""

    programme: str
    title: str
    count: int
    points: int
    difficulty: str = ""


@dataclass(frozen=True, slots=True)
class PaperPlan:
    """What a paper holds; ``division`` "" where everybody gets the same plan."""

    lines: tuple[PaperLine, ...]
    division: str = ""
    essay_points: int = 0

    @property
    def questions(self) -> int:
        return sum(line.count for line in self.lines)

    @property
    def points(self) -> int:
        return sum(line.count * line.points for line in self.lines) + self.essay_points


@dataclass(frozen=True, slots=True)
class Prediction:
    """``target`` and ``counted_on`` in words: what was to be guessed, and the set of people on
    which its ``truth`` was counted."""

    question: str
    target: str
    truth: Decimal
    counted_on: str


@dataclass(frozen=True, slots=True)
class Draw:
    """``commitment`` was public before the round opened; ``secret`` is "" until revealed."""

    commitment: str
    secret: str


# -- Results -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ScoreBands:
    """People by the share of questions that their counted attempt got right."""

    full: int
    from_75: int
    from_25: int
    below_25: int

    @property
    def people(self) -> int:
        return self.full + self.from_75 + self.from_25 + self.below_25


@dataclass(frozen=True, slots=True)
class Figures:
    """People and attempts are different numbers; ``units`` had at least one person."""

    entrants: int
    attempts: int
    perfect: int
    units: int
    bands: ScoreBands


@dataclass(frozen=True, slots=True)
class Winner:
    """A prize. A collective one has the unit as ``name``, its ``figure`` in words, and None for
    what only a person has. ``reason``: why it stands above the next one, "" for the last."""

    prize: str
    rank: int | None
    name: str
    unit: str = ""
    points: int | None = None
    elapsed_ms: int | None = None
    prediction: Decimal | None = None
    distance: Decimal | None = None
    figure: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PrizeList:
    """Prizes given by one order, best first; ``title`` is the division, or "" for the only one.
    ``passed``: who stood high enough and got none, and why, a sentence each."""

    title: str
    winners: tuple[Winner, ...]
    passed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tie:
    """People no criterion tells apart, and in words what follows from it."""

    rank: int
    names: tuple[str, ...]
    resolution: str


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A line of the full table. Names are shown as given: what must be hidden is hidden here."""

    rank: int
    name: str
    unit: str
    points: int
    correct: int
    elapsed_ms: int
    submitted_at: datetime
    division: str = ""
    division_rank: int | None = None
    prediction: Decimal | None = None
    distance: Decimal | None = None
    prize: str = ""
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit; ``members`` is None while it declared none, ``mean`` is in points."""

    rank: int
    unit: str
    entrants: int
    members: int | None
    mean: Decimal
    perfect: int
    winners: int = 0

    @property
    def rate(self) -> Fraction | None:
        """Entrants of declared members; above 1 where more came than were declared."""
        return Fraction(self.entrants, self.members) if self.members else None


class ResultKind(StrEnum):
    FINAL = "final"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class ResultVersion:
    """``reason`` is asked of a correction only."""

    number: int
    kind: ResultKind
    signed_off_by: str
    signed_off_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MerkleRoot:
    """A published root: what it was taken over in words, how many leaves, its hex digits."""

    label: str
    leaves: int
    value: str


# -- Signing -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Signatory:
    """``title`` as people say it ("Trưởng Ban"); ``name`` "" leaves room to write it."""

    title: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Signatures:
    """``on_behalf_of`` is the body the head signs for: "Ban Tổ chức"."""

    on_behalf_of: str
    head: Signatory
    secretary: Signatory
    members: tuple[Signatory, ...] = ()


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything the minutes and tables of one round say.

    ``number`` and ``dated`` may be "" and None: room is left to fill them in by hand.
    ``attempts_allowed``: None means without limit. ``ranking_keys``: the criteria in words,
    the first one first. ``divisions``: names of the parts ranked apart, empty for one field.
    ``ties``: those that bear on a prize.
    ``rows``: called once by each document, gives the full table best first; it may be long.
    ``recipients``: the lines of "Nơi nhận"; ``archive``: who keeps the file.
    """

    contest_title: str
    round_number: int
    round_title: str
    issuer: Issuer
    place: str
    number: str
    dated: date | None
    rules: RulesVersion
    window: RoundWindow
    papers: tuple[PaperPlan, ...]
    time_limit_s: int
    attempts_allowed: int | None
    figures: Figures
    ranking_keys: tuple[str, ...]
    divisions: tuple[str, ...]
    prediction: Prediction | None
    draw: Draw
    disqualifications: tuple[Disqualification, ...]
    questions: tuple[QuestionDecision, ...]
    incidents: tuple[Incident, ...]
    appeals: Appeals
    rows: Callable[[], Iterable[ResultRow]]
    ties: tuple[Tie, ...]
    prizes: tuple[PrizeList, ...]
    units: tuple[UnitRow, ...]
    version: ResultVersion
    roots: tuple[MerkleRoot, ...]
    signatures: Signatures
    recipients: tuple[str, ...]
    archive: str
