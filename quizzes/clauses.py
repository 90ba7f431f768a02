"""Official text -> a tree of programmes, clauses and items, and back to plain text. Pure.

Tolerates what extraction does to a text: broken lines, page numbers on their own line, blanks
lost between words, Markdown headings. A letter with numbered points of its own may come first.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from quizzes.flow import flowing

LETTER = "CV-BTGDVTU"
_ROMAN = (
    *("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"),
    *("xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii", "xviii", "xix", "xx"),
)
_SECTION = re.compile(r"^[#*\s]*[IVX]+\.", re.MULTILINE)
_CODE = r"(\d{1,4})\s*-\s*([^\W\d_]+)\s*/\s*(TU|TW|[A-ZĐ]{2,12})"
_DOCUMENT = re.compile(_CODE)
_OWN_CODE = re.compile(rf"^[#*\s]*Số\s*:?\s*{_CODE}", re.MULTILINE)
_LETTER_CODES = (
    re.compile(r"[Kk]èm theo\s+[Cc]ông văn\s+số\s*:?\s*(\d*)\s*-\s*CV\s*/\s*([A-ZĐ]+)"),
    re.compile(r"^[#*\s]*Số\s*:?\s*(\d*)[\s….]*-\s*CV\s*/\s*([A-ZĐ]+)", re.MULTILINE),
)
_ADDRESSED = re.compile(r"Kính gửi")
_CLAUSE = re.compile(r"^[ \t*]*(\d{1,2})\.(?=\s*(?:[^\W\d_]|[(“\"]))", re.MULTILINE)
_ITEM = re.compile(r"\(([ivx]+)\)")
# Where the numbered points end: what follows is the close of the letter, or an annex.
_END = re.compile(
    r"^[ \t#*]*(?:-{3,}[ \t]*$|Nơi nhận|\(Quét mã|\([Kk]èm theo|T/M |TM\. |KT\. |TL\. )|^#",
    re.MULTILINE,
)
_CLOSING = re.compile(r"(?<=[.;…])\s+(?=(?:Đề nghị|Trên đây là|Nhận được|Yêu cầu)\s)")
_TITLE_WORDS = 4
_STRAY = re.compile(r"(?<=[.;:…] )(\d{1,2})\.(?= ?[^\W\d_])")
_NEARBY = 5
_BROKEN_NUMBER = re.compile(r"(?<=\d-)\s+(?=[A-ZĐ])")
_END_OF_POINTS = "---"


@dataclass(frozen=True, slots=True)
class Node:
    """A clause or item: its own words, all its words (items included), its items."""

    code: str
    mark: str
    own: str
    text: str
    items: tuple[Node, ...] = ()

    @property
    def is_item(self) -> bool:
        return parent_id(self.code) != ""


@dataclass(frozen=True, slots=True)
class Part:
    """One document within the text: heading (for a letter, all that stands before its points),
    clauses, and what follows them."""

    code: str
    heading: str
    clauses: tuple[Node, ...]
    tail: str = ""

    def nodes(self) -> Iterator[Node]:
        """Clauses, each followed by its items."""
        for clause in self.clauses:
            yield clause
            yield from clause.items


@dataclass(frozen=True, slots=True)
class Outline:
    """What a text holds: whatever stands before the first part, the parts, the footnotes."""

    opening: str
    parts: tuple[Part, ...]
    notes: tuple[str, ...] = ()

    def nodes(self) -> Iterator[Node]:
        for part in self.parts:
            yield from part.nodes()


def outline(text: str) -> Outline:
    """The tree of a text, raw or as ``plain_text`` writes it.

    Numbering must run 1, 2, 3 (and i, ii, iii): a number out of turn is part of the sentence.
    Without any part everything is ``opening``.
    """
    text, notes = flowing(text)
    heads = list(_heads(text))
    first = heads[0][1] if heads else len(text)
    parts = [] if heads else list(_single(text))
    opening, letter = _letter(text[:first]) if not parts else ("", [])
    parts += letter
    ends = [*(start for _, start, _, _ in heads), len(text)][1:]
    for (code, _, heading, body), end in zip(heads, ends, strict=True):
        parts.append(_part(code, _tidy(heading), text[body:end]))
    return Outline(opening, tuple(parts), tuple(notes))


def clause_texts(text: str) -> dict[str, str]:
    """``{"03-CTr/TU:4": text, "31-KH/TU:3.ii": text}`` in the order of the document.

    A clause's text includes its items. Texts are NFC with blanks collapsed. The points of a
    letter that comes first are ``CV-BTGDVTU:1`` and so on.
    """
    return {node.code: node.text for node in outline(text).nodes()}


def plain_text(tree: Outline) -> str:
    """The text one paragraph a line; ``outline`` of it gives the same tree."""
    paragraphs = [tree.opening] if tree.opening else []
    for part in tree.parts:
        paragraphs.append(part.heading)
        for clause in part.clauses:
            paragraphs.append(f"{clause.mark}. {clause.own}".rstrip())
            paragraphs += [f"({item.mark}) {item.own}" for item in clause.items]
        paragraphs += [_END_OF_POINTS, part.tail] if part.tail else []
    return "\n\n".join(filter(None, [*paragraphs, *tree.notes])) + "\n"


def is_letter_code(code: str) -> bool:
    """Whether a document's code is that of a letter: ``CV-BTGDVTU``, ``123-CV/BTGDVTU``."""
    return "CV" in code.split("/")[0].split("-")


def repeated_codes(tree: Outline) -> list[str]:
    """Codes of programmes that stand more than once in a text."""
    counts = Counter(part.code for part in tree.parts)
    return [code for code, count in counts.items() if count > 1]


