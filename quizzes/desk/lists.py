"""Reading for the desk: lists of versions, their history, what their page shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, QuerySet

from accounts.text import fold
from quizzes.models import QuestionVersion

Status = QuestionVersion.Status


def listed_versions(filters: Mapping[str, str]) -> list[QuestionVersion]:
    """Versions that match every filter given: ``programme`` (code), ``status`` ("" means all but
    the retired), ``type``, ``difficulty``, ``clause`` (code), and ``q``, words that must all stand
    in the question, whatever their case and marks."""
    versions: QuerySet[QuestionVersion] = QuestionVersion.objects.select_related(
        "question__programme", "clause"
    ).order_by("question__programme__position", "question__code", "-number")
    lookups = {
        "programme": "question__programme__code",
        "status": "status",
        "type": "type",
        "difficulty": "difficulty",
        "clause": "clause__code",
    }
    chosen = {lookup: filters[name] for name, lookup in lookups.items() if filters.get(name)}
    versions = versions.filter(**chosen)
    if not filters.get("status"):
        versions = versions.exclude(status=Status.RETIRED)
    words = fold(filters.get("q", "")).split()
    return [version for version in versions if _has_words(version, words)]


def _has_words(version: QuestionVersion, words: list[str]) -> bool:
    if not words:
        return True
    parts = [version.question.code, version.stem, version.quote, version.explanation]
    parts += [choice["text"] for choice in version.choices] + version.prompts
    said = fold(" ".join(parts))
    return all(word in said for word in words)


def counts_by_status() -> dict[str, int]:
    """``{status: versions}``, zero included."""
    rows = QuestionVersion.objects.order_by().values_list("status").annotate(n=Count("id"))
    return dict.fromkeys(Status.values, 0) | dict(rows)


def preview_item(version: QuestionVersion) -> dict[str, Any]:
    """The version as a competitor's paper would carry it, choices in bank order."""
    return {
        "number": 1,
        "type": version.type,
        "stem": version.stem,
        "choices": version.choices,
        "prompts": version.prompts,
        "points": 1,
        "programme": version.question.programme.code,
    }
