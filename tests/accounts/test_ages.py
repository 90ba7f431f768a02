"""Dates of birth as people write them, and ages."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.ages import EARLIEST, BirthDateFault, age_on, parse_birth_date

TODAY = date(2026, 3, 9)
births = st.dates(EARLIEST, TODAY)


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(2010, 1, 5), date(2026, 1, 4), 15),
        (date(2010, 1, 5), date(2026, 1, 5), 16),
        (date(2010, 1, 5), date(2026, 12, 31), 16),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 28), 19),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2026, 3, 9), date(2026, 3, 9), 0),
        (date(2026, 3, 9), date(2026, 3, 8), -1),
    ],
)
def test_age_on_a_day(birth: date, day: date, age: int) -> None:
    assert age_on(birth, day) == age


@pytest.mark.parametrize(
    ("text", "birth"),
    [
        ("05/01/2010", date(2010, 1, 5)),
        ("12/11/2010", date(2010, 11, 12)),
        ("5/1/2010", date(2010, 1, 5)),
        ("5-1-2010", date(2010, 1, 5)),
        ("05.01.2010", date(2010, 1, 5)),
        ("5 1 2010", date(2010, 1, 5)),
        ("05 / 01 / 2010", date(2010, 1, 5)),
        (" 05012010 ", date(2010, 1, 5)),
        ("2010-01-05", date(2010, 1, 5)),
        ("2010", date(2010, 1, 1)),
        ("29/02/2008", date(2008, 2, 29)),
        ("01/01/1900", date(1900, 1, 1)),
        ("1900", date(1900, 1, 1)),
        ("09/03/2026", TODAY),
    ],
)
def test_the_day_always_comes_first(text: str, birth: date) -> None:
    assert parse_birth_date(text, TODAY) == birth


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("01/25/2010", "Không có tháng 25. Hãy viết ngày trước, tháng sau"),
        ("05/00/2010", "Không có tháng 0"),
        ("29/02/2010", "Tháng 2 năm 2010 không có ngày 29"),
        ("29/02/1900", "Tháng 2 năm 1900 không có ngày 29"),
        ("31/04/2010", "Tháng 4 năm 2010 không có ngày 31"),
        ("0/4/2010", "Tháng 4 năm 2010 không có ngày 0"),
        ("31/12/1899", "Năm sinh phải từ 1900 trở đi. Hãy xem lại năm 1899"),
        ("1899", "Năm sinh phải từ 1900"),
        ("20100105", "Năm sinh phải từ 1900"),
        ("0000", "Năm sinh phải từ 1900"),
        ("10/03/2026", "không thể sau ngày hôm nay"),
        ("2027", "không thể sau ngày hôm nay"),
        ("5/1/10", "năm đủ bốn chữ số"),
        ("5/1", "năm đủ bốn chữ số"),
        ("5/1-2010", "ngày/tháng/năm"),
        ("5 tháng 1 2010", "ngày/tháng/năm"),
        ("٠٥/٠١/٢٠١٠", "ngày/tháng/năm"),
        ("", "ngày/tháng/năm"),
    ],
)
def test_what_is_no_date_of_birth_says_why(text: str, why: str) -> None:
    with pytest.raises(BirthDateFault) as fault:
        parse_birth_date(text, TODAY)
    assert why in str(fault.value)


@given(births)
def test_what_is_shown_can_be_read_again(birth: date) -> None:
    assert parse_birth_date(f"{birth:%d/%m/%Y}", TODAY) == birth
    assert parse_birth_date(f"{birth.day}/{birth.month}/{birth.year}", TODAY) == birth


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(BirthDateFault):
        assert EARLIEST <= parse_birth_date(text, TODAY) <= TODAY


@given(births, births)
def test_ages_grow_by_one_a_year(birth: date, day: date) -> None:
    if (day.month, day.day) == (2, 29):
        day = date(day.year, 3, 1)
    assert age_on(birth, date(day.year + 1, day.month, day.day)) == age_on(birth, day) + 1
