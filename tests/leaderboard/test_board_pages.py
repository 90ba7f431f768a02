"""Pages of boards as the server draws them; the live part is in tests/browser/test_board.py."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import HeadCount, Unit, User
from contest.models import Contest, Entry, Round
from leaderboard.cells import one_decimal, person_cells, time_left, time_of_day, unit_cells
from quizzes.qr import qr_code
from tests.factories import make_contest, make_entry, make_person, make_round

NAMES = ["Lục Văn Tài", "Triệu Mùi Pham", "Hoàng Văn Dự", "Bế Thị Lan Anh"]


def address(round: Round, query: str = "") -> str:
    return f"/c/{round.contest.slug}/{round.number}/board/{query}"


def text(response: Any) -> str:
    return response.content.decode()


def ranks(html: str) -> list[str]:
    """What is written as rank in each row, the blank one for the script left out."""
    return re.findall(r'data-f="rank">([\d.]+)<', html)


def names(html: str) -> list[str]:
    return re.findall(r'data-f="name">([^<]+)<', html)


@pytest.fixture
def four(round: Round, commune: Unit, ward: Unit, noon: datetime) -> list[Entry]:
    """Four people; the second and the third are equal in everything."""
    times = [60_000, 72_400, 72_400, 3_723_000]
    return Entry.objects.bulk_create(
        make_entry(
            make_person(f"p{place}", name, unit),
            round, unit, points=5 - place // 3, elapsed_ms=ms, at=noon,
        )
        for place, (name, ms, unit) in enumerate(
            zip(NAMES, times, [ward, commune, commune, ward], strict=True)
        )
    )  # fmt: skip


# -- Cells ---------------------------------------------------------------------------------------

PERSON = {"key": 1477, "rank": 1214, "name": "Yến", "unit": "Xã", "correct": 19, "elapsed_ms": 0}
UNIT = {"code": "c", "rank": 3, "unit": "Xã", "entrants": 1234, "mean": 17.25}


def test_cells_of_a_person() -> None:
    cells = person_cells(PERSON | {"elapsed_ms": 72_999}, 20)
    assert (cells.key, cells.rank, cells.is_top) == ("1477", "1.214", False)
    assert (cells.score, cells.detail, cells.note) == ("19/20", "01:12", "Xã")


@pytest.mark.parametrize(
    ("rate", "members", "note", "score", "bar"),
    [
        (0.6284, 1964, "1.234/1.964 người dự thi", "62,8%", "62.8"),
        (1.0, 1234, "1.234/1.234 người dự thi", "100,0%", "100.0"),
        (2.5, 494, "1.234/494 người dự thi", "250,0%", "100.0"),
        (None, None, "1.234 người dự thi, chưa khai báo số người", "–", ""),
    ],
)
def test_cells_of_a_unit(
    rate: float | None, members: int | None, note: str, score: str, bar: str
) -> None:
    cells = unit_cells(UNIT | {"rate": rate, "members": members})
    assert (cells.note, cells.score + cells.sign, cells.bar) == (note, score, bar)
    assert (cells.detail, cells.is_top) == ("TB 17,3 điểm", True)


@pytest.mark.parametrize(
    ("value", "said"), [(0, "0,0"), (62.84, "62,8"), (12.25, "12,3"), (1234.96, "1.235,0")]
)
def test_one_decimal_rounds_half_up(value: float, said: str) -> None:
    assert one_decimal(value) == said


@pytest.mark.parametrize(
    ("ms", "said"),
    [
        (-5, "00:00:00"),
        (8_077_999, "02:14:37"),
        (86_399_000, "23:59:59"),
        (86_400_000, "1 ngày 00:00"),
    ],
)
def test_time_left(ms: int, said: str) -> None:
    assert time_left(ms) == said


def test_time_of_day_is_vietnams() -> None:
    assert time_of_day(datetime(2026, 3, 9, 18, 49, 10, tzinfo=UTC)) == "01:49:10"


# -- The board of the day ------------------------------------------------------------------------


@pytest.fixture
def contest(ha: User) -> Contest:
    return make_contest(ha)


def shift(round: Round, *, opens: timedelta, closes: timedelta) -> None:
    now = timezone.now()
    Round.objects.filter(pk=round.pk).update(opens_at=now + opens, closes_at=now + closes)


def test_current_without_any_begun_round(client: Client, ha: User, contest: Contest) -> None:
    coming = make_round(ha, timezone.now(), contest=contest)
    shift(coming, opens=timedelta(days=1), closes=timedelta(days=2))
    assert "Chưa có bảng xếp hạng" in text(client.get("/boards/"))


def test_current_prefers_the_open_round_to_later_and_closed_ones(
    client: Client, ha: User, contest: Contest
) -> None:
    hour, day = timedelta(hours=1), timedelta(days=1)
    closed, opened, coming = (make_round(ha, timezone.now(), contest=contest) for _ in range(3))
    shift(closed, opens=-2 * day, closes=-hour)
    shift(opened, opens=-3 * day, closes=hour)
    shift(coming, opens=hour, closes=day)
    assert client.get("/boards/")["Location"] == address(opened)
    shift(opened, opens=-3 * day, closes=-2 * day)
    assert client.get("/boards/")["Location"] == address(closed)


# -- A round's board -----------------------------------------------------------------------------


def test_people_with_ties_sharing_a_rank(client: Client, round: Round, four: list[Entry]) -> None:
    """R1, in the HTML too."""
    html = text(client.get(address(round)))
    assert ranks(html) == ["1", "2", "2", "4"]
    assert names(html) == NAMES
    assert "5/5" in html
    assert "01:12" in html
    assert "1:02:03" in html
    assert "Tạm thời" in html


def test_page_and_feed_say_the_same(client: Client, round: Round, four: list[Entry]) -> None:
    html = text(client.get(address(round)))
    board = client.get(f"/api/v1/rounds/{round.pk}/board?by=people").json()
    assert f'data-version="{board["version"]}"' in html
    assert names(html) == [row["name"] for row in board["rows"]]


def test_units_tab(client: Client, round: Round, four: list[Entry], ward: Unit) -> None:
    HeadCount.objects.create(unit=ward, members=8)
    html = text(client.get(address(round, "?by=units")))
    assert names(html) == ["Phường Thục Phán", "Xã Trùng Khánh"]
    assert "2/8 người dự thi" in html
    assert "đơn vị chưa khai báo xếp sau, theo số người dự thi." in html


def test_people_of_one_unit(client: Client, round: Round, four: list[Entry], ward: Unit) -> None:
    html = text(client.get(address(round, f"?unit={ward.code}")))
    assert names(html) == [NAMES[0], NAMES[3]]
    assert 'data-socket=""' in html  # the feed does not send this part


def test_own_unit_and_own_row(
    yen_client: Client, yen: User, round: Round, four: list[Entry], commune: Unit, noon: datetime
) -> None:
    entry = make_entry(yen, round, commune, points=5, elapsed_ms=1_000, at=noon)
    entry.save()
    html = text(yen_client.get(address(round)))
    assert f'href="?unit={commune.code}"' in html
    assert f'<li class="brow brow--me" data-key="{entry.pk}"' in html
    assert html.count("brow--me") == 2  # the row, and the one pinned at the foot


def test_visitors_have_no_own_place(client: Client, round: Round, four: list[Entry]) -> None:
    html = text(client.get(address(round)))
    assert "Đơn vị tôi" not in html
    assert "data-me=" not in html
    assert "brow--me" not in html


def test_parts_of_a_long_board(client: Client, round: Round, commune: Unit, noon: datetime) -> None:
    Entry.objects.bulk_create(
        make_entry(None, round, commune, points=5, elapsed_ms=number, at=noon)
        for number in range(45)
    )
    first, middle, last = (
        text(client.get(address(round, f"?offset={start}"))) for start in (0, 20, 40)
    )
    assert ranks(middle) == [str(rank) for rank in range(21, 41)]
    assert "21–40 trong 45" in middle
    assert 'href="?by=people&amp;offset=40" rel="next" data-f="more">' in middle
    assert 'href="?by=people" rel="prev"' in middle
    assert 'data-f="more">' in first
    assert 'data-f="more" hidden>' in last
    assert len(ranks(last)) == 5


@pytest.mark.parametrize("query", ["?offset=abc", "?offset=-3", "?offset=", "?by=dogs"])
def test_unreadable_addresses_show_the_first_page(
    client: Client, round: Round, four: list[Entry], query: str
) -> None:
    assert names(text(client.get(address(round, query)))) == NAMES


def test_beyond_the_end(client: Client, round: Round, four: list[Entry]) -> None:
    html = text(client.get(address(round, "?offset=" + "9" * 5000)))
    assert "Bảng chưa dài tới chỗ này." in html
    assert 'rel="prev"' in html


def test_empty_board(client: Client, round: Round) -> None:
    html = text(client.get(address(round)))
    assert "Chưa có kết quả nào ở vòng này." in html
    assert '<ol class="board" hidden>' in html


def test_what_people_are_called_is_only_text(
    client: Client, round: Round, commune: Unit, noon: datetime
) -> None:
    person = make_person("x", "<img src=x onerror=alert(1)>")
    make_entry(person, round, commune, points=5, elapsed_ms=1, at=noon).save()
    assert "<img" not in text(client.get(address(round)))


def test_no_figure_is_grouped_where_a_script_reads_it(
    client: Client, round: Round, commune: Unit, noon: datetime
) -> None:
    make_entry(None, round, commune, points=5, elapsed_ms=1, at=noon).save()
    Entry.objects.update(id=1_234_567)
    html = text(client.get(address(round, "?offset=0")))
    assert 'data-key="1234567"' in html
    assert re.search(r'data-version="\d{13}"', html)


@pytest.mark.parametrize("query", ["", "?by=units", "?screen=1"])
def test_unknown_and_unpublished_rounds(client: Client, round: Round, query: str) -> None:
    assert client.get(f"/c/{round.contest.slug}/9/board/{query}").status_code == 404
    assert client.get(f"/c/khong-co/1/board/{query}").status_code == 404
    Round.objects.update(published_at=None)
    assert client.get(address(round, query)).status_code == 404


def test_unknown_unit(client: Client, round: Round) -> None:
    assert client.get(address(round, "?unit=khong-co")).status_code == 404


def test_nothing_can_be_posted(client: Client, round: Round) -> None:
    assert client.post(address(round)).status_code == 405


# -- Projector -----------------------------------------------------------------------------------


def test_screen_shows_units_first(
    client: Client, round: Round, four: list[Entry], ward: Unit
) -> None:
    HeadCount.objects.create(unit=ward, members=8)
    html = text(client.get(address(round, "?screen=1")))
    assert "Đơn vị dẫn đầu" in html
    assert names(html) == ["Phường Thục Phán", "Xã Trùng Khánh"]
    assert '<progress class="bar" max="100" value="25.0"' in html
    assert "masthead" not in html


def test_screen_of_people_has_eight_rows(
    client: Client, round: Round, commune: Unit, noon: datetime
) -> None:
    Entry.objects.bulk_create(
        make_entry(None, round, commune, points=5, elapsed_ms=number, at=noon)
        for number in range(12)
    )
    html = text(client.get(address(round, "?screen=1&by=people")))
    assert "Cá nhân dẫn đầu" in html
    assert len(ranks(html)) == 8


def test_screen_figures_leave_out_people_on_duty(
    client: Client, round: Round, four: list[Entry], ha: User
) -> None:
    """R6: attempts of staff are in no figure."""
    Entry.objects.filter(pk=four[0].pk).update(attempts_started=2)
    Entry.objects.create(user=ha, round=round, attempts_started=7)
    html = text(client.get(address(round, "?screen=1")))
    assert re.findall(r"<dd data-figure>([^<]+)<", html) == ["4", "5"]


@pytest.mark.parametrize(
    ("opens", "closes", "label"),
    [
        (timedelta(hours=2), timedelta(hours=9), "Mở sau"),
        (timedelta(hours=-2), timedelta(hours=9), "Còn"),
        (timedelta(hours=-9), timedelta(hours=-2), "Vòng thi"),
    ],
)
def test_screen_countdown(
    client: Client, round: Round, opens: timedelta, closes: timedelta, label: str
) -> None:
    shift(round, opens=opens, closes=closes)
    html = text(client.get(address(round, "?screen=1")))
    assert f"<span>{label}</span>" in html
    assert re.search(r'data-now="\d{13}" data-opens="\d{13}" data-closes="\d{13}"', html)


def test_qr_code_leads_to_the_round(
    client: Client, round: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr("leaderboard.views.qr_code", lambda url: told.append(url) or qr_code(url))
    client.get(address(round, "?screen=1"), headers={"host": "localhost"})
    assert told == [f"http://localhost/c/{round.contest.slug}/{round.number}/"]


def test_qr_code_has_its_quiet_zone_and_finder_pattern() -> None:
    code = qr_code("http://localhost/")
    assert code.view_box == "-4 -4 33 33"
    assert code.path.startswith("M0 0h7v1h-7z")
