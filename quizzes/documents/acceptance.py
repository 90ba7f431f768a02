"""Accepting an official text: what it will change, and the change itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from quizzes.banks import BankProgramme
from quizzes.clauses import Outline, Part, is_letter_code, outline, parent_id
from quizzes.desk.services import DeskError, flag_for_review
from quizzes.documents.differences import Change, changes
from quizzes.documents.drafts import stale_reason, tree_faults
from quizzes.loading import programme_columns
from quizzes.models import Clause, Document, Passage, Programme, QuestionVersion
from quizzes.passages import current_texts

_NUMBERED = re.compile(r"^[#*\s]*[IVX]+\.\s*(?:Đối với\s*)?")
_ISSUED = re.compile(r"ngày\s*(\d{1,2})/(\d{1,2})/(\d{4})")
_SUBJECT = re.compile(r"về\s+(\S.*)")
_PERIOD = re.compile(r",?\s+(?:giai đoạn|nhiệm kỳ)\s+\d{4}.*$")
_TITLE_WORDS, _LONGEST_TITLE, _LONGEST_SHORT, _LONGEST_CLAUSE_TITLE = 12, 300, 120, 200


@dataclass(frozen=True, slots=True)
class Plan:
    """What accepting a draft will do; ``versions`` are approved questions to be looked at."""

    changes: tuple[Change, ...]
    new_programmes: tuple[str, ...]
    versions: tuple[QuestionVersion, ...]
    faults: tuple[str, ...]

    def of(self, kind: str) -> list[Change]:
        return [change for change in self.changes if change.kind == kind]

    @property
    def has_earlier(self) -> bool:
        """Whether any of it had an official text before."""
        return any(change.kind != "added" for change in self.changes)


def plan(document: Document) -> Plan:
    """What would happen if the draft were accepted now."""
    tree = outline(document.text)
    found = changes_of(tree)
    codes = [part.code for part in tree.parts]
    known = set(Programme.objects.filter(code__in=codes).values_list("code", flat=True))
    return Plan(
        tuple(found),
        tuple(code for code in codes if code not in known),
        tuple(_touched(found, ("changed", "removed"))),
        tuple(tree_faults(tree)),
    )


def changes_of(tree: Outline) -> list[Change]:
    """The text against the passages in force of the same programmes."""
    codes = {part.code for part in tree.parts}
    old = {code: text for code, text in current_texts().items() if code.split(":")[0] in codes}
    return changes(old, {node.code: node.text for node in tree.nodes()})


def accept_document(*, actor: User, document: Document, rev: int, now: datetime) -> Plan:
    """Make a draft the official text in force; returns what changed. Raises ``DeskError``.

    Unknown programmes and clauses are created, known ones keep title and note. Approved questions
    of changed and removed clauses leave the pools until somebody has looked at them.
    """
    try:
        return _accept(actor, document, rev, now)
    except IntegrityError:
        raise DeskError(
            "Một văn bản khác về cùng chương trình vừa được chấp nhận. Hãy tải lại trang và xem "
            "lại phần khác nhau trước khi chấp nhận."
        ) from None


@transaction.atomic
def _accept(actor: User, document: Document, rev: int, now: datetime) -> Plan:
    drafts = Document.objects.filter(pk=document.pk, state=Document.State.DRAFT, rev=rev)
    taken = drafts.update(
        state=Document.State.ACCEPTED,
        rev=rev + 1,
        accepted_by=actor,
        accepted_by_name=str(actor),
        accepted_at=now,
    )
    document.refresh_from_db()
    if not taken:
        raise DeskError(stale_reason(document))
    what = plan(document)
    if what.faults:
        raise DeskError(*what.faults)
    tree = outline(document.text)
    for part in tree.parts:
        clauses = _save_clauses(part, _save_programme(part, document))
        _save_passages(document, part, clauses)
    _flag(actor, document, what.changes, now)
    return what


def _touched(found: Sequence[Change], kinds: tuple[str, ...]) -> list[QuestionVersion]:
    """Approved questions of the clauses that changed in one of these ways."""
    codes = [change.code for change in found if change.kind in kinds]
    versions = QuestionVersion.objects.filter(
        status=QuestionVersion.Status.APPROVED, clause__code__in=codes
    )
    return list(versions.select_related("question", "clause").order_by("question__code"))


def _flag(actor: User, document: Document, found: Sequence[Change], now: datetime) -> None:
    for kind, what in (("changed", "đã đổi lời văn"), ("removed", "không còn")):
        note = f"Mục của câu hỏi {what} trong văn bản “{document.title}”"
        flag_for_review(actor=actor, versions=_touched(found, (kind,)), note=note, now=now)


# -- Programmes, clauses, passages ---------------------------------------------------------------


def _save_programme(part: Part, document: Document) -> Programme:
    """The programme of a part; one that exists stays as it is."""
    title, short_title = _titles(part, document)
    source = BankProgramme(part.code, title, short_title, _kind(part), _issued_on(part))
    programme, _ = Programme.objects.get_or_create(
        code=source.code, defaults=programme_columns(source)
    )
    return programme


def _kind(part: Part) -> str:
    """Guessed from the code and, for an action programme, from the heading."""
    sign = part.code.split("/")[0].split("-")[-1].upper()
    if is_letter_code(part.code):
        return Programme.Kind.DISPATCH
    if "chương trình hành động" in part.heading.split(part.code)[0].lower():
        return Programme.Kind.ACTION
    return Programme.Kind.BREAKTHROUGH if sign == "KH" else Programme.Kind.CORE


def _titles(part: Part, document: Document) -> tuple[str, str]:
    """(title, short title): of a section from its heading, else the name people gave the text."""
    before, code, after = part.heading.partition(part.code)
    subject = _SUBJECT.search(after)
    if "\n" in part.heading or not code or not subject:
        return document.title[:_LONGEST_TITLE], document.title[:_LONGEST_SHORT]
    title = f"{_NUMBERED.sub('', before)}{code} về {subject[1]}"
    short = _PERIOD.sub("", subject[1])
    return title[:_LONGEST_TITLE], (short[:1].upper() + short[1:])[:_LONGEST_SHORT]


def _issued_on(part: Part) -> date | None:
    found = _ISSUED.search(part.heading.partition(part.code)[2])
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None


def _save_clauses(part: Part, programme: Programme) -> dict[str, Clause]:
    """``{code: clause}``. Clauses the text has no more stay: questions point at them."""
    saved: dict[str, Clause] = {}
    for position, node in enumerate(part.nodes(), start=1):
        place = {
            "programme": programme,
            "parent": saved.get(parent_id(node.code)),
            "position": position,
        }
        saved[node.code], _ = Clause.objects.update_or_create(
            code=node.code,
            defaults=place,
            create_defaults={**place, "title": _first_words(node.own or node.text)},
        )
    return saved


def _first_words(text: str) -> str:
    words = text.split()
    title = " ".join(words[:_TITLE_WORDS]).rstrip(" ,;:.")
    return title[: _LONGEST_CLAUSE_TITLE - 1] + ("…" if len(words) > _TITLE_WORDS else "")


def _save_passages(document: Document, part: Part, clauses: dict[str, Clause]) -> None:
    Passage.objects.filter(clause__programme__code=part.code, is_current=True).update(
        is_current=False
    )
    Passage.objects.bulk_create(
        Passage(document=document, clause=clauses[node.code], text=node.text)
        for node in part.nodes()
    )
