"""GIFT, Moodle's text format: read and written. Pure.

Code and tags travel in the comment before a question as Moodle reads them, the quote in a
comment of our own, the explanation as general feedback.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from quizzes.banks import GAP, Bank, BankQuestion
from quizzes.exchange.encoding import decode
from quizzes.exchange.gift_text import (
    escaped,
    find,
    find_last,
    marked,
    note,
    notes_of,
    plain,
    split_answers,
    unmarked,
)
from quizzes.exchange.reading import (
    Reading,
    Sink,
    choice_question,
    in_answer_order,
    sequence_question,
    tags_of,
    told_by,
    true_false_question,
)

_MOST_ANSWERS = 26
_WEIGHT = re.compile(r"\s*%(-?\d{1,3}(?:[.,]\d*)?)%")
_TRUTH = re.compile(r"(TRUE|T|FALSE|F)\s*(#.*)?", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Block:
    """The lines between two blank ones: a question and the comments on it."""

    line: int
    text: str  # comment lines emptied, so that places stay places
    comments: tuple[str, ...]

    def place(self, offset: int) -> str:
        before = self.text[:offset]
        column = offset - (before.rfind("\n") + 1) + 1
        return f"dòng {self.line + before.count(chr(10))}, cột {column}"


class _Refused(Exception):
    """A question that cannot be read: where in its block, and why."""

    def __init__(self, offset: int, reason: str) -> None:
        super().__init__(reason)
        self.offset, self.reason = offset, reason


def read_gift(file: str, data: bytes) -> Reading:
    """The questions of a GIFT file. Raises ``Unreadable`` when it is no text at all."""
    sink = Sink(file)
    for block in _blocks(decode(data)):
        start = len(block.text) - len(block.text.lstrip())
        try:
            sink.add(block.place(start), _question(block, start))
        except _Refused as refusal:
            sink.fault(block.place(refusal.offset), refusal.reason)
    return sink.reading()


def gift_cannot(question: BankQuestion) -> str:
    """Why GIFT cannot carry a question, or ""."""
    if question.type == "match" and any("->" in prompt for prompt in question.prompts):
        return "vế để ghép chứa “->”, là dấu ghép đôi của GIFT"
    if question.type == "order" and any(text.startswith("//") for _, text in question.choices):
        return "phương án bắt đầu bằng “//”, là dấu ghi chú của GIFT"
    return ""


def write_gift(bank: Bank) -> bytes:
    """The bank's questions as GIFT."""
    blocks = [_written(question, n) for n, question in enumerate(bank.questions, start=1)]
    return "\n\n".join(blocks).encode() + b"\n"


def _blocks(text: str) -> Iterator[_Block]:
    lines: list[str] = []
    comments: list[str] = []
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        stripped = line.strip()
        if stripped.startswith("//"):
            comments.append(stripped)
            lines.append("")
        elif stripped.startswith("$CATEGORY:"):
            lines.append("")
        elif stripped:
            lines.append(line)
        else:
            if any(lines):
                yield _Block(number - len(lines), "\n".join(lines), tuple(comments))
            lines, comments = [], []


def _question(block: _Block, start: int) -> BankQuestion:
    text = block.text
    if text.startswith("::", start) and (end := find(text, "::", start + 2)) >= 0:
        start = end + 2
    opening, closing = _braces(text, start)
    told = _told(block)
    stem, markup = unmarked(_stem(text, start, opening, closing))
    body = text[opening + 1 : closing]
    if (feedback := find_last(body, "####")) >= 0:
        told["explanation"] = unmarked(body[feedback + 4 :], markup)[0]
        body = body[:feedback]
    return _answered(stem, body, opening + 1, markup, told)


def _braces(text: str, start: int) -> tuple[int, int]:
    opening, closing = find(text, "{", start), find(text, "}", start)
    if opening < 0 and closing < 0:
        raise _Refused(start, "không có phần đáp án đặt trong { }")
    if closing >= 0 and (opening < 0 or closing < opening):
        raise _Refused(closing, "dấu } không có dấu { mở; nếu là chữ hãy viết \\}")
    if closing < 0:
        raise _Refused(opening, "dấu { không có dấu } đóng (dòng trống kết thúc câu hỏi)")
    again = find(text, "{", opening + 1)
    if again >= 0:
        raise _Refused(again, "có hai dấu { trong một câu; nếu là chữ hãy viết \\{")
    return opening, closing


def _stem(text: str, start: int, opening: int, closing: int) -> str:
    before, after = text[start:opening], text[closing + 1 :]
    return f"{before}{GAP}{after}" if after.strip() else before


def _told(block: _Block) -> dict[str, str]:
    notes = notes_of(block.comments)
    told = told_by([value for name, value in notes if name == "tag"])
    for name, value in notes:
        if name != "tag":
            told.setdefault(name, value)
    return told


