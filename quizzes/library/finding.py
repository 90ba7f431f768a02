"""Finding words in texts whatever their case and marks, and showing where they stand. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from accounts.text import fold

BEFORE, LENGTH = 60, 220  # characters of an excerpt before the first hit, and in all


@lru_cache(maxsize=2048)
def folded(text: str) -> tuple[str, tuple[int, ...]]:
    """The text as searched, and for each of its characters the place in ``text`` it came from.

    The texts of the library are few and asked for again and again, so they are kept.
    """
    said, places = [], []
    for place, letter in enumerate(text):
        plain = " " if letter.isspace() else fold(letter)
        said.append(plain)
        places.extend([place] * len(plain))
    return "".join(said), tuple(places)


def has_words(text: str, words: Sequence[str]) -> bool:
    """Whether all of the folded ``words`` stand in the text, as wholes or beginnings."""
    said = f" {_spaced(folded(text)[0])}"
    return all(f" {word}" in said for word in words)


def excerpt(text: str, words: Sequence[str]) -> list[tuple[str, bool]]:
    """A stretch of the text around the first hit, as (piece, whether it is a hit) in turn."""
    said, places = folded(text)
    hits = _hits(_spaced(said), words)
    first = places[hits[0][0]] if hits else 0
    start = max(0, first - BEFORE)
    start = text.find(" ", start) + 1 if start else 0
    end = min(len(text), start + LENGTH)
    if end < len(text):  # never in the middle of a word
        end = max(text.rfind(" ", start, end), start) or end
    pieces: list[tuple[str, bool]] = [("… ", False)] if start else []
    at = start
    for hit_start, hit_end in hits:
        left, right = places[hit_start], places[hit_end - 1] + 1
        if left < at or right > end:
            continue
        pieces += [(text[at:left], False), (text[left:right], True)]
        at = right
    pieces.append((text[at:end] + (" …" if end < len(text) else ""), False))
    return [piece for piece in pieces if piece[0]]


def _spaced(said: str) -> str:
    """Everything that is no letter or figure counts as a blank; lengths stay."""
    return "".join(letter if letter.isalnum() else " " for letter in said)


def _hits(said: str, words: Sequence[str]) -> list[tuple[int, int]]:
    hits = []
    for word in words:
        at = f" {said}".find(f" {word}")
        while at >= 0:
            hits.append((at, at + len(word)))
            at = f" {said}".find(f" {word}", at + 1)
    return sorted(hits)
