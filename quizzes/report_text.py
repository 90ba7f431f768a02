"""The figures of banks as lines of text for people. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from quizzes.banks import DIFFICULTIES, TYPES
from quizzes.guessing import Figure
from quizzes.report import BankReport, overall, percent


def report_lines(reports: Sequence[BankReport]) -> Iterator[str]:
    """Everything ``report_on`` measured, bank by bank, then the strategies over all banks."""
    for report in reports:
        yield from _bank_lines(report)
    if len(reports) > 1:
        total = sum(len(report.bank.questions) for report in reports)
        yield f"Tất cả {len(reports)} ngân hàng, {total} câu"
        yield from _figure_lines(overall(reports))


def _bank_lines(report: BankReport) -> Iterator[str]:
    bank = report.bank
    yield f"{bank.programme.code}: {len(bank.questions)} câu, {len(bank.clauses)} mục"
    yield "  loại: " + _counts(TYPES, report.types)
    yield "  độ khó: " + _counts(DIFFICULTIES, report.difficulties)
    yield "  vị trí đáp án: " + _counts("abcd", report.positions)
    truths, all_ = report.truths, report.types["true_false"]
    yield f"  đúng hay sai: {truths} đúng, {all_ - truths} sai"
    counts = list(report.per_clause.values())
    if counts:
        yield f"  mỗi mục: từ {min(counts)} đến {max(counts)} câu"
    yield from _figure_lines(report.figures)
    if report.echoes:
        yield f"  {len(report.echoes)} phương án sai có nguyên văn ở chỗ khác, cần người đọc lại:"
        for echo in report.echoes:
            yield f"    {echo.question} phương án {echo.key}: có trong mục {echo.clause}"


def _figure_lines(figures: Mapping[str, Figure]) -> Iterator[str]:
    for name, figure in figures.items():
        yield (
            f"  chọn {name}: trúng {percent(figure.rate)} (đoán mò {percent(figure.chance)}); "
            f"phân biệt được ở {figure.decided} câu, trúng {percent(figure.decided_rate)}"
        )


def _counts(names: Sequence[str], counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {counts.get(name, 0)}" for name in names)
