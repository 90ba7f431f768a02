"""Rule sets of contests that were held, as an organiser of this platform would set them up.

Settings only: the contest, its divisions, its rounds. What a rule set left open is chosen in the
house's usual way. Amounts are those of the announcements.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from contest.drafts import LineDraft, PrizeDraft, RoundDraft
from contest.models import Division
from contest.ordering import ELAPSED, LOTTERY, POINTS, PREDICTION, SUBMITTED_AT
from contest.phases import VIETNAM
from contest.rules.contests import ContestDraft
from quizzes.models import Programme, QuestionVersion
from tests.factories import make_question

DAY, WEEK = timedelta(days=1), timedelta(days=7)
MINUTE = 60  # seconds

# The two families, and what they do with people who are equal in all of it.
PREDICTED = [POINTS, PREDICTION, SUBMITTED_AT]
PREDICTED_THEN_DRAWN = [POINTS, PREDICTION, LOTTERY]
FASTEST = [POINTS, ELAPSED]
FASTEST_THEN_EARLIEST = [POINTS, ELAPSED, SUBMITTED_AT]
FASTEST_THEN_PREDICTED = [POINTS, ELAPSED, PREDICTION]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A contest with all its rounds; divisions are unsaved and become the contest's own."""

    contest: ContestDraft
    rounds: Sequence[RoundDraft]
    divisions: Sequence[Division] = ()


def vn(text: str) -> datetime:
    """ "09/03/2026 10:00" or with seconds, by Vietnam's clock."""
    form = "%d/%m/%Y %H:%M:%S" if text.count(":") == 2 else "%d/%m/%Y %H:%M"
    return datetime.strptime(text, form).replace(tzinfo=VIETNAM)


def bank(code: str, size: int, difficulty: str = QuestionVersion.Difficulty.EASY) -> Programme:
    """``size`` further approved questions with four choices for the document of this code."""
    programme, _ = Programme.objects.get_or_create(
        code=code,
        defaults={"title": f"Văn bản {code}", "short_title": f"Ngân hàng {code}",
                  "kind": Programme.Kind.CORE, "position": Programme.objects.count() + 1},
    )  # fmt: skip
    first = programme.questions.count()
    for number in range(first, first + size):
        answer = ("abcd"[number % 4],)
        make_question(programme, f"{code}-{number:02d}", answer=answer, difficulty=difficulty)
    return programme


def rounds(
    count: int, opens: str, closes: str, *, every: timedelta = WEEK, **settings: Any
) -> list[RoundDraft]:
    """``count`` rounds alike, each ``every`` after the one before."""
    return [
        RoundDraft(
            title=f"Vòng {turn + 1}",
            opens_at=vn(opens) + turn * every,
            closes_at=vn(closes) + turn * every,
            **{"attempts_allowed": None, "prediction_target": "", **settings},
        )
        for turn in range(count)
    ]


def people_prizes(*counted: tuple[int, str], division: Division | None = None) -> list[PrizeDraft]:
    """Nhất, Nhì, Ba, Khuyến khích: ``(how many, what each is worth)``."""
    names = ("Giải Nhất", "Giải Nhì", "Giải Ba", "Giải Khuyến khích")
    return [
        PrizeDraft(name, count, worth, division)
        for name, (count, worth) in zip(names, counted, strict=False)
    ]


def unit_prizes(measure: str, *worths: str, name: str = "Giải tập thể") -> list[PrizeDraft]:
    """One prize for units by this measure for each worth, best first."""
    steps = ("Nhất", "Nhì", "Ba")
    return [
        PrizeDraft(f"{name} {step}", 1, worth, measure=measure)
        for step, worth in zip(steps, worths, strict=False)
    ]


def questions(code: str, count: int, *, points: int = 1, spare: int = 2) -> list[LineDraft]:
    """One line: ``count`` questions of a bank that has some to spare."""
    return [LineDraft(bank(code, count + spare), "", count, points)]
