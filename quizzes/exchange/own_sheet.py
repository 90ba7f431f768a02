"""Our own spreadsheet: one line for each question, everything a question says. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from openpyxl.worksheet.datavalidation import DataValidation

from accounts.text import fold
from quizzes.banks import (
    CHOICE_KEYS,
    DIFFICULTIES,
    TRUE_FALSE_CHOICES,
    TYPES,
    Bank,
    BankQuestion,
    settled_answer,
)
from quizzes.exchange.reading import (
    Reading,
    Sink,
    Unreadable,
    choice_question,
    form_reasons,
    keyed,
    true_false_question,
)
from quizzes.exchange.sheets import (
    Row,
    cell_place,
    folded_headings,
    new_sheet,
    put_line,
    read_rows,
    saved,
    too_long,
)

TYPE_NAMES = dict(
    zip(
        TYPES,
        ("Một đáp án", "Nhiều đáp án", "Đúng hay sai", "Điền cụm từ", "Sắp xếp", "Ghép đôi"),
        strict=True,
    )
)
TRUTH_NAMES = [text for _, text in TRUE_FALSE_CHOICES]
DIFFICULTY_NAMES = dict(zip(DIFFICULTIES, ("Dễ", "Trung bình", "Khó"), strict=True))
PROMPTS = [f"Vế {number}" for number in range(1, 6)]
CHOICES = [f"Phương án {key.upper()}" for key in CHOICE_KEYS]
HEADINGS = [
    *("Mã", "Loại câu hỏi", "Độ khó", "Mục", "Câu hỏi"),
    *PROMPTS,
    *CHOICES,
    *("Đáp án", "Trích dẫn", "Lời giải thích"),
]
_NEEDED = ("Câu hỏi", "Phương án A", "Đáp án")
_WIDTHS = [12, 16, 13, 18, 60, *[22] * 5, *[28] * 5, 12, 45, 45]
_HEADING_LINES = 10
_TRUTHS = {"dung": True, "true": True, "sai": False, "false": False}

GUIDE = (
    "Mỗi dòng của trang “Câu hỏi” là một câu; giữ nguyên dòng tiêu đề. Tối đa 2.000 câu một tệp.",
    "Loại câu hỏi: " + ", ".join(TYPE_NAMES.values()) + ".",
    "Độ khó: Dễ, Trung bình, Khó; để trống thì là Trung bình.",
    "Mục: mã mục của văn bản, ví dụ 03-CTr/TU:1; để trống thì lấy mục chọn khi nhập.",
    "Mã: để trống với câu mới; có mã thì câu cùng mã được thêm một bản nháp mới nếu khác.",
    "Câu một đáp án, nhiều đáp án, điền cụm từ: bốn phương án A đến D; Đáp án là B hoặc A, C.",
    "Câu đúng hay sai: để trống các phương án; Đáp án là Đúng hoặc Sai.",
    "Câu điền cụm từ: đánh dấu chỗ trống trong câu hỏi bằng […].",
    "Câu sắp xếp: ghi phương án đã xáo; Đáp án là thứ tự đúng, ví dụ C, A, D, B.",
    "Câu ghép đôi: ghi Vế 1, Vế 2...; Đáp án là phương án của từng vế, ví dụ B, C, A.",
    "Không dùng công thức. Trích dẫn chép nguyên văn, tối đa 25 từ; có thể bổ sung sau.",
)


def read_own_sheet(file: str, data: bytes) -> Reading:
    """The questions of a workbook made after our template. Raises ``Unreadable``."""
    rows = read_rows(data)
    head, columns = _columns(rows)
    sink = Sink(file)
    for row in rows[head + 1 :]:
        _read_line(sink, row, columns)
    return sink.reading()


def is_own_sheet(rows: Sequence[Row]) -> bool:
    """Whether the lines carry our headings."""
    return _find_headings(rows) is not None


def own_sheet_cannot(question: BankQuestion) -> str:
    """Why our sheet cannot carry a question, or ""."""
    texts = (question.stem, question.quote, question.explanation)
    return too_long([*texts, *question.prompts, *(text for _, text in question.choices)])


def write_own_sheet(bank: Bank) -> bytes:
    """The bank's questions as a workbook; of no questions it is the template."""
    book, sheet = new_sheet("Câu hỏi", _WIDTHS)
    put_line(sheet, 1, HEADINGS, bold=True)
    sheet.freeze_panes = "A2"
    for number, question in enumerate(bank.questions, start=2):
        put_line(sheet, number, _line(question))
    for letter, names in (("B", TYPE_NAMES), ("C", DIFFICULTY_NAMES)):
        rule = DataValidation(type="list", formula1=f'"{",".join(names.values())}"')
        rule.add(f"{letter}2:{letter}2001")
        sheet.add_data_validation(rule)
    guide = book.create_sheet("Hướng dẫn")
    guide.column_dimensions["A"].width = 110
    for number, line in enumerate(GUIDE, start=1):
        put_line(guide, number, [line])
    return saved(book)


def _find_headings(rows: Sequence[Row]) -> tuple[int, dict[str, int]] | None:
    for place, row in enumerate(rows[:_HEADING_LINES]):
        found = folded_headings(row)
        if all(fold(name) in found for name in _NEEDED):
            return place, {name: found[fold(name)] for name in HEADINGS if fold(name) in found}
    return None


def _columns(rows: Sequence[Row]) -> tuple[int, dict[str, int]]:
    found = _find_headings(rows)
    if found is None:
        needed = ", ".join(f"“{name}”" for name in _NEEDED)
        raise Unreadable(f"không thấy dòng tiêu đề có các cột {needed}; hãy dùng tệp mẫu")
    return found


