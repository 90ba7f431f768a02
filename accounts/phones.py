"""Telephone numbers as people type them, and the one form (E.164) in which they are kept. Pure."""

from __future__ import annotations

import re

_SEPARATORS = re.compile(r"[\s.\-()/\u00a0\u2010-\u2015]+")
_MOBILE = re.compile(r"[35789]\d{8}")
_LANDLINE = re.compile(r"2\d{9}")
_FOREIGN = re.compile(r"\+[1-9]\d{6,14}")


def normalise_phone(raw: str) -> str | None:
    """The number in E.164 ("+84912345678"), or None when ``raw`` is not a telephone number.

    Vietnamese numbers may be written 0912..., 912..., +84912..., 84912..., 0084912..., with
    blanks, dots or dashes; mobile numbers have nine digits after the country code, landlines
    (02x) ten. A number of another country needs its "+" or "00" and country code.
    """
    number = _SEPARATORS.sub("", raw)
    if not number.isascii() or not re.fullmatch(r"\+?\d+", number):
        return None
    if number.startswith("00"):
        number = "+" + number[2:]
    if number.startswith("+"):
        if number.startswith("+84"):
            return _vietnamese(number[3:])
        return number if _FOREIGN.fullmatch(number) else None
    return _vietnamese(number) or (_vietnamese(number[2:]) if number.startswith("84") else None)


def _vietnamese(national: str) -> str | None:
    """E.164 of a number within Vietnam; the leading 0 (also the superfluous one of "+840...")
    may be there or not."""
    digits = national.removeprefix("0")
    if _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits):
        return "+84" + digits
    return None


def spoken_phone(phone: str) -> str:
    """How people write the number at home: "0912 345 678", "0206 3853 971"."""
    if not phone.startswith("+84"):
        return phone
    digits = "0" + phone[3:]
    return f"{digits[:4]} {digits[4:-3]} {digits[-3:]}"
