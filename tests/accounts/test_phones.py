"""Telephone numbers in every spelling lead to one form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.phones import normalise_phone, spoken_phone


@pytest.mark.parametrize(
    "typed",
    [
        "0912345678",
        "912345678",
        "+84912345678",
        "84912345678",
        "0084912345678",
        "+840912345678",
        "0912 345 678",
        "0912.345.678",
        "0912-345-678",
        "(+84) 912 345 678",
        " 0912\u00a0345\u2013678 ",
    ],
)
def test_one_number_in_every_spelling(typed: str) -> None:
    assert normalise_phone(typed) == "+84912345678"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0206 3853 971", "+842063853971"),
        ("+842063853971", "+842063853971"),
        ("0345678901", "+84345678901"),
        ("0849123456", "+84849123456"),
        ("849123456", "+84849123456"),
        ("+8613800138000", "+8613800138000"),
        ("0086 138 0013 8000", "+8613800138000"),
        ("+1 415 555 2671", "+14155552671"),
    ],
)
def test_other_numbers(typed: str, number: str) -> None:
    assert normalise_phone(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "abc",
        "hoai@example.vn",
        "0912 34",
        "09123456789",
        "0112345678",  # no such prefix
        "0612345678",
        "13800138000",  # another country without its code
        "+84123",
        "+0912345678",
        "٠٩١٢٣٤٥٦٧٨",
        "0912+345678",
        "+",
    ],
)
def test_not_a_number(typed: str) -> None:
    assert normalise_phone(typed) is None


@given(st.text())
def test_the_form_is_its_own_form(text: str) -> None:
    number = normalise_phone(text)
    if number is not None:
        assert normalise_phone(number) == number
        assert number.startswith("+")
        assert 8 <= len(number) <= 16


@given(st.from_regex(r"0[35789][0-9]{8}", fullmatch=True), st.sampled_from(["", " ", ".", "-"]))
def test_separators_do_not_matter(number: str, separator: str) -> None:
    assert normalise_phone(separator.join(number)) == "+84" + number[1:]


def test_shown_as_written_at_home() -> None:
    assert spoken_phone("+84912345678") == "0912 345 678"
    assert spoken_phone("+842063853971") == "0206 3853 971"
    assert spoken_phone("+14155552671") == "+14155552671"
