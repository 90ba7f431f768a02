"""A finding as people read it: who, and the figures side by side. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from contest.irregularities.records import Kind
from contest.models import Attempt, Irregularity
from contest.wording import number
from quizzes.models import QuestionVersion

HEADINGS = {
    Kind.SHARED_DEVICES: "Nhiều tài khoản trên một thiết bị",
    Kind.SHARED_PATTERNS: "Bài làm trùng đáp án sai",
    Kind.IMPOSSIBLE_READING: "Trả lời trước khi kịp đọc câu hỏi",
}


@dataclass(frozen=True, slots=True)
class SharedQuestion:
    """A question two papers both have wrong: what each chose, and how usual that is."""

    code: str
    stem: str
    one: str
    other: str
    same_in_unit: int
    wrong_in_unit: int


@dataclass(frozen=True, slots=True)
class Shown:
    """One irregularity on the page. ``often`` says the false-alarm rate in words."""

    row: Irregularity
    heading: str
    often: str
    attempts: Sequence[Attempt]
    questions: Sequence[SharedQuestion]
    basis: str


def shown(rows: Sequence[Irregularity]) -> list[Shown]:
    """The rows with the people and questions they speak of."""
    ids = {attempt for row in rows for attempt in row.attempts}
    people = Attempt.objects.select_related("entry__user", "unit").defer("paper", "journal")
    attempts = {attempt.pk: attempt for attempt in people.filter(pk__in=ids)}
    return [
        Shown(
            row=row,
            heading=HEADINGS[Kind(row.kind)],
            often=often(row.false_alarm),
            attempts=[attempts[pk] for pk in row.attempts if pk in attempts],
            questions=_questions(row.evidence.get("strongest", {})),
            basis=row.evidence.get("basis", ""),
        )
        for row in rows
    ]


def often(share: float) -> str:
    """ "khoảng 1 trong 1.000" for 0.001: how often honest work looks like this."""
    if share <= 0:
        return "gần như không bao giờ"
    if share >= 1:
        return "luôn luôn"
    return f"khoảng 1 trong {number(max(1, round(1 / share)))}"


def _questions(strongest: dict[str, Any]) -> list[SharedQuestion]:
    listed = strongest.get("questions", [])
    versions = QuestionVersion.objects.select_related("question").in_bulk(
        [question["version"] for question in listed]
    )
    return [
        SharedQuestion(
            code=versions[q["version"]].question.code,
            stem=versions[q["version"]].stem,
            one=", ".join(q["answers"][0]),
            other=", ".join(q["answers"][1]),
            same_in_unit=q["same_in_unit"],
            wrong_in_unit=q["wrong_in_unit"],
        )
        for q in listed
        if q["version"] in versions
    ]
