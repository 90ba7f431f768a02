"""Certificates as pictures: nothing leaves the margins, nothing collides, every letter exists."""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from io import BytesIO
from itertools import combinations, product
from pathlib import Path

import font_source_serif_pro
import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageFont

from leaderboard.certificates import fonts
from leaderboard.certificates.drawing import (
    DOTS,
    HEIGHT,
    INK,
    MARGINS,
    PAPER,
    WIDTH,
    draw_certificate,
    layout,
    png_bytes,
)
from leaderboard.certificates.fonts import Face, font, has_glyph, legible, missing
from leaderboard.certificates.typesetting import Box, Line, pieces, pt, wrap
from leaderboard.certificates.words import Certificate
from tests.leaderboard.test_certificate_words import PRIZE, TAKEN_PART

FACES: tuple[Face, ...] = ("regular", "semibold", "bold")
NAME = "Công Tằng Tôn Nữ Thị Phương Thảo Nguyên"
SIXTY = "Công Tằng Tôn Nữ Thị Phương Thảo Nguyên Hoàng Ánh Nguyệt Ái"
STACKED = "Ẫ Ẵ Ể Ỗ Ặ Ệ Ộ Ự Ỵ"
TITLE = (
    "Cuộc thi trực tuyến “Tìm hiểu Nghị quyết Đại hội đại biểu Đảng bộ tỉnh Cao Bằng lần thứ XX, "
    "nhiệm kỳ 2025 – 2030, và các Chương trình trọng tâm, Kế hoạch thực hiện nội dung đột phá”"
)
EXTREME = {
    "prize": PRIZE,
    "participation": TAKEN_PART,
    "one letter": replace(PRIZE, full_name="Lý Thị Ê", unit="Ê", prize="A"),
    "long name": replace(PRIZE, full_name=NAME),
    "sixty letters": replace(TAKEN_PART, full_name=SIXTY),
    "name of two lines": replace(PRIZE, full_name=f"{SIXTY} {SIXTY}", unit=f"{TITLE} {TITLE}"),
    "all long": replace(
        PRIZE, full_name=SIXTY, unit=TITLE, contest_title=TITLE, round_title=TITLE, prize=TITLE,
        issuer=(TITLE.upper(), TITLE.upper(), TITLE.upper()), place=TITLE,
        code="CB2-7QKM-4D9X-" * 5, verify_url="https://thi.example/" + "chung-nhan/" * 20,
    ),
    "no blanks": replace(PRIZE, full_name="W" * 200, unit="Ẫ" * 200, contest_title="M" * 200),
    "stacked marks": replace(
        PRIZE, full_name=f"{STACKED} " * 6, unit=f"{STACKED} " * 10, prize=f"{STACKED} " * 5,
        issuer=(STACKED, STACKED, STACKED), contest_title=f"{STACKED} " * 10,
        round_title=f"{STACKED} " * 10, place=STACKED,
    ),
    "nothing": replace(
        TAKEN_PART, issuer=(), full_name="", unit="", contest_title="", round_title="", place="",
        code="", verify_url="x",
    ),
}  # fmt: skip
ENGINES = [ImageFont.Layout.BASIC]
if fonts.ENGINE != ImageFont.Layout.BASIC:
    ENGINES.append(fonts.ENGINE)


