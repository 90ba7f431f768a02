"""Making the final result of a round: the table that is published and never changes again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from contest import phases
from contest.audit import record
from contest.closing import close_overdue
from contest.conduct.decisions import locked, require_reason
from contest.entries import rulings_of
from contest.errors import RoundIsFinal
from contest.essays import to_mark
from contest.events import round_changed
from contest.models import Appeal, Round, RoundResult
from contest.results.refusals import CannotFinalise
from contest.results.rescoring import Rescored, rescore
from contest.results.sealing import running, seal_round
from contest.results.writing import Making, write_result
from contest.wording import at, number


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing a final result needs: ``says`` it as a fact, ``missing`` says what to do."""

    says: str
    missing: str = ""

    @property
    def is_met(self) -> bool:
        return not self.missing


def readiness(round: Round, now: datetime) -> list[Condition]:
    """Everything a final result needs, and what of it is missing at ``now``. Open appeals are
    ``open_appeals``' business: they can be left open for a reason."""
    is_over = phases.state(round.window, now) in (phases.State.CLOSED, phases.State.FINAL)
    last = phases.last_deadline(round.window)
    still, essays = running(round).count(), unmarked_essays(round)
    return [
        Condition(
            "Vòng thi đã đóng.",
            "" if is_over else f"Vòng thi chưa đóng; hãy đợi đến {at(round.closes_at)}.",
        ),
        Condition(
            "Mọi câu trả lời đã đến.",
            ""
            if phases.answers_are_in(round.window, now)
            else f"Câu trả lời cuối cùng còn có thể đến; hãy đợi đến {at(last + phases.GRACE)}.",
        ),
        Condition(
            "Vòng thi không tạm dừng.",
            "" if round.paused_at is None else "Vòng thi đang tạm dừng; hãy cho tiếp tục trước.",
        ),
        Condition(
            "Không còn bài đang làm.",
            f"Còn {number(still)} bài đang làm; hãy đợi các bài này hết giờ." if still else "",
        ),
        Condition(
            "Bài tự luận đã chấm xong.",
            f"Còn {number(essays)} bài tự luận chưa chấm; hãy chấm hết các bài được tính."
            if essays
            else "",
        ),
    ]


def open_appeals(round: Round) -> int:
    """Appeals nobody has answered yet."""
    return Appeal.objects.filter(round=round, status=Appeal.Status.OPEN).count()


def unmarked_essays(round: Round) -> int:
    """Essays without points; who wrote nothing waits for no mark."""
    return to_mark(round).filter(essay_points=None).count() if round.essay_prompt else 0


def finalise_round(
    *,
    actor: User,
    round: Round,
    now: datetime,
    reason: str = "",
    despite_appeals: bool = False,
) -> RoundResult:
    """Publish the final result of a round that is over.

    Raises ``CannotFinalise`` with everything that is missing, ``RoundIsFinal`` when there is a
    final result, and ``ContestError`` when appeals are left open without a reason.
    """
    _close_all(now)
    with transaction.atomic():
        round = locked(round)
        if round.finalised_at is not None:
            raise RoundIsFinal
        require_ready(round, now, despite_appeals=despite_appeals, reason=reason)
        making = Making(RoundResult.Kind.FINAL, now, made_by=actor, reason=reason.strip())
        result, scored = make_result(round, making)
        round.finalised_at = now
        round.save(update_fields=["finalised_at"])
        record(
            actor=actor,
            action="finalise_round",
            subject=f"round:{round.pk}",
            reason=making.reason,
            after=facts_of(result, scored),
        )
        round_changed(round.pk)
    return result


def _close_all(now: datetime) -> None:
    """Close what time has ended; on its own, so that a refusal does not undo it."""
    while close_overdue(now=now):
        pass


def require_ready(round: Round, now: datetime, *, despite_appeals: bool, reason: str) -> None:
    """``CannotFinalise`` unless nothing is missing; open appeals may be left for a reason."""
    missing = [condition.missing for condition in readiness(round, now) if not condition.is_met]
    if appeals := open_appeals(round):
        if despite_appeals:
            require_reason(reason)
        else:
            missing.append(
                f"Còn {number(appeals)} đơn phúc khảo chưa trả lời; hãy trả lời, hoặc ghi lý do "
                "và xác nhận chốt khi còn đơn."
            )
    if missing:
        raise CannotFinalise(missing)


def make_result(round: Round, making: Making) -> tuple[RoundResult, Rescored]:
    """Score every attempt again and store the ranked table; the round is locked by the caller.

    Raises ``CannotFinalise`` when an attempt is no longer the one its receipt was given for.
    """
    in_force = rulings_of(round)
    scored = rescore(round, in_force)
    if scored.broken:
        few = ", ".join(map(str, scored.broken[:5]))
        raise CannotFinalise(
            [
                f"Có {number(len(scored.broken))} lượt thi đang lưu không khớp với biên nhận (mã "
                f"lượt {few}): dữ liệu đã bị sửa ngoài hệ thống. Hãy khôi phục các lượt này từ "
                "bản sao lưu."
            ]
        )
    seal_round(round=round, now=making.now)
    return write_result(round, making, in_force), scored


def facts_of(result: RoundResult, scored: Rescored) -> dict[str, object]:
    """A result as the audit shows it; ``mended``: attempts whose stored score was put right."""
    return {
        "result": result.number,
        "leaves": result.leaves,
        "root": result.root,
        "truth": None if result.truth is None else str(result.truth),
        "mended": scored.mended,
    }
