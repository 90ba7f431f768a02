"""The official text in force: what each clause says now."""

from __future__ import annotations

from quizzes.models import Passage


def current_passages() -> dict[str, Passage]:
    """``{clause code: its passage in force}`` in the order of programmes and clauses."""
    rows = Passage.objects.filter(is_current=True).select_related("clause__programme")
    ordered = rows.order_by("clause__programme__position", "clause__position")
    return {row.clause.code: row for row in ordered}


def current_texts() -> dict[str, str]:
    """``{clause code: official text in force}``; a clause without a loaded text is left out."""
    return {code: passage.text for code, passage in current_passages().items()}
