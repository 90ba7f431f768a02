"""Dates of birth as people write them, and how old somebody is on a day. Pure."""

from __future__ import annotations

import calendar
import re
from datetime import date

EARLIEST = date(1900, 1, 1)

_DAY_FIRST = re.compile(r"([0-9]{1,2}) ?([/.\- ]) ?([0-9]{1,2}) ?\2 ?([0-9]{4})")
# Number pads of telephones often have no slash.
_DIGITS_ONLY = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})")
# What browsers fill in by themselves; the year comes first, so no day can pass for a month.
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_YEAR = re.compile(r"[0-9]{4}")


class BirthDateFault(ValueError):
    """The text is no date of birth; its message says in Vietnamese what to do."""


def age_on(birth: date, day: date) -> int:
    """Full years from ``birth`` to ``day``; negative before the birth.

    Whoever was born on 29 February is a year older on 1 March of years without that day.
    """
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def parse_birth_date(text: str, today: date) -> date:
    """The date meant by "05/01/2010" (always the day first), "5/1/2010", "05012010" or "2010",
    which is 1 January of that year; between 1900 and ``today``. Raises ``BirthDateFault``."""
    day, month, year = _parts(text.strip())
    if not EARLIEST.year <= year:
        raise BirthDateFault(f"Năm sinh phải từ {EARLIEST.year} trở đi. Hãy xem lại năm {year}.")
    if not 1 <= month <= 12:
        raise BirthDateFault(
            f"Không có tháng {month}. Hãy viết ngày trước, tháng sau, ví dụ 05/01/2010."
        )
    if not 1 <= day <= calendar.monthrange(year, month)[1]:
        raise BirthDateFault(f"Tháng {month} năm {year} không có ngày {day}. Hãy xem lại.")
    birth = date(year, month, day)
    if birth > today:
        raise BirthDateFault("Ngày sinh không thể sau ngày hôm nay. Hãy xem lại.")
    return birth


def _parts(text: str) -> tuple[int, int, int]:
    """Day, month and year as written, not yet looked at."""
    if _YEAR.fullmatch(text):
        return 1, 1, int(text)
    if found := _DAY_FIRST.fullmatch(text):
        return int(found[1]), int(found[3]), int(found[4])
    if found := _DIGITS_ONLY.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _YEAR_FIRST.fullmatch(text):
        return int(found[3]), int(found[2]), int(found[1])
    raise BirthDateFault(
        "Hãy viết ngày/tháng/năm với năm đủ bốn chữ số, ví dụ 05/01/2010, hoặc chỉ viết năm sinh."
    )
