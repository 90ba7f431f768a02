"""What was decided about questions of a round, as results and solutions tell it. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from contest import wording
from contest.entries import decisions_in_force
from contest.models import Decision, Round
from contest.rulings import ACCEPT, CREDIT, DROP, Ruling, Verdict, rulings
from contest.scoring import Key, counts_as_right

# The verdict as a choice of the organisers, and as it is told about a question.
VERDICT_NAMES = {
    CREDIT: "Cộng điểm cho mọi người có câu này",
    DROP: "Không tính câu này",
    ACCEPT: "Chấp nhận thêm đáp án",
}
_TOLD = {
    CREDIT: "Câu này được cộng điểm cho mọi người",
    DROP: "Câu này không được tính",
    ACCEPT: "Câu này được chấp nhận thêm đáp án",
}


_NO_VERDICT = Verdict()


@dataclass(frozen=True, slots=True)
class Decided:
    """The verdict about a question version, and the decisions in force it comes from."""

    verdict: Verdict = _NO_VERDICT
    decisions: tuple[Decision, ...] = ()

    def is_right(self, given: Sequence[str], key: Key) -> bool:
        """Whether these bank keys bring the question's points; never for a dropped one."""
        if self.verdict.void:
            return self.verdict.void == CREDIT
        return counts_as_right(given, key, self.verdict)


NOTHING = Decided()


def decided_about(round: Round) -> dict[int, Decided]:
    """What is in force, by question version; costs nothing while nothing was decided."""
    if not round.decisions_rev:
        return {}
    by_version: dict[int, list[Decision]] = defaultdict(list)
    for decision in decisions_in_force(round).filter(kind=Decision.Kind.REGRADE):
        by_version[int(decision.data["version"])].append(decision)
    return {
        version: Decided(_verdict(version, decisions), tuple(decisions))
        for version, decisions in by_version.items()
    }


def _verdict(version: int, decisions: Sequence[Decision]) -> Verdict:
    return rulings([Ruling(d.kind, None, d.data) for d in decisions], {}).verdicts[version]


def told(decision: Decision) -> str:
    """What a decision in force means for the question, when it was made, and why."""
    verdict = _TOLD[decision.data["verdict"]]
    return f"{verdict} theo quyết định ngày {wording.date(decision.made_at)}: {decision.reason}"
