"""How large the papers of a round are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.statements import Prepared
from contest.models import BlueprintLine, Round
from contest.wording import number


@dataclass(frozen=True, slots=True)
class PaperSize:
    """``questions`` of a paper and the most ``points`` it can bring, an essay's with them."""

    questions: int
    points: int
    has_essay: bool

    @property
    def in_words(self) -> str:
        """ "15 câu", "15 câu và 1 câu tự luận", "1 câu tự luận"."""
        asked = [f"{number(self.questions)} câu"] if self.questions else []
        return " và ".join([*asked, *(["1 câu tự luận"] if self.has_essay else [])])


_lines = Prepared(
    lambda round: (
        BlueprintLine.objects.filter(round=round)
        .order_by()
        .values_list("division_id", "count", "points")
    ),
    "round",
)


def paper_size(round: Round, division: int | None = None) -> PaperSize:
    """The size of the paper of a division (id); without one that of the common plan, or the
    largest there is. Reads the round's lines, prefetched or not."""
    if "lines" in getattr(round, "_prefetched_objects_cache", {}):
        lines: list[list[Any]] = [
            [line.division_id, line.count, line.points] for line in round.lines.all()
        ]
    else:
        lines = _lines.all(round=round.pk)
    plans: dict[int | None, list[tuple[int, int]]] = {}
    for of, count, points in lines:
        plans.setdefault(of, []).append((count, points))
    sizes = {
        of: (sum(count for count, _ in lines), sum(count * points for count, points in lines))
        for of, lines in plans.items()
    }
    own = sizes.get(division) or sizes.get(None)
    questions, points = own or max(sizes.values(), default=(0, 0))
    return PaperSize(questions, points + round.essay_points, bool(round.essay_prompt))
