"""Times, figures and rules in Vietnamese: tables, no database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from contest import wording

# 08:00 on Monday 09/03/2026 in Vietnam, said by clocks in three places.
MONDAY = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
SUNDAY_22 = datetime(2026, 3, 15, 15, 0, tzinfo=UTC)
ZONES = [UTC, timezone(timedelta(hours=-5)), wording.VIETNAM]


@pytest.mark.parametrize("zone", ZONES)
def test_t12_a_moment_reads_the_same_wherever_the_server_stands(zone) -> None:
    assert wording.at(MONDAY.astimezone(zone)) == "08:00 thứ Hai, 09/03/2026"


def test_t12_the_day_is_vietnams_day() -> None:
    late = datetime(2026, 3, 8, 17, 30, tzinfo=UTC)
    assert wording.at(late) == "00:30 thứ Hai, 09/03/2026"
    assert wording.date(late, year=False) == "09/03"


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "thứ Hai, 09/03"),
        (1, "thứ Ba, 10/03"),
        (2, "thứ Tư, 11/03"),
        (3, "thứ Năm, 12/03"),
        (4, "thứ Sáu, 13/03"),
        (5, "thứ Bảy, 14/03"),
        (6, "Chủ nhật, 15/03"),
    ],
)
def test_weekdays(days: int, said: str) -> None:
    assert wording.day(MONDAY + timedelta(days=days), year=False) == said


def test_a_clock_shows_seconds_only_when_there_are_any() -> None:
    assert wording.clock(SUNDAY_22) == "22:00"
    assert wording.clock(SUNDAY_22 + timedelta(seconds=5)) == "22:00:05"


@pytest.mark.parametrize(
    ("opens_at", "closes_at", "window", "dates"),
    [
        (
            MONDAY, SUNDAY_22,
            "08:00 thứ Hai, 09/03 đến 22:00 Chủ nhật, 15/03/2026", "09/03 – 15/03",
        ),
        (
            MONDAY, MONDAY + timedelta(hours=3),
            "08:00 đến 11:00 thứ Hai, 09/03/2026", "09/03/2026",
        ),
        (
            datetime(2025, 12, 29, 1, 0, tzinfo=UTC), datetime(2026, 1, 4, 15, 0, tzinfo=UTC),
            "08:00 thứ Hai, 29/12/2025 đến 22:00 Chủ nhật, 04/01/2026", "29/12/2025 – 04/01/2026",
        ),
    ],
)  # fmt: skip
def test_windows(opens_at: datetime, closes_at: datetime, window: str, dates: str) -> None:
    assert wording.window(opens_at, closes_at) == window
    assert wording.dates(opens_at, closes_at) == dates


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(days=3, hours=2, minutes=59), "3 ngày 2 giờ"),
        (timedelta(days=3, minutes=59), "3 ngày"),
        (timedelta(hours=2, minutes=5), "2 giờ 5 phút"),
        (timedelta(hours=1), "1 giờ"),
        (timedelta(minutes=59, seconds=59), "59 phút"),
        (timedelta(seconds=60), "1 phút"),
        (timedelta(seconds=59, milliseconds=999), "59 giây"),
        (timedelta(0), "0 giây"),
        (timedelta(seconds=-5), "0 giây"),
    ],
)
def test_spans(length: timedelta, said: str) -> None:
    assert wording.span(length) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(900, "15 phút"), (240, "4 phút"), (222, "3 phút 42 giây"), (45, "45 giây"), (0, "0 giây")],
)
def test_time_limits(seconds: int, said: str) -> None:
    assert wording.minutes(seconds) == said


@pytest.mark.parametrize(
    ("ms", "said"),
    [(401_999, "06:41"), (0, "00:00"), (3_723_000, "1:02:03"), (59_999, "00:59")],
)
def test_stopwatch(ms: int, said: str) -> None:
    assert wording.stopwatch(ms) == said


@pytest.mark.parametrize(
    ("value", "said"), [(1234, "1.234"), (1234567.5, "1.234.567,5"), (7, "7"), (-1500, "-1.500")]
)
def test_figures(value: float, said: str) -> None:
    assert wording.number(value) == said


def test_small_counts_in_words() -> None:
    assert [wording.in_words(n) for n in (1, 7, 10, 11)] == ["một", "bảy", "mười", "11"]


def test_headlines_keep_compounds_together() -> None:
    assert wording.headline("Nghị quyết Đại hội") == "Nghị\u00a0quyết Đại\u00a0hội"


def test_t4_the_warning_before_a_late_start() -> None:
    assert wording.cut_short(SUNDAY_22, 240, 900) == (
        "Vòng thi đóng lúc 22:00, nên nếu vào thi bây giờ bạn có 4 phút, không phải 15 phút."
    )
