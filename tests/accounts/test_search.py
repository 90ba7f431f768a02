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


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("xã thục phán", "Phường Thục Phán"),
        ("xã đông khê, huyện thạch an", "Xã Đông Khê"),
        ("xã bảo lạc tỉnh cao bằng", "Xã Bảo Lạc"),
        ("phường tân giang tp cao bằng", "Phường Tân Giang"),
        ("tp cao bang", "Phường Thục Phán"),
        ("tp cao bang", "Phường Nùng Trí Cao"),
        ("tp cao bang", "Phường Tân Giang"),
        ("tp hcm", "Thành phố Hồ Chí Minh"),
        ("TP.HCM", "Thành phố Hồ Chí Minh"),
        ("tp ho chi minh", "Thành phố Hồ Chí Minh"),
        ("tp hà nội", "Thành phố Hà Nội"),
        ("tp hà tĩnh", "Tỉnh Hà Tĩnh"),
        ("phường tĩnh túc", "Xã Tĩnh Túc"),
        ("ubnd xã trùng khánh", "Xã Trùng Khánh"),
        ("ubnd xã trùng khánh, huyện trùng khánh, tỉnh cao bằng", "Xã Trùng Khánh"),
        ("ubnd tỉnh", "Văn phòng Uỷ ban nhân dân tỉnh"),
        ("công đoàn", "Liên đoàn Lao động tỉnh"),
        ("đoàn thanh niên", "Tỉnh đoàn"),
        ("mttq", "Uỷ ban Mặt trận Tổ quốc Việt Nam tỉnh"),
        ("ubmttq", "Uỷ ban Mặt trận Tổ quốc Việt Nam tỉnh"),
        ("sở gd&đt", "Sở Giáo dục và Đào tạo"),
        ("công an tỉnh cao bằng", "Công an tỉnh"),
        ("xã bảo lạc khu 5", "Xã Bảo Lạc"),
        ("trường tiểu học nước hai", "Trường học khác trên địa bàn tỉnh"),
        ("huyện trùng khánh", "Xã Trùng Khánh"),
        ("huyện hà quảng", "Xã Hà Quảng"),
    ],
)
def test_other_ways_to_write_it(query: str, wanted: str) -> None:
    assert wanted in names(query)[:3]


@pytest.mark.parametrize(
    "query",
    ["huyện trùng khánh", "ubnd xã trùng khánh, huyện trùng khánh, tỉnh cao bằng"],
)
def test_the_commune_named_like_its_old_district_comes_first(query: str) -> None:
    found = names(query)
    assert found.index("Xã Trùng Khánh") < found.index("Xã Quang Trung")


@pytest.mark.parametrize("query", ["abc xyz def", "tôi không biết", "123 456", "xã zzz cao bằng"])
def test_nonsense_still_finds_nothing(query: str) -> None:
    assert find_units(query) == []
    assert units_named(query) == []


def test_guesses_are_for_when_nothing_has_the_words() -> None:
    """Other names in use do not push in among the names themselves."""
    assert "Phường Tân Giang" not in names("cao bang")


@pytest.mark.parametrize("query", ["tp", "xã trùng q w e r t y u", "tinh a b", "ubnd xa c d"])
def test_guesses_are_few_and_chosen_in_few_queries(
    query: str, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        assert len(find_units(query)) <= 12
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        units_named(query)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("xã thục phán", ["Phường Thục Phán"]),
        ("xã đông khê, huyện thạch an", ["Xã Đông Khê"]),
        ("phường tân giang tp cao bằng", ["Phường Tân Giang"]),
        ("ubnd xã trùng khánh", ["Xã Trùng Khánh"]),
        ("tp hcm", ["Thành phố Hồ Chí Minh"]),
        ("công đoàn", ["Liên đoàn Lao động tỉnh"]),
        ("công an tỉnh cao bằng", ["Công an tỉnh"]),
        ("mttq", ["Uỷ ban Mặt trận Tổ quốc Việt Nam tỉnh"]),
        ("ubmttq tỉnh", ["Uỷ ban Mặt trận Tổ quốc Việt Nam tỉnh"]),
        ("xã hưng đạo, huyện nguyên bình", ["Xã Tam Kim"]),
        # Not named in full, or by a word that says it is something else: people choose.
        ("huyện trùng khánh", []),
        ("trường trùng khánh", []),
        ("thanh long, hải phòng", []),
    ],
)
def test_named_in_full_in_another_way_of_writing(text: str, units: list[str]) -> None:
    assert [unit.name for unit in units_named(text)] == units


@pytest.mark.parametrize("text", ["tp cao bang", "Thành phố Cao Bằng"])
def test_the_former_city_leaves_a_choice(text: str) -> None:
    assert {"01273", "01279", "01288"} < {unit.code for unit in units_named(text)}
