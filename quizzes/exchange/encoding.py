"""The bytes of a text file -> its text, whatever it was saved as. Pure."""

from __future__ import annotations

import codecs
import unicodedata

from quizzes.exchange.reading import Unreadable

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, ""),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, ""),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
MAX_LINES = 100_000
_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_BASE_LETTERS = set("abcdefghijklmnopqrstuvwxyzđ")
_MARKS = set("\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323")
_SIGNS = set("‘’‚“”„–—…•«»°·±²³₫€×§©®™\u00a0")
_SAVE_AS = "hãy mở tệp, chọn lưu với bảng mã UTF-8 rồi nhập lại"


def decode(data: bytes) -> str:
    """The text in NFC with line ends of one kind and without a byte order mark.

    Knows UTF-8, UTF-16 (with and without mark) and Windows-1258. Raises ``Unreadable``.
    """
    if data.startswith(_ZIP) or data.startswith(_OLD_OFFICE):
        raise Unreadable("đây là tệp nén hoặc tệp Office, không phải tệp chữ")
    text = _decoded(data)
    if "\0" in text:
        raise Unreadable(f"tệp chứa ký tự rỗng (NUL) nên không phải tệp chữ; {_SAVE_AS}")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > MAX_LINES:
        raise Unreadable(f"tệp dài quá {MAX_LINES} dòng; hãy chia thành nhiều tệp")
    return unicodedata.normalize("NFC", text)


def _decoded(data: bytes) -> str:
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], name)
    if name := _bare_utf16(data):
        return _strict(data, name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _windows_1258(data)


def _strict(data: bytes, name: str) -> str:
    if not name:
        raise Unreadable(f"tệp lưu bằng bảng mã UTF-32; {_SAVE_AS}")
    try:
        return data.decode(name)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Unreadable(f"dòng {line} có byte hỏng so với bảng mã của tệp; {_SAVE_AS}") from error


def _bare_utf16(data: bytes) -> str:
    """The kind of UTF-16 whose mark got lost: every second byte of plain letters is zero."""
    head = data[:2_000]
    pairs = len(head) // 2
    if pairs and head[1::2].count(0) > pairs * 0.4 and head[0::2].count(0) == 0:
        return "utf-16-le"
    if pairs and head[0::2].count(0) > pairs * 0.4 and head[1::2].count(0) == 0:
        return "utf-16-be"
    return ""


def _windows_1258(data: bytes) -> str:
    """Vietnamese Windows text; anything it makes no Vietnamese of is refused, not garbled."""
    reason = f"không nhận ra bảng mã của tệp (có thể là TCVN3, VNI); {_SAVE_AS}"
    try:
        text = data.decode("cp1258")
    except UnicodeDecodeError as error:
        raise Unreadable(reason) from error
    if not all(_is_vietnamese(letter) for letter in set(unicodedata.normalize("NFD", text))):
        raise Unreadable(reason)
    return text


def _is_vietnamese(letter: str) -> bool:
    plain = letter.isascii() and (letter.isprintable() or letter in "\t\n\r\0")
    return plain or letter in _MARKS or letter in _SIGNS or letter.lower() in _BASE_LETTERS
