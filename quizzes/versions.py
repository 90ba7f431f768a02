"""Question versions as competitors' papers need them: read once per process, never again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from quizzes.banks import SEQUENCES
from quizzes.models import QuestionVersion


@dataclass(frozen=True, slots=True)
class VersionText:
    """The immutable content of a version.

    ``answer`` holds bank keys: sorted, or for a sequence in the right order (one for each of
    ``prompts`` when there are any).
    """

    id: int
    type: str
    stem: str
    choices: tuple[tuple[str, str], ...]
    answer: tuple[str, ...]
    programme: str
    clause: str
    quote: str
    explanation: str
    prompts: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(key for key, _ in self.choices)

    @property
    def is_sequence(self) -> bool:
        """Whether the order of the keys given is the answer: putting in order, matching."""
        return self.type in SEQUENCES

    @property
    def has_fixed_order(self) -> bool:
        """True/false keeps "Đúng" first: shuffling two words only confuses."""
        return self.type == QuestionVersion.Type.TRUE_FALSE


_known: dict[int, VersionText] = {}


def version_texts(ids: Iterable[int]) -> dict[int, VersionText]:
    """``{id: content}`` for the given versions; unknown ids raise ``KeyError``.

    Kept for the life of the process without invalidation, because versions never change.
    """
    wanted = set(ids)
    if missing := wanted - _known.keys():
        rows = QuestionVersion.objects.select_related("question__programme", "clause")
        for row in rows.filter(id__in=missing):
            _known[row.id] = _text(row)
    return {version_id: _known[version_id] for version_id in wanted}


def forget_version_texts() -> None:
    """Empty the cache; only for tests, whose databases reuse ids."""
    _known.clear()


def _text(row: QuestionVersion) -> VersionText:
    return VersionText(
        id=row.id,
        type=row.type,
        stem=row.stem,
        choices=tuple((choice["key"], choice["text"]) for choice in row.choices),
        answer=tuple(row.answer),
        programme=row.question.programme.code,
        clause=row.clause.code,
        quote=row.quote,
        explanation=row.explanation,
        prompts=tuple(row.prompts),
    )
