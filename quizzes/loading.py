"""Bringing question banks into the database: all of the given files or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max

from quizzes.banks import KINDS, Bank, BankProgramme, BankQuestion, Fault, parse_bank
from quizzes.checks import bank_faults, in_file_order
from quizzes.clauses import parent_id
from quizzes.models import Clause, Programme, Question, QuestionVersion, VersionEvent
from quizzes.records import content_of

BANKS_DIR = Path(__file__).resolve().parent / "banks"
APPROVED = QuestionVersion.Status.APPROVED
RETIRED = QuestionVersion.Status.RETIRED
IN_USE = (APPROVED, QuestionVersion.Status.MUST_REVIEW)


class FaultyBanksError(Exception):
    """The banks cannot be loaded; ``faults`` says everything that is wrong."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = list(faults)


@dataclass(frozen=True, slots=True)
class LoadCounts:
    """Questions by what loading did to them."""

    new: int = 0
    changed: int = 0
    retired: int = 0
    unchanged: int = 0

    def __add__(self, other: LoadCounts) -> LoadCounts:
        return LoadCounts(
            new=self.new + other.new,
            changed=self.changed + other.changed,
            retired=self.retired + other.retired,
            unchanged=self.unchanged + other.unchanged,
        )


def shipped_bank_files() -> list[Path]:
    """The banks that come with the product, sorted by name."""
    return sorted(BANKS_DIR.glob("*.yaml"))


def read_banks(paths: Sequence[Path]) -> tuple[list[Bank], list[Fault]]:
    """The banks in the files, as far as they can be read, and every fault of form and content."""
    banks: list[Bank] = []
    faults: list[Fault] = []
    for path in dict.fromkeys(paths):
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            faults.append(Fault(path.name, "", f"không đọc được tệp: {error}"))
            continue
        bank, form_faults = parse_bank(file=path.name, text=text)
        faults += form_faults
        banks += [bank] if bank else []
    return banks, in_file_order(faults + bank_faults(banks), [path.name for path in paths])


def load_bank_files(*, paths: Sequence[Path]) -> LoadCounts:
    """Load the files; any fault raises ``FaultyBanksError`` and leaves everything as it was."""
    banks, faults = read_banks(paths)
    if faults:
        raise FaultyBanksError(faults)
    return load_banks(banks=banks)


@transaction.atomic
def load_banks(*, banks: Sequence[Bank]) -> LoadCounts:
    """Make the database say what the banks say; loading the same banks again changes nothing.

    A file speaks where it says something new. Where it says what it said when it was last loaded,
    what people decided at the desk since then stands.

    Versions are never rewritten or deleted: a changed question gets a new approved version and
    the old one is retired, as is a question that left its bank; papers keep their versions.
    Raises ``FaultyBanksError`` if a bank has a fault or takes a question id of another document.
    """
    if faults := bank_faults(banks):
        raise FaultyBanksError(faults)
    counts = LoadCounts()
    # Always the same order: two loads at once wait for each other instead of deadlocking.
    for bank in sorted(banks, key=lambda bank: bank.programme.code):
        programme = _save_programme(bank.programme)
        clauses = _save_clauses(bank, programme)
        counts += _save_questions(bank, programme, clauses)
    return counts


def programme_position(programme: BankProgramme) -> int:
    """Action first, then core, then breakthrough, each by number: 6, 1003, ..., 2031, ...

    Told by the document alone, so that loading one file never moves the others.
    """
    number = programme.code.split("-")[0]
    return KINDS.index(programme.kind) * 1000 + (int(number) if number.isdecimal() else 0)


def programme_columns(source: BankProgramme) -> dict[str, Any]:
    """What the database says of a programme beside its code."""
    return {
        "title": source.title,
        "short_title": source.short_title,
        "kind": source.kind,
        "issued_on": source.issued_on,
        "position": programme_position(source),
    }


def _save_programme(source: BankProgramme) -> Programme:
    """The saved programme; its row stays locked for the rest of the transaction."""
    programme, _ = Programme.objects.update_or_create(
        code=source.code, defaults=programme_columns(source)
    )
    return programme


def _save_clauses(bank: Bank, programme: Programme) -> dict[str, Clause]:
    """``{code: clause}``. Clauses that left the file stay: old versions point at them."""
    saved: dict[str, Clause] = {}
    for position, clause in enumerate(bank.clauses, start=1):
        saved[clause.id], _ = Clause.objects.update_or_create(
            code=clause.id,
            defaults={
                "programme": programme,
                "parent": saved.get(parent_id(clause.id)),
                "title": clause.title,
                "note": clause.note,
                "position": position,
            },
        )
    return saved


def _save_questions(bank: Bank, programme: Programme, clauses: dict[str, Clause]) -> LoadCounts:
    known = _known_questions(bank, programme)
    from_files = _last_versions_from_files(programme)
    new = changed = unchanged = 0
    for source in bank.questions:
        question = known.get(source.id)
        last = from_files.pop(question.pk, None) if question else None
        if last and last.content_hash == source.content_hash and not _was_dropped(last):
            unchanged += 1
            continue
        if question:
            changed += 1
        else:
            new += 1
            question = Question.objects.create(code=source.id, programme=programme)
        _approve_version(question, source, clauses[source.clause])
    # What is left came from the file once and is no longer in it.
    gone = QuestionVersion.objects.filter(
        pk__in=[version.pk for version in from_files.values()], status__in=IN_USE
    )
    return LoadCounts(new, changed, gone.update(status=RETIRED), unchanged)


def _last_versions_from_files(programme: Programme) -> dict[int, QuestionVersion]:
    """``{question id: its latest version that came from a file}``."""
    versions = QuestionVersion.objects.filter(
        question__programme=programme, origin=QuestionVersion.Origin.BANK
    )
    return {version.question_id: version for version in versions.order_by("number")}


def _was_dropped(version: QuestionVersion) -> bool:
    """Whether it was retired because it left the file; people's decisions leave an event."""
    return (
        version.status == RETIRED
        and not version.events.filter(action=VersionEvent.Action.RETIRED).exists()
    )


def _known_questions(bank: Bank, programme: Programme) -> dict[str, Question]:
    """The bank's questions that exist already, all of this programme."""
    codes = [question.id for question in bank.questions]
    known = {
        question.code: question
        for question in Question.objects.select_related("programme").filter(code__in=codes)
    }
    faults = [
        Fault(bank.file, code, f"mã câu hỏi đã dùng cho văn bản {question.programme.code}")
        for code, question in known.items()
        if question.programme_id != programme.pk
    ]
    if faults:
        raise FaultyBanksError(faults)
    return known


def _approve_version(question: Question, source: BankQuestion, clause: Clause) -> None:
    """Add the next version as the approved one; the version approved until now is retired."""
    versions = QuestionVersion.objects.filter(question=question)
    versions.filter(status__in=IN_USE).update(status=RETIRED)
    last: int = versions.aggregate(last=Max("number"))["last"] or 0
    QuestionVersion.objects.create(
        question=question,
        number=last + 1,
        status=APPROVED,
        clause=clause,
        **content_of(source),
    )
