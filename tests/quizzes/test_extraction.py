"""Files to text: each kind, each encoding, and a sentence for everything that cannot be read."""

from __future__ import annotations

import unicodedata
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from quizzes.documents import extraction, readers
from quizzes.documents.extraction import FAULTS, ExtractionError, extract
from quizzes.documents.old_fonts import from_tcvn3, from_vni, mended
from quizzes.flow import plain
from tests.quizzes import official_texts as samples

TEXT = "Thực hiện Nghị quyết của Đảng bộ; giữ vững vườn ao, mở rộng chỗ trồng mận ở xã."
VNI = "Thöïc hieän Nghò quyeát cuûa Ñaûng boä; giöõ vöõng vöôøn ao, môû roäng choã "
VNI += "troàng maän ôû xaõ."
TCVN3 = "Thùc hiÖn NghÞ quyÕt cña §¶ng bé; gi÷ v÷ng v\u00adên ao, më réng chç trång mËn ë x·."


def windows_1258(text: str) -> bytes:
    """As Windows writes it: letters with their hats, tones as characters of their own."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    parts = []
    for letter in text:
        apart = unicodedata.normalize("NFD", letter)
        base = unicodedata.normalize("NFC", "".join(c for c in apart if c not in tones))
        parts += [base, *(c for c in apart if c in tones)]
    return "".join(parts).encode("cp1258")


def fault_of(file_name: str, data: bytes) -> ExtractionError:
    with pytest.raises(ExtractionError) as caught:
        extract(file_name=file_name, data=data)
    return caught.value


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        windows_1258(TEXT),
        TCVN3.encode("latin-1"),
        VNI.encode("cp1252"),
    ],
    ids=["utf-8", "bom", "utf-16", "utf-16-le", "windows-1258", "tcvn3", "vni"],
)
def test_text_files_of_every_encoding_say_the_same(data: bytes) -> None:
    assert unicodedata.normalize("NFC", readers.read("txt", data)) == TEXT


def test_old_fonts_inside_a_unicode_file_are_mended() -> None:
    assert mended(TCVN3) == (TEXT, "TCVN3")
    assert mended(VNI) == (TEXT, "VNI")
    assert mended(TEXT) == (TEXT, "")
    assert from_tcvn3("NghÞ") == from_vni("Nghò") == "Nghị"


def test_docx_gives_its_lines_in_order() -> None:
    text = extract(file_name="Công văn.DOCX", data=samples.docx_file("Một\nHai\n1. Ba"))
    assert text.split() == ["Một", "Hai", "1.", "Ba"]


def test_docx_numbers_that_word_counts_are_written_out() -> None:
    data = samples.listed_docx_file("Số 03-CTr/TU", ["Giữ vườn", "Trồng mận"])
    assert readers.read("docx", data).split("\n")[1:3] == ["1. Giữ vườn", "2. Trồng mận"]


def test_pdf_gives_its_pages_parted() -> None:
    pages = ["Trang mot co chu. " * 5, "Trang hai cung co chu. " * 5]
    text = extract(file_name="a.pdf", data=samples.pdf_file(*pages))
    assert [page.split()[1] for page in text.split("\f")] == ["mot", "hai"]


def bomb() -> bytes:
    """A small DOCX that claims to be, and is, huge inside."""
    file = BytesIO(samples.docx_file("x"))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as package:
        chunk = b"\0" * (1 << 20)
        with package.open("word/media/a.bin", "w") as entry:
            for _ in range(readers.MOST_UNPACKED // len(chunk) + 1):
                entry.write(chunk)
    return file.getvalue()


def other_zip() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("xl/workbook.xml", "<x/>")
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "make", "fault"),
    [
        ("a.pdf", samples.scanned_pdf_file, "scanned"),
        ("a.pdf", lambda: samples.locked_pdf_file("bi-mat"), "encrypted"),
        ("a.pdf", lambda: b"%PDF-1.7 dang do", "broken"),
        ("a.docx", bomb, "bomb"),
        ("a.docx", lambda: b"PK\x03\x04hong", "broken"),
        ("a.docx", lambda: b"\xd0\xcf\x11\xe0" + b"x" * 50, "encrypted"),
        ("a.docx", other_zip, "kind"),
        ("a.doc", lambda: b"\xd0\xcf\x11\xe0" + b"x" * 50, "old_word"),
        ("a.pdf", lambda: samples.docx_file("x"), "mismatch"),
        ("a.txt", lambda: samples.pdf_file("x"), "mismatch"),
        ("a.jpg", lambda: b"\xff\xd8\xff\xe0", "picture"),
        ("a.exe", lambda: b"MZ chay", "kind"),
        ("a", lambda: b"chu", "kind"),
        ("a.txt", lambda: b" \n ", "empty"),
        ("a.txt", lambda: bytes(range(128, 256)) * 4, "encoding"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(name: str, make: object, fault: str) -> None:
    error = fault_of(name, make())  # type: ignore[operator]
    assert error.fault == fault
    assert "Hãy" in error.message or "hãy" in error.message
    assert "{" not in error.message


def test_pages_without_text_are_named() -> None:
    error = fault_of("a.pdf", samples.half_scanned_pdf_file())
    assert error.fault == "scanned_pages"
    assert "Trang 2 " in error.message


def test_a_file_too_large_is_not_even_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "MOST_BYTES", 10)
    assert fault_of("a.txt", b"x" * 11).fault == "too_large"


def test_too_many_pages_and_too_long_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "MOST_PAGES", 1)
    monkeypatch.setattr(readers, "MOST_TEXT", 10)
    for kind, data, fault in (
        ("pdf", samples.pdf_file("a", "b"), "too_many_pages"),
        ("txt", b"muoi mot chu", "too_long"),
    ):
        with pytest.raises(readers.UnreadableError) as caught:
            readers.read(kind, data)
        assert caught.value.fault == fault


def test_a_file_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "SECONDS", 0.001)
    assert fault_of("a.txt", TEXT.encode()).fault == "too_heavy"


def test_every_fault_of_the_reader_has_its_sentence() -> None:
    source = Path(readers.__file__).read_text(encoding="utf-8")
    named = {part.split('"')[1] for part in source.split("UnreadableError(")[1:] if '"' in part[:2]}
    assert named | {"too_heavy"} <= FAULTS.keys()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Một\ud800 hai", "Một hai"),
        ("Một" + " " * 300_000 + "hai", "Một hai"),
        ("Một" + "\n \t" * 100_000 + "hai", "Một\n\nhai"),
        ("Một" + "\n" * 150_000 + "\f" + "\n" * 150_000 + "hai", "Một\n\f\nhai"),
        ("Một" + "\n" * 100 + "hai", "Một" + "\n" * 100 + "hai"),
    ],
)
def test_what_no_text_needs_is_left_out_at_once(text: str, said: str) -> None:
    """Such runs of blanks took minutes; no test can wait for that."""
    assert plain(text) == said
