"""U1, U2 and U4 on the pages that units and their leaders look at."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Affiliation, HeadCount, Unit, User
from accounts.registration import change_unit
from accounts.unit_changes import merge_unit, rename_unit
from contest.models import Round
from contest.results.finalising import finalise_round
from leaderboard.boards import units_board
from leaderboard.unit_pages import participation, whole
from tests.conftest import empty_cache
from tests.factories import make_entry, make_person, make_round, make_unit
from tests.leaderboard.staging import take

HOUR = timedelta(hours=1)
MOVES = "Chuyển đơn vị từ khi vòng thi mở"
WHY = "bài bắt đầu trước khi chuyển vẫn tính cho đơn vị cũ"


@pytest.fixture
def open_round(ha: User) -> Round:
    return make_round(ha, timezone.now())


def totals(round: Round) -> dict[str, tuple[int, float | None]]:
    """``{unit code: (entrants, rate)}`` as the units board has it now."""
    rows: list[dict[str, Any]] = units_board(round, timezone.now())["rows"]
    return {row["code"]: (row["entrants"], row["rate"]) for row in rows}


def seen_by_leader(unit: Unit) -> str:
    """The unit's page for somebody who leads it, without tags."""
    leader = make_person(f"phu-trach-{unit.code}", "Người Phụ Trách", unit)
    Affiliation.objects.create(user=leader, unit=unit, role=Affiliation.Role.LEADER)
    client = Client()
    client.force_login(leader)
    empty_cache()
    answer = client.get(f"/units/{unit.code}/")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_u1_both_leaders_see_why_a_transfer_moved_nothing_that_was_done(
    open_round: Round, yen: User, tai: User, commune: Unit, ward: Unit, client: Client
) -> None:
    started = timezone.now() - timedelta(minutes=30)
    take(yen, open_round, started, 4)
    change_unit(user=yen, unit=ward, now=started + timedelta(minutes=5))
    take(yen, open_round, started + timedelta(minutes=10), 2)
    take(tai, open_round, started, 3)
    assert totals(open_round) == {"01477": (1, None), "01273": (1, None)}
    left, joined = seen_by_leader(commune), seen_by_leader(ward)
    assert f"{MOVES} 0 người chuyển đến, 1 người chuyển đi" in left
    assert f"{MOVES} 1 người chuyển đến, 0 người chuyển đi" in joined
    for page in (left, joined):
        assert WHY in page
        assert yen.full_name not in page
    assert MOVES not in client.get(f"/units/{ward.code}/").content.decode()


def test_u1_moves_before_the_round_and_within_the_unit_are_not_told(
    open_round: Round, yen: User, tai: User, commune: Unit, ward: Unit
) -> None:
    school = make_unit("truong", "Trường THPT Trùng Khánh", parent=commune)
    change_unit(user=tai, unit=commune, now=open_round.opens_at - HOUR)
    change_unit(user=yen, unit=school, now=timezone.now())
    assert MOVES not in seen_by_leader(commune)
    assert MOVES not in seen_by_leader(ward)
    assert f"{MOVES} 1 người chuyển đến, 0 người chuyển đi" in seen_by_leader(school)


def test_u2_a_rename_is_the_same_unit_with_its_total(
    open_round: Round, ha: User, yen: User, commune: Unit
) -> None:
    take(yen, open_round, timezone.now() - timedelta(minutes=5), 4)
    rename_unit(
        actor=ha, unit=commune, name="Xã Pò Tấu", on=date(2026, 3, 1), reason="NQ 1",
        now=timezone.now(),
    )  # fmt: skip
    (row,) = units_board(open_round, timezone.now())["rows"]
    assert (row["code"], row["unit"], row["entrants"]) == ("01477", "Xã Pò Tấu", 1)


def test_u2_what_was_done_before_a_merger_keeps_the_name_of_the_day(
    open_round: Round, ha: User, yen: User, tai: User, commune: Unit, ward: Unit
) -> None:
    """People go on for the successor; nobody is counted in both."""
    lan = make_person("lan", "Bế Thị Lan", commune)
    started = timezone.now() - timedelta(minutes=30)
    take(yen, open_round, started, 4)
    merge_unit(
        actor=ha, unit=commune, into=ward, on=date(2026, 3, 1), reason="NQ 1",
        now=started + timedelta(minutes=5),
    )  # fmt: skip
    take(lan, open_round, started + timedelta(minutes=10), 3)
    take(tai, open_round, started, 3)
    take(yen, open_round, started + timedelta(minutes=10), 2)  # the better one was made before
    assert totals(open_round) == {"01477": (1, None), "01273": (2, None)}
    rows = units_board(open_round, timezone.now())["rows"]
    assert {row["unit"] for row in rows} == {"Xã Trùng Khánh", "Phường Thục Phán"}


