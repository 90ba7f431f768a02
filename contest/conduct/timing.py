"""Deciding about time while a round runs: extending it, extra time, pauses, outages; and undoing.

Nothing here lets an answer be taken after solutions were visible. Every service writes its
decision and derives all times from scratch (contest/conduct/times.py).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from contest import phases, visibility, wording
from contest.audit import record
from contest.conduct import decisions
from contest.conduct.decisions import announce, decide, locked, require_not_final, require_reason
from contest.conduct.times import close_due, hit_by, recompute_times
from contest.errors import ContestError, RoundNotOpen, RoundPaused
from contest.models import Attempt, Decision, Entry, Round
from contest.phases import LONGEST_PAUSE, Span, State
from contest.results.sealing import secret_public
from contest.rules import amendments
from contest.rules.versions import write_version
from contest.rulings import span_of

MOST_EXTRA_S = 24 * 3600
_ANSWERS_ARE_IN = (
    "Vòng thi đã đóng và không còn bài nào đang làm, nên không thay đổi được thời gian nữa."
)


def _ready(round: Round, now: datetime) -> Round:
    """The round held for a decision about its time, overdue attempts closed first."""
    round = locked(round)
    require_not_final(round)
    if round.published_at is None:
        raise RoundNotOpen("Vòng thi chưa công bố; hãy sửa bản nháp thay vì ra quyết định.")
    close_due(round, now)
    return round


def _settle(round: Round, now: datetime, spans: list[Span] | None = None) -> None:
    """Derive times anew; with ``spans``, also results of who worked in them, before or since."""
    recompute_times(round, now)
    if spans:
        decisions.recompute(round, hit_by(round, spans))


def _amend(round: Round, said: str, actor: User, reason: str, now: datetime) -> None:
    """Everybody can read the rules about time: a new version of them tells what was decided."""
    write_version(round=round, actor=actor, reason=reason.strip(), now=now, changes=[said])


# -- Extending the round -------------------------------------------------------------------------


@transaction.atomic
def extend_round(
    *, round: Round, closes_at: datetime, actor: User, reason: str, now: datetime
) -> Decision:
    """Close the round later; running attempts that the close cuts short get the time.

    A closed round opens again, but not once its solutions were visible or its secret public.
    Raises ``ContestError`` (also when not later than the close and now, or without a reason) or
    ``RoundIsFinal``.
    """
    round = _ready(round, now)
    if closes_at <= round.closes_at:
        close = wording.at(round.closes_at)
        raise ContestError(f"Giờ đóng mới phải muộn hơn giờ đóng hiện nay ({close}).")
    if closes_at <= now:
        raise ContestError("Giờ đóng mới đã qua; hãy chọn một thời điểm sau bây giờ.")
    if visibility.solutions_visible(round.visibility, now, may_try_again=True):
        raise ContestError(
            "Đáp án của vòng thi đã mở cho người dự thi, nên không mở lại vòng thi được nữa."
        )
    if secret_public(round, now):
        raise ContestError(
            "Mã bí mật bốc đề đã công bố sau khi vòng thi đóng, nên không mở lại vòng thi được "
            "nữa. Hãy mở một vòng thi mới."
        )
    before = round.closes_at
    decision = decide(
        actor=actor,
        kind=Decision.Kind.EXTEND,
        reason=reason,
        now=now,
        contest=round.contest,
        round=round,
        data={"from": before.isoformat(), "to": closes_at.isoformat()},
        before={"closes_at": before.isoformat()},
        after={"closes_at": closes_at.isoformat()},
    )
    _move_close(round, closes_at, now)
    _amend(round, amendments.extended(before, closes_at), actor, reason, now)
    return decision


@transaction.atomic
def take_back_extension(*, decision: Decision, actor: User, reason: str, now: datetime) -> Decision:
    """Close the round when it would have closed before.

    Raises ``ContestError`` when that moment has passed, attempts were started after it, or the
    close was moved again since.
    """
    round = _ready(_round_of(decision), now)
    close = datetime.fromisoformat(decision.data["from"])
    if decision.is_in_force and round.closes_at != datetime.fromisoformat(decision.data["to"]):
        raise ContestError("Giờ đóng đã được dời lần nữa sau đó; hãy thu hồi lần dời sau trước.")
    later = Attempt.objects.filter(entry__round=round, started_at__gte=close).count()
    if later:
        raise ContestError(
            f"Đã có {later} lượt thi bắt đầu sau {wording.at(close)}, nên không thu hồi được "
            "lần gia hạn này."
        )
    if now >= close:
        raise ContestError(
            f"Giờ đóng cũ ({wording.at(close)}) đã qua, nên không thu hồi được lần gia hạn này."
        )
    taken_back = decisions.take_back(decision=decision, actor=actor, reason=reason, now=now)
    said = amendments.extension_undone(round.closes_at, close)
    _move_close(round, close, now)
    _amend(round, said, actor, reason, now)
    return taken_back


def _move_close(round: Round, closes_at: datetime, now: datetime) -> None:
    Round.objects.filter(pk=round.pk).update(closes_at=closes_at)
    _settle(round, now)


# -- Extra time for one person -------------------------------------------------------------------


@transaction.atomic
def give_extra_time(
    *, entry: Entry, seconds: int, actor: User, reason: str, now: datetime
) -> Decision:
    """So many seconds more for the person's running attempt and for those they start later.

    Their deadline may lie beyond the round's close; nobody else's changes. Raises
    ``ContestError`` when the person can use no time any more, or ``RoundIsFinal``.
    """
    round = _ready(entry.round, now)
    if not 0 < seconds <= MOST_EXTRA_S:
        raise ContestError("Thời gian thêm phải từ 1 giây đến 24 giờ.")
    entry = Entry.objects.get(pk=entry.pk)
    running = entry.attempts.filter(state=Attempt.State.IN_PROGRESS).first()
    if running is None and phases.state(round.window, now) in (State.CLOSED, State.FINAL):
        raise ContestError("Vòng thi đã đóng và người này không có bài nào đang làm.")
    decision = decide(
        actor=actor,
        kind=Decision.Kind.EXTRA_TIME,
        reason=reason,
        now=now,
        contest=round.contest,
        round=round,
        entry=entry,
        data={"seconds": seconds},
        before=_granted_time(entry),
        after={"extra_time_s": entry.extra_time_s + seconds},
    )
    _settle(round, now)
    return decision


def _granted_time(entry: Entry) -> dict[str, Any]:
    running = entry.attempts.filter(state=Attempt.State.IN_PROGRESS).first()
    deadline = running.deadline.isoformat() if running else None
    return {"entry": entry.pk, "extra_time_s": entry.extra_time_s, "deadline": deadline}


@transaction.atomic
def take_back_extra_time(
    *, decision: Decision, actor: User, reason: str, now: datetime
) -> Decision:
    """The person's time without it. What was handed in within it stays; a running attempt whose
    time is over by that is closed with its answers as of now and that deadline."""
    round = _ready(_round_of(decision), now)
    taken_back = decisions.take_back(decision=decision, actor=actor, reason=reason, now=now)
    _settle(round, now)
    return taken_back


# -- Pauses and outages --------------------------------------------------------------------------


@transaction.atomic
def pause_round(*, round: Round, actor: User, reason: str, now: datetime) -> Decision:
    """Stop the clock for everybody: nobody starts, nobody's time runs out, until resumed.

    Raises ``RoundPaused``, ``RoundNotOpen`` (not open yet, or nobody can work any more) or
    ``RoundIsFinal``.
    """
    round = _ready(round, now)
    if round.paused_at is not None:
        raise RoundPaused("Vòng thi đang tạm dừng rồi.")
    if phases.state(round.window, now) == State.SCHEDULED:
        raise RoundNotOpen("Vòng thi chưa mở nên chưa cần tạm dừng.")
    if phases.answers_are_in(round.window, now):
        raise RoundNotOpen(_ANSWERS_ARE_IN)
    decision = _outage(round, Span(now), actor, reason, now)
    Round.objects.filter(pk=round.pk).update(paused_at=now)
    _settle(round, now)
    _amend(round, amendments.paused(now), actor, reason, now)
    return decision


@transaction.atomic
def resume_round(*, round: Round, actor: User, reason: str, now: datetime) -> Decision:
    """Let the clock run again; everybody's deadline moves by the length of the pause.

    What goes beyond ``LONGEST_PAUSE`` is not given back. Raises ``ContestError`` when the round
    is not paused.
    """
    round, said = locked(round), require_reason(reason)
    pause = _pause_of(round)
    if pause is None or round.paused_at is None:
        raise ContestError("Vòng thi không tạm dừng.")
    ends = min(now, round.paused_at + LONGEST_PAUSE)
    before = dict(pause.data)
    pause.data = {**pause.data, "ends": ends.isoformat()}
    pause.save(update_fields=["data"])
    Round.objects.filter(pk=round.pk).update(paused_at=None)
    record(
        actor=actor,
        action="resume",
        subject=f"round:{round.pk}",
        reason=said,
        before=before,
        after={**pause.data, "decision": pause.pk},
    )
    announce(decisions.rounds_of(pause))
    _settle(round, now)
    _amend(round, amendments.resumed(span_of(pause.data)), actor, said, now)
    return pause


@transaction.atomic
def declare_outage(
    *, round: Round, starts: datetime, ends: datetime, actor: User, reason: str, now: datetime
) -> Decision:
    """Say afterwards that nobody could work in ``[starts, ends)``.

    Running attempts get the time back, it is taken off the time counted for finished ones, and
    who lost it in an attempt that its deadline closed may take one attempt more. Raises
    ``ContestError`` for an interval that is empty, not over or outside the round.
    """
    round = _ready(round, now)
    if starts >= ends:
        raise ContestError("Gián đoạn phải kết thúc sau khi bắt đầu.")
    if ends > now:
        raise ContestError(
            "Gián đoạn chưa kết thúc. Hãy tạm dừng vòng thi, rồi tiếp tục khi sự cố đã qua."
        )
    last = phases.last_deadline(round.window)
    if ends <= round.opens_at or starts >= last:
        raise ContestError("Khoảng này nằm ngoài thời gian của vòng thi.")
    span = Span(starts, ends)
    decision = _outage(round, span, actor, reason, now)
    _settle(round, now, [span])
    _amend(round, amendments.outage_declared(span), actor, reason, now)
    return decision


@transaction.atomic
def take_back_outage(*, decision: Decision, actor: User, reason: str, now: datetime) -> Decision:
    """As if there had been no outage or pause; a pause that still goes on ends."""
    round = _ready(_round_of(decision), now)
    pause = _pause_of(round)
    if pause is not None and pause.pk == decision.pk:
        Round.objects.filter(pk=round.pk).update(paused_at=None)
    taken_back = decisions.take_back(decision=decision, actor=actor, reason=reason, now=now)
    span = span_of(taken_back.data)
    _settle(round, now, [span])
    _amend(round, amendments.outage_undone(span), actor, reason, now)
    return taken_back


def _outage(round: Round, span: Span, actor: User, reason: str, now: datetime) -> Decision:
    ends = span.ends.isoformat() if span.ends else None
    return decide(
        actor=actor,
        kind=Decision.Kind.OUTAGE,
        reason=reason,
        now=now,
        contest=round.contest,
        round=round,
        data={"starts": span.starts.isoformat(), "ends": ends},
    )


def _pause_of(round: Round) -> Decision | None:
    """The pause that goes on, None when the clock runs."""
    if round.paused_at is None:
        return None
    outages = round.decisions.filter(kind=Decision.Kind.OUTAGE, undone_at=None)
    return next((d for d in outages.order_by("-pk") if d.data["ends"] is None), None)


def _round_of(decision: Decision) -> Round:
    if decision.round is None:
        raise ContestError("Quyết định này không thuộc một vòng thi.")
    return decision.round
