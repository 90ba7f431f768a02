"""The marks of GIFT: what must be escaped, and how to look past escapes. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from quizzes.exchange.reading import clean, without_markup

_RESERVED = re.compile(r"([\\~=#{}:])")
_ESCAPED = re.compile(r"\\([~=#{}:n\\])")
_FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]")
_SPECIAL = re.compile(r"[<>&]")
# A note without its end takes the rest, so that no text makes the search start again and again.
_NOTE = re.compile(r"\[(id|tag|quote):((?:\\.|[^\]\\])*)(\]|\\?$)")


def escaped(text: str) -> str:
    """A text as it may stand anywhere in a question."""
    return _RESERVED.sub(r"\\\1", text)


def marked(text: str) -> str:
    """Like ``escaped``, for places that may begin with a format: says "plain" where the text
    would otherwise be taken for markup."""
    plain = _FORMAT.match(text) or _SPECIAL.search(text)
    return ("[plain]" if plain else "") + escaped(text)


def plain(raw: str) -> str:
    """The text that was written: escapes undone, on one line."""
    return clean(_ESCAPED.sub(lambda found: _meant(found[1]), raw))


def unmarked(raw: str, markup: str = "") -> tuple[str, str]:
    """The text of a place that may begin with a format, and that format (else ``markup``).

    Tags of HTML are dropped and its entities read.
    """
    text = raw.strip()
    if found := _FORMAT.match(text):
        markup, text = found[1], text[found.end() :]
    text = _ESCAPED.sub(lambda found: _meant(found[1]), text)
    return without_markup(text) if markup == "html" else clean(text), markup


def find(text: str, mark: str, start: int = 0) -> int:
    """Where an unescaped ``mark`` stands, or -1."""
    for found in re.compile(r"\\.|" + re.escape(mark), re.DOTALL).finditer(text, start):
        if found[0] == mark:
            return found.start()
    return -1


def find_last(text: str, mark: str) -> int:
    """Where the last unescaped ``mark`` stands, or -1."""
    last = -1
    for found in re.compile(r"\\.|" + re.escape(mark), re.DOTALL).finditer(text):
        if found[0] == mark:
            last = found.start()
    return last


def split_answers(body: str) -> tuple[str, list[tuple[str, int, str]]]:
    """What stands before the first answer, and each answer: its mark, place, raw text."""
    places = [m.start() for m in re.finditer(r"\\.|[~=]", body, re.DOTALL) if len(m[0]) == 1]
    if not places:
        return body, []
    ends = [*places[1:], len(body)]
    answers = [
        (body[place], place, body[place + 1 : end]) for place, end in zip(places, ends, strict=True)
    ]
    return body[: places[0]], answers


def notes_of(comments: Sequence[str]) -> list[tuple[str, str]]:
    """The ``[id:...]``, ``[tag:...]`` and ``[quote:...]`` in the comments before a question."""
    return [
        (found[1], clean(re.sub(r"\\([\]\\])", r"\1", found[2])))
        for comment in comments
        for found in _NOTE.finditer(comment)
        if found[3] == "]"
    ]


def note(name: str, value: str) -> str:
    """One note for a comment."""
    guarded = re.sub(r"([\]\\])", r"\\\1", value)
    return f"[{name}:{guarded}]"


def _meant(letter: str) -> str:
    return "\n" if letter == "n" else letter
