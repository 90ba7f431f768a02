"""What a text lists: leads, items, and what is no list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.derivation.enumerations import enumerations, mottoes, phrases, roles
from quizzes.derivation.wordkinds import BODY, LACK, MEANS, NOUN, QUALITY, STATE, VERB, kind_of


def lists(text: str) -> list[tuple[str, list[str]]]:
    return [(one.lead, [item.text for item in one.items]) for one in enumerations(text)]


@pytest.mark.parametrize(
    ("text", "lead", "items"),
    [
        (
            "Gắn làm vườn với bảo vệ nguồn nước, giảm nghèo bền vững, ổn định bản làng và giữ gìn "
            "nếp xưa.",
            "Gắn làm vườn với",
            ["bảo vệ nguồn nước", "giảm nghèo bền vững", "ổn định bản làng", "giữ gìn nếp xưa"],
        ),
        (
            "Nêu kết quả và những hạn chế như: vườn cây còn nhỏ lẻ, đường vào vườn chưa thông, "
            "liên kết giữa các nhà yếu… Qua đó rút kinh nghiệm.",
            "Nêu kết quả và những hạn chế như:",
            ["vườn cây còn nhỏ lẻ", "đường vào vườn chưa thông", "liên kết giữa các nhà yếu"],
        ),
        (
            "Các nhiệm vụ trọng tâm là: giữ giống cây quý hiện có; mở rộng vườn ươm, nhất là ở "
            "vùng cao; thu hút người trẻ về làm vườn.",
            "Các nhiệm vụ trọng tâm là:",
            ["giữ giống cây quý hiện có", "mở rộng vườn ươm", "thu hút người trẻ về làm vườn"],
        ),
        (
            "Các nhóm giải pháp, gồm: (i) Quy hoạch lại vườn cây toàn xã; (ii) Đào tạo người làm "
            "vườn giỏi; (iii) Quảng bá quả ngọt ra thị trường.",
            "Các nhóm giải pháp, gồm",
            [
                "Quy hoạch lại vườn cây toàn xã",
                "Đào tạo người làm vườn giỏi",
                "Quảng bá quả ngọt ra thị trường",
            ],
        ),
        (
            "Trồng thêm cây ăn quả, chăm sóc đất vườn. Xây dựng kho lạnh hiện đại, thu hút người "
            "mua lớn, quảng bá quả ngọt.",
            "",
            ["Xây dựng kho lạnh hiện đại", "thu hút người mua lớn", "quảng bá quả ngọt"],
        ),
    ],
)
def test_lists_are_found_with_their_leads(text: str, lead: str, items: list[str]) -> None:
    assert (lead, items) in lists(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Vườn đẹp.",
        # two things are no list
        "Gắn làm vườn với bảo vệ nguồn nước và giữ gìn nếp xưa.",
        # the first verb is shared: "trọng dụng" and "đãi ngộ" say nothing alone
        "Hoàn thiện cơ chế thu hút, trọng dụng, đãi ngộ.",
        # "nhất là" opens no list of the sentence
        "Bảo đảm mọi nhà, nhất là nhà ở vùng cao, được tiếp cận, tự học cách ươm cây.",
    ],
)
def test_what_is_no_list(text: str) -> None:
    assert lists(text) == []


def test_a_list_ends_with_its_sentence() -> None:
    text = "Gắn đánh giá với quy hoạch, đào tạo, bổ nhiệm cán bộ. Đẩy mạnh trồng cây, tỉa cành."
    assert lists(text) == [("Gắn đánh giá với", ["quy hoạch", "đào tạo", "bổ nhiệm cán bộ"])]


ALPHABET = st.sampled_from(
    [
        "vườn cây ",
        "như: ",
        "gồm ",
        ", ",
        "; ",
        " và ",
        "(i) ",
        "(ii) ",
        "(iii) ",
        ". ",
        "Mở ",
        "là ",
    ]
)


@given(st.lists(ALPHABET, max_size=40).map("".join))
def test_items_are_literally_in_the_text_and_in_order(text: str) -> None:
    for one in enumerations(text):
        assert len(one.items) >= 3
        places = [(item.start, item.end) for item in one.items]
        assert places == sorted(places)
        assert all(text[item.start : item.end] == item.text for item in one.items)
    for item in [*roles(text), *mottoes(text), *phrases(text)]:
        assert text[item.start : item.end] == item.text


def test_roles_and_mottoes() -> None:
    text = "Giữ vườn là nhiệm vụ nền tảng, làm theo phương châm “ba cùng một lòng” của bản."
    assert [item.text for item in roles(text)] == ["nhiệm vụ nền tảng"]
    assert [item.text for item in mottoes(text)] == ["ba cùng một lòng"]


def test_phrases_are_whole() -> None:
    text = "Tập trung đào tạo, bồi dưỡng người làm vườn, nhất là người trẻ; mở rộng vườn ươm cây."
    assert [item.text for item in phrases(text)] == ["mở rộng vườn ươm cây"]


@pytest.mark.parametrize(
    ("phrase", "kind"),
    [
        ("phát triển vườn cây", VERB),
        ("từng bước mở rộng vườn", VERB),
        ("kiểm tra, xử lý vi phạm", VERB),
        ("vườn cây còn nhỏ lẻ", LACK),
        ("liên kết chuỗi giá trị yếu", LACK),
        ("đường vào vườn được đầu tư", STATE),
        ("giải pháp chủ yếu", NOUN),
        ("an toàn", QUALITY),
        ("các cấp uỷ Đảng", BODY),
        ("thông qua hội nghị", MEANS),
        ("phẩm chất đạo đức", NOUN),
        ("", NOUN),
    ],
)
def test_kinds(phrase: str, kind: str) -> None:
    assert kind_of(phrase) == kind
