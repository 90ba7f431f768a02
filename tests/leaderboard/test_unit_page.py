"""The page of a unit: figures for everybody, a little more for those who lead the unit."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Affiliation, FormerName, HeadCount, Unit, User
from contest.models import Attempt, Entry, Round
from quizzes.qr import qr_code
from tests.conftest import empty_cache
from tests.factories import make_entry, make_person, make_unit

EMPTY = "Chưa có ai ở đơn vị dự thi. In áp phích có mã QR hoặc gửi lời nhắc vào nhóm Zalo."
FOR_LEADERS = "Dành cho người phụ trách"
HOUR = timedelta(hours=1)


def address(unit: Unit) -> str:
    return f"/units/{unit.code}/"


def text(response: Any) -> str:
    assert response.status_code == 200
    return response.content.decode()


def facts(html: str) -> dict[str, str]:
    """The terms of the page's lists and what they say, without tags."""
    pairs = re.findall(r"<dt>(.+?)</dt><dd>(.+?)</dd>", html)
    return {term: re.sub(r"<[^>]+>", " ", said) for term, said in pairs}


@pytest.fixture
def open_round(round: Round) -> Round:
    """The round, open at this very moment."""
    now = timezone.now()
    Round.objects.filter(pk=round.pk).update(opens_at=now - HOUR, closes_at=now + HOUR)
    round.refresh_from_db()
    return round


def take_part(round: Round, unit: Unit, at: datetime, *points: int) -> None:
    entries = [
        make_entry(None, round, unit, points=got, elapsed_ms=60_000, at=at) for got in points
    ]
    for entry in entries:
        entry.is_perfect = entry.points == 5
    Entry.objects.bulk_create(entries)


def start(round: Round, user: User, unit: Unit, **changes: Any) -> Attempt:
    """An attempt in progress, without a paper."""
    now = timezone.now()
    entry, _ = Entry.objects.get_or_create(user=user, round=round)
    return Attempt.objects.create(
        entry=entry, number=1, unit=unit, started_at=now, deadline=now + HOUR, paper=[], **changes
    )


def lead(user: User, unit: Unit, **changes: Any) -> None:
    Affiliation.objects.create(user=user, unit=unit, role=Affiliation.Role.LEADER, **changes)


# -- For everybody -------------------------------------------------------------------------------


def test_figures_are_those_of_the_units_board(
    client: Client, open_round: Round, commune: Unit, ward: Unit, noon: datetime
) -> None:
    HeadCount.objects.create(unit=commune, members=8)
    HeadCount.objects.create(unit=ward, members=4)
    take_part(open_round, commune, noon, 5, 4, 5)
    take_part(open_round, ward, noon, 3, 3)
    html = text(client.get(address(commune)))
    board = client.get(f"/api/v1/rounds/{open_round.pk}/board?by=units").json()
    row = next(row for row in board["rows"] if row["code"] == commune.code)
    assert (row["rank"], row["rate"], row["mean"], row["perfect"]) == (2, 0.375, 4.67, 2)
    assert '<progress class="prog" max="100" value="37.5"' in html
    assert "<strong>3 trong 8 người</strong> đã dự thi vòng 1." in html
    assert "<strong>Hạng 2</strong> trong 2 đơn vị đã có người dự thi" in html
    assert facts(html) == {"Điểm trung bình": "4,7/5", "Trả lời đúng tất cả các câu": "2 người"}
    board_page = f"/c/{open_round.contest.slug}/1/board/"
    assert f'href="{board_page}?unit={commune.code}"' in html
    assert f'href="{board_page}?by=units"' in html
    assert EMPTY not in html


def test_without_a_head_count_there_is_no_band(
    client: Client, open_round: Round, commune: Unit, noon: datetime
) -> None:
    take_part(open_round, commune, noon, 5)
    html = text(client.get(address(commune)))
    assert "<progress" not in html
    assert "Đơn vị chưa khai báo số người" in html


def test_who_the_unit_is(client: Client, open_round: Round, commune: Unit) -> None:
    for name in ("Thị trấn Trùng Khánh", "Xã Khâm Thành"):
        FormerName.objects.create(unit=commune, name=name, was_in="huyện Trùng Khánh")
    html = text(client.get(address(commune)))
    assert '<p class="label">Xã, phường</p>' in html
    assert (
        "Nay gồm: Thị trấn Trùng Khánh (huyện Trùng Khánh); Xã Khâm Thành (huyện Trùng Khánh)."
        in html
    )


def test_nobody_has_taken_part(
    client: Client, open_round: Round, commune: Unit, ward: Unit, noon: datetime
) -> None:
    take_part(open_round, ward, noon, 5)
    html = text(client.get(address(commune)))
    assert EMPTY in html
    assert 'class="qr"' in html
    assert "Hạng" not in html


def test_a_closed_round_asks_for_no_poster(client: Client, round: Round, commune: Unit) -> None:
    html = text(client.get(address(commune)))
    assert "Không có ai ở đơn vị dự thi vòng này." in html
    assert 'class="qr"' not in html


