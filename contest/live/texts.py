"""Texts that people write to each other during a round: in one normal form, of bounded length."""

from __future__ import annotations

from accounts.text import nfc
from contest.errors import ContestError


def tidy(text: str, *, most: int, empty: str) -> str:
    """The text in NFC with its lines kept, blank ones at most one after the other.

    Raises ``ContestError`` with ``fields["text"]``: the words ``empty`` for nothing, or how many
    characters there are too many beyond ``most``.
    """
    lines: list[str] = []
    for line in map(nfc, text.splitlines()):
        if line or (lines and lines[-1]):
            lines.append(line)
    said = "\n".join(lines).strip()
    if not said:
        raise ContestError(empty, fields={"text": empty})
    if len(said) > most:
        words = f"Nội dung dài {len(said)} ký tự; hãy rút xuống còn tối đa {most} ký tự."
        raise ContestError(words, fields={"text": words})
    return said
