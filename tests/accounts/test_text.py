"""One form of text, search without marks, sorting of names."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.text import fold, name_sort_key, nfc


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (unicodedata.normalize("NFD", "Nguyễn Thị Ước"), "Nguyễn Thị Ước"),
        ("  Lý   Thị\u00a0Ê\n", "Lý Thị Ê"),
        ("Ðàm Thủy", "Đàm Thủy"),  # U+00D0, the Icelandic letter
        ("Ɖàm", "Đàm"),  # U+0189, the African letter
        ("Nông\u200b Thị\ufeff Hoài", "Nông Thị Hoài"),
        ("a\x00b", "ab"),
        ("\u200b", ""),
    ],
)
def test_nfc(typed: str, kept: str) -> None:
    assert nfc(typed) == kept


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đảng uỷ xã Đàm Thuỷ", "dang uy xa dam thuy"),
        ("ĐẢNG ỦY XÃ ĐÀM THỦY", "dang uy xa dam thuy"),
        ("Hòa An", "hoa an"),
        ("Hoà An", "hoa an"),
        ("Ước mơ", "uoc mo"),
        (unicodedata.normalize("NFD", "Lưỡng Quảng"), "luong quang"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_nfc_once_is_enough(text: str) -> None:
    assert nfc(nfc(text)) == nfc(text)


@given(st.text(alphabet="aàáạăắâầbđĐeêệghioôơợuưữvxyýÝ ỆƠƯ-.,0123"))
def test_fold_forgets_case_marks_and_composition(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert fold(text.upper()) == folded
    assert fold(unicodedata.normalize("NFD", text)) == folded
    assert folded.isascii()


@given(st.text(max_size=200))
def test_sort_key_never_fails_and_fits_its_column(name: str) -> None:
    assert len(name_sort_key(name)) <= 400


def test_people_sort_by_given_name_in_the_order_of_the_alphabet() -> None:
    in_order = [
        "Bế Thị Lan Anh",
        "Hoàng Văn Anh",
        "Nông Ánh",
        "Lục Văn Ăn",
        "Đàm Thị Ân",
        "Trần Dũng",
        "Lê Đức",
        "Vàng Em",
        "Lý Thị Ê",
        "Lương Hoa",
        "Lương Hòa",
        "Phan Hoan",
        "Vàng A Páo",
    ]
    shuffled = in_order[::-2] + in_order[-2::-2]
    assert sorted(shuffled, key=name_sort_key) == in_order


def test_a_pile_of_marks_on_one_letter_is_cut() -> None:
    """Drawn over the rows above and below, it would spoil a board for everybody."""
    piled = "a" + "\u0301\u0302\u0316" * 60 + "n"
    marks = [c for c in unicodedata.normalize("NFD", nfc(piled)) if unicodedata.combining(c)]
    assert len(marks) <= 3
    assert nfc("Nguyễn Thị Ệ") == "Nguyễn Thị Ệ"


def test_letters_nobody_sees_are_dropped() -> None:
    assert nfc("\u3164\u3164 \u115f\u2800") == ""
