"""The literal words of a clause that prove what a derived question says. Pure."""

from __future__ import annotations

from quizzes.checks import MAX_QUOTE_WORDS
from quizzes.derivation.enumerations import sentence_around

_ROOM_AFTER = 8


def quote_around(text: str, start: int, end: int) -> str:
    """The words from ``start`` to ``end`` and as much of their sentence around them as a quote may
    have, first what leads to them; it begins and ends where the sentence pauses, if it can."""
    first, last = sentence_around(text, start, end)
    inside = text[start:end].split()
    if len(inside) >= MAX_QUOTE_WORDS:
        return " ".join(inside[:MAX_QUOTE_WORDS])
    room, before = MAX_QUOTE_WORDS - len(inside), text[first:start].split()
    kept = before[-max(room - _ROOM_AFTER, _ROOM_AFTER) :]
    pauses = [n for n, word in enumerate(kept[:-1], start=1) if word[-1] in ",;:"]
    if len(kept) < len(before) and pauses:
        kept = kept[pauses[0] :]
    glued, *after = text[end:last].split(" ")
    after = [word for word in after if word][: max(room - len(kept), 0)]
    while after and after[-1][-1] not in ",;:.…":
        after.pop()
    said = " ".join([*kept, " ".join(inside) + glued, *after])
    return said.strip().rstrip(" ,;:.…")
