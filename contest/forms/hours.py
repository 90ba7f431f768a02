"""The hours of the day in which people may work, as typed."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from contest import wording
from contest.phases import VIETNAM, Hours

WEEKDAYS = [
    ("0", "Thứ Hai"),
    ("1", "Thứ Ba"),
    ("2", "Thứ Tư"),
    ("3", "Thứ Năm"),
    ("4", "Thứ Sáu"),
    ("5", "Thứ Bảy"),
    ("6", "Chủ nhật"),
]
_NO_TIME = timedelta(0)


def longest_session(hours: Hours, opens_at: datetime, closes_at: datetime) -> timedelta:
    """The longest stretch in which somebody may work between the two moments; zero for none."""
    longest, day = _NO_TIME, opens_at.astimezone(VIETNAM)
    for _ in range(9):  # a week has every day once; the first and the last may be cut short
        today = hours.on(day)
        if today is not None and today.ends is not None:
            stretch = min(today.ends, closes_at) - max(today.starts, opens_at)
            longest = max(longest, stretch)
        day += timedelta(days=1)
    return longest


def hours_faults(data: dict[str, Any]) -> dict[str, str]:
    """What is wrong with the typed weekdays and times, by field; ``data`` is a round form's."""
    starts, ends = data.get("daily_from"), data.get("daily_to")
    if "daily_from" not in data or "daily_to" not in data:
        return {}
    if starts is None and ends is None:
        if not data.get("weekdays"):
            return {}
        return {"daily_from": "Đã chọn các ngày trong tuần; hãy nhập thêm từ giờ nào đến giờ nào."}
    if starts is None or ends is None:
        missing = "daily_from" if starts is None else "daily_to"
        return {
            missing: "Hãy nhập cả giờ bắt đầu và giờ kết thúc trong ngày, hoặc để trống cả hai."
        }
    if starts >= ends:
        return {"daily_to": "Giờ kết thúc trong ngày phải sau giờ bắt đầu, muộn nhất 23:59."}
    return _room_faults(data, starts, ends)


def _room_faults(data: dict[str, Any], starts: time, ends: time) -> dict[str, str]:
    """Whether the hours leave the time an attempt needs."""
    opens_at, closes_at = data.get("opens_at"), data.get("closes_at")
    if not opens_at or not closes_at or opens_at >= closes_at:
        return {}
    hours = Hours(frozenset(data.get("weekdays") or range(7)), starts, ends)
    room, limit = longest_session(hours, opens_at, closes_at), data.get("limit")
    if room <= _NO_TIME:
        return {"daily_from": "Từ lúc mở đến lúc đóng không có giờ nào được làm bài."}
    if limit and timedelta(minutes=limit) > room:
        return {
            "limit": f"Thời gian làm bài {limit} phút dài hơn giờ làm bài mỗi ngày "
            f"({wording.span(room)})."
        }
    return {}
