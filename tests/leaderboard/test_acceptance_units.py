"""U1, U2 and U4 on the pages that units and their leaders look at."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Affiliation, HeadCount, Unit, User
from accounts.registration import change_unit
from accounts.unit_changes import merge_unit, rename_unit
from contest.models import Round
from leaderboard.boards import units_board
from tests.conftest import empty_cache
from tests.factories import make_person, make_round, make_unit
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