def stray_numbers(tree: Outline) -> list[tuple[str, str]]:
    """(code, number) where a clause's words hold a higher number as if another clause began.

    A sign that the clause between them is missing or its number was lost.
    """
    found = []
    for node in tree.nodes():
        number = int(node.code.partition(":")[2].partition(".")[0])
        for match in _STRAY.finditer(node.own):
            if number < int(match[1]) <= number + _NEARBY:
                found.append((node.code, match[1]))
    return found


def parent_id(clause_id: str) -> str:
    """The clause an item stands under ("31-KH/TU:3" of "31-KH/TU:3.ii"); "" for a clause."""
    document, _, place = clause_id.partition(":")
    number, dot, _ = place.partition(".")
    return f"{document}:{number}" if dot else ""


def missing_clauses(listed: set[str], source: Mapping[str, str], document: str) -> list[str]:
    """Clause ids of one document that the source has and ``listed`` has not, in its order."""
    return [code for code in source if code.split(":")[0] == document and code not in listed]


def _heads(text: str) -> Iterator[tuple[str, int, str, int]]:
    """(document code, start, heading, start of the clauses); told by the code they name."""
    sections = list(_SECTION.finditer(text))
    clauses = [match.start() for match in _CLAUSE.finditer(text)]
    ends = [*(section.start() for section in sections), len(text)][1:]
    for start, next_section in zip(sections, ends, strict=True):
        place = bisect_left(clauses, start.end())
        if place == len(clauses) or clauses[place] > next_section:
            continue  # the next section comes before any clause
        first = clauses[place]
        heading = text[start.end() : first]
        document = _DOCUMENT.search(heading)
        if document and not _SECTION.search(heading):
            code = f"{document[1]}-{document[2]}/{document[3]}"
            yield code, start.start(), text[start.start() : first], first


def _letter(text: str) -> tuple[str, list[Part]]:
    """(opening, letter): what stands before the sections is one or the other."""
    codes = [match for pattern in _LETTER_CODES if (match := pattern.search(text))]
    first = _CLAUSE.search(text)
    if not first or not (codes or _ADDRESSED.search(text)):
        return _paragraphs(text), []
    code = LETTER
    if codes:
        number, issuer = codes[0].groups()
        code = f"{number}-CV/{issuer}" if number else f"CV-{issuer}"
    return "", [_part(code, _paragraphs(text[: first.start()]), text[first.start() :])]


def _single(text: str) -> Iterator[Part]:
    """The part of a text that is one document without sections of its own."""
    first = _CLAUSE.search(text)
    own = _OWN_CODE.search(text[: first.start()]) if first else None
    if first and own and own[2] != "CV" and not _SECTION.search(text):
        code = f"{own[1]}-{own[2]}/{own[3]}"
        yield _part(code, _paragraphs(text[: first.start()]), text[first.start() :])


def _part(code: str, heading: str, body: str) -> Part:
    marks = _in_turn(body, _CLAUSE, _arabic)
    end = _end_of_points(body, marks[-1].end() if marks else 0, is_letter_code(code))
    clauses = tuple(_clause(code, number, text) for number, text in _cut(body[:end], marks))
    return Part(code, heading, clauses, _paragraphs(body[end:]))


def _end_of_points(body: str, last: int, is_letter: bool) -> int:
    """Where what stands after the last point begins: a signature, an annex, a closing request."""
    ends = [match.start() for match in (_END.search(body, last),) if match]
    if is_letter and (closing := _CLOSING.search(body, last)):
        ends.append(closing.start())
    start = body.find("\n", last) + 1
    for line in body[start:].splitlines(keepends=True) if start else ():
        if line.isupper() and len(line.split()) >= _TITLE_WORDS:
            ends.append(start)
            break
        start += len(line)
    return min(ends, default=len(body))


def _clause(document: str, number: str, text: str) -> Node:
    code = f"{document}:{number}"
    marks = _in_turn(text, _ITEM, _roman)
    items = tuple(
        Node(f"{code}.{mark}", mark, _tidy(item), _tidy(item)) for mark, item in _cut(text, marks)
    )
    own = text[: marks[0].start()] if marks else text
    return Node(code, number, _tidy(own), _tidy(text), items)


def _in_turn(text: str, mark: re.Pattern[str], label: Callable[[int], str]) -> list[re.Match[str]]:
    marks: list[re.Match[str]] = []
    for match in mark.finditer(text):
        if match[1] == label(len(marks) + 1):
            marks.append(match)
    return marks


def _cut(text: str, marks: list[re.Match[str]]) -> list[tuple[str, str]]:
    """(label, text after it) of every mark, up to the next."""
    ends = [*(match.start() for match in marks), len(text)][1:]
    return [(match[1], text[match.end() : end]) for match, end in zip(marks, ends, strict=False)]


def _arabic(number: int) -> str:
    return str(number)


def _roman(number: int) -> str:
    return _ROMAN[number - 1] if number <= len(_ROMAN) else ""


def _tidy(text: str) -> str:
    return " ".join(_BROKEN_NUMBER.sub("", text).split()).strip("# ")


def _paragraphs(text: str) -> str:
    """Text that is no clause: lines broken within a sentence are joined, others stay apart."""
    joined: list[str] = []
    for line in filter(None, (_tidy(line) for line in text.split("\n"))):
        if line == _END_OF_POINTS:
            continue
        ended = joined and joined[-1].endswith((".", ";", ":", ")", ","))
        if joined and (line[0].islower() or not ended) and line.isupper() == joined[-1].isupper():
            joined[-1] = _tidy(f"{joined[-1]} {line}")
        else:
            joined.append(line)
    return "\n\n".join(joined)