# -- U2: totals that follow the successor --------------------------------------------------------


def merge(ha: User, unit: Unit, into: Unit, at: datetime) -> None:
    merge_unit(actor=ha, unit=unit, into=into, on=date(2026, 3, 1), reason="NQ 1", now=at)


def whole_of(round: Round, unit: Unit) -> Any:
    """As the unit's page has it now; None without predecessors on the board."""
    empty_cache()
    return whole(unit, participation(round, unit))


def parts_of(found: Any) -> list[tuple[str, str, int]]:
    """``(name, what took it in, people)`` of every predecessor."""
    return [(part.row["unit"], part.into, part.row["entrants"]) for part in found.parts]


def test_u2_the_total_follows_the_successor_and_nobody_counts_twice(
    open_round: Round, ha: User, yen: User, tai: User, commune: Unit, ward: Unit
) -> None:
    """Yến and Lan try again for the successor: one's result stays, the other's moves."""
    lan = make_person("lan", "Bế Thị Lan", commune)
    started = timezone.now() - timedelta(minutes=30)
    take(yen, open_round, started, 5)
    take(lan, open_round, started, 1)
    take(tai, open_round, started, 3)
    assert whole_of(open_round, ward) is None
    merge(ha, commune, ward, started + timedelta(minutes=5))
    assert parts_of(whole_of(open_round, ward)) == [("Xã Trùng Khánh", "Phường Thục Phán", 2)]
    take(yen, open_round, started + timedelta(minutes=10), 2)
    take(lan, open_round, started + timedelta(minutes=10), 4)
    found = whole_of(open_round, ward)
    assert parts_of(found) == [("Xã Trùng Khánh", "Phường Thục Phán", 1)]
    people = open_round.entries.exclude(rank_key="").values("user").distinct().count()
    assert (found.own["entrants"], found.entrants, people, found.perfect) == (2, 3, 3, 1)
    assert whole_of(open_round, commune) is None  # the one that ended has its own row only


def page_of(unit: Unit) -> str:
    """The unit's page for everybody, without tags."""
    empty_cache()
    html = Client().get(f"/units/{unit.code}/").content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_u2_the_page_of_the_successor_says_it_while_boards_may_be_seen(
    open_round: Round, ha: User, yen: User, tai: User, commune: Unit, ward: Unit
) -> None:
    started = timezone.now() - timedelta(minutes=30)
    take(yen, open_round, started, 5)
    take(tai, open_round, started, 3)
    heading = "Gồm cả đơn vị tiền thân"
    assert heading not in page_of(ward)
    merge(ha, commune, ward, started + timedelta(minutes=5))
    assert (
        f"{heading} 2 người đã dự thi vòng 1, trong đó 1 người trả lời đúng tất cả các câu. "
        "Mỗi người chỉ tính một lần. Phường Thục Phán 1 người "
        "Xã Trùng Khánh 1 người sáp nhập từ 01/03/2026 "
    ) in page_of(ward)
    assert heading not in page_of(commune)
    Round.objects.filter(pk=open_round.pk).update(board_shown=Round.BoardShown.AFTER_CLOSE)
    assert heading not in page_of(ward)


def test_u2_the_name_is_that_of_the_last_day(
    open_round: Round, ha: User, yen: User, commune: Unit, ward: Unit
) -> None:
    take(yen, open_round, timezone.now() - timedelta(minutes=5), 4)
    names = {"on": date(2026, 2, 1), "reason": "NQ 1", "now": timezone.now()}
    rename_unit(actor=ha, unit=commune, name="Xã Pò Tấu", **names)
    merge(ha, commune, ward, timezone.now())
    rename_unit(actor=ha, unit=ward, name="Phường Mới", **names)
    ward.refresh_from_db()
    found = whole_of(open_round, ward)
    assert parts_of(found) == [("Xã Pò Tấu", "Phường Mới", 1)]
    assert (found.own, found.entrants) == (None, 1)  # nobody yet for the new one


