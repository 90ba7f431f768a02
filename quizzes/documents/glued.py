"""Words that lost the blank between them: found and split for a person to decide. Pure.

Nothing here changes a text by itself. Foreign words, abbreviations, numbers and addresses are
left alone: a letter run is flagged only if it is no syllable but falls into syllables, or if a
capital stands after a small letter where a word may begin.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from quizzes.documents.syllables import is_syllable

_LETTERS = r"[^\W\d_]"
_TOKEN = re.compile(r"\S+")
_RUN = re.compile(rf"{_LETTERS}+")
_ADDRESS = re.compile(r"@|://|www\.|\.(?:vn|com|org|net)\b", re.IGNORECASE)
# Between a word and a sign, or a sign and a word, where a blank belongs.
_SIGN_JOINS = (
    re.compile(rf"(?<=[^\W_][,;:…])(?={_LETTERS})"),
    re.compile(rf"(?<=[^\W_][”)][,;:.…])(?={_LETTERS})"),
    re.compile(rf"(?<=[^\W_][.])(?={_LETTERS}{{2}})"),
    re.compile(rf"(?<=[”)])(?={_LETTERS})"),
    re.compile(rf"(?<={_LETTERS})(?=[“(])"),
    re.compile(rf"(?<=\d)(?={_LETTERS})"),
)
_MOST_SYLLABLES = 5
_LONGEST_SYLLABLE = 7


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Written as one word though they fall into syllables.
_ONE_WORD = _words_of(
    "video radio data camera online logo tivi menu demo gara photo piano taxi visa email axit oxi "
    "ôtô ôxy kilôgam kilômét xentimét milimét mêtan"
)
# Words a syllable without a first consonant may well be, even if the text has none of them.
_COMMON_OPEN = _words_of(
    "an anh em ông bà ấy ai ao oan in ít ăn ân uy uỷ ủy ưu ý yêu êm ở ứng án ước ánh áp ấp ảnh ổn "
    "ủng ấn ích yên yếu út úng oai oanh uống"
)


@dataclass(frozen=True, slots=True)
class Flag:
    """A place in a text: from ``start`` to ``end`` stands ``word``, better read ``suggestion``."""

    start: int
    end: int
    word: str
    suggestion: str


def seen_words(texts: Iterable[str]) -> Counter[str]:
    """How often each syllable stands alone in the texts: what suggestions prefer."""
    words = (match[0].lower() for text in texts for match in _RUN.finditer(text))
    return Counter(word for word in words if is_syllable(word))


def flags(text: str, seen: Mapping[str, int]) -> list[Flag]:
    """Every suspicious token of a text in NFC, in order; ``seen`` is from ``seen_words``."""
    found = []
    for match in _TOKEN.finditer(text):
        suggestion = _spaced(match[0], seen)
        if suggestion != match[0]:
            found.append(Flag(match.start(), match.end(), match[0], suggestion))
    return found


def split(text: str, chosen: Iterable[Flag]) -> str:
    """The text with the chosen flags' suggestions in place of their words."""
    for flag in sorted(chosen, key=lambda flag: flag.start, reverse=True):
        text = text[: flag.start] + flag.suggestion + text[flag.end :]
    return text


def _spaced(token: str, seen: Mapping[str, int]) -> str:
    """The token with blanks where it should have some."""
    if _ADDRESS.search(token):
        return token
    places: set[int] = set()
    for run in _RUN.finditer(token):
        places |= {run.start() + at for at in _places_in(run[0], seen)}
    for join in _SIGN_JOINS:
        places |= {m.start() for m in join.finditer(token) if _parts_at(token, m.start(), places)}
    for at in sorted(places, reverse=True):
        token = f"{token[:at]} {token[at:]}"
    return token


def _parts_at(token: str, at: int, places: set[int]) -> bool:
    """Whether at a sign or digit a new word begins: ``places`` are the splits found so far."""
    after = _RUN.match(token, at)
    before = _RUN.search(token[:at][::-1])
    if after is None:  # an opening sign follows
        return before is not None and is_syllable(token[:at][-len(before[0]) :])
    word = _first_word(after[0], at, places)
    if token[at - 1].isdigit():
        return is_syllable(word) and word.islower() and (len(word) > 2 or not word.isascii())
    if token[at - 1] == ".":
        last = before[0][::-1] if before else ""
        return word[0].isupper() and is_syllable(word) and (not last or is_syllable(last))
    return is_syllable(word) or word.isupper()


def _first_word(run: str, at: int, places: set[int]) -> str:
    ends = [place - at for place in places if at < place < at + len(run)]
    return run[: min(ends, default=len(run))]


def _places_in(run: str, seen: Mapping[str, int]) -> list[int]:
    """Where in a run of letters words begin, but for its first; empty if it is one word."""
    if is_syllable(run) or run.lower() in _ONE_WORD:
        return []
    places: list[int] = []
    at = 0
    for piece in _pieces(run):
        words = _words_in(piece, seen)
        if words is None:
            return []
        for word in words:
            places.append(at)
            at += len(word)
    return places[1:]


def _pieces(run: str) -> list[str]:
    """A run cut where a capital follows a small letter, and after an abbreviation ("TUlà")."""
    pieces, start = [], 0
    for at in range(1, len(run)):
        if run[at].isupper() and run[at - 1].islower():
            pieces.append(run[start:at])
            start = at
    pieces.append(run[start:])
    return [part for piece in pieces for part in _off_abbreviation(piece)]


def _off_abbreviation(piece: str) -> list[str]:
    capitals = next((at for at, c in enumerate(piece) if not c.isupper()), len(piece))
    rest = piece[capitals:]
    if capitals > 1 and len(rest) > 1 and is_syllable(rest) and not is_syllable(piece):
        return [piece[:capitals], rest]
    return [piece]


def _words_in(piece: str, seen: Mapping[str, int]) -> list[str] | None:
    """The words of a piece of one case: itself if whole, syllables, or None if it has none."""
    if is_syllable(piece) or (piece.isupper() and len(piece) > 1 and piece.isascii()):
        return [piece]
    best = min(_splits(piece.lower(), _MOST_SYLLABLES), key=lambda s: _cost(s, seen), default=None)
    if best is None or not _is_likely(piece, best, seen):
        return [piece] if piece.isupper() and len(piece) > 1 else None
    words, at = [], 0
    for word in best:
        words.append(piece[at : at + len(word)])
        at += len(word)
    return words


def _splits(run: str, most: int) -> Iterable[tuple[str, ...]]:
    """Every way to read a run as at most so many syllables."""
    if not run:
        yield ()
    if not run or not most:
        return
    for size in range(1, min(_LONGEST_SYLLABLE, len(run)) + 1):
        if is_syllable(run[:size]):
            for rest in _splits(run[size:], most - 1):
                yield (run[:size], *rest)


def _cost(words: tuple[str, ...], seen: Mapping[str, int]) -> tuple[int, int]:
    """Few words and words of this text come first, then frequent ones."""
    strange = sum(word not in seen for word in words)
    return len(words) + strange, -sum(seen.get(word, 0) for word in words)


def _is_likely(piece: str, words: tuple[str, ...], seen: Mapping[str, int]) -> bool:
    """Whether a split is worth a person's look: a plain run needs words of this very text."""
    if piece.isascii():
        return len(words) == 2 and all(len(word) > 1 and word in seen for word in words)
    opens = (word for word in words[1:] if unicodedata.normalize("NFD", word)[0] in "aeiouy")
    return all(word in seen or word in _COMMON_OPEN for word in opens)