def _answered(stem: str, body: str, offset: int, markup: str, told: dict[str, str]) -> BankQuestion:
    """The question by the kind of its answers; ``offset`` is where ``body`` begins."""
    content = body.strip()
    if truth := _TRUTH.fullmatch(content):
        told.setdefault("explanation", _truth_feedback(truth[2] or "", markup))
        return true_false_question(stem=stem, truth=truth[1][0] in "Tt", told=told)
    if content.startswith(">"):
        texts = [plain(line) for line in content.split("\n")[1:] if line.strip()]
        if not texts:
            raise _Refused(offset, "câu sắp xếp phải ghi mỗi phương án trên một dòng riêng")
        return sequence_question(type="order", stem=stem, texts=texts, prompts=(), told=told)
    answers = _answers(body, offset)
    if any(mark == "~" for mark, _, _ in answers):
        return _choices(stem, answers, offset, markup, told)
    if any("->" in raw for _, _, raw in answers):
        return _matching(stem, answers, offset, markup, told)
    raise _Refused(offset, "câu trả lời ngắn (short answer) không nhập được; hãy thêm phương án ~")


def _answers(body: str, offset: int) -> list[tuple[str, int, str]]:
    """The answers with their marks; the kinds of question that have none are refused."""
    content = body.strip()
    if not content:
        raise _Refused(offset, "câu tự luận (phần đáp án trống) không nhập được")
    if content.startswith("#"):
        raise _Refused(offset, "câu trả lời bằng số (numerical) không nhập được")
    head, answers = split_answers(body)
    if not answers:
        raise _Refused(offset, "phần đáp án phải là TRUE, FALSE hoặc các phương án có dấu = và ~")
    if len(answers) > _MOST_ANSWERS:
        raise _Refused(offset, f"có hơn {_MOST_ANSWERS} phương án; dấu = ~ trong chữ viết \\= \\~")
    if head.strip():
        raise _Refused(offset, "có chữ thừa trước phương án đầu tiên; mỗi phương án cần = hoặc ~")
    return answers


def _truth_feedback(feedback: str, markup: str) -> str:
    """Feedback of a true/false: for a wrong answer first, then for a right one."""
    parts = feedback.split("#")[1:]
    return unmarked(parts[-1], markup)[0] if parts else ""


def _choices(
    stem: str, answers: list[tuple[str, int, str]], offset: int, markup: str, told: dict[str, str]
) -> BankQuestion:
    texts, right = [], []
    equals = sum(mark == "=" for mark, _, _ in answers)
    for place, (mark, at, raw) in enumerate(answers):
        weight = _WEIGHT.match(raw) if mark == "~" else None
        share = float(weight[1].replace(",", ".")) if weight else 0.0
        if equals and (share > 0 or equals > 1):
            reason = (
                "câu một đáp án chỉ có một dấu =; "
                "câu nhiều đáp án ghi ~%50% trước mỗi phương án đúng"
            )
            raise _Refused(offset + at, reason)
        raw = raw[weight.end() :] if weight else raw
        cut = find(raw, "#")
        texts.append(unmarked(raw if cut < 0 else raw[:cut], markup)[0])
        if mark == "=" or share > 0:
            right.append(place)
            if cut >= 0:  # why it is right; why others are wrong has no place with us
                told.setdefault("explanation", unmarked(raw[cut + 1 :], markup)[0])
    return choice_question(stem=stem, texts=texts, right=right, told=told)


def _matching(
    stem: str, answers: list[tuple[str, int, str]], offset: int, markup: str, told: dict[str, str]
) -> BankQuestion:
    prompts, texts = [], []
    for _, at, raw in answers:
        prompt, arrow, text = raw.partition("->")
        if not arrow:
            raise _Refused(offset + at, "câu ghép đôi: mỗi cặp viết “=vế -> phương án”")
        prompts.append(unmarked(prompt, markup)[0])
        texts.append(plain(text))
    return sequence_question(type="match", stem=stem, texts=texts, prompts=prompts, told=told)


def _written(question: BankQuestion, number: int) -> str:
    tags = " ".join(note("tag", f"{name}:{tag}") for name, tag in tags_of(question).items())
    lines = ["// " + " ".join(filter(None, [question.id and note("id", question.id), tags]))]
    if question.quote:
        lines.append("// " + note("quote", question.quote))
    title = escaped(question.id or f"Câu {number}")
    lines.append(f"::{title}::{marked(question.stem)} {{")
    lines += _answer_lines(question)
    if question.explanation:
        lines.append("####" + marked(question.explanation))
    return "\n".join([*lines, "}"])


def _answer_lines(question: BankQuestion) -> list[str]:
    if question.type == "true_false":
        return ["TRUE" if question.answer == ("a",) else "FALSE"]
    if question.type == "order":
        head = f">{len(question.choices)} ALL VERTICAL ABSOLUTE_POSITION"
        return [head, *map(escaped, in_answer_order(question))]
    if question.type == "match":
        pairs = zip(question.prompts, in_answer_order(question), strict=True)
        return [f"={marked(prompt)} -> {escaped(text)}" for prompt, text in pairs]
    if question.type == "multiple":
        share = f"{100 / len(question.answer):.5f}".rstrip("0").rstrip(".")
        wrong = "-100"
        return [
            f"~%{share if key in question.answer else wrong}%{marked(text)}"
            for key, text in question.choices
        ]
    return [
        ("=" if key in question.answer else "~%0%" if text.startswith("%") else "~") + marked(text)
        for key, text in question.choices
    ]
