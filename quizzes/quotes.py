"""Finding a quoted phrase in an official text. Pure."""

from __future__ import annotations

import re

from accounts.text import nfc


def find_quote(quote: str, text: str) -> tuple[int, int] | None:
    """Where (start, end) the words of ``quote`` stand in ``text``, in order and spelling.

    Only blanks are forgiven: extraction breaks lines and swallows blanks between words.
    """
    words = nfc(quote).split()
    found = re.search(r"\s*".join(map(re.escape, words)), text) if words else None
    return found.span() if found else None


def is_quoted_from(quote: str, text: str) -> bool:
    """Whether the words of ``quote`` stand in ``text``."""
    return find_quote(quote, text) is not None


def around_quote(quote: str, text: str) -> tuple[str, str, str]:
    """The text before the quote, the quote as it stands, the text after it; ``(text, "", "")``
    when it does not stand there."""
    if (span := find_quote(quote, text)) is None:
        return text, "", ""
    start, end = span
    return text[:start], text[start:end], text[end:]
