"""The questions papers of a round may hold, as the console lists them. Reads only."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from accounts.text import fold
from contest.models import Round
from contest.regrading.decided import NOTHING, Decided, decided_about
from contest.regrading.tallies import BLANK, Given, Tallies
from contest.scoring import Key, is_right
from quizzes.models import QuestionVersion
from quizzes.versions import VersionText, version_texts

MOST_ANSWERS = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the round: how many attempts had it, how many got its points."""

    version: QuestionVersion
    text: VersionText
    about: Decided
    had: int
    right: int

    @property
    def key(self) -> str:
        """What is right, in words."""
        return in_words(self.text, self.text.answer)

    @property
    def accepted(self) -> list[str]:
        """What was accepted besides, in words."""
        return [in_words(self.text, keys) for keys in self.about.verdict.accepted]

    @property
    def share(self) -> int:
        """Right answers in percent, rounded; 0 while nobody had the question."""
        return round_half(100 * self.right, self.had)


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer people gave, how many, and whether it is right by the key."""

    words: str
    count: int
    is_right: bool


def round_half(part: int, whole: int) -> int:
    """``part / whole`` to the nearest whole number; 0 of nothing."""
    return (2 * part + whole) // (2 * whole) if whole else 0


def in_words(text: VersionText, keys: Given) -> str:
    """Bank keys as people read them: "B. …", "A. …; C. …", "vế → phương án"."""
    said = dict(text.choices)
    if text.prompts:
        pairs = zip(text.prompts, keys, strict=False)
        return "; ".join(f"{prompt} → {said.get(key, '(bỏ trống)')}" for prompt, key in pairs)
    if text.is_sequence:
        return " → ".join(said[key] for key in keys if key)
    return "; ".join(f"{key.upper()}. {said[key]}" for key in keys)


def asked(round: Round, counts: Tallies, query: str = "") -> list[Asked]:
    """Questions of the round whose code and words hold every word of ``query``, by code."""
    words = fold(query).split()
    versions = QuestionVersion.objects.filter(pool_members__round=round).select_related(
        "question__programme", "clause"
    )
    rows = [v for v in versions.order_by("question__code", "number") if _has_words(v, words)]
    about = decided_about(round)
    texts = version_texts(version.pk for version in rows)
    return [_asked(v, texts[v.pk], about.get(v.pk, NOTHING), counts) for v in rows]


def asked_one(round: Round, version_id: int, counts: Tallies) -> Asked | None:
    """One question of the round; None when its papers cannot hold it."""
    versions = QuestionVersion.objects.filter(pool_members__round=round, pk=version_id)
    version = versions.select_related("question__programme", "clause").first()
    if version is None:
        return None
    about = decided_about(round).get(version.pk, NOTHING)
    return _asked(version, version_texts([version.pk])[version.pk], about, counts)


def _asked(v: QuestionVersion, text: VersionText, about: Decided, counts: Tallies) -> Asked:
    return Asked(v, text, about, counts.had(v.pk), counts.right(text, about))


def _has_words(version: QuestionVersion, words: list[str]) -> bool:
    parts = [version.question.code, version.stem, version.clause.code, *version.prompts]
    parts += [choice["text"] for choice in version.choices]
    said = fold(" ".join(parts))
    return all(word in said for word in words)


def answers_given(question: Asked, counts: Tallies) -> list[GivenAnswer]:
    """What people answered, most frequent first, at most ``MOST_ANSWERS``; blanks last."""
    text = question.text
    found = counts.given.get(question.version.pk, Counter[Given]())
    key = Key(text.type, text.answer)
    given = sorted(
        ((keys, n) for keys, n in found.items() if keys != BLANK), key=lambda g: (-g[1], g[0])
    )
    shown = [
        GivenAnswer(in_words(text, keys), n, is_right(keys, key))
        for keys, n in given[:MOST_ANSWERS]
    ]
    if blank := found.get(BLANK, 0):
        shown.append(GivenAnswer("(không trả lời)", blank, False))
    return shown
