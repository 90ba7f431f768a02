"""A round as a public page shows it: where it stands, what this person can do now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from accounts.access import Visitor
from accounts.models import User
from contest import phases, visibility, wording
from contest.entries import standing
from contest.errors import RoundPaused
from contest.models import Attempt, Round
from contest.ordering import rank_key
from contest.phases import State
from contest.plans import PaperSize, paper_size
from contest.standing import Standpoint, standpoint


@dataclass(frozen=True)
class RoundCard:
    """A published round at one instant; ``mine`` is None for somebody not signed in.

    Pages ask the same again and again, so answers are kept. Expects the round's lines to be
    prefetched when there are many rounds.
    """

    round: Round
    now: datetime
    mine: Standpoint | None = None

    @cached_property
    def state(self) -> State:
        return visibility.public_state(self.round.visibility, self.now)

    @property
    def is_over(self) -> bool:
        return self.state in (State.CLOSED, State.FINAL)

    @property
    def solutions_visible(self) -> bool:
        again = self.mine.may_try_again if self.mine else True
        return visibility.solutions_visible(self.round.visibility, self.now, may_try_again=again)

    @cached_property
    def paper(self) -> PaperSize:
        """The size of this person's paper, or of the usual one."""
        own = self.mine.attempts[-1].division_id if self.mine and self.mine.attempts else None
        return paper_size(self.round, own)

    @property
    def turns_at(self) -> datetime | None:
        """When the state changes next by the clock alone: opening or closing."""
        if self.state == State.SCHEDULED:
            return self.round.opens_at
        return self.round.closes_at if self.state == State.OPEN else None

    @cached_property
    def best(self) -> Attempt | None:
        """The attempt that counts; of somebody who does not rank, the one that would."""
        finished = [a for a in self.mine.finished if a.is_complete] if self.mine else []
        counted = next((a for a in finished if a.pk == a.entry.counted_id), None)
        keys = self.round.ranking_keys
        return counted or min(finished, key=lambda a: rank_key(keys, standing(a)), default=None)

    @cached_property
    def may_start(self) -> bool:
        """Whether a new attempt could start now, by this person or by a newcomer."""
        if self.mine is None:
            return self.state == State.OPEN and not self.closed_for_now
        return self.mine.running is None and self.mine.start_refusal is None

    @cached_property
    def closed_for_now(self) -> str:
        """Why nobody can start at this moment although the round is open; "" when they can."""
        if self.state != State.OPEN:
            return ""
        if self.round.paused_at is not None:
            return RoundPaused.message
        if phases.session_end(self.round.window, self.now) is None:
            return wording.outside_hours(self.round.window, self.now)
        return ""

    @cached_property
    def warning(self) -> str:
        """What to know before starting: the round closes before the limit. "" when it does not."""
        if not self.may_start:
            return ""
        ends = phases.deadline(self.round.window, self.round.time_limit, self.now)
        seconds = int((ends - self.now).total_seconds())
        limit = self.round.time_limit_s
        return "" if seconds >= limit else wording.cut_short(self.round.closes_at, seconds, limit)

    @cached_property
    def action(self) -> str:
        """The one thing to offer: "start", "sign_up", "choose_unit" or "" (nothing to do now)."""
        if self.mine and self.mine.running:
            return "start"
        if self.is_over:
            return ""
        if self.mine is None:
            return "sign_up"
        if self.mine.attempts_left == 0:
            return ""
        if not self.mine.has_unit:
            return "choose_unit"
        return "start" if self.may_start else ""

    @property
    def start_label(self) -> str:
        """The main button: go on, first attempt, another attempt."""
        if self.mine and self.mine.running:
            return "Làm tiếp bài đang dở"
        if self.mine and self.mine.attempts:
            return f"Thi lượt {len(self.mine.attempts) + 1}"
        return f"Vào thi vòng {self.round.number}"

    @cached_property
    def refusal(self) -> str:
        """Why nobody, or this person, can start now, in words; "" when they can."""
        name = f"Vòng {self.round.number}"
        if self.mine and self.mine.running:
            return ""
        if self.state == State.SCHEDULED:
            return f"{name} mở lúc {wording.at(self.round.opens_at, year=False)}"
        if self.is_over:
            solutions = " Đáp án và giải thích đã mở." if self.solutions_visible else ""
            return f"{name} đã đóng lúc {wording.at(self.round.closes_at)}.{solutions}"
        if self.mine and self.mine.refusal and self.mine.start_refusal != "unit_required":
            return self.mine.refusal.message
        return self.closed_for_now


def card(round: Round, user: Visitor, now: datetime) -> RoundCard:
    """The round for this visitor; closes their attempt if its time ran out."""
    if not isinstance(user, User):
        return RoundCard(round, now)
    return RoundCard(round, now, standpoint(user=user, round=round, now=now))


def featured(rounds: Iterable[Round], now: datetime) -> Round | None:
    """The round people come for: open (the one closing first), else next, else closed last."""
    by_state: dict[State, list[Round]] = {state: [] for state in State}
    for round in rounds:
        by_state[phases.state(round.window, now)].append(round)
    if opened := by_state[State.OPEN]:
        return min(opened, key=lambda r: r.closes_at)
    if scheduled := by_state[State.SCHEDULED]:
        return min(scheduled, key=lambda r: r.opens_at)
    past = by_state[State.CLOSED] + by_state[State.FINAL]
    return max(past, key=lambda r: r.closes_at, default=None)
