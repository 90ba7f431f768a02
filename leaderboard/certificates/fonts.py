"""The faces certificates are set in, taken from an installed package: no system font is asked for.

Source Serif Pro has all 134 marked Vietnamese letters in its upright faces, not in its italics.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from PIL import ImageFont, features

from accounts.text import nfc

Face = Literal["regular", "semibold", "bold"]

_FILES: dict[Face, str] = {
    "regular": "SourceSerifPro-Regular.otf",
    "semibold": "SourceSerifPro-Semibold.otf",
    "bold": "SourceSerifPro-Bold.otf",
}
# Raqm kerns pairs such as "Tô", but needs a library of the system that may be missing.
ENGINE = ImageFont.Layout.RAQM if features.check("raqm") else ImageFont.Layout.BASIC
_NO_CHARACTER = "\uffff"
_SUBSTITUTE = "?"


def font(face: Face, size: int) -> ImageFont.FreeTypeFont:
    """A face at ``size`` pixels to the em."""
    return _load(face, size, ENGINE)


@lru_cache(maxsize=256)
def _load(face: Face, size: int, engine: ImageFont.Layout) -> ImageFont.FreeTypeFont:
    path = files("font_source_serif_pro") / "files" / _FILES[face]
    return ImageFont.truetype(str(path), size, layout_engine=engine)


@lru_cache(maxsize=2048)
def has_glyph(face: Face, character: str) -> bool:
    """Whether the face draws ``character``, or only the box for what it lacks."""
    drawer = _load(face, 48, ImageFont.Layout.BASIC)
    return bytes(drawer.getmask(character)) != bytes(drawer.getmask(_NO_CHARACTER))


def missing(text: str, face: Face = "regular") -> str:
    """The characters of ``text`` that certificates cannot show, each once; "" for all of
    Vietnamese."""
    return "".join(dict.fromkeys(c for c in nfc(text) if not has_glyph(face, c)))


def legible(text: str, face: Face) -> str:
    """``text`` with what the face lacks replaced by the letter under its marks, or by "?";
    characters that only steer line breaks are dropped."""
    seen = (c for c in text if unicodedata.category(c) != "Cf")
    return "".join(c if has_glyph(face, c) else _plain(c, face) for c in seen)


def _plain(character: str, face: Face) -> str:
    parts = [c for c in unicodedata.normalize("NFKD", character) if not _is_mark(c)]
    letters = "".join(c for c in parts if has_glyph(face, c))
    return letters or ("" if _is_mark(character) else _SUBSTITUTE)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")
