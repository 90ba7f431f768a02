"""Reading the answer to a prediction question, and what the truth is. Pure."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

PERFECT, ENTRANTS, ATTEMPTS, PERCENT = "perfect", "entrants", "attempts", "percent"

_GROUPED = re.compile(r"\d{1,3}([.\s]\d{3})+")
_SHARE = re.compile(r"\d{1,3}(?:[.,]\d{1,5})?")
_MOST = 10**8
_FIFTH = Decimal("0.00001")


def read_prediction(raw: int | float | str | None, target: str) -> Decimal | None:
    """The number a person predicted for the target of the round; None when blank.

    Raises ``ValueError`` with a message in Vietnamese.
    """
    return read_percent(raw) if target == PERCENT else read_count(raw)


def read_count(raw: int | float | str | None) -> Decimal | None:
    """A predicted number: "61500", "61.500" and "61 500" alike; None when blank.

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


def read_percent(raw: int | float | str | None) -> Decimal | None:
    """A predicted percentage with up to five decimals, comma or point: "87,65432"; None when
    blank. Raises ``ValueError`` with a message in Vietnamese for anything else."""
    text = str(raw if raw is not None else "").strip().removesuffix("%").strip()
    if not text:
        return None
    if not text.isascii() or not _SHARE.fullmatch(text):
        raise ValueError(
            "Tỷ lệ dự đoán cần là số từ 0 đến 100, tối đa năm chữ số thập phân, ví dụ 87,65432."
        )
    value = Decimal(text.replace(",", "."))
    if value > 100:
        raise ValueError("Tỷ lệ dự đoán không quá 100%, ví dụ 87,65432.")
    return value


def truth(target: str, *, perfect: int, entrants: int, attempts: int) -> Decimal | None:
    """What the prediction asked for, from the counts of the stated set; None without target.

    The percentage is ``perfect / entrants`` to five decimals, rounded half up; 0 when nobody
    entered.
    """
    if target == PERCENT:
        share = Decimal(perfect * 100) / entrants if entrants else Decimal(0)
        return share.quantize(_FIFTH, ROUND_HALF_UP)
    counts = {PERFECT: perfect, ENTRANTS: entrants, ATTEMPTS: attempts}
    return Decimal(counts[target]) if target in counts else None


def distance(prediction: Decimal | None, true_value: Decimal | None) -> Decimal | None:
    """How far a prediction is from the truth; None where either is missing."""
    if prediction is None or true_value is None:
        return None
    return abs(prediction - true_value)
