"""The state of a round at a glance, in one sentence. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from contest.phases import State
from contest.wording import number

# A few refused saves are two open tabs; many are trouble. The same for people who went silent.
FEW_REFUSED, FEW_SILENT = 5, 10


@dataclass(frozen=True, slots=True)
class Figures:
    """What the sentence is about: people now, problems, and work that waits for organisers.

    ``outside_hours``: attempts running although the hours of the day are over; ``overdue``:
    attempts past their deadline that nothing has closed; ``refused``: saves in ten minutes.
    """

    state: State
    paused: bool = False
    in_hours: bool = True
    answering: int = 0
    silent: int = 0
    refused: int = 0
    overdue: int = 0
    outside_hours: int = 0
    inquiries: int = 0
    appeals: int = 0
    irregularities: int = 0


@dataclass(frozen=True, slots=True)
class Glance:
    """``head`` in bold, then ``more``; ``is_fine`` False when somebody should look now."""

    is_fine: bool
    head: str
    more: str


def glance(figures: Figures) -> Glance:
    """Whether everything is as it should be, or what to look at first."""
    troubles = _troubles(figures)
    waiting = _waiting(figures)
    if troubles:
        return Glance(False, "Cần xem ngay.", " ".join([*troubles, *waiting]))
    return Glance(True, "Mọi việc bình thường.", " ".join([_state(figures), *waiting]))


def _troubles(figures: Figures) -> list[str]:
    found = []
    if figures.overdue:
        found.append(
            f"{number(figures.overdue)} bài đã hết giờ mà chưa được đóng: "
            "hãy kiểm tra tiến trình máy chủ."
        )
    if not figures.paused and _many(figures.silent, figures.answering, FEW_SILENT):
        found.append(
            f"{number(figures.silent)} trong {number(figures.answering)} người đang làm bài "
            "im lặng quá 3 phút: có thể mất mạng ở một nơi."
        )
    if figures.refused > max(FEW_REFUSED, figures.answering // 50):
        found.append(f"{number(figures.refused)} lần lưu bị từ chối trong 10 phút qua.")
    if figures.outside_hours:
        found.append(f"{number(figures.outside_hours)} người đang làm ngoài giờ làm bài.")
    return found


def _many(part: int, whole: int, few: int) -> bool:
    return part > few and 2 * part > whole


def _state(figures: Figures) -> str:
    if figures.paused:
        return f"Vòng thi đang tạm dừng, {number(figures.answering)} người đang chờ làm tiếp."
    if figures.state == State.SCHEDULED:
        return "Vòng thi chưa mở."
    if figures.state == State.OPEN and not figures.in_hours:
        return "Vòng thi đang mở, ngoài giờ làm bài."
    if figures.state == State.OPEN:
        return f"Vòng thi đang mở, {number(figures.answering)} người đang làm bài."
    if figures.answering:
        return f"Vòng thi đã đóng, còn {number(figures.answering)} người làm nốt thời gian của họ."
    return "Vòng thi đã đóng, không còn ai đang làm bài."


def _waiting(figures: Figures) -> list[str]:
    counts = (
        (figures.inquiries, "câu hỏi chờ trả lời"),
        (figures.appeals, "đề nghị phúc khảo"),
        (figures.irregularities, "dấu hiệu bất thường chờ xem"),
    )
    parts = [f"{number(count)} {name}" for count, name in counts if count]
    return [f"Có {', '.join(parts)}."] if parts else []
