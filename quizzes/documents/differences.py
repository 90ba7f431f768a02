"""Two versions of an official text, clause by clause, with the changed words. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from quizzes.documents.syllables import tone_places_settled

ChangeKind = Literal["added", "removed", "changed", "unchanged"]
_BLANKS = re.compile(r"\s+")
MOST_COMPARED = 5_000  # words; comparing takes the square of them, and no honest clause has more


@dataclass(frozen=True, slots=True)
class Piece:
    """Words in a row that both versions have ("same"), or only one ("removed", "added")."""

    kind: Literal["same", "removed", "added"]
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one clause; ``pieces`` tell a changed one word by word."""

    code: str
    kind: ChangeKind
    old: str
    new: str
    pieces: tuple[Piece, ...] = ()


def says_the_same(old: str, new: str) -> bool:
    """Whether two texts differ at most in blanks and in where a tone mark stands (uỷ, ủy)."""
    return _BLANKS.sub("", tone_places_settled(old)) == _BLANKS.sub("", tone_places_settled(new))


def changes(old: Mapping[str, str], new: Mapping[str, str]) -> list[Change]:
    """Every clause of both versions, in the order of the new one; a removed clause stands where
    it stood, after the one before it."""
    return [_change(code, old.get(code), new.get(code)) for code in _merged(list(old), list(new))]


def counts(of: Sequence[Change]) -> dict[ChangeKind, int]:
    """How many clauses of each kind, none left out."""
    found = Counter(change.kind for change in of)
    kinds: tuple[ChangeKind, ...] = ("added", "removed", "changed", "unchanged")
    return {kind: found[kind] for kind in kinds}


def word_changes(old: str, new: str) -> tuple[Piece, ...]:
    """The two texts as one run of pieces: words that stayed, went, came.

    Texts of more than ``MOST_COMPARED`` words are told as gone and come, not compared.
    """
    old_words, new_words = old.split(), new.split()
    if max(len(old_words), len(new_words)) > MOST_COMPARED:
        return (Piece("removed", " ".join(old_words)), Piece("added", " ".join(new_words)))
    matcher = SequenceMatcher(
        None,
        [tone_places_settled(word) for word in old_words],
        [tone_places_settled(word) for word in new_words],
        autojunk=False,
    )
    pieces: list[Piece] = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", " ".join(new_words[k:m])))
            continue
        if j > i:
            pieces.append(Piece("removed", " ".join(old_words[i:j])))
        if m > k:
            pieces.append(Piece("added", " ".join(new_words[k:m])))
    return tuple(pieces)


def _change(code: str, old: str | None, new: str | None) -> Change:
    if old is None:
        return Change(code, "added", "", new or "")
    if new is None:
        return Change(code, "removed", old, "")
    if says_the_same(old, new):
        return Change(code, "unchanged", old, new)
    return Change(code, "changed", old, new, word_changes(old, new))


def _merged(old: list[str], new: list[str]) -> list[str]:
    """The codes of ``new`` with those only ``old`` has put in after their predecessor."""
    merged = list(new)
    for place, code in enumerate(old):
        if code in merged:
            continue
        before = old[place - 1] if place else None
        merged.insert(merged.index(before) + 1 if before else 0, code)
    return merged
