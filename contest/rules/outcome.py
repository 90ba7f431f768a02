"""Thể lệ: the prediction, who stands above whom, prizes, and what is shown when. Pure.

Each function gives ``(sentences, list items)`` of one điều.
"""

from __future__ import annotations

from contest.names import FULL_NAME_FROM_AGE
from contest.ordering import ELAPSED, LOTTERY, POINTS, PREDICTION, SUBMITTED_AT
from contest.rules.facts import PrizeFact, Rules
from contest.rules.who import NOTHING, Said
from contest.visibility import Board, Names, Shown, Visibility
from contest.wording import at

ASKED = {
    "perfect": "số người trả lời đúng tất cả các câu trắc nghiệm",
    "entrants": "số người dự thi",
    "attempts": "số lượt dự thi",
    "percent": "tỷ lệ phần trăm người dự thi trả lời đúng tất cả các câu trắc nghiệm",
}


def prediction(rules: Rules) -> Said:
    """What is predicted, how it is written, and what the truth is."""
    target = rules.prediction_target
    if not target:
        return NOTHING
    written = (
        "Viết số từ 0 đến 100, tối đa năm chữ số thập phân, dùng dấu phẩy hoặc dấu chấm đều "
        "được, ví dụ 87,65432."
        if target == "percent"
        else "Viết số nguyên, ví dụ 61.500."
    )
    items = [
        "Con số đúng được xác định khi chốt kết quả chính thức hoặc bản đính chính, trên những "
        "người có tên trong bảng kết quả, sau các quyết định chấm lại câu hỏi, hủy kết quả và gộp "
        "tài khoản.",
        *_COUNTED[target],
        "Dự đoán lệch ít hơn, dù cao hơn hay thấp hơn con số đúng, được xếp trên; không trả lời "
        "câu dự đoán thì xếp sau mọi người có dự đoán.",
    ]
    return (f"Câu dự đoán hỏi {ASKED[target]} của toàn vòng thi này.", written), tuple(items)


_ENTRANTS = "Người dự thi là người có lượt được tính, kể cả lượt 0 điểm."
_PERFECT = "Trả lời đúng tất cả các câu là đúng hết các câu trắc nghiệm trong lượt được tính."
_COUNTED = {
    "perfect": (_PERFECT,),
    "entrants": (_ENTRANTS,),
    "attempts": (
        "Số lượt là mọi lượt đã nộp của những người đó, kể cả lượt hệ thống tự nộp khi hết giờ và "
        "lượt không được tính.",
    ),
    "percent": (
        _ENTRANTS,
        _PERFECT,
        "Tỷ lệ là số người trả lời đúng tất cả các câu chia cho số người dự thi, nhân 100, làm "
        "tròn đến năm chữ số thập phân (từ 5 trở lên thì làm tròn lên).",
    ),
}


def order(rules: Rules) -> Said:
    """The ranking keys in their order."""
    asked = bool(rules.prediction_target)
    keys = [key for key in rules.ranking_keys if key != PREDICTION or asked]
    within = "Trong mỗi bảng, xét" if rules.divisions else "Xét"
    sentences = []
    if LOTTERY not in keys:
        sentences.append(
            "Người bằng nhau ở mọi tiêu chí được xếp cùng hạng; hạng kế tiếp tính theo số người "
            "đứng trên (ví dụ 1, 2, 2, 4)."
        )
    late = " và ".join(_LATE[key] for key in (PREDICTION, LOTTERY) if key in keys)
    sentences.append(
        "Thứ hạng khi chưa công bố kết quả chính thức là tạm thời"
        f"{f', chưa xét {late}' if late else ''}."
    )
    if rules.has_table:
        sentences.append(
            "Kết quả chính thức của các vòng được cộng vào bảng tổng hợp, xếp theo tổng số điểm, "
            "rồi tổng thời gian làm bài ngắn hơn, rồi người nộp bài cuối cùng sớm hơn."
        )
    sentences.append(f"{within} lần lượt, chỉ xét tiêu chí sau khi tiêu chí trước bằng nhau:")
    return tuple(sentences), tuple(key_in_words(key, rules) for key in keys)


