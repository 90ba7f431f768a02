"""Files nobody should be able to do harm with: each is refused with its message, in no time."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.exchange import sheets
from quizzes.exchange.formats import FORMATS, read_questions
from quizzes.exchange.own_sheet import HEADINGS
from quizzes.exchange.reading import MAX_BYTES, MAX_QUESTIONS
from tests.quizzes.exchange.making import bank, one_of_each, single

FOLDER = Path(__file__).parent.parent / "hostile"
TABLE = dict(re.findall(r"^\| `(.+?)` \| (.+) \|$", (FOLDER / "README.md").read_text(), re.M))
FILES = sorted(path.name for path in FOLDER.iterdir() if path.name != "README.md")


def said(file: str, data: bytes, key: str = "") -> str:
    faults = read_questions(file, data, key).faults
    return "; ".join(": ".join(filter(None, (f.place, f.reason))) for f in faults)


def test_the_table_names_every_file() -> None:
    assert sorted(TABLE) == FILES


@pytest.mark.parametrize("name", FILES)
def test_each_file_gets_its_message(name: str) -> None:
    assert (said(name, (FOLDER / name).read_bytes()) or "(nhập được)") == TABLE[name]


def test_invisible_characters_are_dropped() -> None:
    reading = read_questions("a.gift", (FOLDER / "invisible.gift").read_bytes())
    record = reading.questions[0].record
    assert (record.stem, record.choices[0][1]) == ("Giữ vườn là gì?", "Nền tảng")


def test_openpyxl_reads_with_defusedxml() -> None:
    """What is parsed behind our own checks knows no entities either."""
    assert openpyxl.DEFUSEDXML


def test_a_bomb_is_never_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*args: object, **kwargs: object) -> None:
        raise AssertionError("openpyxl was asked to open it")

    monkeypatch.setattr(sheets, "load_workbook", opened)
    monkeypatch.setattr(zipfile.ZipFile, "read", opened)
    assert "nén quá nhiều" in said("bomb.xlsx", (FOLDER / "bomb.xlsx").read_bytes())


def test_a_file_above_five_megabytes_is_refused() -> None:
    assert said("a.gift", b"x" * (MAX_BYTES + 1)) == "tệp lớn quá 5 MB; hãy chia nhỏ"


@pytest.mark.parametrize("key", ["live", "gift", "aiken", "moodle"])
def test_two_thousand_questions_and_no_more(key: str) -> None:
    questions = [single(id=f"K-{n}", stem=f"Câu số {n}?") for n in range(MAX_QUESTIONS + 1)]
    data = FORMATS[key].write(bank(*questions))
    assert said("tep", data, key) == "tệp có hơn 2000 câu; hãy chia thành nhiều tệp"


def test_a_sheet_whose_rows_lie_far_below_is_refused() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(HEADINGS)
    book.worksheets[0].cell(900_000, 1, "x")
    buffer = io.BytesIO()
    book.save(buffer)
    assert "dài quá 50000 dòng" in said("a.xlsx", buffer.getvalue())


def test_a_sheet_that_lies_about_its_size_is_read_whole() -> None:
    data = FORMATS["own"].write(bank(*one_of_each()))
    lying = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(lying, "w") as after:
        for name in before.namelist():
            part = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:P2"', before.read(name))
            after.writestr(name, part)
    reading = read_questions("a.xlsx", lying.getvalue())
    assert [placed.record for placed in reading.questions] == one_of_each()


def _changed(data: bytes, change: Callable[[str, bytes], tuple[str, bytes]]) -> bytes:
    """A workbook with its parts changed one by one."""
    other = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as before,
        zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            after.writestr(*change(name, before.read(name)))
    return other.getvalue()


def test_a_sheet_under_another_name_is_measured_too() -> None:
    def hide(name: str, part: bytes) -> tuple[str, bytes]:
        cells = b"<row>" + b"<c/>" * 700_000 + b"</row></sheetData>"
        if name.endswith("sheet1.xml"):
            part = part.replace(b"</sheetData>", cells)
        part = part.replace(b"sheet1.xml", b"sheet1.bin")
        return name.replace("sheet1.xml", "sheet1.bin"), part

    data = _changed(FORMATS["own"].write(bank(*one_of_each())), hide)
    assert "quá nhiều ô" in said("a.xlsx", data)


def test_entities_are_seen_in_utf_16_too() -> None:
    def declare(name: str, part: bytes) -> tuple[str, bytes]:
        if name != "xl/workbook.xml":
            return name, part
        body = re.sub(r"^<\?xml[^>]*\?>", "", part.decode())
        head = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY b "c">]>'
        return name, (head + body).encode("utf-16")

    data = _changed(FORMATS["own"].write(bank(*one_of_each())), declare)
    assert "khai báo DTD" in said("a.xlsx", data)


def test_what_looks_like_a_formula_leaves_as_text() -> None:
    texts = ("=1+1", "+84 26", "-5 độ", "@nhóm")
    question = single(stem="=HYPERLINK(1)", choices=tuple(zip("abcd", texts, strict=True)))
    for key in ("own", "live"):
        data = FORMATS[key].write(bank(question))
        sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
        cells = [cell for row in sheet for cell in row if cell.value]
        assert {cell.data_type for cell in cells} <= {"s", "n"}
        quoted = {cell.value for cell in cells if cell.quotePrefix}
        assert quoted == {*texts, "=HYPERLINK(1)"}


WHOLE = {key: format.write(bank(*one_of_each()[:1])) for key, format in FORMATS.items()}


@pytest.mark.parametrize("key", FORMATS)
@settings(max_examples=50)
@given(data=st.data())
def test_no_damage_makes_a_reader_fail(key: str, data: st.DataObject) -> None:
    whole = WHOLE[key]
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    piece = data.draw(
        st.one_of(
            st.binary(max_size=8), st.text("{}=~#:<>&[]\\\"'-\n*!%ẹ", max_size=8).map(str.encode)
        )
    )
    damaged = whole[:start] + piece + whole[end:]
    reading = read_questions("tep", damaged, key)
    assert reading.questions or reading.faults
    read_questions("tep", damaged)
