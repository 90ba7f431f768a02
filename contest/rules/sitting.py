"""Thể lệ: when people may work, what a paper asks, how often, and what an answer is worth. Pure.

Each function gives ``(sentences, list items)`` of one điều.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from contest.ordering import LOTTERY
from contest.phases import GRACE, VIETNAM, Hours
from contest.rules.facts import PaperPlan, Rules
from contest.rules.who import Said, joined
from contest.wording import at, day, minutes

_DAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def until(moment: datetime) -> str:
    """An end as official texts say it: midnight belongs to the day before, as "24:00"."""
    local = moment.astimezone(VIETNAM)
    if local.time() != time(0):
        return at(moment)
    return f"24:00 {day(moment - timedelta(minutes=1))}"


def hours(rules: Rules) -> Said:
    """The window, the hours of the day, and what happens at the end."""
    window, grace = rules.window, int(GRACE.total_seconds())
    sentences = [
        f"Vòng thi mở từ {at(window.opens_at)} đến trước {until(window.closes_at)}: trước thời "
        "điểm đó thì được bắt đầu và làm bài, đúng thời điểm đó thì không."
    ]
    if window.hours:
        sentences.append(_daily(window.hours))
    limit = minutes(rules.time_limit_s)
    close = "giờ đóng vòng thi" if window.hours is None else "giờ nghỉ trong ngày hoặc giờ đóng"
    items = (
        f"Người bắt đầu muộn vẫn phải xong trước {close}, dù chưa hết {limit}.",
        "Hết giờ, hệ thống tự nộp bài với những câu đã lưu và ghi giờ nộp là lúc hết giờ.",
        f"Để bù độ trễ của mạng, câu trả lời đến máy chủ chưa đến {grace:02d} giây sau lúc hết "
        "giờ vẫn được nhận; khoảng này không phải giờ làm bài và không làm giờ nộp muộn hơn.",
        "Mọi mốc tính theo đồng hồ máy chủ, giờ Việt Nam; đồng hồ trên máy của người dự thi không "
        "ảnh hưởng.",
    )
    return tuple(sentences), items


def _daily(hours: Hours) -> str:
    days = sorted(hours.weekdays)
    if len(days) == len(_DAYS):
        which = "Hằng ngày"
    elif days == list(range(days[0], days[-1] + 1)) and len(days) > 2:
        which = f"Từ {_DAYS[days[0]]} đến {_DAYS[days[-1]]}"
    else:
        names = [_DAYS[day] for day in days]
        which = f"Vào {', '.join(names)}" if len(names) > 1 else f"Vào {names[0]} hằng tuần"
    return (
        f"{which}, chỉ bắt đầu và làm bài được từ {hours.starts:%H:%M} đến trước "
        f"{hours.ends:%H:%M}."
    )


def paper(rules: Rules) -> Said:
    """How many questions of what, in which order, within which time."""
    sentences = [
        f"Mỗi lượt gồm {_asked(rules)}, làm trong {minutes(rules.time_limit_s)}; trước khi nộp "
        "và trong thời gian đó được sửa câu trả lời."
    ]
    if rules.plans:
        sentences += [
            "Câu hỏi được bốc ngẫu nhiên cho từng lượt từ ngân hàng câu hỏi đã duyệt; ngân hàng "
            "của vòng này giữ nguyên từ khi vòng thi mở.",
            _arranged(rules),
        ]
    if rules.requires_all:
        what = "tất cả các câu trắc nghiệm" if rules.essay_points else "tất cả các câu"
        guess = " và câu dự đoán" if rules.prediction_target else ""
        sentences.append(
            f"Phải trả lời {what}{guess} mới nộp được bài; bài hết giờ mà còn thiếu thì không "
            "được tính."
        )
    is_one_of_many = len(rules.plans) > 1 or any(plan.division for plan in rules.plans)
    items = [
        item for plan in rules.plans for item in _plan(plan, is_one_of_many, rules.has_one_worth)
    ]
    return tuple(sentences), tuple(items)


def _asked(rules: Rules) -> str:
    sizes = sorted({plan.questions for plan in rules.plans})
    parts = [f"{' hoặc '.join(f'{n:02d}' for n in sizes)} câu trắc nghiệm"] if sizes else []
    if rules.prediction_target:
        parts.append("01 câu dự đoán")
    if rules.essay_points:
        parts.append(f"01 câu tự luận ({rules.essay_points} điểm)")
    return joined(tuple(parts), "và")


def _arranged(rules: Rules) -> str:
    questions = "Thứ tự câu hỏi" if rules.shuffles_questions else ""
    choices = "thứ tự phương án" if rules.shuffles_choices else ""
    fixed = "(trừ câu đúng, sai)"
    if questions and choices:
        return f"Thứ tự câu hỏi và thứ tự phương án {fixed} được đảo ngẫu nhiên cho từng lượt."
    if questions:
        return "Thứ tự câu hỏi được đảo ngẫu nhiên cho từng lượt; thứ tự phương án giữ cố định."
    if choices:
        return (
            f"Thứ tự câu hỏi theo cấu trúc đề; thứ tự phương án {fixed} được đảo ngẫu nhiên cho "
            "từng lượt."
        )
    return "Câu hỏi theo thứ tự của cấu trúc đề, phương án giữ thứ tự cố định."


def _plan(plan: PaperPlan, is_one_of_many: bool, has_one_worth: bool) -> list[str]:
    of = f"{plan.division or 'Các bảng còn lại'}: " if is_one_of_many else ""
    counts: dict[tuple[str, str, str, int], int] = {}
    for code, name, level, count, points in plan.lines:
        key = (code, name, level, points)
        counts[key] = counts.get(key, 0) + count
    return [
        f"{of}{code}, {name}{f', {level.lower()}' if level else ''}: {count:02d} câu"
        f"{'' if has_one_worth else f', mỗi câu {points} điểm'}."
        for (code, name, level, points), count in counts.items()
    ]


def attempts(rules: Rules) -> Said:
    """How many attempts, and which one counts."""
    begun = "Lượt đã bắt đầu là lượt đã dùng, dù không nộp; đổi thiết bị thì làm tiếp lượt đó."
    if rules.attempts_allowed == 1:
        return ("Mỗi người thi 01 lượt duy nhất trong vòng này.", begun), ()
    if rules.attempts_allowed is None:
        allowed = "Mỗi người được thi nhiều lượt, không giới hạn, trong thời gian vòng thi mở"
    else:
        allowed = f"Mỗi người thi tối đa {rules.attempts_allowed:02d} lượt trong vòng này"
    without = _left_out(rules)
    sentences = [
        f"{allowed}; mỗi lúc chỉ có một lượt đang làm.",
        begun,
        "Lượt có kết quả tốt nhất theo các tiêu chí xếp hạng được tính"
        f"{f' ({without} không xét ở bước này)' if without else ''}; bằng nhau thì tính lượt bắt "
        "đầu sớm hơn.",
    ]
    if rules.prediction_target:
        sentences.append("Dự đoán được xét là dự đoán của lượt được tính.")
    return tuple(sentences), ()


def _left_out(rules: Rules) -> str:
    """Ranking keys that are unknown while the round runs."""
    parts = ["câu dự đoán"] if rules.prediction_target else []
    if LOTTERY in rules.ranking_keys:
        parts.append("bốc thăm")
    return " và ".join(parts)


def scoring(rules: Rules) -> Said:
    """What answers are worth."""
    sentences = []
    if rules.has_one_worth:
        points = next(points for plan in rules.plans for *_, points in plan.lines)
        sentences.append(f"Mỗi câu trả lời đúng được {points:02d} điểm.")
    elif rules.plans:
        sentences.append("Điểm của mỗi câu trắc nghiệm ghi ở cấu trúc đề thi nêu trên.")
    if rules.essay_points:
        sentences.append(
            f"Câu tự luận chấm theo thang {rules.essay_points} điểm, người chấm không thấy họ tên "
            "và đơn vị của người dự thi; chưa chấm hoặc bỏ trống thì là 0 điểm."
        )
    if rules.essay_points and rules.plans:
        sentences.append("Điểm tự luận cộng vào điểm trắc nghiệm.")
    items = (
        "Câu có nhiều đáp án đúng chỉ được tính khi chọn đúng và đủ các đáp án đó; chọn thiếu "
        "hoặc thừa đều không được điểm.",
        "Câu sắp xếp thứ tự, câu ghép chỉ được tính khi mọi vị trí đều đúng.",
        "Câu bỏ trống hoặc trả lời sai được 0 điểm, không bị trừ điểm.",
    )
    return tuple(sentences), items if rules.plans else ()
