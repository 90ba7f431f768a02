"""QR codes as one SVG path."""

from __future__ import annotations

from dataclasses import dataclass

import segno

QUIET_ZONE = 4


@dataclass(frozen=True, slots=True)
class QrCode:
    """``path`` draws the dark modules, one unit each; ``view_box`` includes the quiet zone."""

    path: str
    view_box: str


def qr_code(text: str) -> QrCode:
    """The code of ``text``, readable when 15 % of it is covered or glaring."""
    matrix = segno.make(text, error="m", micro=False).matrix
    runs = [run for y, line in enumerate(matrix) for run in _dark_runs(y, bytes(line))]
    size = len(matrix) + 2 * QUIET_ZONE
    return QrCode("".join(runs), f"{-QUIET_ZONE} {-QUIET_ZONE} {size} {size}")


def _dark_runs(y: int, line: bytes) -> list[str]:
    """One rectangle per run of dark modules: a third of the size of one per module."""
    runs, x = [], 0
    while x < len(line):
        start = x
        while x < len(line) and line[x]:
            x += 1
        if x > start:
            runs.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
        x += 1
    return runs
