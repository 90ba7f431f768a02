"""Vietnamese text in software: one normal form, search without marks, sorting of names. Pure."""

from __future__ import annotations

import re
import unicodedata

# The alphabet in dictionary order; the five tones follow each letter in this order.
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = {"": 0, "\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_TONE_MARKS = "".join(mark for mark in _TONES if mark)
_LOOKALIKES = str.maketrans({"Ð": "Đ", "ð": "đ", "Ɖ": "Đ", "ɖ": "đ"})


# Control and format characters (zero-width blanks, marks of direction) come along when text is
# copied out of chats; nobody sees them, two equal names would differ, databases refuse some.
_INVISIBLE = {"Cc", "Cf", "Cs"}
_BLANK_LETTERS = set("\u115f\u1160\u3164\uffa0\u2800")
# Vietnamese needs two marks on a letter; a pile of them would be drawn over other people's rows.
_PILED_MARKS = re.compile(
    r"([\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{3})"
    r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+"
)


def nfc(text: str) -> str:
    """The text in NFC, look-alike Đ repaired, blanks collapsed, invisible characters dropped:
    what is stored and compared."""
    spaced = re.sub(r"\s+", " ", text.translate(_LOOKALIKES))
    visible = "".join(
        c for c in spaced if unicodedata.category(c) not in _INVISIBLE and c not in _BLANK_LETTERS
    )
    marks_apart = _PILED_MARKS.sub(r"\1", unicodedata.normalize("NFD", visible))
    return " ".join(unicodedata.normalize("NFC", marks_apart).split())


def fold(text: str) -> str:
    """Lower-case text without tone and letter marks, đ as d: what searches are made on."""
    marked = unicodedata.normalize("NFD", nfc(text).casefold())
    plain = "".join(c for c in marked if not unicodedata.combining(c))
    return " ".join(plain.replace("đ", "d").split())


def _letter_rank(letter: str) -> str:
    """Two characters for a base letter that order as the Vietnamese alphabet does."""
    place = _LETTERS.find(letter)
    return f"{place:02d}" if place >= 0 else f"9{letter}"


def _word_key(word: str) -> str:
    """Letters first, tones second: "hoa" < "hòa" < "hoan"."""
    letters, tones = [], []
    for letter in unicodedata.normalize("NFC", word.casefold()):
        parts = unicodedata.normalize("NFD", letter)
        tone = next((mark for mark in parts if mark in _TONE_MARKS), "")
        base = unicodedata.normalize("NFC", parts.replace(tone, "") if tone else parts)
        letters.append(_letter_rank(base))
        tones.append(str(_TONES[tone]))
    return "".join(letters) + "." + "".join(tones)


def name_sort_key(full_name: str) -> str:
    """Key for sorting people: given name (last word), then surname, then middle names.

    Cut to 400 characters, the size of the column it is stored in.
    """
    words = nfc(full_name).split()
    return " ".join(_word_key(word) for word in words[-1:] + words[:-1])[:400]
