"""Vietnamese in its old one-byte codes (TCVN3, VNI, Windows-1258) -> Unicode. Pure.

Such text comes from TXT files, and inside PDF or DOCX set in fonts like .VnTime or VNI-Times.
Which code it is, is told by what makes the most Vietnamese syllables.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from quizzes.documents.syllables import is_syllable

_RUN = re.compile(r"[^\W\d_]+")
_ENOUGH_WORDS = 5
_MOSTLY_VIETNAMESE = 0.8
# TCVN 5712:1993 from 0xA1 on, what the fonts called .Vn* show.
_TCVN3_LETTERS = (
    "ĂÂÊÔƠƯĐăâêôơưđ\0\0\0\0\0\0àảãáạ\0ằẳẵắ\0\0\0\0\0\0\0ặầẩẫấậè\0ẻẽéẹềểễếệìỉ\0\0\0ĩíịò\0ỏõóọồổỗốộ"
    "ờởỡớợù\0ủũúụừửữứựỳỷỹýỵ"
)
_TCVN3 = {byte: letter for byte, letter in enumerate(_TCVN3_LETTERS, start=0xA1) if letter != "\0"}
# VNI: a plain vowel followed by a sign; ô and ö stand for ơ and ư.
_VNI_SIGNS = {
    "ø": "\u0300", "ù": "\u0301", "û": "\u0309", "õ": "\u0303", "ï": "\u0323",
    "â": "\u0302", "à": "\u0302\u0300", "á": "\u0302\u0301", "å": "\u0302\u0309",
    "ã": "\u0302\u0303", "ä": "\u0302\u0323",
    "ê": "\u0306", "è": "\u0306\u0300", "é": "\u0306\u0301", "ú": "\u0306\u0309",
    "ü": "\u0306\u0303", "ë": "\u0306\u0323",
}  # fmt: skip
_VNI_LETTERS = {"ñ": "đ", "ô": "ơ", "ö": "ư", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI_PAIR = re.compile(f"([aeouyôö])([{''.join(_VNI_SIGNS)}])?|[ñæóòî]", re.IGNORECASE)


def from_tcvn3(text: str) -> str:
    """Text whose characters are TCVN3 bytes read as Latin-1."""
    return text.translate(_TCVN3)


def from_vni(text: str) -> str:
    """Text whose characters are VNI bytes read as Windows-1252."""
    return unicodedata.normalize("NFC", _VNI_PAIR.sub(_vni_letter, text))


def vietnamese_share(text: str) -> float:
    """Of the words with a letter beyond ASCII, how many are Vietnamese syllables (0 to 1)."""
    words = [word for word in _RUN.findall(text) if not word.isascii()]
    if len(words) < _ENOUGH_WORDS:
        return 0.0
    return sum(map(is_syllable, words)) / len(words)


def mended(text: str) -> tuple[str, str]:
    """(text in Unicode, name of the old code it was in or "").

    Text that is Vietnamese already, or that no old code makes Vietnamese, comes back as it is.
    """
    if vietnamese_share(text) >= _MOSTLY_VIETNAMESE:
        return text, ""
    ways: list[tuple[str, Callable[[str], str]]] = [("TCVN3", from_tcvn3), ("VNI", from_vni)]
    name, better = max(
        ((name, way(text)) for name, way in ways), key=lambda pair: vietnamese_share(pair[1])
    )
    return (better, name) if vietnamese_share(better) >= _MOSTLY_VIETNAMESE else (text, "")


def decoded(data: bytes) -> tuple[str, str] | None:
    """(text, name of its encoding) of a text file's bytes; None if it is no Vietnamese text."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return _strict(data, encoding)
    if b"\0" in data:
        return _best([_strict(data, "utf-16-le"), _strict(data, "utf-16-be")])
    if found := _strict(data, "utf-8"):
        return found
    windows = data.decode("cp1258", errors="replace")
    single = mended(data.decode("latin-1"))
    return _best([(unicodedata.normalize("NFC", windows), "Windows-1258"), single])


def _strict(data: bytes, encoding: str) -> tuple[str, str] | None:
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError:
        return None


def _best(found: list[tuple[str, str] | None]) -> tuple[str, str] | None:
    readable = [(vietnamese_share(pair[0]), pair) for pair in found if pair]
    share, pair = max(readable, default=(0.0, None), key=lambda scored: scored[0])
    return pair if share >= _MOSTLY_VIETNAMESE else None


def _vni_letter(match: re.Match[str]) -> str:
    whole = match[0]
    base = whole[0].lower()
    letter = _VNI_LETTERS.get(base, base)
    signs = _VNI_SIGNS[whole[1].lower()] if len(whole) > 1 else ""
    made = unicodedata.normalize("NFC", letter + signs)
    return made.upper() if whole[0].isupper() else made