@pytest.fixture(params=ENGINES, ids=lambda engine: engine.name)
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the shaping library of the system and without it."""
    monkeypatch.setattr(fonts, "ENGINE", request.param)


def outside(inner: Box, outer: Box) -> bool:
    return (
        inner.left < outer.left
        or inner.top < outer.top
        or inner.right > outer.right
        or inner.bottom > outer.bottom
    )


def overlap(one: Box, other: Box) -> bool:
    return (
        one.left < other.right
        and other.left < one.right
        and one.top < other.bottom
        and other.top < one.bottom
    )


def drawn(line: Line) -> Box:
    """Where ink really falls when the line is drawn on a sheet that is large enough."""
    pad = 4 * line.size
    size = (line.box.width + 2 * pad, 3 * pad)
    sheet = Image.new("L", size)
    draw = ImageDraw.Draw(sheet)
    for x, text in pieces(line):
        draw.text((pad + x, 2 * pad), text, 255, font(line.face, line.size), anchor="ls")
    left, top, right, bottom = sheet.getbbox() or (pad, 2 * pad, pad, 2 * pad)
    across, down = line.left - pad, line.baseline - 2 * pad
    return Box(left + across, top + down, right + across, bottom + down)


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


@cache
def file_of(name: str, scale: int = 1) -> bytes:
    """The picture of one of the extremes, drawn once however many tests look at it."""
    return png_bytes(EXTREME[name], scale)


# -- Layout --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("certificate", EXTREME.values(), ids=EXTREME.keys())
def test_every_box_lies_inside_the_margins_and_on_no_other(certificate: Certificate) -> None:
    made = layout(certificate)
    boxes = [*(line.box for line in made.lines), made.qr]
    assert [box for box in boxes if outside(box, MARGINS)] == []
    assert [pair for pair in combinations(boxes, 2) if overlap(*pair)] == []


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("name", ["prize", "no blanks", "stacked marks"])
def test_boxes_hold_the_ink_that_is_drawn(name: str) -> None:
    lines = layout(EXTREME[name]).lines
    assert [line.text for line in lines if outside(drawn(line), line.box)] == []


@given(
    name=st.text(max_size=200), unit=st.text(max_size=200), title=st.text(max_size=200),
    prize=st.text(max_size=80), place=st.text(max_size=80), code=st.text(max_size=40),
)  # fmt: skip
@settings(max_examples=25)
def test_no_text_leaves_the_margins(
    name: str, unit: str, title: str, prize: str, place: str, code: str
) -> None:
    certificate = replace(
        PRIZE, full_name=name, unit=unit, contest_title=title, round_title=title, prize=prize,
        place=place, code=code,
    )  # fmt: skip
    assert [line for line in layout(certificate).lines if outside(line.box, MARGINS)] == []


def lines_of(certificate: Certificate, text: str) -> list[Line]:
    """The bold lines whose words come from ``text``."""
    lines = layout(certificate).lines
    return [line for line in lines if line.face == "bold" and line.text in text]


def test_short_names_are_large_long_ones_shrink_and_very_long_ones_wrap() -> None:
    (short,) = lines_of(EXTREME["one letter"], "Lý Thị Ê")
    (long,) = lines_of(EXTREME["long name"], NAME)
    twice = f"{SIXTY} {SIXTY}"
    first, second = lines_of(EXTREME["name of two lines"], twice)
    assert pt(36) <= short.size <= pt(40)
    assert pt(24) <= long.size < short.size
    assert first.size == second.size < long.size
    assert f"{first.text} {second.text}" == twice


def test_nothing_that_was_typed_is_cut_off() -> None:
    """All words of the longest texts are there, whatever the lines they came to stand on."""
    certificate = EXTREME["all long"]
    shown = "".join(line.text for line in layout(certificate).lines).replace("\u00a0", "")
    for text in (certificate.full_name, certificate.unit, certificate.prize, certificate.code):
        assert text.replace(" ", "") in shown.replace(" ", "")


@given(st.lists(st.text("aẫ/", min_size=1, max_size=30), min_size=1, max_size=30))
def test_wrapping_keeps_every_letter_and_the_width(parts: list[str]) -> None:
    text = " ".join(parts)
    lines = wrap(text, len, 20)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert max(map(len, lines)) <= 20


def test_lines_are_about_equally_long() -> None:
    assert wrap("một hai ba bốn năm sáu", len, 19) == ["một hai ba", "bốn năm sáu"]


# -- Letters -------------------------------------------------------------------------------------


def vietnamese() -> list[str]:
    tones = ("\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
    small = ["đ", *"ăâêôơư"]
    small += [unicodedata.normalize("NFC", v + t) for v, t in product("aăâeêioôơuưy", tones)]
    return [*small, *(letter.upper() for letter in small)]


def characters_of(path: Path) -> set[int]:
    """What the font file itself says it maps, from its table "cmap" (formats 4 and 12)."""
    data = path.read_bytes()
    tables = {data[at : at + 4]: at for at in range(12, 12 + 16 * _u16(data, 4), 16)}
    cmap = struct.unpack_from(">L", data, tables[b"cmap"] + 8)[0]
    found: set[int] = set()
    for index in range(_u16(data, cmap + 2)):
        table = cmap + struct.unpack_from(">L", data, cmap + 8 + 8 * index)[0]
        found |= set(_mapped(data, table))
    return found


def _u16(data: bytes, at: int) -> int:
    return struct.unpack_from(">H", data, at)[0]


def _mapped(data: bytes, table: int) -> Iterator[int]:
    if _u16(data, table) == 12:
        for group in range(struct.unpack_from(">L", data, table + 12)[0]):
            first, last = struct.unpack_from(">LL", data, table + 16 + 12 * group)
            yield from range(first, last + 1)
    if _u16(data, table) == 4:
        size = _u16(data, table + 6)
        for segment in range(0, size, 2):
            last, first = _u16(data, table + 14 + segment), _u16(data, table + 16 + size + segment)
            yield from (c for c in range(first, last + 1) if c != 0xFFFF)


@pytest.mark.parametrize("face", FACES)
def test_every_vietnamese_letter_has_a_glyph(face: Face) -> None:
    letters = vietnamese()
    assert len(set(letters)) == 134
    others = "0123456789 \u00a0“”‘’–-,.:;/()№₫…" + "abcdefghijklmnopqrstuvwxyz".upper()
    mapped = characters_of(Path(str(font(face, 20).path)))
    assert [c for c in [*letters, *others] if ord(c) not in mapped] == []
    assert [c for c in [*letters, *others] if not has_glyph(face, c)] == []


def test_a_missing_glyph_is_noticed() -> None:
    assert missing("Nguyễn 漢 ☀ 漢") == "漢☀"
    assert missing("".join(vietnamese())) == ""


def test_what_has_no_glyph_is_replaced_and_never_drawn_as_a_box() -> None:
    assert legible("A漢\u2060①ⓝ\u0489", "bold") == "A?1n"
    assert legible("Ế\u00a0–", "regular") == "Ế\u00a0–"
    lines = layout(replace(PRIZE, full_name="Nông 漢 ☀ Văn ⓝ")).lines
    assert [c for line in lines for c in line.text if not has_glyph(line.face, c)] == []


def test_faces_come_from_the_installed_package_not_from_the_system() -> None:
    home = Path(font_source_serif_pro.__file__).parent
    assert {Path(str(font(face, 20).path)).is_relative_to(home) for face in FACES} == {True}


# -- Pictures ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["all long", "no blanks", "stacked marks"])
def test_between_frame_and_margins_the_paper_is_empty(name: str) -> None:
    """The picture itself, not what the layout says of it."""
    page = draw_certificate(EXTREME[name])
    left, right = MARGINS.left // DOTS, -(-MARGINS.right // DOTS)
    for strip in ((60, 130, left, HEIGHT - 130), (right, 130, WIDTH - 60, HEIGHT - 130)):
        colours = page.crop(strip).getcolors() or []
        assert [colour for _, colour in colours] == [(255, 253, 248)]


@pytest.mark.parametrize("name", ["prize", "participation", "all long", "stacked marks"])
def test_a_picture_for_screens_is_small(name: str) -> None:
    data = file_of(name)
    picture = opened(data)
    assert len(data) < 350_000
    assert (picture.size, picture.mode) == ((WIDTH, HEIGHT), "P")
    assert picture.info["dpi"] == pytest.approx((150, 150), abs=0.1)


def test_a_picture_for_print_has_twice_the_resolution() -> None:
    picture = opened(file_of("prize", 2))
    assert picture.size == (2 * WIDTH, 2 * HEIGHT)
    assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    # A4 across in millimetres
    assert [side / 300 * 25.4 for side in picture.size] == pytest.approx([297, 210], abs=0.2)


def test_screen_and_print_show_the_same() -> None:
    """The large picture reduced differs from the small one by smoothing only."""
    small, large = draw_certificate(PRIZE), draw_certificate(PRIZE, scale=2).reduce(2)
    difference = ImageChops.difference(small, large).convert("L").point(lambda v: v > 90 and 255)
    assert difference.getbbox() is None


@pytest.mark.parametrize("scale", [0, 3, 8])
def test_other_scales_are_refused(scale: int) -> None:
    with pytest.raises(ValueError, match="scale is 1, 2 or 4"):
        draw_certificate(PRIZE, scale=scale)


@pytest.mark.usefixtures("engine")
def test_nfd_and_nfc_give_the_same_picture() -> None:
    apart = replace(
        PRIZE,
        full_name=unicodedata.normalize("NFD", PRIZE.full_name),
        unit=unicodedata.normalize("NFD", PRIZE.unit),
        contest_title=unicodedata.normalize("NFD", PRIZE.contest_title),
    )
    assert png_bytes(apart) == png_bytes(PRIZE)


def code_in(picture: Image.Image, certificate: Certificate, scale: int) -> list[list[bool]]:
    """The modules as they stand in the picture, dark ones true, with the quiet zone."""
    made, grey = layout(certificate), picture.convert("L")
    module, half = made.module * scale // DOTS, made.module * scale // DOTS // 2
    left, top = made.qr.left * scale // DOTS, made.qr.top * scale // DOTS
    size = made.qr.width // made.module
    return [
        [grey.getpixel((left + x * module + half, top + y * module + half)) < 128  # type: ignore[operator]
         for x in range(size)]
        for y in range(size)
    ]  # fmt: skip


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("name", ["prize", "all long"])
def test_the_code_in_the_picture_is_that_of_the_address(name: str, scale: int) -> None:
    certificate = EXTREME[name]
    matrix = segno.make(certificate.verify_url, error="m", micro=False).matrix_iter(border=4)
    wanted = [[bool(module) for module in row] for row in matrix]
    assert code_in(opened(file_of(name, scale)), certificate, scale) == wanted


def test_q5_a_superseded_certificate_carries_a_band_and_keeps_its_code() -> None:
    old = replace(PRIZE, superseded=True, superseded_by="CB2-NEW")
    before, after = draw_certificate(PRIZE), draw_certificate(old)
    changed = ImageChops.difference(before, after).getbbox()
    assert changed is not None
    left, top, right, bottom = (side * DOTS for side in changed)
    assert not outside(Box(left, top, right, bottom), MARGINS)
    assert right - left > 0.7 * WIDTH * DOTS
    assert code_in(after, old, 1) == code_in(before, PRIZE, 1)
    ink = tuple(int(INK[at : at + 2], 16) for at in (1, 3, 5))
    band = [after.getpixel((WIDTH // 2 + 11 * x, HEIGHT // 2 - 4 * x)) for x in range(-50, -40)]
    assert band == [ink] * 10


def test_q5_the_band_says_by_which_code() -> None:
    one = draw_certificate(replace(PRIZE, superseded=True, superseded_by="CB2-AAAA"))
    other = draw_certificate(replace(PRIZE, superseded=True, superseded_by="CB2-BBBB"))
    none = draw_certificate(replace(PRIZE, superseded=True))
    assert ImageChops.difference(one, other).getbbox() is not None
    assert ImageChops.difference(one, none).getbbox() is not None


def test_the_code_of_a_certificate_that_stands_is_not_covered() -> None:
    """A code for replacement alone draws no band."""
    assert png_bytes(replace(PRIZE, superseded_by="CB2-NEW")) == png_bytes(PRIZE)
    assert PAPER == "#FFFDF8"
