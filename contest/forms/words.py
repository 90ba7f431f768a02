"""A round's settings as the console lists them: what is unusual as well as what always is."""

from __future__ import annotations

from collections.abc import Sequence

from contest import wording
from contest.forms.hours import WEEKDAYS
from contest.forms.ranking import KEY_NAMES
from contest.models import Round
from contest.ordering import PREDICTION


def settings_in_words(round: Round) -> list[tuple[str, str]]:
    """``(what, how it is set)`` in reading order; what a round does not have is left out."""
    allowed = round.attempts_allowed
    rows = [
        ("Mở lúc", wording.at(round.opens_at)),
        ("Đóng lúc", wording.at(round.closes_at)),
        ("Giờ làm bài", hours_in_words(round)),
        ("Thời gian làm bài", wording.minutes(round.time_limit_s)),
        ("Số lượt mỗi người", "Không giới hạn" if allowed is None else str(allowed)),
        ("Câu dự đoán", str(round.get_prediction_target_display())),
        ("Câu tự luận", f"{round.essay_points} điểm" if round.essay_prompt else ""),
        ("Thứ tự", _order(round)),
        ("Trả lời đủ mới nộp được", "Có" if round.requires_all else ""),
        ("Xếp hạng", ranking_in_words(round.ranking_keys, round.prediction_target)),
        ("Giải cá nhân", "Chỉ trao cho người đúng hết" if round.prizes_need_perfect else ""),
        ("Xem điểm", str(round.get_results_shown_display())),
        ("Xem đáp án", str(round.get_solutions_shown_display())),
        ("Bảng xếp hạng", str(round.get_board_shown_display())),
        ("Đóng băng từ", wording.at(round.frozen_at) if round.frozen_at else ""),
        ("Tên khi công khai", str(round.get_names_shown_display())),
        ("Ai được vào", _admitted(round)),
    ]
    return [(what, how) for what, how in rows if how]


def ranking_in_words(keys: Sequence[str], target: str) -> str:
    """The order on one line; a prediction counts only where one is asked."""
    names = [KEY_NAMES[key] for key in keys if target or key != PREDICTION]
    return " → ".join(name if not place else name.lower() for place, name in enumerate(names))


def hours_in_words(round: Round) -> str:
    """The hours of the day in which people may work; "" for day and night."""
    hours = round.hours
    if hours is None:
        return ""
    clock = f"{hours.starts:%H:%M} đến {hours.ends:%H:%M}"
    names = [name for value, name in WEEKDAYS if int(value) in hours.weekdays]
    days = "hằng ngày" if len(names) == len(WEEKDAYS) else ", ".join(names)
    return f"{clock}, {days}"


def _order(round: Round) -> str:
    fixed = [
        name
        for name, shuffles in (
            ("câu hỏi", round.shuffles_questions),
            ("phương án", round.shuffles_choices),
        )
        if not shuffles
    ]
    return f"Giữ thứ tự {' và '.join(fixed)}" if fixed else "Đảo câu hỏi và phương án"


def _admitted(round: Round) -> str:
    if not round.admits_top:
        return ""
    return f"{round.admits_top} {str(round.get_admits_from_display()).lower()}"
