"""Taking questions from a file into a programme's drafts, all of them or none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.models import User
from quizzes.banks import BankQuestion, Fault
from quizzes.desk.services import OPEN, DeskError, create_draft
from quizzes.exchange.reading import Placed, Reading, fingerprint
from quizzes.models import Clause, Programme, Question, QuestionVersion
from quizzes.records import record_of


class ImportRefused(Exception):
    """Nothing was taken; ``faults`` name every place in the file and what to do there."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = list(faults)


@dataclass(frozen=True, slots=True)
class Step:
    """A question to take: its settled record and, for a new version, whose version it is."""

    place: str
    record: BankQuestion
    question: Question | None


@dataclass(slots=True)
class Plan:
    """What taking a file means: the steps, how many it has already, what forbids it.

    ``strayed`` are the places whose own clause is unknown and was replaced.
    """

    steps: list[Step] = field(default_factory=list)
    known: int = 0
    faults: list[Fault] = field(default_factory=list)
    strayed: list[str] = field(default_factory=list)

    @property
    def created(self) -> int:
        """How many questions are new."""
        return sum(step.question is None for step in self.steps)

    @property
    def revised(self) -> list[str]:
        """Codes of the questions that get another draft."""
        return [step.question.code for step in self.steps if step.question]


@dataclass(slots=True)
class _Holdings:
    """What a programme has: by code its question, what its versions say, and whether one is open;
    the fingerprints of everything it ever said."""

    clauses: set[str]
    questions: dict[str, Question] = field(default_factory=dict)
    said: dict[str, list[BankQuestion]] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)
    prints: set[str] = field(default_factory=set)


def programme_faults(reading: Reading, programme: Programme) -> list[Fault]:
    """The fault of a file that says it belongs to another document, if it does."""
    if reading.programme in ("", programme.code):
        return []
    reason = f"tệp này của văn bản {reading.programme}, không phải {programme.code}; hãy chọn lại"
    return [Fault("", "", reason)]


@transaction.atomic
def import_questions(
    *,
    actor: User,
    programme: Programme,
    records: Sequence[Placed],
    default_clause: Clause | None,
    now: datetime,
) -> Plan:
    """Take every record as a draft; what the programme has already is only counted.

    Returns what was done. Raises ``ImportRefused`` with all faults, and then takes nothing.
    """
    # Writing the row first makes two imports into one programme wait for each other.
    Programme.objects.filter(pk=programme.pk).update(position=F("position"))
    plan = plan_import(programme=programme, records=records, default_clause=default_clause)
    if plan.faults:
        raise ImportRefused(plan.faults)
    # Codes of the file first, lest one of them is given to a question without any.
    for step in sorted(plan.steps, key=lambda step: not step.record.id):
        try:
            create_draft(
                actor=actor,
                record=step.record,
                origin=QuestionVersion.Origin.IMPORTED,
                now=now,
                question=step.question,
            )
        except DeskError as error:
            faults = [Fault("", step.place, reason) for reason in error.reasons]
            raise ImportRefused(faults) from error
    return plan


def plan_import(
    *, programme: Programme, records: Sequence[Placed], default_clause: Clause | None
) -> Plan:
    """What ``import_questions`` would do; writes nothing.

    A record is known by its code, or without one by what it says (``fingerprint``).
    """
    holdings = _holdings(programme)
    elsewhere = _codes_elsewhere(programme, (placed.record.id for placed in records))
    plan = Plan()
    first: dict[str, str] = {}
    for placed in records:
        before = _before(placed, first)
        if owner := elsewhere.get(placed.record.id):
            reason = f"mã {placed.record.id} đã dùng ở văn bản {owner}; hãy đổi mã hoặc để trống"
            plan.faults.append(Fault("", placed.place, reason))
        elif before:
            reason = f"trùng với câu ở {before} của tệp này; hãy bỏ một câu"
            plan.faults.append(Fault("", placed.place, reason))
        else:
            _plan_one(plan, placed, holdings, default_clause)
    return plan


def _before(placed: Placed, first: dict[str, str]) -> str:
    """Where the file has the record's code, or what it says, already; ``first`` remembers both."""
    marks = [mark for mark in (placed.record.id, fingerprint(placed.record)) if mark]
    before = next((first[mark] for mark in marks if mark in first), "")
    for mark in marks:
        first.setdefault(mark, placed.place)
    return before


def _plan_one(
    plan: Plan, placed: Placed, holdings: _Holdings, default_clause: Clause | None
) -> None:
    place, record = placed.place, placed.record
    said = holdings.said.get(record.id, [])
    if not record.id and fingerprint(record) in holdings.prints:
        plan.known += 1
        return
    settled = _settled(record, said[-1] if said else None, holdings.clauses, default_clause)
    if not settled.clause:
        missing = f"không có mục {record.clause} trong văn bản" if record.clause else "chưa ghi mục"
        reason = f"{missing}; hãy sửa trong tệp hoặc chọn mục mặc định khi nhập"
        plan.faults.append(Fault("", place, reason))
        return
    if settled.content_hash in {version.content_hash for version in said}:
        plan.known += 1
    elif record.id in holdings.open:
        reason = f"câu {record.id} đang có bản nháp nói khác; hãy sửa hoặc bỏ bản nháp ấy trước"
        plan.faults.append(Fault("", place, reason))
    else:
        plan.steps.append(Step(place, settled, holdings.questions.get(record.id)))
        if record.clause and settled.clause != record.clause:
            plan.strayed.append(place)


def _settled(
    record: BankQuestion, last: BankQuestion | None, clauses: set[str], default: Clause | None
) -> BankQuestion:
    """The record with what its file did not say, from the question's last version or defaults."""
    if record.clause in clauses:
        clause = record.clause
    elif last is not None:
        clause = last.clause
    else:
        clause = default.code if default else ""
    return replace(
        record,
        clause=clause,
        difficulty=record.difficulty or (last.difficulty if last else "medium"),
        quote=record.quote or (last.quote if last else ""),
        explanation=record.explanation or (last.explanation if last else ""),
    )


def _holdings(programme: Programme) -> _Holdings:
    holdings = _Holdings(set(programme.clauses.values_list("code", flat=True)))
    versions = QuestionVersion.objects.filter(question__programme=programme)
    for version in versions.select_related("question", "clause").order_by("question", "number"):
        code, record = version.question.code, record_of(version)
        holdings.questions[code] = version.question
        holdings.said.setdefault(code, []).append(record)
        holdings.prints.add(fingerprint(record))
        if version.status in OPEN:
            holdings.open.add(code)
    return holdings


def _codes_elsewhere(programme: Programme, codes: Iterable[str]) -> dict[str, str]:
    """``{code: document}`` of the codes that questions of other programmes have."""
    wanted = {code for code in codes if code}
    rows = Question.objects.exclude(programme=programme).filter(code__in=wanted)
    return dict(rows.values_list("code", "programme__code"))
