"""Moodle XML: read and written. Pure.

The code is the id number, difficulty and clause are tags; the general feedback shows the
explanation and, as a block quotation, the quote.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from quizzes.banks import Bank, BankQuestion
from quizzes.exchange.encoding import decode
from quizzes.exchange.reading import (
    Reading,
    Sink,
    Unreadable,
    choice_question,
    clean,
    in_answer_order,
    sequence_question,
    tags_of,
    told_by,
    true_false_question,
    without_markup,
)

_DEEPEST = 30
_LINE = "\x00line"  # no attribute of a file can have this name
_QUOTE_BEGINS = re.compile(r"<blockquote[^<>]*>", re.IGNORECASE)
_QUOTE_ENDS = re.compile(r"</blockquote>", re.IGNORECASE)
_WEB_PAGE = re.compile(r"<!doctype html|<html", re.IGNORECASE)
_MEDIA = re.compile(r"<(?:img|audio|video|object|iframe)\b|@@PLUGINFILE@@", re.IGNORECASE)
_PASSED_OVER = ("category",)
_OTHER_TYPES = {
    "shortanswer": "câu trả lời ngắn",
    "numerical": "câu trả lời bằng số",
    "essay": "câu tự luận",
    "cloze": "câu Cloze",
    "description": "phần mô tả",
    "calculated": "câu tính toán",
}


class _LinedBuilder(ET.TreeBuilder):
    """Builds the tree with the line each element began on; refuses absurd depth."""

    parser: DefusedXMLParser
    depth = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> ET.Element:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise Unreadable(f"tệp XML lồng nhau quá {_DEEPEST} tầng, không phải Moodle XML")
        element = super().start(tag, attrs)
        element.set(_LINE, str(self.parser.parser.CurrentLineNumber))
        return element

    def end(self, tag: str, /) -> ET.Element:
        self.depth -= 1
        return super().end(tag)


class _Refused(Exception):
    """A question that cannot be read: the line, and why."""

    def __init__(self, line: str, reason: str) -> None:
        super().__init__(reason)
        self.line, self.reason = line, reason


def read_moodle(file: str, data: bytes) -> Reading:
    """The questions of a Moodle XML file. Raises ``Unreadable`` when it is none."""
    text = decode(data).lstrip()
    if _WEB_PAGE.match(text):
        raise Unreadable(
            "đây là một trang web (HTML), không phải Moodle XML; hãy xuất lại tệp từ Moodle"
        )
    root = _tree(text)
    if root.tag != "quiz":
        raise Unreadable(
            f"đây không phải Moodle XML: phần tử ngoài cùng là <{clean(root.tag)[:40]}>, cần <quiz>"
        )
    sink = Sink(file)
    for number, element in enumerate(root.findall("question"), start=1):
        if element.get("type") in _PASSED_OVER:
            continue
        place = f"dòng {_line(element)}, câu thứ {number}"
        try:
            sink.add(place, _question(element))
        except _Refused as refusal:
            sink.fault(f"dòng {refusal.line}, câu thứ {number}", refusal.reason)
    return sink.reading()


def moodle_cannot(question: BankQuestion) -> str:
    """Why Moodle XML cannot carry a question: it carries all there are."""
    return ""


def write_moodle(bank: Bank) -> bytes:
    """The bank's questions as Moodle XML."""
    root = ET.Element("quiz")
    for number, question in enumerate(bank.questions, start=1):
        _write(root, question, number)
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _tree(text: str) -> ET.Element:
    builder = _LinedBuilder()
    parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    builder.parser = parser
    try:
        parser.feed(text)
        root: ET.Element = parser.close()
    except DefusedXmlException as error:
        raise Unreadable(
            "tệp XML khai báo DTD hoặc thực thể (entity); vì an toàn, tệp như vậy không được nhập"
        ) from error
    except ET.ParseError as error:
        line, column = error.position
        raise Unreadable(
            f"XML hỏng ở dòng {line}, cột {column + 1}; hãy xuất lại tệp từ Moodle"
        ) from error
    return root


def _line(element: ET.Element) -> str:
    return element.get(_LINE, "?")


def _question(element: ET.Element) -> BankQuestion:
    stem = _shown(element, "questiontext")
    told = _told(element)
    type = element.get("type", "")
    if type == "truefalse":
        return _true_false(element, stem, told)
    if type == "multichoice":
        return _choices(element, stem, told)
    if type == "matching":
        prompts = [_text(one) for one in element.findall("subquestion")]
        texts = [_text(one, "answer") for one in element.findall("subquestion")]
        return sequence_question(type="match", stem=stem, texts=texts, prompts=prompts, told=told)
    if type == "ordering":
        items = sorted(element.findall("answer"), key=_fraction)
        texts = [_text(item) for item in items]
        return sequence_question(type="order", stem=stem, texts=texts, prompts=(), told=told)
    name = _OTHER_TYPES.get(type, f"loại “{clean(type)[:40]}”")
    raise _Refused(_line(element), f"{name} (type) không nhập được")


def _told(element: ET.Element) -> dict[str, str]:
    told = told_by([tag.findtext("text") or "" for tag in element.findall("tags/tag")])
    told["id"] = clean(element.findtext("idnumber") or "")
    feedback = element.find("generalfeedback")
    if feedback is not None:
        said = feedback.findtext("text") or ""
        told["quote"], told["explanation"] = (
            _parted_feedback(said) if _is_markup(feedback) else ("", clean(said))
        )
    return told


def _parted_feedback(markup: str) -> tuple[str, str]:
    """The first block quotation of a feedback, and the rest of it."""
    begin = _QUOTE_BEGINS.search(markup)
    end = _QUOTE_ENDS.search(markup, begin.end()) if begin else None
    if begin is None or end is None:
        return "", without_markup(markup)
    rest = f"{markup[: begin.start()]} {markup[end.end() :]}"
    return without_markup(markup[begin.end() : end.start()]), without_markup(rest)


