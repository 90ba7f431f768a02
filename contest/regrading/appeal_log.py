"""Appeals as they are read by others: the question as its author saw it, never who they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from contest.models import Appeal
from contest.papers import LETTERS, shown_letters
from contest.regrading.decided import VERDICT_NAMES
from quizzes.versions import VersionText, version_texts


@dataclass(frozen=True, slots=True)
class Logged:
    """An appeal with its question: ``choices`` as ``(letter, text)`` in the order its author
    had them, ``key`` and ``mine`` (what was answered) in those letters."""

    appeal: Appeal
    text: VersionText
    code: str
    choices: list[tuple[str, str]]
    key: str
    mine: str

    @property
    def verdict(self) -> str:
        """What was decided about the question because of it, "" for nothing yet."""
        decision = self.appeal.decision
        return VERDICT_NAMES[decision.data["verdict"]] if decision else ""


def logged(appeals: Iterable[Appeal]) -> list[Logged]:
    """The appeals with their questions, in the order given."""
    rows = list(appeals)
    prefetch_related_objects(rows, "attempt", "decision", "version__question")
    texts = version_texts(appeal.version_id for appeal in rows)
    return [_logged(appeal, texts[appeal.version_id]) for appeal in rows]


def _logged(appeal: Appeal, text: VersionText) -> Logged:
    item = appeal.attempt.paper[appeal.question_number - 1]
    wording = dict(text.choices)
    mine = appeal.attempt.answers.get(str(appeal.question_number), [])
    return Logged(
        appeal=appeal,
        text=text,
        code=appeal.version.question.code,
        choices=[(LETTERS[n].upper(), wording[key]) for n, key in enumerate(item["c"])],
        key=_letters(shown_letters(item, text.answer, text.type)),
        mine=_letters(mine),
    )


def _letters(letters: Iterable[str]) -> str:
    return ", ".join(letter.upper() or "–" for letter in letters)
