"""What a person is shown about a group with wrong answers in common. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contest.irregularities.records import Finding, Kind, Sitting, figure, percent
from contest.wording import number

SHOWN_PAIRS = 50  # a group of a hundred has thousands

Wrong = Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sittings: their common wrong questions, those of them with the same answer.

    ``expected`` agreements if both worked alone, and the ``chance`` of at least as many as found.
    """

    one: Sitting
    other: Sitting
    common: tuple[int, ...]
    agreed: tuple[int, ...]
    expected: float
    chance: float


@dataclass(frozen=True, slots=True)
class Unit:
    """What surrounds a group: the wrong answers of its unit, and how the pairs were tested."""

    papers: Sequence[Wrong]
    chances: Mapping[int, float]
    tests: int
    rate: float


def finding(group: Sequence[tuple[Pair, float]], wrong: Mapping[int, Wrong], unit: Unit) -> Finding:
    """The finding for linked pairs, strongest first, each with the rate at which it stands."""
    strongest, false_alarm = group[0]
    sittings = {s.attempt: s for pair, _ in group for s in (pair.one, pair.other)}
    entries = tuple(sorted({sitting.entry for sitting in sittings.values()}))
    return Finding(
        Kind.SHARED_PATTERNS,
        attempts=tuple(sorted(sittings)),
        entries=entries,
        unit=strongest.one.unit,
        false_alarm=false_alarm,
        evidence={
            "people": len(entries),
            "pairs": len(group),
            "strongest_pairs": [_in_short(pair) for pair, _ in group[:SHOWN_PAIRS]],
            "strongest": _in_full(strongest, wrong, unit),
            "tests": unit.tests,
            "rate": unit.rate,
            "basis": _basis(unit),
        },
        summary=_summary(strongest, len(entries)),
    )


def _in_short(pair: Pair) -> dict[str, Any]:
    return {
        "attempts": [pair.one.attempt, pair.other.attempt],
        "common_wrong": len(pair.common),
        "agreed": len(pair.agreed),
        "expected": round(pair.expected, 2),
        "chance": pair.chance,
    }


def _in_full(pair: Pair, wrong: Mapping[int, Wrong], unit: Unit) -> dict[str, Any]:
    one, other = pair.one, pair.other
    return {
        **_in_short(pair),
        "right": [sum(one.right), sum(other.right)],
        "common_questions": len({i["v"] for i in one.paper} & {i["v"] for i in other.paper}),
        "questions": [
            _question(version, wrong[one.attempt][version], wrong[other.attempt][version], unit)
            for version in pair.common
        ],
        "at_the_same_time": one.started_at < other.last_save and other.started_at < one.last_save,
        "same_device": bool(one.device) and one.device == other.device,
    }


def _question(
    version: int, mine: tuple[str, ...], theirs: tuple[str, ...], unit: Unit
) -> dict[str, Any]:
    """A common wrong question. When nearly the whole unit chose the same wrong answer, a wrong
    lesson is likelier than a copy: ``wrong_in_unit`` and, of those, ``same_in_unit`` tell."""
    given = [paper[version] for paper in unit.papers if version in paper]
    return {
        "version": version,
        "answers": [list(mine), list(theirs)],
        "chance": round(unit.chances[version], 4),
        "wrong_in_unit": len(given),
        "same_in_unit": given.count(mine) if mine == theirs else 0,
    }


def _summary(strongest: Pair, people: int) -> str:
    agreed, common = number(len(strongest.agreed)), number(len(strongest.common))
    alone = f"người làm độc lập thường chỉ trùng khoảng {figure(strongest.expected)} câu"
    if people == 2:
        return (
            f"Hai người cùng đơn vị chọn trùng đáp án sai ở {agreed} trên {common} câu mà cả hai "
            f"làm sai, trong khi {alone}."
        )
    return (
        f"{number(people)} người cùng đơn vị có bài chọn trùng đáp án sai: cặp bài giống nhau nhất "
        f"trùng {agreed} trên {common} câu mà cả hai làm sai, trong khi {alone}."
    )


def _basis(unit: Unit) -> str:
    rate = percent(unit.rate)
    return (
        "Chỉ tính những câu cả hai cùng làm sai, nên hai người cùng giỏi hay cùng yếu không vì thế "
        "mà bị nêu. Xác suất trùng ở mỗi câu ước lượng từ mọi đáp án sai của vòng thi. Đã xét "
        f"{number(unit.tests)} cặp bài có đủ câu sai trong đơn vị; trong các cặp được nêu, phần "
        f"trùng do ngẫu nhiên dự kiến không quá {rate}% (thủ tục Benjamini–Hochberg), nên một đơn "
        f"vị mà ai cũng tự làm bài bị nêu nhầm với khả năng không quá {rate}%. Con số này không "
        "phân biệt được việc chép bài với việc cùng học một tài liệu sai."
    )
