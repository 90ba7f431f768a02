"""Between the database's versions and the banks' records, in both directions."""

from __future__ import annotations

from typing import Any

from quizzes.banks import Bank, BankClause, BankProgramme, BankQuestion
from quizzes.models import Programme, QuestionVersion


def record_of(version: QuestionVersion) -> BankQuestion:
    """What a version says, as a bank would say it."""
    return BankQuestion(
        id=version.question.code,
        type=version.type,
        difficulty=version.difficulty,
        clause=version.clause.code,
        stem=version.stem,
        choices=tuple((choice["key"], choice["text"]) for choice in version.choices),
        answer=tuple(version.answer),
        quote=version.quote,
        explanation=version.explanation,
        prompts=tuple(version.prompts),
    )


def content_of(record: BankQuestion) -> dict[str, Any]:
    """The columns of a version that say what the record says, all but its clause."""
    return {
        "type": record.type,
        "difficulty": record.difficulty,
        "stem": record.stem,
        "prompts": list(record.prompts),
        "choices": [{"key": key, "text": text} for key, text in record.choices],
        "answer": list(record.answer),
        "quote": record.quote,
        "explanation": record.explanation,
        "content_hash": record.content_hash,
    }


def bank_of(programme: Programme, file: str = "") -> Bank:
    """A programme with its clauses and approved questions, ready to be written as a bank."""
    approved = QuestionVersion.objects.filter(
        question__programme=programme, status=QuestionVersion.Status.APPROVED
    ).select_related("question", "clause")
    return Bank(
        file=file,
        programme=BankProgramme(
            code=programme.code,
            title=programme.title,
            short_title=programme.short_title,
            kind=programme.kind,
            issued_on=programme.issued_on,
        ),
        clauses=tuple(BankClause(c.code, c.title, c.note) for c in programme.clauses.all()),
        questions=tuple(record_of(version) for version in approved.order_by("question__code")),
    )
