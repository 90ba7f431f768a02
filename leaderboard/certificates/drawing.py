"""A certificate as a picture: A4 across, 150 dots per inch for screens, 300 for print.

The layout is made once in dots (600 to the inch) and is the same at every scale. Letters are
drawn in dots and reduced, so they keep their shape and their place when the picture is small.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import segno
from PIL import Image, ImageColor, ImageDraw, ImageOps

from accounts.text import nfc
from contest.wording import headline
from leaderboard.certificates import ornaments, words
from leaderboard.certificates.fonts import font
from leaderboard.certificates.typesetting import Box, Line, Paragraph, column, mm, pieces
from leaderboard.certificates.words import Certificate
from quizzes.qr import QUIET_ZONE

WIDTH, HEIGHT = 1754, 1240  # A4 at 150 dots per inch
SCREEN_DPI, DOTS = 150, 4  # dots to a pixel on screens
PAPER, INK, DIM = "#FFFDF8", "#17212E", "#4B5562"
RED, GOLD = "#9E1219", "#EDB321"

_PAGE = Box(0, 0, WIDTH * DOTS, HEIGHT * DOTS)
MARGINS = Box(mm(15), mm(22), _PAGE.right - mm(15), _PAGE.bottom - mm(22))
_HEAD = Box(mm(27), mm(35), _PAGE.right - mm(27), mm(77))
_BODY = Box(mm(27), mm(78), _PAGE.right - mm(27), mm(153))
_FOOT = Box(mm(19), mm(155), _PAGE.right - mm(19), MARGINS.bottom)
_VERIFY_RIGHT, _SIGN_LEFT = mm(106), mm(190)
_SIGNING = mm(16)  # height left free for a signature and a seal
_STAR_TOP = mm(22.5)

# Pixels on screens; ornaments and modules are whole pixels at every scale.
_CELL = 3
_TILES = 20
_BAND_WIDTH = (_TILES * ornaments.BAND_TILE + 1) * _CELL
_BAND_TOP = 36
_QR_MOST = 200
_SLOPE = 20  # degrees, of the band over a superseded certificate
_COLOURS = 64


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything but the ornaments, in dots. ``module`` is one module of the code, quiet zone
    inside ``qr``."""

    lines: tuple[Line, ...]
    qr: Box
    module: int
    matrix: tuple[bytes, ...]