def test_before_the_first_round(client: Client, round: Round, commune: Unit) -> None:
    Round.objects.update(opens_at=timezone.now() + HOUR, closes_at=timezone.now() + 2 * HOUR)
    assert "Chưa có vòng thi nào mở" in text(client.get(address(commune)))


def test_qr_code_leads_to_the_round(
    client: Client, open_round: Round, commune: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr("leaderboard.views.qr_code", lambda url: told.append(url) or qr_code(url))
    html = text(client.get(address(commune), headers={"host": "localhost"}))
    assert told == [f"http://localhost/c/{open_round.contest.slug}/1/"]
    assert f'<a href="{told[0]}">' in html


@pytest.mark.parametrize("kind", [Unit.Kind.GROUP, Unit.Kind.PROVINCE])
def test_groups_and_unknown_codes_have_no_page(
    client: Client, open_round: Round, kind: Unit.Kind
) -> None:
    make_unit("khoi", "Các xã, phường", kind=kind)
    for code in ("khoi", "khong-co", "%00"):
        assert client.get(f"/units/{code}/").status_code == 404
    board = f"/c/{open_round.contest.slug}/1/board/?unit=khoi"
    assert "/units/" not in text(client.get(board))


def test_nothing_can_be_posted(client: Client, commune: Unit) -> None:
    assert client.post(address(commune)).status_code == 405


def test_the_own_units_tab_leads_here(yen_client: Client, open_round: Round, commune: Unit) -> None:
    board = f"/c/{open_round.contest.slug}/1/board/"
    assert f'href="{address(commune)}"' in text(yen_client.get(f"{board}?unit={commune.code}"))


# -- For leaders ---------------------------------------------------------------------------------


def test_strangers_and_members_see_public_figures_only(
    client: Client, yen_client: Client, open_round: Round, commune: Unit, tai: User
) -> None:
    start(open_round, tai, commune)
    for visitor in (client, yen_client):
        html = text(visitor.get(address(commune)))
        assert FOR_LEADERS not in html
        assert tai.full_name not in html


def test_a_leader_sees_who_is_under_way_and_the_last_head_count(
    yen_client: Client, yen: User, tai: User, ha: User, open_round: Round, commune: Unit
) -> None:
    lead(yen, commune)
    for members, as_of in ((1916, date(2026, 3, 1)), (1900, date(2026, 1, 1))):
        HeadCount.objects.create(unit=commune, members=members, as_of=as_of)
    start(open_round, tai, commune)
    start(open_round, ha, commune, is_ranked=False)  # on duty: in no figure
    html = text(yen_client.get(address(commune)))
    assert FOR_LEADERS in html
    assert facts(html)["Đã vào thi, chưa nộp bài"] == "1 người"
    assert re.match(r"1\.916 người\s+tính đến 01/03/2026", facts(html)["Số người đã khai báo"])
    assert tai.full_name not in html


def test_who_has_a_result_and_tries_again_is_not_unfinished(
    yen_client: Client, yen: User, tai: User, open_round: Round, commune: Unit, noon: datetime
) -> None:
    lead(yen, commune)
    make_entry(tai, open_round, commune, points=4, elapsed_ms=1_000, at=noon).save()
    start(open_round, tai, commune)
    html = text(yen_client.get(address(commune)))
    assert facts(html)["Đã vào thi, chưa nộp bài"] == "0 người"
    assert facts(html)["Số người đã khai báo"] == "Chưa khai báo"


def test_leaders_above_count_former_ones_and_others_do_not(
    yen_client: Client, yen: User, open_round: Round, ward: Unit
) -> None:
    above = make_unit("khoi", "Các xã, phường", kind=Unit.Kind.GROUP)
    below = make_unit("01500", "Xã Bên Dưới", parent=above)
    lead(yen, ward)
    lead(yen, below, until=timezone.now())
    assert FOR_LEADERS not in text(yen_client.get(address(below)))
    lead(yen, above)
    assert FOR_LEADERS in text(yen_client.get(address(below)))


# -- Cost ----------------------------------------------------------------------------------------


def test_as_many_queries_however_many_take_part(
    yen_client: Client, yen: User, open_round: Round, commune: Unit, noon: datetime
) -> None:
    lead(yen, commune)

    def queries() -> int:
        empty_cache()
        with CaptureQueriesContext(connection) as asked:
            text(yen_client.get(address(commune)))
        return len(asked)

    take_part(open_round, commune, noon, 5)
    few = queries()
    for number in range(20):
        unit = make_unit(f"x{number}", f"Xã {number}")
        HeadCount.objects.create(unit=unit, members=9)
        take_part(open_round, unit, noon, 1, 2, 3)
        start(open_round, make_person(f"p{number}", "Người Khác"), commune)
    assert queries() == few


def test_the_board_is_read_once_for_the_pages_of_all_units(
    client: Client, open_round: Round, commune: Unit, ward: Unit, noon: datetime
) -> None:
    take_part(open_round, commune, noon, 5)
    client.get(address(commune))
    with CaptureQueriesContext(connection) as asked:
        client.get(address(ward))
    assert not [query for query in asked if "contest_entry" in query["sql"]]
