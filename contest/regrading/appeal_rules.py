"""Who may appeal against what, and who may decide about it. Pure."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from contest.rules.fairness import MOST_OPEN_APPEALS

SHORTEST, LONGEST = 10, 2_000


@dataclass(frozen=True, slots=True)
class Appealing:
    """What matters for an appeal: ``open_appeals`` are the person's own in the round, ``made``
    tells that this question of this attempt was appealed against before."""

    is_finished: bool
    solutions_visible: bool
    is_final: bool
    has_question: bool
    made: bool
    open_appeals: int


def refusal(facts: Appealing) -> str:
    """Why no appeal can be made, in Vietnamese; "" when it can."""
    if not facts.is_finished:
        return "Bài này chưa nộp. Hãy nộp bài rồi mới đề nghị phúc khảo."
    if not facts.solutions_visible:
        return "Đáp án chưa mở. Khi đáp án mở, bạn đề nghị phúc khảo được từng câu."
    if not facts.has_question:
        return "Bài này không có câu hỏi đó."
    if facts.made:
        return "Bạn đã đề nghị phúc khảo câu này; mỗi câu của một bài được đề nghị một lần."
    if facts.is_final:
        return "Kết quả chính thức đã công bố nên không nhận đề nghị phúc khảo nữa."
    if facts.open_appeals >= MOST_OPEN_APPEALS:
        return (
            f"Bạn đang có {facts.open_appeals} đề nghị chờ kết luận; mỗi người có cùng lúc không "
            f"quá {MOST_OPEN_APPEALS} đề nghị. Hãy chờ kết luận rồi gửi tiếp."
        )
    return ""


def text_fault(text: str) -> str:
    """What is wrong with the words of an appeal; "" when nothing is."""
    if not text:
        return "Hãy nêu vì sao bạn cho rằng câu hỏi hoặc đáp án sai."
    if len(text) < SHORTEST:
        return f"Hãy viết rõ hơn: cần ít nhất {SHORTEST} ký tự (đang có {len(text)})."
    if len(text) > LONGEST:
        return f"Chỉ viết được tối đa 2.000 ký tự (đang có {len(text)})."
    return ""


def reason_not_to_decide(
    *, actor: int, author: int | None, writers: Set[int], approvers: Set[int]
) -> str:
    """Why this person may not decide about an appeal of ``author``; "" when they may.

    ``writers`` and ``approvers`` had a hand in the question; all are ids of people.
    """
    if actor == author:
        return "Đây là đề nghị của chính bạn nên người khác xem xét."
    if actor in writers:
        return "Bạn đã soạn câu hỏi này nên người khác xem xét đề nghị."
    if actor in approvers:
        return "Bạn đã duyệt câu hỏi này nên người khác xem xét đề nghị."
    return ""
