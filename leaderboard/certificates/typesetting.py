"""Text into lines that fit: shrink, then wrap, never clip. Lengths are dots, 600 to the inch."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from leaderboard.certificates.fonts import Face, font, legible

DOTS_PER_INCH = 600
_STEP = 0.96  # how much smaller the next size tried is
_SMALLEST_PT = 6.0
_LEADING = 1.4  # "Ẫ" over "Ộ" needs 1.25


def mm(length: float) -> int:
    """Millimetres in dots."""
    return round(length * DOTS_PER_INCH / 25.4)


def pt(size: float) -> int:
    """Points in dots."""
    return round(size * DOTS_PER_INCH / 72)


@dataclass(frozen=True, slots=True)
class Box:
    """Left and top are inside, right and bottom outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    def inside(self, across: int, down: int) -> Box:
        """The box without a border of these widths."""
        return Box(self.left + across, self.top + down, self.right - across, self.bottom - down)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text to be set. Sizes in points, ``space`` before it in millimetres.

    It stays on one line while it can be shrunk to ``one_line`` points, and is then wrapped to
    ``lines`` lines, shrinking on. ``tracking`` is space between letters, in parts of the size.
    """

    text: str
    size: float
    face: Face = "regular"
    colour: str = "#17212E"
    space: float = 0
    one_line: float | None = None
    lines: int = 2
    tracking: float = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its place: ``left`` and ``baseline`` of the pen, ``box`` of the ink."""

    text: str
    face: Face
    size: int
    colour: str
    left: int
    baseline: int
    box: Box
    tracking: int = 0


@dataclass(frozen=True, slots=True)
class _Set:
    """A paragraph broken into lines of ``size`` dots."""

    paragraph: Paragraph
    size: int
    texts: tuple[str, ...]
    space: int

    @property
    def leading(self) -> int:
        return round(self.size * _LEADING)

    @property
    def height(self) -> int:
        return self.space + self.leading * len(self.texts)


def ink(text: str, face: Face, size: int, tracking: int = 0) -> Box:
    """What a text covers when the pen starts at (0, 0) on the baseline."""
    left, top, right, bottom = font(face, size).getbbox(text, anchor="ls")
    extra = tracking * max(0, len(text) - 1)
    return Box(int(left), int(top), int(right) + extra, int(bottom))


def pieces(line: Line) -> list[tuple[int, str]]:
    """What is drawn in one go, with the pen's place from the line's left: the line, or its
    letters when they are spaced."""
    if not line.tracking:
        return [(0, line.text)]
    measure = font(line.face, line.size).getlength
    # The length up to and with a letter, less the letter, keeps the kerning before it.
    return [
        (round(measure(line.text[: i + 1]) - measure(letter)) + i * line.tracking, letter)
        for i, letter in enumerate(line.text)
    ]


def column(
    paragraphs: Sequence[Paragraph], area: Box, *, align: str = "centre", down: float = 0.0
) -> list[Line]:
    """Paragraphs one under the other inside ``area``, as large as they fit.

    ``align``: "centre" or "left". ``down``: the part of the spare height that goes above, 0 to 1.
    """
    blocks = _fitted([p for p in paragraphs if p.text], area)
    spare = area.height - sum(block.height for block in blocks)
    top, lines = area.top + round(max(0, spare) * down), []
    for block in blocks:
        top += block.space
        for text in block.texts:
            lines.append(_placed(block, text, top, area, align))
            top += block.leading
    return lines


def _fitted(paragraphs: Sequence[Paragraph], area: Box) -> list[_Set]:
    factor = 1.0
    while True:
        blocks = [_set(paragraph, area.width, factor) for paragraph in paragraphs]
        if factor < 0.2 or sum(block.height for block in blocks) <= area.height:
            return blocks
        factor *= _STEP


def _placed(block: _Set, text: str, top: int, area: Box, align: str) -> Line:
    paragraph = block.paragraph
    tracking = round(paragraph.tracking * block.size)
    box = ink(text, paragraph.face, block.size, tracking)
    free = area.width - box.width
    left = area.left - box.left + (free // 2 if align == "centre" else 0)
    # Marks above reach one em over the baseline, marks below a quarter under it.
    baseline = top + round((block.leading - 1.25 * block.size) / 2 + block.size)
    place = Box(left + box.left, baseline + box.top, left + box.right, baseline + box.bottom)
    return Line(text, paragraph.face, block.size, paragraph.colour, left, baseline, place, tracking)


def _set(paragraph: Paragraph, width: int, factor: float) -> _Set:
    paragraph = replace(paragraph, text=legible(paragraph.text, paragraph.face))
    smallest = pt(_SMALLEST_PT * min(1.0, factor))
    size = pt(paragraph.size * factor)
    one_line = pt((paragraph.one_line or paragraph.size) * factor)
    space = round(mm(paragraph.space) * factor)
    while size > one_line and _measure(paragraph, size)(paragraph.text) > width:
        size = max(one_line, int(size * _STEP))
    while True:
        texts = wrap(paragraph.text, _measure(paragraph, size), width)
        if len(texts) <= paragraph.lines or size <= smallest:
            return _Set(paragraph, size, tuple(texts), space)
        size = max(smallest, int(size * _STEP))


def _measure(paragraph: Paragraph, size: int) -> Callable[[str], int]:
    tracking = round(paragraph.tracking * size)
    return lambda text: ink(text, paragraph.face, size, tracking).width


def wrap(text: str, measure: Callable[[str], int], width: int) -> list[str]:
    """The fewest lines not wider than ``width``, of about equal length.

    Lines end at plain blanks or after a slash; only a word that is too wide by itself is broken
    inside.
    """
    words = [part for word in _words(text) for part in _broken(word, measure, width)]
    sized = [(word, measure(word)) for word in words]
    lines = _greedy(sized, width)
    narrow, wide = max((size for _, size in sized), default=0), width
    while len(lines) > 1 and wide - narrow > max(1, width // 200):
        middle = (narrow + wide) // 2
        tried = _greedy(sized, middle)
        if len(tried) == len(lines):
            lines, wide = tried, middle
        else:
            narrow = middle
    return [line.rstrip() for line in lines]


def _greedy(words: Sequence[tuple[str, int]], width: int) -> list[str]:
    lines: list[str] = []
    used = 0
    for word, size in words:
        if lines and used + size <= width:
            lines[-1] += word
            used += size
        else:
            lines.append(word)
            used = size
    return lines


def _words(text: str) -> list[str]:
    """What must stay together, with the blank or the slash after it."""
    return re.findall(r"[^ /]+[ /]*|[ /]+", text)


def _broken(word: str, measure: Callable[[str], int], width: int) -> list[str]:
    parts = []
    while len(word) > 1 and measure(word.rstrip()) > width:
        beginnings = [word[:length] for length in range(1, len(word))]
        length = max(1, bisect_right(beginnings, width, key=measure))
        parts.append(word[:length])
        word = word[length:]
    return [*parts, word]
