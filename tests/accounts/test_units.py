"""Loading the register of units."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import FormerName, Unit
from accounts.unit_changes import dissolve_unit, merge_unit, rename_unit
from accounts.units import UnitsFileError, load_units, read_units
from tests.conftest import NOON
from tests.factories import make_person

pytestmark = pytest.mark.django_db

SMALL = """
- {code: "04", name: "Tỉnh Cao Bằng", kind: province, selectable: false}
- {code: "01273", name: "Phường Thục Phán", kind: ward, parent: "04", old_names: [
    {name: "Xã Hưng Đạo", was_in: "thành phố Cao Bằng"}]}
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "units.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_register_that_ships() -> None:
    counts = load_units()

    assert Unit.objects.filter(kind=Unit.Kind.COMMUNE).count() == 53
    assert Unit.objects.filter(kind=Unit.Kind.WARD).count() == 3
    assert Unit.objects.filter(kind=Unit.Kind.OUTSIDE_PROVINCE).count() == 33
    assert FormerName.objects.count() == counts.old_names_added == 161
    assert Unit.objects.get(code="01273").path == "/04/khoi-xa-phuong/01273/"
    for unit in Unit.objects.select_related("parent"):
        assert unit.path == f"{unit.parent.path if unit.parent else '/'}{unit.code}/"
        assert unit.is_selectable == (unit.kind not in (Unit.Kind.PROVINCE, Unit.Kind.GROUP))