def _true_false(element: ET.Element, stem: str, told: dict[str, str]) -> BankQuestion:
    right = [_text(one).casefold() for one in element.findall("answer") if _fraction(one) > 0]
    if right not in (["true"], ["false"]):
        raise _Refused(_line(element), "câu đúng/sai (answer) cần đúng một phương án được 100 điểm")
    return true_false_question(stem=stem, truth=right == ["true"], told=told)


def _choices(element: ET.Element, stem: str, told: dict[str, str]) -> BankQuestion:
    answers = element.findall("answer")
    texts = [_shown(answer, "") for answer in answers]
    right = [place for place, answer in enumerate(answers) if _fraction(answer) > 0]
    is_single = (element.findtext("single") or "true").strip() in ("true", "1")
    if is_single and len(right) != 1:
        reason = f"câu một đáp án (single) cần đúng một phương án có điểm, đang có {len(right)}"
        raise _Refused(_line(element), reason)
    return choice_question(stem=stem, texts=texts, right=right, told=told)


def _fraction(answer: ET.Element) -> float:
    try:
        return float(answer.get("fraction", "0").replace(",", "."))
    except ValueError as error:
        raise _Refused(_line(answer), "điểm của phương án (fraction) phải là một số") from error


def _shown(element: ET.Element, name: str) -> str:
    """The text of something learners read; pictures and sound are refused, not lost."""
    holder = element.find(name) if name else element
    if holder is None:
        return ""
    if holder.find("file") is not None or _MEDIA.search(holder.findtext("text") or ""):
        where = "câu dẫn (questiontext)" if name else "phương án (answer)"
        raise _Refused(_line(holder), f"{where} có hình ảnh, âm thanh; chưa nhập được loại này")
    return _text(holder)


def _text(element: ET.Element, name: str = "") -> str:
    holder = element.find(name) if name else element
    raw = (holder.findtext("text") or "") if holder is not None else ""
    return without_markup(raw) if _is_markup(element) and not name else clean(raw)


def _is_markup(element: ET.Element) -> bool:
    return element.get("format", "html") != "plain_text"


def _write(root: ET.Element, question: BankQuestion, number: int) -> None:
    types = {"true_false": "truefalse", "order": "ordering", "match": "matching"}
    element = ET.SubElement(root, "question", type=types.get(question.type, "multichoice"))
    _put(ET.SubElement(element, "name"), question.id or f"Câu {number}")
    _put_markup(element, "questiontext", f"<p>{_safe(question.stem)}</p>")
    _put_markup(element, "generalfeedback", _feedback(question))
    for name, value in (("defaultgrade", "1"), ("penalty", "0.3333333"), ("hidden", "0")):
        ET.SubElement(element, name).text = value
    if question.id:
        ET.SubElement(element, "idnumber").text = clean(question.id)
    for name, value in _settings(question):
        ET.SubElement(element, name).text = value
    _write_answers(element, question)
    tags = ET.SubElement(element, "tags")
    for name, value in tags_of(question).items():
        _put(ET.SubElement(tags, "tag"), f"{name}:{value}")


def _settings(question: BankQuestion) -> Iterator[tuple[str, str]]:
    if question.type == "order":
        yield from (("layouttype", "VERTICAL"), ("selecttype", "ALL"), ("selectcount", "0"))
        yield from (("gradingtype", "ABSOLUTE_POSITION"), ("showgrading", "SHOW"))
    elif question.type == "match":
        yield ("shuffleanswers", "true")
    elif question.type != "true_false":
        yield ("single", "false" if question.type == "multiple" else "true")
        yield from (("shuffleanswers", "true"), ("answernumbering", "abc"))


def _write_answers(element: ET.Element, question: BankQuestion) -> None:
    if question.type == "match":
        pairs = zip(question.prompts, in_answer_order(question), strict=True)
        for prompt, text in pairs:
            one = ET.SubElement(element, "subquestion", format="html")
            _put(one, f"<p>{_safe(prompt)}</p>")
            _put(ET.SubElement(one, "answer"), text)
        return
    for text, fraction in _fractions(question):
        is_word = question.type == "true_false"
        format = "moodle_auto_format" if is_word else "html"
        answer = ET.SubElement(element, "answer", fraction=fraction, format=format)
        _put(answer, text if is_word else f"<p>{_safe(text)}</p>")


def _fractions(question: BankQuestion) -> Iterator[tuple[str, str]]:
    """Each answer as Moodle weighs it."""
    if question.type == "true_false":
        truth = question.answer == ("a",)
        yield from (("true", "100" if truth else "0"), ("false", "0" if truth else "100"))
    elif question.type == "order":
        for place, text in enumerate(in_answer_order(question), start=1):
            yield text, str(place)
    else:
        share = f"{100 / len(question.answer):.5f}".rstrip("0").rstrip(".")
        wrong = "-100" if question.type == "multiple" else "0"
        for key, text in question.choices:
            yield text, share if key in question.answer else wrong


def _feedback(question: BankQuestion) -> str:
    said = f"<p>{_safe(question.explanation)}</p>" if question.explanation else ""
    quoted = f"<blockquote>{_safe(question.quote)}</blockquote>" if question.quote else ""
    return said + quoted


def _put(element: ET.Element, text: str) -> None:
    ET.SubElement(element, "text").text = clean(text)


def _put_markup(element: ET.Element, name: str, markup: str) -> None:
    _put(ET.SubElement(element, name, format="html"), markup)


def _safe(text: str) -> str:
    return html.escape(clean(text), quote=False)
