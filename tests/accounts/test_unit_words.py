"""Ways of writing the names of units, without a database."""

from __future__ import annotations

import pytest

from accounts.unit_words import bare, full_variants, has_words, variants, words_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("công đoàn", ["cong doan"]),
        ("TP. HCM", ["thanh pho ho chi minh", "ho chi minh", "ho chi"]),
        ("tp Cao Bằng", ["thanh pho cao bang", "cao bang"]),
        (
            "công an tỉnh Cao Bằng",
            ["cong an tinh cao bang", "cong an tinh", "cong an"],
        ),
        (
            "xã Đông Khê, huyện Thạch An",
            [
                "xa dong khe huyen thach an",
                "dong khe huyen thach an",
                "dong khe thach an",
                "dong khe thach",
                "dong khe",
            ],
        ),
        ("", []),
    ],
)
def test_variants_the_nearest_first(text: str, expected: list[str]) -> None:
    assert [" ".join(words) for words in variants(words_of(text))] == expected


def test_variants_stay_few_and_short() -> None:
    found = variants(words_of("ubmttq " * 16))
    assert len(found) <= 8
    assert max(map(len, found)) <= 12
    assert len(variants([f"w{n}" for n in range(16)])[-1]) == 2


@pytest.mark.parametrize("text", ["huyện trùng khánh", "ubnd huyện trùng khánh", "trường a b"])
def test_a_district_or_a_school_is_no_commune(text: str) -> None:
    assert len(full_variants(words_of(text))) == 1


def test_bare_names_and_words() -> None:
    assert bare("Thị trấn Đông Khê (huyện Thạch An)") == "dong khe thach an"
    assert has_words("Thị trấn Đông Khê (huyện Thạch An)", ["thach", "kh"])
    assert not has_words("Xã Đông Khê", ["ong"])