def test_a_second_run_writes_nothing() -> None:
    first = load_units()
    with CaptureQueriesContext(connection) as queries:
        second = load_units()

    assert not second.changed
    assert second.unchanged == first.created == Unit.objects.count()
    assert not [q for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


@pytest.mark.parametrize(
    ("name", "was_in", "code"),
    [
        ("Xã Hưng Đạo", "thành phố Cao Bằng", "01273"),
        ("Xã Hưng Đạo", "huyện Bảo Lạc", "01351"),
        ("Xã Hưng Đạo", "huyện Nguyên Bình", "01774"),
        ("Xã Phan Thanh", "huyện Bảo Lạc", "01336"),
        ("Xã Đức Long", "huyện Hòa An", "01660"),
        ("Xã Quang Trung", "huyện Hòa An", "01699"),
        ("Xã Vĩnh Quang", "thành phố Cao Bằng", "01279"),
        ("Xã Vĩnh Quang", "huyện Bảo Lâm", "01294"),
    ],
)
def test_equal_old_names_lead_where_their_district_went(name: str, was_in: str, code: str) -> None:
    load_units()
    assert FormerName.objects.get(name=name, was_in=was_in).unit.code == code


def test_changes_of_the_file_are_followed(tmp_path: Path) -> None:
    load_units(written(tmp_path, SMALL))
    corrected = SMALL.replace("Phường Thục Phán", "Phường Thục Phán mới").replace(
        '{name: "Xã Hưng Đạo", was_in: "thành phố Cao Bằng"}',
        '{name: "Phường Đề Thám", was_in: "thành phố Cao Bằng"}',
    )
    counts = load_units(written(tmp_path, corrected))

    assert (counts.created, counts.updated, counts.unchanged) == (0, 1, 1)
    assert (counts.old_names_added, counts.old_names_removed) == (1, 1)
    ward = Unit.objects.get(code="01273")
    assert (ward.name, ward.search_text) == ("Phường Thục Phán mới", "phuong thuc phan moi")
    assert [str(old) for old in ward.former_names.all()] == ["Phường Đề Thám (thành phố Cao Bằng)"]


def test_aliases_are_stored_folded_and_follow_the_file(tmp_path: Path) -> None:
    text = '- {code: "x", name: "X", kind: group, aliases: ["Công đoàn", "Đoàn TN (cũ)"]}'
    load_units(written(tmp_path, text))
    assert Unit.objects.get().alias_text == "cong doan; doan tn cu"
    assert not load_units(written(tmp_path, text)).changed
    assert load_units(written(tmp_path, text.split(", aliases")[0] + "}")).updated == 1
    assert Unit.objects.get().alias_text == ""


def test_units_the_file_does_not_name_stay_and_move_along(tmp_path: Path) -> None:
    load_units(written(tmp_path, SMALL))
    ward = Unit.objects.get(code="01273")
    own = Unit.objects.create(code="to-1", name="Tổ 1", kind=Unit.Kind.GROUP, parent=ward)
    grouped = SMALL.replace('parent: "04"', 'parent: "khoi"').replace(
        '- {code: "01273"',
        '- {code: "khoi", name: "Khối", kind: group, parent: "04"}\n- {code: "01273"',
    )
    counts = load_units(written(tmp_path, grouped))

    own.refresh_from_db()
    assert counts.not_in_file == ["to-1"]
    assert own.path == "/04/khoi/01273/to-1/"


def test_u2_a_file_that_is_behind_undoes_no_change_of_a_unit(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        SMALL
        + '- {code: "01279", name: "Phường Nùng Trí Cao", kind: ward, parent: "04"}\n'
        + '- {code: "01288", name: "Phường Tân Giang", kind: ward, parent: "04"}',
    )
    load_units(file)
    ward, renamed, ended = Unit.objects.filter(kind="ward").order_by("code")
    decision = {"actor": make_person("ha", "Hà"), "reason": "NQ 1", "now": NOON, "on": NOON.date()}
    rename_unit(unit=renamed, name="Phường Mới", **decision)
    merge_unit(unit=ward, into=renamed, **decision)
    dissolve_unit(unit=ended, **decision)
    before = list(Unit.objects.order_by("code").values())

    counts = load_units(file)
    assert not counts.changed
    assert list(Unit.objects.order_by("code").values()) == before
    assert {str(old) for old in renamed.former_names.all()} == {
        "Phường Nùng Trí Cao",
        "Phường Thục Phán",
    }
    assert [str(old) for old in ward.former_names.all()] == ["Xã Hưng Đạo (thành phố Cao Bằng)"]


def test_a_file_that_is_ahead_of_a_change_is_followed(tmp_path: Path) -> None:
    load_units(written(tmp_path, SMALL))
    ward = Unit.objects.get(code="01273")
    actor = make_person("ha", "Hà")
    day = NOON.date()
    rename_unit(actor=actor, unit=ward, name="Phường Hai", on=day, reason="NQ 1", now=NOON)
    load_units(written(tmp_path, SMALL.replace("Phường Thục Phán", "Phường Ba")))
    assert Unit.objects.get(code="01273").name == "Phường Ba"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1", "must hold one list"),
        ("- {", "cannot be read"),
        ("- 5", "entry 1: must be a mapping"),
        ('- {code: 04, name: "Tỉnh", kind: province}', "entry 1 (4): code must be text in quotes"),
        ('- {code: "x", kind: group}', "entry 1 (x): name is missing"),
        ('- {code: "x", name: "X", kind: planet}', "entry 1 (x): unknown kind 'planet'"),
        ('- {code: "X/y", name: "X", kind: group}', "code may hold a-z, 0-9"),
        ('- {code: "x", name: "X", kind: group, colour: red}', "unknown key 'colour'"),
        ('- {code: "x", name: "X", kind: group, selectable: "no"}', "true or false"),
        ('- {code: "x", name: "X", kind: group, parent: "y"}', "x: parent 'y' does not come"),
        ('- {code: "x", name: "X", kind: group, old_names: [{name: "Y"}]}', "exactly name and"),
        ('- {code: "x", name: "%s", kind: group}' % ("X" * 201), "longer than 200"),
        ('- {code: "x", name: "X", kind: group, aliases: "Y"}', "aliases must be a list"),
        ('- {code: "x", name: "X", kind: group, aliases: ["Y; Z"]}', "hold a semicolon"),
        ('- {code: "x", name: "X", kind: group, aliases: ["%s"]}' % ("Y" * 401), "than 400"),
        (SMALL + SMALL, "01273: the code is used twice"),
    ],
)
def test_a_faulty_file_is_refused_whole(tmp_path: Path, text: str, message: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(UnitsFileError) as error:
        load_units(file)
    assert message in str(error.value)
    assert not Unit.objects.exists()


def test_one_old_name_cannot_lead_to_two_units(tmp_path: Path) -> None:
    twice = SMALL + SMALL.splitlines()[2].replace("01273", "01279") + "\n" + SMALL.splitlines()[3]
    with pytest.raises(UnitsFileError, match="already leads to 01273"):
        read_units(written(tmp_path, twice))


def test_the_command_says_what_it_did(tmp_path: Path) -> None:
    first, second = StringIO(), StringIO()
    call_command("load_units", stdout=first)
    call_command("load_units", stdout=second)
    total = Unit.objects.count()
    assert f"{total} created, 0 updated" in first.getvalue()
    assert second.getvalue() == f"Nothing to change: {total} units are up to date.\n"
    with pytest.raises(CommandError, match="Nothing was loaded"):
        call_command("load_units", str(written(tmp_path, "- 5")))