def _read_line(sink: Sink, row: Row, columns: dict[str, int]) -> None:
    texts = {heading: row.text(column) for heading, column in columns.items()}
    wrongs = [
        (heading, row.wrongs[column]) for heading, column in columns.items() if column in row.wrongs
    ]
    if not wrongs and not any(texts.values()):
        return
    told, unknown = _told(texts)
    wrongs += unknown
    if not wrongs:
        record = _record(texts, told)
        wrongs = [(_heading_of(reason), reason) for reason in form_reasons(record)]
        if not wrongs:
            sink.add(f"dòng {row.number}", record)
    for heading, reason in wrongs:
        column = columns.get(heading, columns["Câu hỏi"])
        sink.fault(cell_place(row, column, heading), reason)


def _told(texts: dict[str, str]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """What a line says beyond stem and choices, and the words in it that mean nothing."""
    type, difficulty = texts.get("Loại câu hỏi", ""), texts.get("Độ khó", "")
    told = {
        "type": _key_of(type, TYPE_NAMES),
        "difficulty": _key_of(difficulty, DIFFICULTY_NAMES),
        "id": texts.get("Mã", ""),
        "clause": texts.get("Mục", ""),
        "quote": texts.get("Trích dẫn", ""),
        "explanation": texts.get("Lời giải thích", ""),
    }
    wrongs = []
    if type and not told["type"]:
        wrongs.append(("Loại câu hỏi", _choose(type, TYPE_NAMES)))
    if difficulty and not told["difficulty"]:
        wrongs.append(("Độ khó", _choose(difficulty, DIFFICULTY_NAMES)))
    return told, wrongs


def _choose(word: str, names: dict[str, str]) -> str:
    return f"“{word}” không hợp lệ; chọn: {', '.join(names.values())}"


def _key_of(word: str, names: dict[str, str]) -> str:
    """The key a cell means: by its Vietnamese name or the key itself."""
    known = {fold(name): key for key, name in names.items()} | {fold(key): key for key in names}
    return known.get(fold(word), "")


def _record(texts: dict[str, str], told: dict[str, str]) -> BankQuestion:
    stem, said, type = texts["Câu hỏi"], texts["Đáp án"], told["type"]
    choices = _filled([texts.get(name, "") for name in CHOICES])
    prompts = _filled([texts.get(name, "") for name in PROMPTS])
    truth = _truth(said, choices)
    may_be_told = type == "true_false" or (not type and (choices or fold(said) in _TRUTHS))
    if may_be_told and truth is not None:
        record = true_false_question(stem=stem, truth=truth, told=told)
    else:
        record = _as_written(stem, said, choices, told)
    return replace(record, prompts=tuple(prompts))


def _as_written(stem: str, said: str, choices: Sequence[str], told: dict[str, str]) -> BankQuestion:
    """The question as the cells have it, sound or not: the form's reasons tell what is wrong."""
    type, answer = told["type"], _keys(said)
    if type == "true_false":
        choices, answer = choices or TRUTH_NAMES, [said.casefold()] if said else []
    elif not type:
        right = [CHOICE_KEYS.index(key) for key in answer if key in CHOICE_KEYS]
        type = choice_question(stem=stem, texts=choices, right=right, told={}).type
    return BankQuestion(
        id=told["id"],
        type=type,
        difficulty=told["difficulty"],
        clause=told["clause"],
        stem=stem,
        choices=keyed(choices),
        answer=settled_answer(type, answer),
        quote=told["quote"],
        explanation=told["explanation"],
    )


def _truth(said: str, choices: Sequence[str]) -> bool | None:
    """Whether a statement is right; None where the cells do not say. A letter means its choice:
    "A" is wrong where choice A is "Sai"."""
    words = dict(keyed([fold(text) for text in choices or TRUTH_NAMES]))
    if sorted(words.values()) not in (["dung", "sai"], ["false", "true"]):
        return None
    word = fold(said)
    return _TRUTHS.get(words.get(word, word))


def _filled(texts: list[str]) -> list[str]:
    """Without the blank ones at the end; blank ones between are somebody's mistake."""
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _keys(said: str) -> list[str]:
    """``B``, ``A, C`` and ``CADB`` as keys; any other word stays as it is, to be named."""
    words = re.split(r"[\s,;.]+", said.casefold())
    keys: list[str] = []
    for word in filter(None, words):
        keys += list(word) if set(word) <= set(CHOICE_KEYS) else [word]
    return keys


def _heading_of(reason: str) -> str:
    """The column a reason of the form is about."""
    if found := re.match(r"phương án ([a-e])\b", reason):
        return f"Phương án {found[1].upper()}"
    if found := re.match(r"vế (\d)", reason):
        return f"Vế {found[1]}"
    if "các vế" in reason:
        return "Vế 1"
    if "đáp án" in reason:
        return "Đáp án"
    if reason.startswith("mã"):
        return "Mã"
    return "Phương án A" if "phương án" in reason else "Câu hỏi"


def _line(question: BankQuestion) -> list[str | int]:
    is_truth = question.type == "true_false"
    choices = [] if is_truth else [text for _, text in question.choices]
    truth = "Đúng" if question.answer == ("a",) else "Sai"
    return [
        question.id,
        TYPE_NAMES[question.type],
        DIFFICULTY_NAMES.get(question.difficulty, ""),
        question.clause,
        question.stem,
        *_padded(question.prompts),
        *_padded(choices),
        truth if is_truth else ", ".join(question.answer).upper(),
        question.quote,
        question.explanation,
    ]


def _padded(texts: Sequence[str]) -> list[str]:
    return [*texts, *[""] * (5 - len(texts))]
