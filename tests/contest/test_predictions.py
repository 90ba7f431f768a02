"""Reading predicted numbers."""

from decimal import Decimal

import pytest

from contest.predictions import read_count


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (61500, 61500),
        ("61500", 61500),
        ("61.500", 61500),
        (" 61 500 ", 61500),
        ("457.428", 457428),
        ("1.234.567", 1234567),
        (0, 0),
    ],
)
def test_numbers_as_people_write_them(raw: int | str, value: int) -> None:
    assert read_count(raw) == Decimal(value)


@pytest.mark.parametrize("raw", [None, "", "  "])
def test_blank_is_no_prediction(raw: str | None) -> None:
    assert read_count(raw) is None


@pytest.mark.parametrize("raw", ["-5", "61,5", "6.1500", "nhiều", "1e9", 10**9, "٣", "12.34"])
def test_anything_else_says_what_to_write(raw: int | str) -> None:
    with pytest.raises(ValueError, match="số nguyên"):
        read_count(raw)
