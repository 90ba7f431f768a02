"""Decisions and figures of a round as lines of a table. Pure.

The minutes say the same in sentences; a table can be sorted, filtered and added up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import contest.wording as words
from contest.dossier.content import Dossier
from contest.dossier.decisions import Ruling
from contest.dossier.phrases import (
    appeals_in_words,
    band_counts,
    contest_name,
    round_name,
    undone_in_words,
    version_in_words,
)
from contest.dossier.tables import Column, Kind, Value


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision of any kind: about whom or what, and what was decided."""

    kind: str
    about: str
    decision: str
    ruling: Ruling


@dataclass(frozen=True, slots=True)
class Fact:
    """A setting or figure by its name."""

    name: str
    value: Value
    kind: Kind = Kind.TEXT


def decision_columns() -> list[Column[DecisionLine]]:
    return [
        Column("Loại", Kind.TEXT, 24, lambda line: line.kind),
        Column("Về", Kind.TEXT, 34, lambda line: line.about),
        Column("Quyết định", Kind.TEXT, 50, lambda line: line.decision),
        Column("Lý do", Kind.TEXT, 50, lambda line: line.ruling.reason),
        Column("Người quyết định", Kind.TEXT, 26, lambda line: line.ruling.by),
        Column("Lúc", Kind.MOMENT, 24, lambda line: line.ruling.at),
        Column("Đã thu hồi", Kind.TEXT, 50, _undone),
    ]


def _undone(line: DecisionLine) -> str:
    return undone_in_words(line.ruling.undone) if line.ruling.undone else ""


def decision_lines(dossier: Dossier) -> list[DecisionLine]:
    """Every decision of the dossier, kind by kind as in the minutes."""
    return [*_rules_and_time(dossier), *_results_and_incidents(dossier)]


def _rules_and_time(dossier: Dossier) -> Iterator[DecisionLine]:
    for change in dossier.rules.amendments:
        about = f"Thể lệ bản {change.number:02d}"
        yield DecisionLine("Sửa đổi thể lệ", about, change.what, change.ruling)
    for extension in dossier.window.extensions:
        moved = (
            f"{words.at(extension.closes_before)} chuyển sang {words.at(extension.closes_after)}"
        )
        yield DecisionLine("Thay đổi giờ đóng", "Vòng thi", moved, extension.ruling)
    for outage in dossier.window.outages:
        when = words.window(outage.began_at, outage.ended_at)
        given = f"Bù {words.span(outage.ended_at - outage.began_at)} làm bài"
        yield DecisionLine("Gián đoạn", when, given, outage.ruling)


def _results_and_incidents(dossier: Dossier) -> Iterator[DecisionLine]:
    for case in dossier.disqualifications:
        about = f"{case.person} ({case.unit})" if case.unit else case.person
        yield DecisionLine("Hủy kết quả", about, "Hủy kết quả vòng thi", case.ruling)
    for question in dossier.questions:
        about = f"Câu {question.code} ({question.clause})"
        said = f"{question.decision.rstrip(' .;')}; thay đổi kết quả của {question.changed} người"
        yield DecisionLine("Hủy, chấm lại câu hỏi", about, said, question.ruling)
    for incident in dossier.incidents:
        yield DecisionLine("Sự cố khác", words.at(incident.at), incident.what, incident.ruling)


def facts(dossier: Dossier) -> Iterator[Fact]:
    """What the tables rest on: the settings of the round, its figures, what was published."""
    yield from _settings(dossier)
    yield from _figures(dossier)
    yield from _ranking(dossier)
    yield from _published(dossier)


def _settings(dossier: Dossier) -> Iterator[Fact]:
    window, allowed = dossier.window, dossier.attempts_allowed
    yield Fact("Cuộc thi", contest_name(dossier))
    yield Fact("Vòng thi", round_name(dossier))
    yield Fact("Mở lúc (giờ Việt Nam)", window.opens_at, Kind.MOMENT)
    yield Fact("Đóng lúc (giờ Việt Nam)", window.closes_at, Kind.MOMENT)
    yield Fact("Giờ thi trong ngày", window.hours or "Cả ngày")
    yield Fact("Thể lệ, bản số", dossier.rules.number, Kind.COUNT)
    yield Fact("Thể lệ, ngày", f"{dossier.rules.issued_on:%d/%m/%Y}")
    yield Fact("Thời gian làm bài", words.minutes(dossier.time_limit_s))
    if allowed is None:
        yield Fact("Số lượt mỗi người", "Không giới hạn")
    else:
        yield Fact("Số lượt mỗi người", allowed, Kind.COUNT)
    for plan in dossier.papers:
        of = f" ({plan.division})" if plan.division else ""
        yield Fact(f"Đề thi{of}, số câu", plan.questions, Kind.COUNT)
        yield Fact(f"Đề thi{of}, tổng điểm", plan.points, Kind.COUNT)
        for line in plan.lines:
            level = f", {line.difficulty.lower()}" if line.difficulty else ""
            name = f"Số câu{of}: {line.programme}{level}, {line.points} điểm mỗi câu"
            yield Fact(name, line.count, Kind.COUNT)


def _figures(dossier: Dossier) -> Iterator[Fact]:
    figures = dossier.figures
    for name, count in (
        ("Số người dự thi", figures.entrants),
        ("Số lượt thi", figures.attempts),
        ("Số người trả lời đúng tất cả các câu", figures.perfect),
        ("Số đơn vị có người dự thi", figures.units),
        *(
            (f"Phân bố kết quả: {name.lower()}", count)
            for name, count in band_counts(figures.bands)
        ),
    ):
        yield Fact(name, count, Kind.COUNT)


def _ranking(dossier: Dossier) -> Iterator[Fact]:
    for place, key in enumerate(dossier.ranking_keys, start=1):
        yield Fact(f"Tiêu chí xếp hạng {place}", key)
    asked = dossier.prediction
    if asked is None:
        yield Fact("Câu dự đoán", "Không có")
        return
    yield Fact("Câu dự đoán", asked.question)
    yield Fact("Điều cần dự đoán", asked.target)
    yield Fact("Kết quả đúng của câu dự đoán", asked.truth, Kind.AMOUNT)
    yield Fact("Kết quả đúng tính trên", asked.counted_on)


def _published(dossier: Dossier) -> Iterator[Fact]:
    yield Fact("Mã cam kết bốc đề (SHA-256)", dossier.draw.commitment)
    yield Fact("Mã bí mật của vòng thi", dossier.draw.secret or "Chưa công bố")
    yield Fact("Khiếu nại", appeals_in_words(dossier))
    yield Fact("Bản kết quả", version_in_words(dossier))
    if not dossier.roots:
        yield Fact("Mã kiểm chứng (gốc cây Merkle)", "Chưa công bố")
    for root in dossier.roots:
        yield Fact(f"Mã kiểm chứng (gốc cây Merkle): {root.label}", root.value)
        yield Fact(f"Số dòng dưới gốc: {root.label}", root.leaves, Kind.COUNT)
