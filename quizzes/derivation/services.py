"""Drafts from the official text: offering candidates for a clause, keeping the chosen ones."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from quizzes.banks import BankQuestion
from quizzes.derivation.candidates import Signature, candidates, signature
from quizzes.derivation.stems import ProgrammeTitle, Titles
from quizzes.desk.services import DeskError, create_draft
from quizzes.models import Clause, Programme, QuestionVersion
from quizzes.passages import current_texts
from quizzes.records import record_of

MOST_OFFERED = 24


def titles() -> Titles:
    """What the documents and clauses are called now."""
    programmes = Programme.objects.values_list("code", "kind", "short_title")
    return Titles(
        programmes={code: ProgrammeTitle(kind, name) for code, kind, name in programmes},
        clauses=dict(Clause.objects.values_list("code", "title")),
    )


def known_signatures(clause: Clause) -> set[Signature]:
    """The questions that exist already, in any version: those of the clause's document, and the
    matching ones of every document, which may be told from either side."""
    of_document = Q(question__programme=clause.programme_id)
    matching = Q(type=QuestionVersion.Type.MATCH)
    versions = QuestionVersion.objects.filter(of_document | matching)
    return {signature(record_of(v)) for v in versions.select_related("question", "clause")}


def offered(clause: Clause, seed: str) -> list[BankQuestion]:
    """Candidate questions from the clause's official text in force, none that exists already;
    empty without a text. Another seed gives others."""
    return candidates(
        clause.code, current_texts(), titles(), seed, MOST_OFFERED, known_signatures(clause)
    )


def token(candidate: BankQuestion) -> str:
    """What a page calls a candidate by: told by what it says."""
    return candidate.content_hash[:20]


@transaction.atomic
def keep(
    *, actor: User, clause: Clause, seed: str, chosen: Collection[str], now: datetime
) -> list[QuestionVersion]:
    """Make drafts of the offered candidates with these tokens, in the order offered.

    Raises ``DeskError`` when none was chosen, or none of the chosen is offered any more because
    it was kept before or the official text changed.
    """
    if not chosen:
        raise DeskError("Chưa chọn câu nào; hãy đánh dấu những câu muốn giữ rồi bấm lưu.")
    kept = [
        create_draft(actor=actor, record=candidate, origin=QuestionVersion.Origin.DERIVED, now=now)
        for candidate in offered(clause, seed)
        if token(candidate) in chosen
    ]
    if not kept:
        raise DeskError(
            "Các câu đã chọn không còn trong danh sách gợi ý: đã được lưu trước đó, hoặc văn bản "
            "gốc vừa thay đổi. Hãy chọn lại trong danh sách dưới đây."
        )
    return kept
