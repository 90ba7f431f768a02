"""A round as a public page shows it: where it stands, what this person can do now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.access import Visitor
from accounts.models import User
from contest import phases, wording
from contest.entries import standing
from contest.models import Attempt, Round
from contest.ordering import rank_key
from contest.phases import State
from contest.standing import Standpoint, standpoint


@dataclass(frozen=True, slots=True)
class RoundCard:
    """A published round at one instant; ``mine`` is None for somebody not signed in.

    Expects the round's lines to be prefetched when there are many rounds.
    """

    round: Round
    now: datetime
    mine: Standpoint | None = None

    @property
    def state(self) -> State:
        return phases.state(self.round.window, self.now)

    @property
    def is_over(self) -> bool:
        return self.state in (State.CLOSED, State.FINAL)

    @property
    def solutions_visible(self) -> bool:
        return phases.solutions_visible(self.round.window, self.now)

    @property
    def questions(self) -> int:
        return sum(line.count for line in self.round.lines.all())

    @property
    def turns_at(self) -> datetime | None:
        """When the state changes next by the clock alone: opening or closing."""
        if self.state == State.SCHEDULED:
            return self.round.opens_at
        return self.round.closes_at if self.state == State.OPEN else None

    @property
    def best(self) -> Attempt | None:
        """The finished attempt that ranks highest, the earlier one among equals."""
        keys = self.round.ranking_keys
        finished = self.mine.finished if self.mine else []
        return min(finished, key=lambda a: rank_key(keys, standing(a)), default=None)

    @property
    def may_start(self) -> bool:
        """Whether a new attempt could start now, by this person or by a newcomer."""
        if self.mine is None:
            return self.state == State.OPEN
        return self.mine.running is None and self.mine.start_refusal is None

    @property
    def warning(self) -> str:
        """What to know before starting: the round closes before the limit. "" when it does not."""
        if not self.may_start:
            return ""
        ends = phases.deadline(self.round.window, self.round.time_limit, self.now)
        seconds = int((ends - self.now).total_seconds())
        limit = self.round.time_limit_s
        return "" if seconds >= limit else wording.cut_short(self.round.closes_at, seconds, limit)

    @property
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
        return "start" if self.state == State.OPEN else ""

    @property
    def start_label(self) -> str:
        """The main button: go on, first attempt, another attempt."""
        if self.mine and self.mine.running:
            return "Làm tiếp bài đang dở"
        if self.mine and self.mine.attempts:
            return f"Thi lượt {len(self.mine.attempts) + 1}"
        return f"Vào thi vòng {self.round.number}"

    @property
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
        if self.mine and self.mine.start_refusal == "attempts_used":
            return f"Bạn đã dùng hết {self.round.attempts_allowed} lượt của vòng này."
        return ""


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


def rules_of(round: Round) -> wording.Rules:
    """The round's settings for its thể lệ, its programmes added up over the blueprint lines."""
    lines = list(round.lines.select_related("programme").order_by("position"))
    counts: dict[tuple[str, str], int] = {}
    for line in lines:
        key = (line.programme.code, line.programme.short_title)
        counts[key] = counts.get(key, 0) + line.count
    return wording.Rules(
        opens_at=round.opens_at,
        closes_at=round.closes_at,
        time_limit_s=round.time_limit_s,
        attempts_allowed=round.attempts_allowed,
        programmes=[(code, name, count) for (code, name), count in counts.items()],
        points=frozenset(line.points for line in lines),
        prediction_target=round.prediction_target,
        ranking_keys=round.ranking_keys,
    )