def test_u2_totals_follow_a_chain_of_mergers(
    open_round: Round, ha: User, yen: User, tai: User, commune: Unit, ward: Unit
) -> None:
    last = make_unit("01279", "Phường Nùng Trí Cao", kind=Unit.Kind.WARD)
    aside = make_unit("01500", "Xã Bên Cạnh")
    started = timezone.now() - timedelta(minutes=30)
    take(yen, open_round, started, 4)
    take(tai, open_round, started, 3)
    take(make_person("ben", "Người Bên Cạnh", aside), open_round, started, 3)
    merge(ha, commune, ward, started + timedelta(minutes=5))
    merge(ha, ward, last, started + timedelta(minutes=6))
    take(yen, open_round, started + timedelta(minutes=10), 5)
    found = whole_of(open_round, last)
    assert parts_of(found) == [("Phường Thục Phán", "Phường Nùng Trí Cao", 1)]
    lan = make_person("lan", "Bế Thị Lan")
    Affiliation.objects.create(user=lan, unit=last, is_primary=True)
    take(lan, open_round, started + timedelta(minutes=11), 1)
    make_past(open_round, commune, "mai", started)
    found = whole_of(open_round, last)
    assert parts_of(found) == [
        ("Phường Thục Phán", "Phường Nùng Trí Cao", 1),
        ("Xã Trùng Khánh", "Phường Thục Phán", 1),
    ]
    assert (found.own["entrants"], found.entrants) == (2, 4)
    assert parts_of(whole_of(open_round, ward)) == [("Xã Trùng Khánh", "Phường Thục Phán", 1)]
    assert whole_of(open_round, aside) is None


def make_past(round: Round, unit: Unit, login: str, at: datetime) -> None:
    """Somebody who competed for the unit while it was there."""
    person = make_person(login, "Nông Thị Mai")
    make_entry(person, round, unit, points=2, elapsed_ms=60_000, at=at).save()


def test_u2_a_final_table_keeps_what_it_was_published_with(
    open_round: Round, ha: User, yen: User, tai: User, commune: Unit, ward: Unit
) -> None:
    started = timezone.now() - timedelta(minutes=30)
    take(yen, open_round, started, 4)
    take(tai, open_round, started, 3)
    closed = timezone.now() - timedelta(minutes=1)
    Round.objects.filter(pk=open_round.pk).update(closes_at=closed)
    open_round.refresh_from_db()
    finalise_round(round=open_round, actor=ha, now=timezone.now())
    merge(ha, commune, ward, timezone.now())
    rename_unit(
        actor=ha, unit=ward, name="Phường Mới", on=date(2026, 3, 2), reason="NQ 2",
        now=timezone.now(),
    )  # fmt: skip
    ward.refresh_from_db()
    found = whole_of(open_round, ward)
    assert parts_of(found) == [("Xã Trùng Khánh", "Phường Mới", 1)]
    assert (found.own["unit"], found.entrants) == ("Phường Thục Phán", 2)


def test_u2_totals_ask_once_however_many_went_in(open_round: Round, ha: User, ward: Unit) -> None:
    now = timezone.now()
    chain = [ward, *(make_unit(f"x{number}", f"Xã {number}") for number in range(6))]
    for gone, into in reversed(list(zip(chain[1:], chain, strict=False))):
        make_past(open_round, gone, gone.code, now)
        merge(ha, gone, into, now)
    found = participation(open_round, ward)
    with CaptureQueriesContext(connection) as asked:
        everything = whole(ward, found)
    assert len(asked) == 1
    assert everything is not None
    assert everything.entrants == 6


def test_u3_a_member_of_youth_union_and_trade_union_is_one_entrant_of_one_unit(
    open_round: Round, yen: User, commune: Unit
) -> None:
    for code, kind, role in (
        ("doan", Unit.Kind.YOUTH_UNION, Affiliation.Role.YOUTH_MEMBER),
        ("cong-doan", Unit.Kind.TRADE_UNION, Affiliation.Role.TRADE_UNION_MEMBER),
    ):
        unit = make_unit(code, f"Tổ chức {code}", kind=kind)
        Affiliation.objects.create(user=yen, unit=unit, role=role)
    take(yen, open_round, timezone.now() - timedelta(minutes=5), 4)
    assert totals(open_round) == {"01477": (1, None)}


def test_u4_a_corrected_head_count_moves_the_rate_and_the_old_one_stays(
    open_round: Round, yen: User, commune: Unit
) -> None:
    take(yen, open_round, timezone.now() - timedelta(minutes=5), 4)
    HeadCount.objects.create(unit=commune, members=4, as_of=date(2026, 3, 1))
    assert totals(open_round) == {"01477": (1, 0.25)}
    HeadCount.objects.create(unit=commune, members=2, as_of=date(2026, 3, 1))
    assert totals(open_round) == {"01477": (1, 0.5)}
    assert list(commune.head_counts.order_by("id").values_list("members", flat=True)) == [4, 2]
