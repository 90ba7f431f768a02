"""Sittings shorter than reading takes. Pure.

Quick is not irregular: 20 questions in 45 seconds is a winning time that contests accept, so
nobody who takes that long per question is ever shown for being quick.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

from contest.irregularities.records import Finding, Kind, Sitting, percent, seconds
from contest.wording import number

SYLLABLES_A_MINUTE = 1_500  # several times faster than people read
ACCEPTED_MS = 45_000 // 20  # per question
HIGH_SCORE_PERCENT = 90
BURST_ANSWERS, BURST_MS, BURST_BEFORE_MS = 10, 1_000, 3_000

TOO_SHORT, BURST = "shorter_than_reading", "answers_at_once"


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a sitting took beside what reading takes. Times in ms.

    ``burst`` is when a crowd of answers came right after the start and how many they were.
    """

    sitting: Sitting
    syllables: int
    burst: tuple[int, int] | None

    @property
    def reading_ms(self) -> int:
        return self.syllables * 60_000 // SYLLABLES_A_MINUTE

    @property
    def accepted_ms(self) -> int:
        return ACCEPTED_MS * len(self.sitting.paper)

    @property
    def grounds(self) -> list[str]:
        sitting, shortest = self.sitting, min(self.reading_ms, self.accepted_ms)
        high = sum(sitting.right) * 100 >= HIGH_SCORE_PERCENT * len(sitting.paper)
        short = high and sitting.elapsed_ms < shortest
        return [TOO_SHORT] * short + [BURST] * (self.burst is not None)


def pace_of(sitting: Sitting, syllables: Mapping[int, int]) -> Pace:
    """The pace of a sitting; ``syllables`` of the stems are by version id.

    A version that is missing counts as nothing to read, which is in the person's favour.
    """
    total = sum(syllables.get(item["v"], 0) for item in sitting.paper)
    return Pace(sitting, total, _burst(sitting.save_times))


def _burst(saves: Sequence[tuple[int, Sequence[str]]]) -> tuple[int, int] | None:
    """When within the first seconds ``BURST_ANSWERS`` questions came at once, and how many."""
    early = sorted((ms, tuple(numbers)) for ms, numbers in saves if ms < BURST_BEFORE_MS)
    for start, _ in early:
        window = [numbers for ms, numbers in early if start <= ms <= start + BURST_MS]
        if len(questions := {n for numbers in window for n in numbers}) >= BURST_ANSWERS:
            return start, len(questions)
    return None


def impossible_reading(sittings: Iterable[Sitting], syllables: Mapping[int, int]) -> list[Finding]:
    """A finding per person whose answers came before the questions could be read.

    Takes all sittings of one round, and the number of syllables of each stem by version id.
    Shortest sitting first.
    """
    people: defaultdict[int, list[Pace]] = defaultdict(list)
    total = shown = 0
    for sitting in sittings:
        total += 1
        if sitting.paper and (measured := pace_of(sitting, syllables)).grounds:
            people[sitting.entry].append(measured)
            shown += 1
    for paces in people.values():
        paces.sort(key=lambda p: (p.sitting.elapsed_ms, p.sitting.attempt))
    quickest = sorted(
        people.values(), key=lambda p: (p[0].sitting.elapsed_ms, p[0].sitting.attempt)
    )
    return [_finding(paces, shown, total) for paces in quickest]


def _finding(paces: Sequence[Pace], shown: int, total: int) -> Finding:
    units = sorted({p.sitting.unit for p in paces})
    return Finding(
        Kind.IMPOSSIBLE_READING,
        attempts=tuple(sorted(p.sitting.attempt for p in paces)),
        entries=(paces[0].sitting.entry,),
        unit=units[0] if len(units) == 1 else None,
        false_alarm=shown / total,
        evidence={
            "sittings": [_figures(p) for p in paces],
            "shown": shown,
            "of_sittings": total,
            "basis": _basis(shown, total),
        },
        summary=_summary(paces[0]),
    )


def _figures(pace: Pace) -> dict[str, Any]:
    sitting, each = pace.sitting, _ms_per_answer(pace.sitting.save_times)
    return {
        "attempt": sitting.attempt,
        "grounds": pace.grounds,
        "elapsed_ms": sitting.elapsed_ms,
        "questions": len(sitting.paper),
        "right": sum(sitting.right),
        "syllables": pace.syllables,
        "reading_ms": pace.reading_ms,
        "accepted_ms": pace.accepted_ms,
        "saves": len(sitting.save_times),
        "median_ms_per_answer": round(median(each)) if each else None,
        "burst": {"ms": pace.burst[0], "questions": pace.burst[1]} if pace.burst else None,
    }


def _ms_per_answer(saves: Sequence[tuple[int, Sequence[str]]]) -> list[float]:
    """For each answered question the time since the save before, shared among those of a save."""
    ordered = sorted((ms, len(set(numbers))) for ms, numbers in saves)
    gaps = pairwise([(0, 0), *ordered])
    return [(ms - before) / count for (before, _), (ms, count) in gaps for _ in range(count)]


def _summary(pace: Pace) -> str:
    sitting = pace.sitting
    if pace.burst and TOO_SHORT not in pace.grounds:
        ms, questions = pace.burst
        return (
            f"{number(questions)} câu trả lời đến gần như cùng lúc, chỉ {seconds(ms)} giây sau khi "
            "bắt đầu làm bài."
        )
    return (
        f"Đúng {number(sum(sitting.right))} trên {number(len(sitting.paper))} câu trong "
        f"{seconds(sitting.elapsed_ms)} giây, trong khi chỉ đọc lướt hết câu hỏi đã cần "
        f"{seconds(pace.reading_ms)} giây."
    )


def _basis(shown: int, total: int) -> str:
    return (
        f"Quy tắc này nêu {number(shown)} trên {number(total)} bài của vòng thi "
        f"({percent(shown / total)}%); nếu tất cả đều trung thực thì đó là tỷ lệ báo nhầm, nên tỷ "
        "lệ thật không thể cao hơn. Chỉ nêu bài đạt từ "
        f"{HIGH_SCORE_PERCENT}% số câu mà ngắn hơn thời gian đọc câu hỏi với tốc độ "
        f"{number(SYLLABLES_A_MINUTE)} tiếng một phút và ngắn hơn 45 giây cho 20 câu, hoặc có từ "
        f"{BURST_ANSWERS} câu trả lời đến cùng lúc trong {seconds(BURST_BEFORE_MS)} giây đầu."
    )
