"""The bytes of a PDF, DOCX or TXT -> its text. Runs in a process of its own, see extraction.

``python -m quizzes.documents.readers KIND < file`` writes JSON: ``{"text"}`` or
``{"fault", "detail"}``.
"""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any, NoReturn

from quizzes.documents.old_fonts import decoded, mended

MOST_PAGES = 500
MOST_UNPACKED = 80 * 1024 * 1024
MOST_TEXT = 900_000  # bytes of UTF-8: the whole text must fit into one form
LEAST_LETTERS_PER_PAGE = 40
MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 35
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BREAKS = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


class UnreadableError(Exception):
    """A file that cannot be read; ``fault`` names why, ``detail`` is for the message."""

    def __init__(self, fault: str, detail: str = "") -> None:
        super().__init__(fault, detail)
        self.fault = fault
        self.detail = detail


def read(kind: str, data: bytes) -> str:
    """The text of a file of kind "pdf", "docx" or "txt". Raises ``UnreadableError``."""
    text = {"pdf": _pdf, "docx": _docx, "txt": _txt}[kind](data)
    text, _ = mended(text)
    text = text.replace("\0", "")
    if not text.strip():
        raise UnreadableError("empty")
    if len(text.encode(errors="replace")) > MOST_TEXT:
        raise UnreadableError("too_long")
    return text


def _txt(data: bytes) -> str:
    found = decoded(data)
    if found is None:
        raise UnreadableError("encoding")
    return found[0]


# -- PDF -----------------------------------------------------------------------------------------


def _pdf(data: bytes) -> str:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableError("encrypted")
        if len(reader.pages) > MOST_PAGES:
            raise UnreadableError("too_many_pages", str(len(reader.pages)))
        pages = [page.extract_text() for page in reader.pages]
        bare = [n for n, text in enumerate(pages, start=1) if _is_scanned(text, reader, n)]
    except (DependencyError, FileNotDecryptedError):
        raise UnreadableError("encrypted") from None
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UnreadableError("broken") from None
    if sum(map(_letters, pages)) < LEAST_LETTERS_PER_PAGE * len(pages):
        raise UnreadableError("scanned")
    if bare:
        raise UnreadableError("scanned_pages", ", ".join(map(str, bare[:20])))
    return "\f".join(pages)


def _letters(text: str) -> int:
    return sum(c.isalpha() for c in text)


def _is_scanned(text: str, reader: Any, number: int) -> bool:
    """A page without letters that shows a picture."""
    if _letters(text):
        return False
    resources = reader.pages[number - 1].get("/Resources", {}).get_object()
    drawn = resources.get("/XObject", {}).get_object()
    return any(drawn[name].get_object().get("/Subtype") == "/Image" for name in drawn)


# -- DOCX ----------------------------------------------------------------------------------------


def _docx(data: bytes) -> str:
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError

    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            if sum(entry.file_size for entry in package.infolist()) > MOST_UNPACKED:
                raise UnreadableError("bomb")
        document: Any = Document(BytesIO(data))
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError, SyntaxError):
        raise UnreadableError("broken") from None
    numbers = _Numbers(document)
    paragraphs = document.element.body.iter(f"{_W}p")
    lines = [f"{numbers.label(p)}{_own_text(p)}" for p in paragraphs if not _is_boxed(p)]
    return "\n".join([*lines, *_footnotes(document)])


def _is_boxed(paragraph: Any) -> bool:
    """Whether it stands in a text box: Word stores those twice, and they are no running text."""
    return next(paragraph.iterancestors(f"{_W}txbxContent"), None) is not None


def _own_text(paragraph: Any) -> str:
    """The words of a paragraph, insertions included, deletions and text boxes not."""
    found = []
    for element in paragraph.iter(f"{_W}t", *_BREAKS):
        home = next(element.iterancestors(f"{_W}p"))
        if home is paragraph:
            found.append(_BREAKS.get(element.tag) or element.text or "")
    return "".join(found)


