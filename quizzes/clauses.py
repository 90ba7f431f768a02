"""Official text, as copied or extracted from a PDF -> the text of every clause. Pure.

Tolerates what extraction does to a text: broken lines, page numbers on their own line, blanks
lost between words, Markdown headings. A letter with numbered points of its own may come first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

_ROMAN = (
    *("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"),
    *("xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii", "xviii", "xix", "xx"),
)
_SECTION = re.compile(r"^[#*\s]*[IVX]+\.", re.MULTILINE)
_DOCUMENT = re.compile(r"(\d{1,3})\s*-\s*([^\W\d_]+)\s*/\s*TU")
_CLAUSE = re.compile(r"^[ \t*]*(\d{1,2})\.(?=\s*[^\W\d_])", re.MULTILINE)
_ITEM = re.compile(r"\(([ivx]+)\)")
_PAGE_NUMBER = re.compile(r"^[ \t\f]*\d{1,3}[ \t]*$", re.MULTILINE)
_EDITORS_MARK = re.compile(r"\s*\[sic\]")
_BROKEN_NUMBER = re.compile(r"(?<=\d-)\s+(?=[A-ZĐ])")


def clause_texts(text: str) -> dict[str, str]:
    """``{"03-CTr/TU:4": text, "31-KH/TU:3.ii": text}`` in the order of the document.

    A clause's text includes its items. Texts are NFC with blanks collapsed. Numbering must
    run 1, 2, 3 (and i, ii, iii): a number out of turn is part of the sentence.
    """
    text = unicodedata.normalize("NFC", text).replace("\f", "\n").replace("\r\n", "\n")
    text = _EDITORS_MARK.sub("", _PAGE_NUMBER.sub("", text))
    found: dict[str, str] = {}
    for document, section in _sections(text):
        for number, clause in _numbered(section, _CLAUSE, _arabic):
            clause_id = f"{document}:{number}"
            found[clause_id] = _tidy(clause)
            for letter, item in _numbered(clause, _ITEM, _roman):
                found[f"{clause_id}.{letter}"] = _tidy(item)
    return found


def parent_id(clause_id: str) -> str:
    """The clause an item stands under ("31-KH/TU:3" of "31-KH/TU:3.ii"); "" for a clause."""
    document, _, place = clause_id.partition(":")
    number, dot, _ = place.partition(".")
    return f"{document}:{number}" if dot else ""


def is_quoted_from(quote: str, text: str) -> bool:
    """Whether the words of ``quote`` stand in ``text``, in order and spelling.

    Only blanks are forgiven: extraction breaks lines and swallows blanks between words.
    """
    words = map(re.escape, unicodedata.normalize("NFC", quote).split())
    return re.search(r"\s*".join(words), text) is not None


def missing_clauses(listed: set[str], source: Mapping[str, str], document: str) -> list[str]:
    """Clause ids of one document that the source has and ``listed`` has not, in its order."""
    return [code for code in source if code.split(":")[0] == document and code not in listed]


def _sections(text: str) -> list[tuple[str, str]]:
    """(document code, text below its heading); headings are told by the code they name."""
    heads = []
    for start in _SECTION.finditer(text):
        first = _CLAUSE.search(text, start.end())
        heading = text[start.end() : first.start()] if first else ""
        document = _DOCUMENT.search(heading)
        if first and document and not _SECTION.search(heading):
            code = f"{document[1]}-{document[2]}/TU"
            heads.append((code, start.start(), first.start()))
    ends = [*(start for _, start, _ in heads), len(text)][1:]
    return [(code, text[body:end]) for (code, _, body), end in zip(heads, ends, strict=True)]


def _numbered(
    text: str, mark: re.Pattern[str], label: Callable[[int], str]
) -> list[tuple[str, str]]:
    """(label, text after it) of the marks that come in turn, up to the next one in turn."""
    marks: list[re.Match[str]] = []
    for match in mark.finditer(text):
        if match[1] == label(len(marks) + 1):
            marks.append(match)
    ends = [*(match.start() for match in marks), len(text)][1:]
    return [(match[1], text[match.end() : end]) for match, end in zip(marks, ends, strict=True)]


def _arabic(number: int) -> str:
    return str(number)


def _roman(number: int) -> str:
    return _ROMAN[number - 1] if number <= len(_ROMAN) else ""


def _tidy(text: str) -> str:
    return " ".join(_BROKEN_NUMBER.sub("", text).split()).rstrip("# ")
