"""The spreadsheet of live-quiz sites: question, answers 1 to 4, time limit, right ones. Pure.

It carries neither codes nor citations; the time limit is theirs and means nothing to us.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from accounts.text import fold
from quizzes.banks import GAP, Bank, BankQuestion
from quizzes.exchange.reading import (
    Reading,
    Sink,
    Unreadable,
    choice_question,
    form_reasons,
)
from quizzes.exchange.sheets import (
    Row,
    cell_place,
    new_sheet,
    put_line,
    read_rows,
    saved,
    too_long,
)

_HEADING_LINES = 30
_HEADINGS = [
    "",
    "Question - max 120 characters",
    *[f"Answer {number} - max 75 characters" for number in range(1, 5)],
    "Time limit (sec) – 5, 10, 20, 30, 60, 90, 120, or 240 secs",
    "Correct answer(s) - choose at least one",
]
_FIRST_LINE = 8  # where the sites' own template has its headings
_SECONDS = 30
_QUESTION = re.compile(r"question\b|cau hoi\b")
_ANSWER = re.compile(r"(?:answer|phuong an|dap an) ?(\d)\b")
_RIGHT = re.compile(r"correct answer|(?:cac )?(?:dap an|phuong an) dung")


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the headings stand."""

    line: int
    question: int
    answers: tuple[int, ...]
    right: int


def read_live_sheet(file: str, data: bytes) -> Reading:
    """The questions of a live-quiz workbook. Raises ``Unreadable``."""
    rows = read_rows(data)
    layout = _layout(rows)
    if layout is None:
        raise Unreadable(
            "không thấy dòng tiêu đề có các cột Question, Answer 1, Answer 2... và Correct answer"
        )
    sink = Sink(file)
    for row in rows[layout.line + 1 :]:
        _read_line(sink, row, layout)
    return sink.reading()


def is_live_sheet(rows: Sequence[Row]) -> bool:
    """Whether the lines carry the headings of live-quiz sites."""
    return _layout(rows) is not None


def live_sheet_cannot(question: BankQuestion) -> str:
    """Why the sheet cannot carry a question, or ""."""
    if question.type in ("order", "match"):
        return "bảng tính đố vui không có câu sắp xếp và ghép đôi"
    if question.type == "single" and question.stem.count(GAP) == 1:
        return f"câu dẫn có {GAP} nên khi đọc lại sẽ thành câu điền cụm từ"
    return too_long([question.stem, *(text for _, text in question.choices)])


def write_live_sheet(bank: Bank) -> bytes:
    """The bank's questions in the layout of live-quiz sites."""
    book, sheet = new_sheet("Sheet1", [6, 60, 28, 28, 28, 28, 14, 16])
    put_line(sheet, 2, ["", bank.programme.short_title], bold=True)
    put_line(sheet, _FIRST_LINE, _HEADINGS, bold=True)
    for number, question in enumerate(bank.questions, start=1):
        texts = [text for _, text in question.choices]
        keys = [key for key, _ in question.choices]
        right = ",".join(str(keys.index(key) + 1) for key in question.answer)
        blanks = [""] * (4 - len(texts))
        line: list[str | int] = [number, question.stem, *texts, *blanks, _SECONDS, right]
        put_line(sheet, _FIRST_LINE + number, line)
    return saved(book)


def _layout(rows: Sequence[Row]) -> _Layout | None:
    for line, row in enumerate(rows[:_HEADING_LINES]):
        question, right = 0, 0
        answers: dict[int, int] = {}
        for column, text in row.texts.items():
            heading = fold(text)
            if _RIGHT.match(heading):
                right = column
            elif found := _ANSWER.match(heading):
                answers.setdefault(int(found[1]), column)
            elif _QUESTION.match(heading):
                question = question or column
        if question and right and len(answers) >= 2:
            return _Layout(line, question, tuple(answers[n] for n in sorted(answers)), right)
    return None


def _read_line(sink: Sink, row: Row, layout: _Layout) -> None:
    headings = {layout.question: "Question", layout.right: "Correct answer"}
    headings |= {column: f"Answer {n}" for n, column in enumerate(layout.answers, start=1)}
    wrongs = [(column, row.wrongs[column]) for column in headings if column in row.wrongs]
    if not wrongs and not any(row.text(column) for column in headings):
        return
    if not wrongs:
        record, wrongs = _record(row, layout)
        if not wrongs:
            sink.add(f"dòng {row.number}", record)
    for column, reason in wrongs:
        sink.fault(cell_place(row, column, headings[column]), reason)


def _record(row: Row, layout: _Layout) -> tuple[BankQuestion, list[tuple[int, str]]]:
    """The line's question, and what is wrong with it by column."""
    texts = [row.text(column) for column in layout.answers]
    while texts and not texts[-1]:
        texts.pop()
    said = row.text(layout.right)
    wrongs, right = [], []
    for word in filter(None, re.split(r"[\s,;.]+", said)):
        if word in ("1", "2", "3", "4", "5", "6")[: len(texts)]:
            right.append(int(word) - 1)
        else:
            reason = f"đáp án “{word}” phải là số thứ tự của phương án, từ 1 đến {len(texts)}"
            wrongs.append((layout.right, reason))
    record = choice_question(stem=row.text(layout.question), texts=texts, right=right, told={})
    if not wrongs:
        wrongs = [(_column_of(reason, layout), reason) for reason in form_reasons(record)]
    return record, wrongs


def _column_of(reason: str, layout: _Layout) -> int:
    if found := re.match(r"phương án ([a-f])\b", reason):
        return layout.answers[min("abcdef".index(found[1]), len(layout.answers) - 1)]
    if "đáp án" in reason:
        return layout.right
    return layout.answers[0] if "phương án" in reason else layout.question
