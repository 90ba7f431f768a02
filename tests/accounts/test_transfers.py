"""Leaders of units, and who moved between units: U1 and U2 from the side of the unit."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access import in_subtree, leads_units, transfers
from accounts.models import Affiliation, Unit, User
from accounts.registration import change_unit
from accounts.unit_changes import dissolve_unit, merge_unit
from tests.conftest import NOON
from tests.factories import make_person, make_unit

DAY = timedelta(days=1)
LEADER = Affiliation.Role.LEADER


@pytest.fixture
def province(db: None) -> Unit:
    return make_unit("04", "Tỉnh Cao Bằng", kind=Unit.Kind.PROVINCE)


@pytest.fixture
def school(commune: Unit) -> Unit:
    """A unit below the commune."""
    return make_unit("truong", "Trường THPT Trùng Khánh", parent=commune)


def seen(unit: Unit, since: datetime = NOON) -> list[tuple[str, str, str, datetime]]:
    return [
        (move.user.username, move.left.code, move.joined.code, move.at)
        for move in transfers(unit, since)
    ]


def test_units_led_today(yen: User, tai: User, ha: User, commune: Unit, ward: Unit) -> None:
    gone, ended = make_unit("aa", "Đã Thôi"), make_unit("ab", "Đã Giải Thể")
    for unit in (ward, commune, ended):
        Affiliation.objects.create(user=yen, unit=unit, role=LEADER)
    Affiliation.objects.create(user=yen, unit=gone, role=LEADER, until=NOON)
    Affiliation.objects.create(user=tai, unit=gone, role=LEADER)
    dissolve_unit(actor=ha, unit=ended, on=date(2026, 3, 1), reason="NQ 1", now=NOON)
    late = make_unit("ac", "Giải Thể Trước Khi Giao")
    dissolve_unit(actor=ha, unit=late, on=date(2026, 3, 1), reason="NQ 2", now=NOON)
    Affiliation.objects.create(user=yen, unit=late, role=LEADER)
    assert leads_units(yen) == [ward, commune]
    assert leads_units(tai) == [gone]
    assert leads_units(ha) == []
    assert leads_units(AnonymousUser()) == []


def test_u2_leaders_of_a_merged_unit_lead_the_successor(
    yen: User, ha: User, commune: Unit, ward: Unit
) -> None:
    Affiliation.objects.create(user=yen, unit=commune, role=LEADER)
    merge_unit(actor=ha, unit=commune, into=ward, on=date(2026, 3, 1), reason="NQ 1", now=NOON)
    assert leads_units(yen) == [ward]


def test_subtrees(commune: Unit, ward: Unit, school: Unit) -> None:
    longer = make_unit("014770", "Mã bắt đầu giống nhau")
    assert in_subtree(school, commune)
    assert in_subtree(commune, commune)
    assert not in_subtree(commune, school)
    assert not in_subtree(ward, commune)
    assert not in_subtree(longer, commune)


def test_u1_both_units_see_who_moved_and_when(
    yen: User, tai: User, commune: Unit, ward: Unit, school: Unit
) -> None:
    third = make_unit("01279", "Phường Nùng Trí Cao")
    change_unit(user=yen, unit=ward, now=NOON)
    change_unit(user=yen, unit=third, now=NOON + 2 * DAY)
    change_unit(user=tai, unit=school, now=NOON + DAY)
    assert seen(commune) == [
        ("tai", "01273", "truong", NOON + DAY),
        ("yen", "01477", "01273", NOON),
    ]
    assert seen(ward) == [
        ("yen", "01273", "01279", NOON + 2 * DAY),
        ("tai", "01273", "truong", NOON + DAY),
        ("yen", "01477", "01273", NOON),
    ]
    assert seen(school) == [("tai", "01273", "truong", NOON + DAY)]
    assert seen(third) == [("yen", "01273", "01279", NOON + 2 * DAY)]
    assert seen(ward, NOON + 2 * DAY) == [("yen", "01273", "01279", NOON + 2 * DAY)]
    assert seen(ward, NOON + 3 * DAY) == []


def test_moves_within_the_subtree_count(yen: User, commune: Unit, school: Unit) -> None:
    change_unit(user=yen, unit=school, now=NOON)
    assert seen(commune) == [("yen", "01477", "truong", NOON)]


def test_coming_back_to_the_same_unit_is_no_transfer(yen: User, commune: Unit) -> None:
    yen.affiliations.update(until=NOON)
    change_unit(user=yen, unit=commune, now=NOON + DAY)
    assert seen(commune) == []


def test_newcomers_and_places_beside_are_no_transfers(yen: User, commune: Unit, ward: Unit) -> None:
    make_person("moi", "Người Mới", commune)
    Affiliation.objects.create(user=yen, unit=ward, since=NOON)
    Affiliation.objects.create(user=yen, unit=ward, role=LEADER, since=NOON)
    long_ago = datetime.fromisoformat("2020-01-01T00:00:00+00:00")
    assert seen(commune, long_ago) == seen(ward, long_ago) == []


def test_u2_a_merger_is_no_transfer_of_its_people(
    yen: User, ha: User, commune: Unit, ward: Unit
) -> None:
    merge_unit(actor=ha, unit=commune, into=ward, on=date(2026, 3, 1), reason="NQ 1", now=NOON)
    assert seen(commune) == seen(ward) == []
    third = make_unit("01279", "Phường Nùng Trí Cao")
    change_unit(user=yen, unit=third, now=NOON + DAY)
    assert seen(ward) == [("yen", "01273", "01279", NOON + DAY)]


def test_u2_choosing_again_after_the_end_of_a_unit_is_a_transfer(
    yen: User, ha: User, commune: Unit, ward: Unit
) -> None:
    dissolve_unit(actor=ha, unit=commune, on=date(2026, 3, 1), reason="NQ 1", now=NOON)
    assert seen(commune) == []
    change_unit(user=yen, unit=ward, now=NOON + DAY)
    assert seen(commune) == seen(ward) == [("yen", "01477", "01273", NOON + DAY)]


def test_the_number_of_questions_to_the_database_is_fixed(
    province: Unit, commune: Unit, ward: Unit
) -> None:
    for number in range(20):
        person = make_person(f"p{number}", f"Người {number}", commune)
        change_unit(user=person, unit=ward, now=NOON)
    with CaptureQueriesContext(connection) as queries:
        assert len(transfers(ward, NOON)) == 20
    assert len(queries) == 2
