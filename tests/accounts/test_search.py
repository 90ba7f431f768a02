"""Finding units by what people type."""

from __future__ import annotations

import unicodedata

import pytest
from django.test import Client

from accounts.models import Unit
from accounts.search import find_units, units_named

pytestmark = pytest.mark.usefixtures("register_of_units")


def names(query: str, **kwargs: int) -> list[str]:
    return [hit.unit.name for hit in find_units(query, **kwargs)]


@pytest.mark.parametrize(
    "query", ["hung dao", "Hưng Đạo", "HƯNG ĐẠO", "  hung   dao ", "hưng đạo", "xã hưng đạo"]
)
def test_a_name_of_today_and_two_former_ones(query: str) -> None:
    hits = find_units(query)
    assert [(hit.unit.code, hit.matched) for hit in hits] == [
        ("01351", None),
        ("01273", "Xã Hưng Đạo (thành phố Cao Bằng)"),
        ("01774", "Xã Hưng Đạo (huyện Nguyên Bình)"),
    ]
    assert [hit.note for hit in hits] == [
        "Vùng huyện Bảo Lạc trước 01/7/2025",
        "Xã Hưng Đạo (thành phố Cao Bằng) nay thuộc đơn vị này",
        "Xã Hưng Đạo (huyện Nguyên Bình) nay thuộc đơn vị này",
    ]


def test_decomposed_text_finds_the_same() -> None:
    assert names(unicodedata.normalize("NFD", "Hưng Đạo")) == names("hung dao")


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("thuc phan", "Phường Thục Phán"),
        ("bao l", "Xã Bảo Lâm"),
        ("bao lac", "Xã Bảo Lạc"),
        ("so y te", "Sở Y tế"),
        ("y te", "Sở Y tế"),
        ("van hoa du lich", "Sở Văn hóa, Thể thao và Du lịch"),
        ("văn hóa, thể thao", "Sở Văn hóa, Thể thao và Du lịch"),
        ("hoà an", "Xã Hòa An"),
        ("nuoc hai", "Xã Hòa An"),
        ("dam thuy", "Xã Đàm Thủy"),
        ("hung dao nguyen binh", "Xã Tam Kim"),
        ("ha noi", "Thành phố Hà Nội"),
        ("cong an", "Công an tỉnh"),
    ],
)
def test_the_best_hit_comes_first(query: str, first: str) -> None:
    assert names(query)[0] == first


@pytest.mark.parametrize(
    "query", ["", "   ", "%", "_", "\x00", "'; --", "ung dao", "khong co don vi nay", "(", "\\"]
)
def test_nothing_found(query: str) -> None:
    assert find_units(query) == []


def test_only_what_people_may_choose() -> None:
    assert "Tỉnh Cao Bằng" not in names("tinh cao bang")
    Unit.objects.filter(code="01351").update(is_selectable=False)
    assert names("hung dao") == ["Phường Thục Phán", "Xã Tam Kim"]


def test_never_more_than_asked_for() -> None:
    assert len(names("x")) == 12
    assert len(names("x", limit=3)) == 3
    assert names("x", limit=0) == []


def test_a_district_alone_is_not_a_former_name() -> None:
    assert "Xã Cốc Pàng" not in names("bao lac")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Phường Thục Phán", ["01273"]),
        ("thục phán", ["01273"]),
        ("thuc", []),
        ("sông hiến", ["01273"]),
        ("Xã Hưng Đạo", ["01351", "01273", "01774"]),
        ("Xã Hưng Đạo (huyện Nguyên Bình)", ["01774"]),
        ("", []),
    ],
)
def test_units_named_in_full(text: str, codes: list[str]) -> None:
    assert [unit.code for unit in units_named(text)] == codes


def test_few_queries_however_many_hits(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(3):  # type: ignore[operator]
        find_units("x")


def test_the_api_is_public(client: Client) -> None:
    answer = client.get("/api/v1/units", {"q": "hung dao"})
    assert answer.status_code == 200
    assert answer.json()[1] == {
        "code": "01273",
        "name": "Phường Thục Phán",
        "kind": "ward",
        "block": "Xã, phường",
        "matched": "Xã Hưng Đạo (thành phố Cao Bằng)",
        "note": "Xã Hưng Đạo (thành phố Cao Bằng) nay thuộc đơn vị này",
    }
    assert client.get("/api/v1/units").json() == []
    assert client.get("/api/v1/units", {"q": "x" * 5000}).json() == []
    assert len(client.get("/api/v1/units", {"q": "x"}).json()) == 12
