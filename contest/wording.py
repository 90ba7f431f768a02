"""How times, figures and the rules of a round are said in Vietnamese. Pure.

Every moment is shown in Vietnam's time, whatever zone the server or the datetime is in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from contest.ordering import ELAPSED, POINTS, PREDICTION, SUBMITTED_AT
from contest.phases import GRACE

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_WORDS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
_NO_BREAK = "\u00a0"
_GLUE = "\u2060"  # a line may end after a dash even before a no-break space
# Words that belong together in a large heading; a line must not end between them.
_COMPOUNDS = (
    "Nghị quyết", "Đại hội", "đại biểu", "Đảng bộ", "Cao Bằng", "lần thứ", "nhiệm kỳ",
    "Chương trình", "Kế hoạch", "Tỉnh uỷ",
)  # fmt: skip


# -- Times and figures ---------------------------------------------------------------------------


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


# -- Rules of a round ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings the engine executes, as far as competitors must know them.

    ``programmes``: ``(code, name, questions)`` in the order of the paper's plan.
    ``points``: what each question is worth; one value means every question weighs the same.
    ``prediction_target``: "perfect", "entrants" or "".
    """

    opens_at: datetime
    closes_at: datetime
    time_limit_s: int
    attempts_allowed: int | None
    programmes: Sequence[tuple[str, str, int]]
    points: frozenset[int]
    prediction_target: str
    ranking_keys: Sequence[str]

    @property
    def questions(self) -> int:
        return sum(count for _, _, count in self.programmes)


@dataclass(frozen=True, slots=True)
class Article:
    """One điều: sentences, then a list; ``ordered`` when its order means something."""

    title: str
    sentences: tuple[str, ...]
    items: tuple[str, ...] = ()
    ordered: bool = False

    @property
    def text(self) -> str:
        return " ".join(self.sentences)


def articles(rules: Rules) -> list[Article]:
    """The thể lệ of a round, from its settings alone."""
    return [_who(), _paper(rules), _hours(rules), _attempts(rules), _scoring(rules), _order(rules)]


def _who() -> Article:
    return Article(
        "Đối tượng dự thi",
        (
            "Đoàn viên thanh niên, đoàn viên công đoàn, cán bộ, công chức, viên chức, chiến sĩ "
            "lực lượng vũ trang và Nhân dân có tài khoản dự thi và đã chọn đơn vị.",
            "Kết quả được tính cho đơn vị của người dự thi vào lúc bắt đầu lượt thi.",
            "Thành viên Ban Tổ chức, Tổ Thư ký và người làm nhiệm vụ của cuộc thi không được "
            "xếp hạng.",
        ),
    )


def _paper(rules: Rules) -> Article:
    prediction = " và 01 câu dự đoán" if rules.prediction_target else ""
    return Article(
        "Nội dung và thời gian làm bài",
        (
            f"Mỗi lượt gồm {rules.questions:02d} câu trắc nghiệm{prediction}, làm trong "
            f"{minutes(rules.time_limit_s)}.",
            *([_PREDICTED[rules.prediction_target]] if rules.prediction_target else []),
            "Câu hỏi được bốc ngẫu nhiên cho từng lượt từ ngân hàng câu hỏi đã duyệt:",
        ),
        tuple(f"{code}, {name}: {count:02d} câu." for code, name, count in rules.programmes),
    )


_PREDICTED = {
    "perfect": "Câu dự đoán hỏi số người trả lời đúng tất cả các câu của vòng thi.",
    "entrants": "Câu dự đoán hỏi số người dự thi vòng này.",
}


def _hours(rules: Rules) -> Article:
    closing, grace = at(rules.closes_at), int(GRACE.total_seconds())
    return Article(
        "Thời gian vòng thi",
        (
            f"Vòng thi mở từ {at(rules.opens_at)} đến trước {closing}: bài nhận được trước "
            f"{clock(rules.closes_at)} được tính; đúng {clock(rules.closes_at)} thì không.",
        ),
        (
            "Người bắt đầu muộn vẫn phải xong trước giờ đóng vòng thi, dù chưa hết "
            f"{minutes(rules.time_limit_s)}.",
            "Hết giờ, hệ thống tự nộp bài với những câu đã lưu và ghi giờ nộp là lúc hết giờ.",
            f"Riêng câu trả lời đang trên đường truyền được chờ thêm chưa đến {grace:02d} giây "
            "để bù độ trễ của mạng; đây không phải giờ làm bài.",
            "Mọi mốc tính theo đồng hồ máy chủ, giờ Việt Nam; đồng hồ trên máy của người dự thi "
            "không ảnh hưởng.",
        ),
    )


def _attempts(rules: Rules) -> Article:
    if rules.attempts_allowed is None:
        allowed = "Mỗi người được thi nhiều lượt trong thời gian vòng thi mở"
    elif rules.attempts_allowed == 1:
        return Article("Số lượt", ("Mỗi người thi 01 lượt duy nhất trong vòng này.",))
    else:
        allowed = f"Mỗi người thi tối đa {rules.attempts_allowed:02d} lượt trong vòng này"
    return Article(
        "Số lượt",
        (f"{allowed}; lượt có kết quả tốt nhất được tính, bằng nhau thì tính lượt sớm hơn.",),
    )


def _scoring(rules: Rules) -> Article:
    if len(rules.points) == 1:
        worth = f"Mỗi câu trả lời đúng được {next(iter(rules.points)):02d} điểm."
    else:
        worth = "Điểm của từng câu được ghi trên đề."
    return Article(
        "Cách tính điểm",
        (worth,),
        (
            "Câu có nhiều đáp án đúng chỉ được tính khi chọn đúng và đủ các đáp án đó; chọn "
            "thiếu hoặc thừa đều không được điểm.",
            "Câu bỏ trống hoặc trả lời sai không bị trừ điểm.",
            "Đáp án và giải thích mở sau khi vòng thi đóng.",
        ),
    )


def _order(rules: Rules) -> Article:
    keys = [k for k in rules.ranking_keys if k != PREDICTION or rules.prediction_target]
    return Article(
        "Cách xếp hạng cá nhân",
        (
            "Người bằng nhau ở mọi tiêu chí được xếp cùng hạng; hạng kế tiếp tính theo số người "
            "đứng trên (ví dụ 1, 2, 2, 4).",
            "Thứ hạng khi vòng thi còn mở là tạm thời.",
            "Xét lần lượt, chỉ xét tiêu chí sau khi tiêu chí trước bằng nhau:",
        ),
        tuple(_key_in_words(key, rules) for key in keys),
        ordered=True,
    )


def _key_in_words(key: str, rules: Rules) -> str:
    """A ranking key as people read it; raises ``KeyError`` for one the engine does not know."""
    even = len(rules.points) == 1
    target = {
        "perfect": "Dự đoán số người trả lời đúng tất cả các câu gần đúng hơn.",
        "entrants": "Dự đoán số người dự thi gần đúng hơn.",
    }
    return {
        POINTS: "Số câu trả lời đúng nhiều hơn." if even else "Tổng số điểm cao hơn.",
        PREDICTION: target.get(rules.prediction_target, ""),
        ELAPSED: "Thời gian làm bài ngắn hơn.",
        SUBMITTED_AT: "Nộp bài sớm hơn.",
    }[key]