def layout(certificate: Certificate) -> Layout:
    """Where everything stands; every line and the code lie inside ``MARGINS``."""
    matrix = _matrix(certificate.verify_url)
    modules = len(matrix) + 2 * QUIET_ZONE
    module = max(1, _QR_MOST // modules) * DOTS
    left, bottom = _FOOT.left // DOTS * DOTS, _FOOT.bottom // DOTS * DOTS
    qr = Box(left, bottom - modules * module, left + modules * module, bottom)
    beside = Box(qr.right + mm(1), qr.top, _VERIFY_RIGHT, qr.bottom)
    signature = Box(_SIGN_LEFT, _FOOT.top, _FOOT.right, _FOOT.bottom - _SIGNING)
    lines = [
        *column(_head(certificate), _HEAD, down=1),
        *column(_body(certificate), _BODY, down=0.45),
        *column(_verification(certificate), beside, align="left", down=0.5),
        *column(_signature(certificate), signature),
    ]
    return Layout(tuple(lines), qr, module, matrix)


def _matrix(text: str) -> tuple[bytes, ...]:
    return tuple(map(bytes, segno.make(text, error="m", micro=False).matrix))


def _head(certificate: Certificate) -> list[Paragraph]:
    *above, issuer = words.issuer_lines(certificate) or [""]
    return [
        *(Paragraph(line, 13, one_line=10) for line in above),
        Paragraph(issuer, 14, "bold", one_line=10),
        Paragraph(words.TITLE, 48, "bold", RED, space=4, one_line=30, lines=1, tracking=0.05),
    ]


def _body(certificate: Certificate) -> list[Paragraph]:
    return [
        Paragraph(words.LEAD, 14),
        Paragraph(nfc(certificate.full_name), 40, "bold", one_line=27),
        Paragraph(nfc(certificate.unit), 14, one_line=12),
        *_citation(certificate),
        Paragraph(words.result(certificate), 12, colour=DIM, one_line=10, space=2),
    ]


def _citation(certificate: Certificate) -> list[Paragraph]:
    first, *others = map(headline, words.citation(certificate))
    if certificate.kind == "participation":
        return [Paragraph(first, 15, space=4), *(Paragraph(line, 15) for line in others)]
    prize, where, *contest = others
    return [
        Paragraph(first, 14, space=2),
        Paragraph(prize, 24, "bold", RED, one_line=18),
        Paragraph(where, 15, space=1),
        *(Paragraph(line, 15) for line in contest),
    ]


def _verification(certificate: Certificate) -> list[Paragraph]:
    return [
        Paragraph(words.VERIFY_AT, 10, colour=DIM),
        Paragraph(words.address(certificate), 10, "semibold", one_line=8.5, lines=3),
        Paragraph(words.code_line(certificate), 10, "semibold", space=0.5, one_line=8),
    ]


def _signature(certificate: Certificate) -> list[Paragraph]:
    return [
        Paragraph(words.issued(certificate), 13, one_line=11),
        Paragraph(words.SIGNED_BY, 13, "bold", space=0.5),
    ]


def draw_certificate(certificate: Certificate, scale: int = 1) -> Image.Image:
    """The certificate in RGB: 1754 x 1240 pixels times ``scale``, which is 1 for screens (150 dots
    per inch), 2 for print (300) or 4. Raises ``ValueError`` for another scale."""
    if scale not in (1, 2, 4):
        raise ValueError(f"scale is 1, 2 or 4, not {scale}")
    page = Image.new("RGB", (WIDTH * scale, HEIGHT * scale), PAPER)
    made = layout(certificate)
    _draw_ornaments(ImageDraw.Draw(page), scale)
    _draw_code(ImageDraw.Draw(page), made, scale)
    for line in made.lines:
        _draw_line(page, line, scale)
    if certificate.superseded:
        _draw_superseded(page, certificate, scale)
    return page


def png_bytes(certificate: Certificate, scale: int = 1) -> bytes:
    """The picture as a PNG of few colours, with its resolution written in."""
    file = BytesIO()
    picture = draw_certificate(certificate, scale).quantize(_COLOURS, dither=Image.Dither.NONE)
    dpi = SCREEN_DPI * scale
    picture.save(file, "PNG", optimize=True, dpi=(dpi, dpi))
    return file.getvalue()


def _draw_ornaments(draw: ImageDraw.ImageDraw, scale: int) -> None:
    """Red strips with a golden weave above and below, joined by red rules; a thin golden frame."""
    cell, width, height = _CELL * scale, WIDTH * scale, HEIGHT * scale
    left, top = (WIDTH - _BAND_WIDTH) // 2 * scale, _BAND_TOP * scale
    outer = Box(left, top, left + _BAND_WIDTH * scale, height - top)
    strip = (ornaments.BAND_CELLS + 4) * cell
    draw.rectangle(_corners(outer), fill=RED)
    inner = outer.inside(3 * cell, strip)
    draw.rectangle(_corners(inner), fill=PAPER)
    draw.rectangle(_corners(inner.inside(2 * cell, 2 * cell)), outline=GOLD, width=cell)
    for y in (outer.top, inner.bottom):
        ornaments.band(draw, left, y + 2 * cell, _TILES, cell, GOLD)
    star, peak = 4 * scale, 3 * scale
    across, down = ornaments.STAR_WIDTH * star, _STAR_TOP * scale // DOTS
    ornaments.star(draw, (width - across) // 2, down, star, GOLD)
    across, up = ornaments.PEAKS_WIDTH * peak, ornaments.PEAKS_HEIGHT * peak
    down = MARGINS.bottom * scale // DOTS - up
    ornaments.peaks(draw, (width - across) // 2, down, peak, 2 * scale, GOLD)


def _corners(box: Box) -> tuple[int, int, int, int]:
    """As Pillow takes them: the last pixel inside, not the first outside."""
    return box.left, box.top, box.right - 1, box.bottom - 1


def _draw_code(draw: ImageDraw.ImageDraw, made: Layout, scale: int) -> None:
    ratio = DOTS // scale
    left, top, module = made.qr.left // ratio, made.qr.top // ratio, made.module // ratio
    right, bottom = made.qr.right // ratio, made.qr.bottom // ratio
    draw.rectangle(_corners(Box(left, top, right, bottom)), fill=PAPER)
    for y, row in enumerate(made.matrix, QUIET_ZONE):
        for x, dark in enumerate(row, QUIET_ZONE):
            if dark:
                corner = (left + x * module, top + y * module)
                draw.rectangle((*corner, corner[0] + module - 1, corner[1] + module - 1), fill=INK)


def _draw_line(page: Image.Image, line: Line, scale: int) -> None:
    """The line in dots, reduced to pixels, laid on in its colour."""
    ratio, box = DOTS // scale, line.box
    left, top = box.left // ratio, box.top // ratio
    size = (-(-box.right // ratio) - left, -(-box.bottom // ratio) - top)
    mask = Image.new("L", (size[0] * ratio, size[1] * ratio))
    draw, pen = ImageDraw.Draw(mask), (line.left - left * ratio, line.baseline - top * ratio)
    for x, text in pieces(line):
        draw.text((pen[0] + x, pen[1]), text, 255, font(line.face, line.size), anchor="ls")
    page.paste(line.colour, (left, top), mask.reduce(ratio))


def _draw_superseded(page: Image.Image, certificate: Certificate, scale: int) -> None:
    """A plain band across, which leaves the code in the corner readable."""
    length, width, ratio = mm(225), mm(26), DOTS // scale
    lines = column(
        [
            Paragraph(words.SUPERSEDED, 28, "bold", PAPER, one_line=20, lines=1, tracking=0.05),
            Paragraph(words.replacement(certificate), 14, "semibold", PAPER, one_line=8),
        ],
        Box(mm(5), mm(1), length - mm(5), width - mm(1)),
        down=0.5,
    )
    band = Image.new("RGB", (length // ratio, width // ratio), INK)
    for line in lines:
        _draw_line(band, line, scale)
    edged = ImageOps.expand(band.convert("RGBA"), 2, (*ImageColor.getrgb(INK), 0))
    turned = edged.rotate(_SLOPE, Image.Resampling.BICUBIC, expand=True)
    corner = ((page.width - turned.width) // 2, (page.height - turned.height) // 2)
    page.paste(turned, corner, turned)
