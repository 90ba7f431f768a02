"""What the amendment says when a decision about time changes what the rules said. Pure."""

from __future__ import annotations

from datetime import datetime

from contest.phases import LONGEST_PAUSE, Span
from contest.rules.sitting import until
from contest.wording import at, span, window


def extended(before: datetime, after: datetime) -> str:
    """The round closes later than it said."""
    return f"Gia hạn vòng thi: đóng lúc {until(after)} thay vì {until(before)}."


def extension_undone(before: datetime, after: datetime) -> str:
    """The round closes when it said at first."""
    return f"Thu hồi việc gia hạn: vòng thi đóng lúc {until(after)} thay vì {until(before)}."


def paused(starts: datetime) -> str:
    """Nobody's clock runs from now on."""
    hours = LONGEST_PAUSE.total_seconds() / 3600
    return (
        f"Tạm dừng vòng thi từ {at(starts)}: không bắt đầu lượt mới, bài đang làm không hết giờ và "
        f"được bù thời gian tạm dừng, tối đa {hours:.0f} giờ."
    )


def resumed(pause: Span) -> str:
    """The clock runs again; ``pause`` is over."""
    return f"Vòng thi tiếp tục; bài đang làm được lùi giờ kết thúc do tạm dừng {_when(pause)}."


def outage_declared(outage: Span) -> str:
    """Time lost in the past is given back."""
    return (
        f"Bù thời gian gián đoạn {_when(outage)}: bài đang làm được lùi giờ kết thúc, bài đã nộp "
        "được trừ khoảng này khỏi thời gian làm bài."
    )


def outage_undone(outage: Span) -> str:
    """As if there had been no outage or pause."""
    return f"Thu hồi việc bù thời gian gián đoạn {_when(outage)}; mọi giờ tính như trước."


def _when(lost: Span) -> str:
    if lost.ends is None:
        return f"từ {at(lost.starts)}"
    return f"từ {window(lost.starts, lost.ends)} ({span(lost.ends - lost.starts)})"