_LATE = {PREDICTION: "câu dự đoán", LOTTERY: "bốc thăm"}


def key_in_words(key: str, rules: Rules) -> str:
    """A ranking key as people read it; raises ``KeyError`` for one the engine does not know."""
    return {
        POINTS: "Số câu trả lời đúng nhiều hơn." if rules.is_even else "Tổng số điểm cao hơn.",
        PREDICTION: f"Dự đoán {ASKED.get(rules.prediction_target, '')} gần đúng hơn.",
        ELAPSED: "Thời gian làm bài ngắn hơn, từ lúc bắt đầu đến lúc nộp, tính đến phần nghìn "
        "giây.",
        SUBMITTED_AT: "Nộp bài sớm hơn, tính đến phần nghìn giây.",
        LOTTERY: "Bốc thăm bằng mã bí mật của vòng thi: mã được cam kết khi công bố vòng thi và "
        "công khai sau khi đóng, ai cũng tính lại được.",
    }[key]


def prizes(rules: Rules) -> Said:
    """The prize list and how prizes are given."""
    if not rules.prizes:
        return NOTHING
    sentences = _for_people(rules) if any(not p.measure for p in rules.prizes) else []
    if any(p.measure for p in rules.prizes):
        sentences.append(
            "Giải tập thể trao lần lượt từ đơn vị dẫn đầu theo từng tiêu chí, tính trên những "
            "người có tên trong kết quả chính thức, theo đơn vị của lượt được tính; các đơn vị "
            "bằng nhau cùng nhận giải cao nhất dành cho vị trí đó."
        )
    if any(p.measure == "rate" for p in rules.prizes):
        sentences.append("Đơn vị chưa khai số người thì không xét tỷ lệ.")
    if any(p.block for p in rules.prizes):
        sentences.append("Giải ghi tên khối chỉ xét giữa các đơn vị của khối đó.")
    seen: set[tuple[str, str, str]] = set()
    items = []
    for each in rules.prizes:
        of = (each.division, each.block, each.measure)
        items.append(_prize(each, is_first=of not in seen))
        seen.add(of)
    return tuple(sentences), tuple(items)


def _for_people(rules: Rules) -> list[str]:
    sentences = [
        "Giải cá nhân trao theo thứ hạng trong kết quả chính thức, hết giải ghi trước mới đến giải "
        "ghi sau."
    ]
    if rules.prizes_need_perfect:
        sentences.append(
            "Giải cá nhân chỉ trao cho người trả lời đúng tất cả các câu trắc nghiệm; giải không "
            "có người đủ điều kiện thì không trao."
        )
    if LOTTERY not in rules.ranking_keys:
        sentences.append(
            "Những người cùng hạng cùng nhận giải cao nhất dành cho hạng đó, kể cả khi vượt số "
            "giải đã nêu; số giải còn lại cho người xếp sau giảm tương ứng."
        )
    own = {bool(prize.division) for prize in rules.prizes if not prize.measure}
    if own == {True, False}:
        sentences.append(
            "Giải không ghi tên bảng xét theo thứ hạng chung và xét trước giải của từng bảng."
        )
    if rules.one_prize_per_person:
        sentences.append(
            "Mỗi người nhận tối đa 01 giải cá nhân trong toàn cuộc thi; người đã nhận giải ở vòng "
            "trước thì giải được trao cho người kế tiếp."
        )
    else:
        sentences.append("Mỗi người nhận tối đa 01 giải cá nhân trong một vòng.")
    return sentences


# Who leads by a measure, and what the measure is.
_MEASURES = {
    "entrants": ("đơn vị có nhiều người dự thi nhất", "số người dự thi"),
    "rate": (
        "đơn vị có tỷ lệ người dự thi trên tổng số người của đơn vị cao nhất",
        "tỷ lệ người dự thi",
    ),
    "mean": ("đơn vị có điểm trung bình cao nhất", "điểm trung bình"),
    "perfect": (
        "đơn vị có nhiều người trả lời đúng tất cả các câu nhất",
        "số người trả lời đúng tất cả các câu",
    ),
    "winners": ("đơn vị có nhiều người đạt giải nhất", "số người đạt giải"),
}


