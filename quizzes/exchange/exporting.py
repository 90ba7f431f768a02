"""A programme's questions as a bank ready to be written in any format."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from quizzes.banks import Bank
from quizzes.models import Programme, QuestionVersion
from quizzes.records import bank_of, record_of


def bank_for_export(programme: Programme, statuses: Collection[str], file: str = "") -> Bank:
    """The programme with its questions in these statuses; of two versions the newer one."""
    versions = QuestionVersion.objects.filter(question__programme=programme, status__in=statuses)
    newest = {
        version.question.code: record_of(version)
        for version in versions.select_related("question", "clause").order_by("number")
    }
    questions = tuple(record for _, record in sorted(newest.items()))
    return replace(bank_of(programme, file), questions=questions)
