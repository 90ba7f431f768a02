"""Text as extraction leaves it -> text that flows: no page numbers, footnotes apart. Pure."""

from __future__ import annotations

import re
import unicodedata

# Half characters (surrogates) come out of some PDFs; no database takes them.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff\ud800-\udfff]")
_BLANKS = str.maketrans({"\u00a0": " ", "\u2007": " ", "\u202f": " ", "\v": "\n", "\u2028": "\n"})
_LOOKALIKES = str.maketrans({"Ð": "Đ", "ð": "đ", "Ɖ": "Đ", "ɖ": "đ"})
_EDITORS_MARK = re.compile(r"\s*\[sic\]")
_PAGE_NUMBER = re.compile(r"(?:[-–—]\s*)?(?:[Tt]rang\s+)?\d{1,3}(?:\s*/\s*\d{1,3})?(?:\s*[-–—])?")
_RULED_LINE = re.compile(r"[ \t_\-–—]{12,}")
_NOTE = re.compile(r"\s*\[(\d{1,2})\]\s+(?=\S)")
_BARE_NOTE = re.compile(r"\s*(\d{1,2})\s+(?=[^\W\d_])")
_RESUMES = re.compile(r"\s*(?:\d{1,2}\.\s*[^\W\d_]|\(?[ivx]+\)|[#*\s]*[IVX]+\.\s|\[\d)")
_SENTENCE_END = (".", "…", "!", "?", ".”", '."')
# Patterns that skip blanks try each blank of a run as a start: their time grows with its square.
_BLANK_RUN = re.compile(r"\s+")
_LONGEST_RUN = 200
_LONGEST_NOTE = 25  # lines; a longer one is more likely text taken for a note


def plain(text: str) -> str:
    """The text in NFC with ordinary blanks and line ends; pages stay parted by a form feed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_BLANKS).translate(_LOOKALIKES)
    text = _BLANK_RUN.sub(_shortened, _INVISIBLE.sub("", unicodedata.normalize("NFC", text)))
    return _EDITORS_MARK.sub("", text)


def _shortened(blanks: re.Match[str]) -> str:
    """The run of blanks, or if nobody set it by hand what it parts: words, paragraphs, pages."""
    run = blanks[0]
    if len(run) < _LONGEST_RUN:
        return run
    return next((part for mark, part in (("\f", "\n\f\n"), ("\n", "\n\n")) if mark in run), " ")


def flowing(text: str) -> tuple[str, list[str]]:
    """(text without page numbers and footnotes, the footnotes as "[1] ...").

    A footnote is a line "[1] ..." by itself; or a line "1 Xyz..." in turn, below a ruled line or
    with its mark found in the text above, up to where the interrupted sentence goes on.
    """
    lines = _lines(plain(text))
    kept: list[str] = []
    notes: list[str] = []
    at = 0
    while at < len(lines):
        size = _note_size(lines, at, kept, len(notes) + 1)
        if size:
            notes.append(_as_note(lines[at : at + size]))
            at += size
        else:
            kept.append(lines[at])
            at += 1
    return "\n".join("" if _is_ruled(line) else line for line in kept), notes


def _lines(text: str) -> list[str]:
    """Lines without those that hold a page number only; "\\f" stands where a page ends."""
    lines = text.replace("\f", "\n\f\n").split("\n")
    return [line for line in lines if not _PAGE_NUMBER.fullmatch(line.strip())]


def _is_ruled(line: str) -> bool:
    return line == "\f" or bool(_RULED_LINE.fullmatch(line))


def _note_size(lines: list[str], at: int, above: list[str], number: int) -> int:
    """How many lines the footnote at ``at`` takes, 0 if there is none."""
    if _NOTE.match(lines[at]):
        return 1
    bare = _BARE_NOTE.match(lines[at])
    if not bare or not (_below_rule(above) or _is_marked(above, bare[1], number)):
        return 0
    for end in range(at, min(at + _LONGEST_NOTE, len(lines))):
        following = next((line for line in lines[end + 1 :] if line.strip(" \t")), "\f")
        ended = lines[end].rstrip().endswith(_SENTENCE_END)
        if following == "\f" or (lines[end].strip() and ended and _goes_on(following)):
            return end + 1 - at
    return 0


def _below_rule(above: list[str]) -> bool:
    """Whether the nearest line above that says anything is a ruled line."""
    for line in reversed(above):
        if _RULED_LINE.fullmatch(line):
            return True
        if line.strip():
            return False
    return False


def _is_marked(above: list[str], mark: str, number: int) -> bool:
    """Whether the mark is the next in turn and stands glued to a word or year above."""
    if mark != str(number):
        return False
    glued = re.compile(rf"(?:[^\W\d_]|[”)]|\b(?:19|20)\d\d){mark}(?=[\s.,;:)]|$)", re.MULTILINE)
    return glued.search("\n".join(above)) is not None


def _goes_on(line: str) -> bool:
    """Whether a line goes on with what the footnote interrupted, or starts something numbered."""
    return line.lstrip()[:1].islower() or bool(_RESUMES.match(line))


def _as_note(lines: list[str]) -> str:
    text = " ".join(" ".join(lines).split())
    return text if text.startswith("[") else re.sub(r"^(\d+)", r"[\1]", text)