def _footnotes(document: Any) -> Iterator[str]:
    """The footnotes as "[1] ..."; Word keeps them apart from the text."""
    from docx.oxml.parser import parse_xml

    for relation in document.part.rels.values():
        if not relation.reltype.endswith("/footnotes"):
            continue
        root = parse_xml(relation.target_part.blob)
        texts = (" ".join(_own_text(p) for p in note.iter(f"{_W}p")) for note in root if len(note))
        for number, text in enumerate(filter(str.strip, texts), start=1):
            yield f"\n[{number}] {' '.join(text.split())}"


class _Numbers:
    """Numbers that Word counts itself and that are therefore not in the text."""

    def __init__(self, document: Any) -> None:
        self._counts: dict[tuple[str, int], int] = {}
        self._styles = document.styles.element
        try:
            self._numbering = document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            self._numbering = None

    def label(self, paragraph: Any) -> str:
        """ "1. " or "(i) " where Word would show it, "" elsewhere."""
        place = self._place(paragraph)
        if place is None or self._numbering is None:
            return ""
        number_id, level = place
        look = self._look(number_id, level)
        if look is None:
            return ""
        self._counts[place] = self._counts.get(place, look[2] - 1) + 1
        for deeper in [key for key in self._counts if key[0] == number_id and key[1] > level]:
            del self._counts[deeper]
        return _labelled(look[0], look[1], self._counts[place], level)

    def _place(self, paragraph: Any) -> tuple[str, int] | None:
        settings = _first(paragraph, "pPr", "numPr")
        if settings is None:
            style = _value(_first(paragraph, "pPr", "pStyle"))
            named = (s for s in self._styles.iter(f"{_W}style") if s.get(f"{_W}styleId") == style)
            settings = _first(next(named, None), "pPr", "numPr") if style else None
        number_id = _value(_first(settings, "numId"))
        level = _value(_first(settings, "ilvl")) or "0"
        return (number_id, int(level)) if number_id and number_id != "0" else None

    def _look(self, number_id: str, level: int) -> tuple[str, str, int] | None:
        """(format, pattern, first number) of a level of a list."""
        numbers = (n for n in self._numbering if n.get(f"{_W}numId") == number_id)
        abstract_id = _value(_first(next(numbers, None), "abstractNumId"))
        for abstract in self._numbering.iter(f"{_W}abstractNum"):
            if abstract.get(f"{_W}abstractNumId") != abstract_id:
                continue
            for found in abstract.iter(f"{_W}lvl"):
                if found.get(f"{_W}ilvl") == str(level):
                    texts = (_value(_first(found, tag)) for tag in ("numFmt", "lvlText", "start"))
                    form, pattern, start = texts
                    return form, pattern, int(start or 1)
        return None


def _first(element: Any, *path: str) -> Any:
    for tag in path:
        element = element.find(f"{_W}{tag}") if element is not None else None
    return element


def _value(element: Any) -> str:
    return "" if element is None else str(element.get(f"{_W}val") or "")


def _labelled(form: str, pattern: str, count: int, level: int) -> str:
    roman = _roman(count)
    shown = {"decimal": str(count), "upperRoman": roman, "lowerRoman": roman.lower()}.get(form)
    if form == "bullet":
        return "- "
    # A pattern over several levels ("%1.%2") is no number of ours.
    if shown is None or pattern.count("%") != 1:
        return ""
    return pattern.replace(f"%{level + 1}", shown) + " "


def _roman(number: int) -> str:
    signs = ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    text = ""
    for value, sign in signs:
        text += sign * (number // value)
        number %= value
    return text


# -- The process ---------------------------------------------------------------------------------


def _limit() -> None:
    """No more memory and time than any honest file needs (where the system can say so)."""
    try:
        import resource
    except ImportError:  # Windows; the caller's time limit remains
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))


def main() -> NoReturn:
    """Read the file on standard input, answer on standard output."""
    _limit()
    try:
        answer = {"text": read(sys.argv[1], sys.stdin.buffer.read())}
    except UnreadableError as error:
        answer = {"fault": error.fault, "detail": error.detail}
    except (MemoryError, RecursionError):
        answer = {"fault": "too_heavy"}
    sys.stdout.write(json.dumps(answer))
    sys.exit(0)


if __name__ == "__main__":
    main()
