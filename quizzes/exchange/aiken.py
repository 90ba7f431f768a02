"""Aiken, the plainest format: a stem, lettered choices, ``ANSWER: B``. Read and written. Pure.

It carries neither codes nor citations, and no question with more than one right choice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from string import ascii_uppercase

from quizzes.banks import GAP, TRUE_FALSE_CHOICES, Bank, BankQuestion
from quizzes.exchange.encoding import decode
from quizzes.exchange.reading import Reading, Sink, choice_question, clean

_CHOICE = re.compile(r"([A-Za-z])[.)](.*)", re.DOTALL)
_ANSWER = re.compile(r"(?:ANSWER|ĐÁP ÁN)\s*:(.*)", re.IGNORECASE | re.DOTALL)


@dataclass(slots=True)
class _Open:
    """The question being read: the line it began on, its stem and choices so far."""

    line: int = 0
    stem: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    is_broken: bool = False


def read_aiken(file: str, data: bytes) -> Reading:
    """The questions of an Aiken file. Raises ``Unreadable`` when it is no text at all."""
    sink = Sink(file)
    now = _Open()
    for number, line in enumerate(decode(data).split("\n"), start=1):
        text = clean(line)
        if not text:
            continue
        now.line = now.line or number
        if said := _ANSWER.fullmatch(text):
            _close(sink, now, number, said[1].strip())
            now = _Open()
        elif now.stem and (choice := _CHOICE.fullmatch(text)):
            _add_choice(sink, now, number, choice)
        elif now.texts:
            _give_up(sink, now, "thiếu dòng “ANSWER: ...” sau các phương án")
            now = _Open(number, [text])
        else:
            now.stem.append(text)
    if now.line:
        _give_up(sink, now, "thiếu dòng “ANSWER: ...” ở cuối câu")
    return sink.reading()


def aiken_cannot(question: BankQuestion) -> str:
    """Why Aiken cannot carry a question, or ""."""
    if question.type not in ("single", "fill", "true_false"):
        return "Aiken chỉ ghi được câu có đúng một đáp án"
    if question.type == "single" and question.stem.count(GAP) == 1:
        return f"câu dẫn có {GAP} nên khi đọc lại sẽ thành câu điền cụm từ"
    if _CHOICE.fullmatch(question.stem) or _ANSWER.fullmatch(question.stem):
        return "câu dẫn trông giống một phương án hoặc dòng đáp án của Aiken"
    return ""


def write_aiken(bank: Bank) -> bytes:
    """The bank's questions as Aiken."""
    return "\n\n".join(map(_written, bank.questions)).encode() + b"\n"


def _add_choice(sink: Sink, now: _Open, number: int, choice: re.Match[str]) -> None:
    expected = ascii_uppercase[len(now.texts) % 26]
    if choice[1].upper() != expected and not now.is_broken:
        sink.fault(f"dòng {number}, cột 1", f"phương án phải theo thứ tự; ở đây cần {expected}.")
        now.is_broken = True
    if not now.is_broken:
        now.texts.append(choice[2].strip())


def _close(sink: Sink, now: _Open, number: int, letter: str) -> None:
    if now.is_broken:
        return
    if not now.stem:
        sink.fault(f"dòng {number}, cột 1", "dòng ANSWER không có câu dẫn và phương án ở trên")
        return
    letters = ascii_uppercase[: len(now.texts)]
    if not now.texts:
        sink.fault(f"dòng {now.line}, cột 1", "câu hỏi không có phương án nào (A. B. C. D.)")
    elif len(letter) != 1 or letter.upper() not in letters:
        reason = f"đáp án “{letter}” phải là một chữ trong {', '.join(letters)}"
        sink.fault(f"dòng {number}, cột 9", reason)
    else:
        right = [letters.index(letter.upper())]
        stem = " ".join(now.stem)
        record = choice_question(stem=stem, texts=now.texts, right=right, told={})
        sink.add(f"dòng {now.line}", record)


def _give_up(sink: Sink, now: _Open, reason: str) -> None:
    if not now.is_broken:
        sink.fault(f"dòng {now.line}, cột 1", reason)


def _written(question: BankQuestion) -> str:
    choices = question.choices if question.type != "true_false" else TRUE_FALSE_CHOICES
    lines = [f"{key.upper()}. {text}" for key, text in choices]
    return "\n".join([question.stem, *lines, f"ANSWER: {question.answer[0].upper()}"])
