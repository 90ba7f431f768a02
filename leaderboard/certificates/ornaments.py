"""The woven band, the star anise and the peaks, drawn in whole pixels so stitches stay crisp."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from PIL import ImageDraw

# The left upper quarters with the middle row and column; the rest mirrors them.
_BAND = (
    "###..........#.",
    "##..........#..",
    "#..........#...",
    "..........#....",
    ".........#...#.",
    "........#..###.",
    ".......#..#.##.",
    "......#...##.#.",
    "#....#...####..",
    "##..#..........",
)
_STAR = (
    ".......#.",
    "...#####.",
    "..#.####.",
    "..##.###.",
    "..###.##.",
    "..####.#.",
    ".######..",
    ".........",
)
BAND_TILE, BAND_CELLS = 28, 19
STAR_WIDTH = 17
PEAKS_WIDTH, PEAKS_HEIGHT = 156, 44
# Non nước Cao Bằng in steps: outlines from the far to the near, then the water.
_PEAKS = (
    "M15 31h1v-2h1v-1h1v-1h1v-1h7v-3h1v-4h1v-2h1v-1h1v-1h5v1h1v1h1v2h1v2h5v1h1v-3h1v-5h1v-3h1v-2h1"
    "v-1h1v-1h5v1h1v1h1v2h1v3h1v3h5v1h1v2h1v3h1v1h7v1h1v1h1v2h1v-3h1v-6h1v-3h1v-3h1v-1h5v1h1v-5h1"
    "v-3h1v-3h1v-1h5v1h1v3h1v3h1v6h1v2h1v-1h3v1h1v1h1v3h1v2h2v-1h5v1h1v-3h1v-4h1v-3h1v-2h1v-1h5v1"
    "h1v2h1v3h1v2h5v1h1v2h1v3h1v1h1v-1h7v1h1v1h1v2h1v1h6v1h1v1h1v2h1M20 33h1v-1h7v-3h1v-4h1v-2h1"
    "v-1h1v-1h1v1h1v1h1v2h1v2h5v1h5v-3h1v-5h1v-3h1v-2h1v-1h1v-1h1v1h1v1h1v2h1v3h1v3h5v1h1v2h1v3h1"
    "v1h7v1h1v1h1M78 31h1v-6h1v-3h1v-3h1v-1h1v1h5v-5h1v-3h1v-3h1v-1h1v1h1v3h1v3h1v6h1v2h5v1h1v3h1"
    "v2h6v-1h1v1h5v-3h1v-4h1v-3h1v-2h1v-1h1v1h1v2h1v3h1v2h5v1h1v2h1v3h1v1h5v-1h3v1h1v1h1v2h1M30 31"
    "h1v-2h1v-1h1v1h1v2h1v2h5M47 31h1v-5h1v-3h1v-2h1v-1h1v1h1v2h1v3h1v3h5v1h1v2h1M80 31h1v-3h1v-3"
    "h7v-5h1v-3h1v-3h1v3h1v3h1v6h1v2h5v1h1v3h1M116 31h1v-4h1v-3h1v-2h1v2h1v3h1v2h5v1h1v2h1M8 35h14"
    "v1h7v1h18v-1h7v-1h18v1h7v1h19v-1h6v-1h19v1h7v1h12M18 38h1v1h8v1h24v-1h7v-1h24v1h7v1h25v-1h7v-1"
    "h24v1h7M2 41h27v1h10v1h28v-1h10v-1h27v1h11v1h27v-1h5"
)

Draw = ImageDraw.ImageDraw


def band(draw: Draw, left: int, top: int, tiles: int, cell: int, colour: str) -> None:
    """``tiles`` diamonds side by side, closed at both ends: ``tiles * 28 + 1`` cells wide, 19
    high."""
    rows = _mirrored(_BAND)
    for y, row in enumerate(rows):
        whole = row[:BAND_TILE] * tiles + row[BAND_TILE:]
        _stitches(draw, left, top + y * cell, whole, cell, colour)


def star(draw: Draw, left: int, top: int, cell: int, colour: str) -> None:
    """The eight petals of star anise in 17 by 15 cells."""
    for y, row in enumerate(_mirrored(_STAR)):
        _stitches(draw, left, top + y * cell, row, cell, colour)


def peaks(draw: Draw, left: int, top: int, cell: int, width: int, colour: str) -> None:
    """The stepped outlines of the mountains in 156 by 44 cells, ``width`` pixels thick."""
    for path in _PEAKS.split("M")[1:]:
        points = [(left + x * cell, top + y * cell) for x, y in _walk(path)]
        for (x1, y1), (x2, y2) in pairwise(points):
            corner = (max(x1, x2) + width - 1, max(y1, y2) + width - 1)
            draw.rectangle(((min(x1, x2), min(y1, y2)), corner), fill=colour)


def _mirrored(quarter: tuple[str, ...]) -> list[str]:
    upper = [row + row[-2::-1] for row in quarter]
    return upper + upper[-2::-1]


def _stitches(draw: Draw, left: int, top: int, row: str, cell: int, colour: str) -> None:
    for run in re.finditer("#+", row):
        start, end = left + run.start() * cell, left + run.end() * cell
        draw.rectangle(((start, top), (end - 1, top + cell - 1)), fill=colour)


def _walk(path: str) -> Iterator[tuple[int, int]]:
    """The corners of a path of one start and steps across ("h3") and down ("v-2")."""
    start, steps = re.match(r"(\d+) (\d+)", path), re.findall(r"([hv])(-?\d+)", path)
    x, y = (int(start[1]), int(start[2])) if start else (0, 0)
    yield x, y
    for way, length in steps:
        x, y = (x + int(length), y) if way == "h" else (x, y + int(length))
        yield x, y
