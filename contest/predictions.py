"""Reading the answer to a prediction question. Pure."""

from __future__ import annotations

import re
from decimal import Decimal

_GROUPED = re.compile(r"\d{1,3}([.\s]\d{3})+")
_MOST = 10**8


def read_count(raw: int | str | None) -> Decimal | None:
    """A predicted number of people: "61500", "61.500" and "61 500" alike; None when blank.

    Raises ``ValueError`` with a message in Vietnamese for anything else.
    """
    text = str(raw if raw is not None else "").strip()
    if not text:
        return None
    if _GROUPED.fullmatch(text):
        text = re.sub(r"[.\s]", "", text)
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or int(text) > _MOST:
        raise ValueError("Số dự đoán cần là số nguyên từ 0 đến 100.000.000, ví dụ 61.500.")
    return Decimal(int(text))