def _prize(prize: PrizeFact, *, is_first: bool) -> str:
    division = f"{prize.division}: " if prize.division else ""
    block = f"Khối {prize.block}: " if prize.block else ""
    value = prize.worth.rstrip(". ")
    worth = f", {value}{' mỗi giải' if prize.count > 1 else ''}" if value else ""
    return f"{division}{block}{prize.count:02d} {prize.name}{worth}{_to(prize, is_first)}."


def _to(prize: PrizeFact, is_first: bool) -> str:
    if not prize.measure:
        return ""
    leading, measured = _MEASURES[prize.measure]
    if not is_first:
        return f", trao cho đơn vị kế tiếp về {measured}"
    return f", trao cho {f'{prize.count:02d} ' if prize.count > 1 else ''}{leading}"


_IN_ORDER = [Shown.AT_ONCE, Shown.AFTER_CLOSE, Shown.AFTER_FINAL]
_AFTER = {
    Shown.AT_ONCE: "ngay sau khi nộp bài",
    Shown.AFTER_CLOSE: "sau khi vòng thi đóng và mọi bài đã được nhận",
    Shown.AFTER_FINAL: "sau khi công bố kết quả chính thức",
}


def solutions_open(seen: Visibility) -> Shown:
    """When solutions open: never before the points, which they would give away."""
    return max(seen.results, seen.solutions, key=_IN_ORDER.index)


_BOARDS = {
    Board.ALWAYS: "Bảng xếp hạng công khai từ khi vòng thi mở.",
    Board.AFTER_FINISH: "Cho đến khi vòng thi đóng và mọi bài đã được nhận, chỉ người đã nộp bài "
    "được xem bảng xếp hạng.",
    Board.AFTER_CLOSE: "Bảng xếp hạng chỉ được xem sau khi vòng thi đóng và mọi bài đã được nhận.",
    Board.AFTER_FINAL: "Bảng xếp hạng chỉ được xem sau khi công bố kết quả chính thức.",
}

_NAMES = {
    Names.FULL: "Họ tên người dự thi được ghi đầy đủ kèm đơn vị.",
    Names.SHORTENED: "Họ tên được ghi rút gọn kèm đơn vị, ví dụ H. T. Yến.",
    Names.HIDDEN: "Họ tên không được công bố; mỗi người được ghi bằng một số kèm đơn vị.",
}


def shown(rules: Rules) -> Said:
    """What competitors and the public see, and from when."""
    seen = rules.visibility
    items = [
        f"Người dự thi được xem điểm của mình {_AFTER[seen.results]}.",
        _solutions(solutions_open(seen), rules.attempts_allowed),
        _BOARDS[seen.board],
    ]
    if seen.frozen_at:
        items.append(
            f"Từ {at(seen.frozen_at)}, mọi bảng xếp hạng và số liệu giữ nguyên như lúc đó "
            "cho đến lễ công bố kết quả."
        )
    items.append(_NAMES[rules.names])
    if rules.names == Names.FULL:
        items.append(
            f"Người dưới {FULL_NAME_FROM_AGE} tuổi, theo ngày sinh đã khai, được ghi tên rút gọn."
        )
    if rules.names != Names.HIDDEN:
        items.append("Khi có lý do chính đáng, Ban Tổ chức có thể ẩn tên một người trên mọi trang.")
    return ("Các nội dung dưới đây áp dụng như nhau trên mọi trang và tệp công bố:",), tuple(items)


def _solutions(when: Shown, allowed: int | None) -> str:
    if when != Shown.AT_ONCE:
        return f"Đáp án và giải thích mở {_AFTER[when]}."
    if allowed == 1:
        return "Đáp án và giải thích mở ngay sau khi người dự thi nộp bài."
    if allowed is None:
        return f"Đáp án và giải thích mở {_AFTER[Shown.AFTER_CLOSE]}."
    return (
        "Đáp án và giải thích mở sau khi người dự thi đã dùng hết số lượt, hoặc sau khi vòng thi "
        "đóng và mọi bài đã được nhận."
    )
