"""How times and figures are said in Vietnamese. Pure.

Every moment is shown in Vietnam's time, whatever zone the server or the datetime is in.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from contest.phases import VIETNAM as VIETNAM
from contest.phases import Window, next_session

_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_WORDS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
_NO_BREAK = "\u00a0"
_GLUE = "\u2060"  # a line may end after a dash even before a no-break space
# Words that belong together in a large heading; a line must not end between them.
_COMPOUNDS = (
    "Nghị quyết", "Đại hội", "đại biểu", "Đảng bộ", "Cao Bằng", "lần thứ", "nhiệm kỳ",
    "Chương trình", "Kế hoạch", "Tỉnh uỷ",
)  # fmt: skip


def clock(moment: datetime) -> str:
    """ "22:00"; seconds are shown only when there are any ("22:00:05")."""
    local = moment.astimezone(VIETNAM)
    return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"


def date(moment: datetime, *, year: bool = True) -> str:
    """ "09/03/2026", or "09/03"."""
    return f"{moment.astimezone(VIETNAM):{'%d/%m/%Y' if year else '%d/%m'}}"


def day(moment: datetime, *, year: bool = True) -> str:
    """ "thứ Hai, 09/03/2026", or without the year."""
    weekday = _WEEKDAYS[moment.astimezone(VIETNAM).weekday()]
    return f"{weekday}, {date(moment, year=year)}"


def at(moment: datetime, *, year: bool = True) -> str:
    """ "08:00 thứ Hai, 09/03/2026", or without the year."""
    return f"{clock(moment)} {day(moment, year=year)}"


def window(opens_at: datetime, closes_at: datetime) -> str:
    """From when to when, saying the day and the year once where they are the same."""
    first, last = opens_at.astimezone(VIETNAM), closes_at.astimezone(VIETNAM)
    if first.date() == last.date():
        return f"{clock(first)} đến {clock(last)} {day(last)}"
    return f"{at(first, year=first.year != last.year)} đến {at(last)}"


def dates(opens_at: datetime, closes_at: datetime) -> str:
    """The days only, for narrow columns: "09/03 – 15/03"."""
    first, last = opens_at.astimezone(VIETNAM), closes_at.astimezone(VIETNAM)
    if first.date() == last.date():
        return date(last)
    year = first.year != last.year
    return f"{date(first, year=year)} – {date(last, year=year)}"


def span(length: timedelta) -> str:
    """The two largest parts of a length of time, rounded down: "3 ngày 2 giờ", "45 giây"."""
    seconds = max(0, length // timedelta(seconds=1))
    if seconds < 60:
        return f"{seconds} giây"
    days, rest = divmod(seconds, 86_400)
    hours, minutes = rest // 3_600, rest % 3_600 // 60
    parts = [(days, "ngày"), (hours, "giờ"), (minutes, "phút")]
    largest = next(place for place, (size, _) in enumerate(parts) if size)
    return " ".join(f"{size} {unit}" for size, unit in parts[largest : largest + 2] if size)


def minutes(seconds: int) -> str:
    """A time limit, in whole minutes and what is left of one: "15 phút", "3 phút 42 giây"."""
    whole, rest = divmod(max(0, seconds), 60)
    parts = [f"{whole} phút"] if whole else []
    if rest or not whole:
        parts.append(f"{rest} giây")
    return " ".join(parts)


def stopwatch(milliseconds: int) -> str:
    """Time taken, rounded down to the second: "06:41", "1:02:03"."""
    whole, seconds = divmod(max(0, milliseconds) // 1_000, 60)
    hours, rest = divmod(whole, 60)
    return f"{hours}:{rest:02d}:{seconds:02d}" if hours else f"{rest:02d}:{seconds:02d}"


def number(value: int | float | Decimal) -> str:
    """ "1.234" and "1.234,5": dots between thousands, a comma before decimals."""
    return f"{value:,}".translate(str.maketrans(",.", ".,"))


def in_words(count: int) -> str:
    """ "bảy" for 7; beyond ten the figure itself."""
    return _WORDS[count] if 0 <= count < len(_WORDS) else number(count)


def headline(text: str) -> str:
    """The text with no-break spaces inside compounds that must not be torn apart."""
    for compound in _COMPOUNDS:
        text = text.replace(compound, compound.replace(" ", _NO_BREAK))
    return text.replace(" – ", f"{_NO_BREAK}–{_GLUE}{_NO_BREAK}")


def cut_short(closes_at: datetime, seconds: int, limit_s: int) -> str:
    """The warning before a start so late that the round closes before the limit is reached."""
    return (
        f"Vòng thi đóng lúc {clock(closes_at)}, nên nếu vào thi bây giờ bạn có "
        f"{minutes(seconds)}, không phải {minutes(limit_s)}."
    )


def outside_hours(window: Window, now: datetime) -> str:
    """Why nobody may start now although the round is open, and when they may again."""
    again = next_session(window, now)
    when = f" Có thể vào thi từ {at(again)}." if again else ""
    return f"Ngoài giờ làm bài của vòng thi.{when}"
