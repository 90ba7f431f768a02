"""Gatekeepers of boards: who may look, at which unit and which division."""

from __future__ import annotations

from datetime import datetime

from accounts.access import Visitor
from accounts.models import Unit, User
from contest.errors import BoardHidden, NotFound
from contest.models import Attempt, Division, Round
from contest.visibility import Board, board_visible
from contest.wording import at


def board_unit(code: str) -> Unit | None:
    """The unit whose subtree a board is limited to; None for "". ``NotFound`` for an unknown."""
    if not code:
        return None
    is_code = code.replace("-", "").isalnum()  # PostgreSQL refuses to look for a NUL character
    found = Unit.objects.filter(code=code).first() if is_code else None
    if found is None:
        raise NotFound("Không tìm thấy đơn vị này.")
    return found


def board_division(round: Round, code: str, by: str) -> Division | None:
    """The division a board is limited to: of people always one where the contest has divisions,
    the first for ""; of units None for "". ``NotFound`` for an unknown one."""
    if not code and by == "units":
        return None
    divisions = list(round.contest.divisions.order_by("position"))
    if not code:
        return divisions[0] if divisions else None
    found = next((division for division in divisions if division.code == code), None)
    if found is None:
        raise NotFound("Không tìm thấy bảng này." if divisions else "Vòng thi này không chia bảng.")
    return found


def may_look(round: Round, visitor: Visitor, now: datetime) -> bool:
    """Whether this visitor may look at the round's boards at ``now``."""
    seen = round.visibility
    asks = seen.board == Board.AFTER_FINISH
    return board_visible(seen, now, has_finished=asks and has_finished(round, visitor))


def require_board(round: Round, visitor: Visitor, now: datetime) -> None:
    """``BoardHidden``, saying when boards open, unless the visitor may look at them."""
    if not may_look(round, visitor, now):
        raise BoardHidden(opening_words(round))


def has_finished(round: Round, visitor: Visitor) -> bool:
    """Whether the visitor handed in an attempt of this round."""
    if not isinstance(visitor, User):
        return False
    finished = Attempt.objects.filter(entry__round=round, state=Attempt.State.FINISHED)
    return finished.filter(entry__user=visitor).exists()


def opening_words(round: Round) -> str:
    """When a hidden board opens, as a sentence."""
    last = max(round.closes_at, round.answers_until or round.closes_at)
    closing = f"vòng thi đóng lúc {at(last)}"
    return {
        Board.AFTER_FINISH: f"Bảng xếp hạng mở sau khi bạn nộp bài ở vòng này, hoặc khi {closing}.",
        Board.AFTER_CLOSE: f"Bảng xếp hạng mở sau khi {closing}.",
        Board.AFTER_FINAL: "Bảng xếp hạng mở sau khi Ban Tổ chức công bố kết quả chính thức.",
    }.get(Board(round.board_shown), BoardHidden.message)
