"""Finding the clauses of an official text, clean or as extracted from a PDF."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.clauses import (
    LETTER as LETTER_CODE,
)
from quizzes.clauses import (
    clause_texts,
    outline,
    parent_id,
    plain_text,
    repeated_codes,
    stray_numbers,
)
from quizzes.quotes import is_quoted_from
from tests.quizzes import official_texts as samples

LETTER = """# Công văn về vườn mẫu

Đề nghị các xã triển khai một số nội dung sau:

1. Phổ biến Chương trình số 03-CTr/TU.

2. Báo cáo hằng tháng.
"""

CLEAN = f"""{LETTER}
# Nội dung kèm theo

## I. Đối với Chương trình số 03-CTr/TU, ngày 28/11/2025 về vườn mẫu giai đoạn 2025 - 2030

1. Khẳng định Chương trình số 03-CTr/TU là khung việc; giữ vườn là nhiệm vụ nền tảng, chiếm
3. phần lớn công sức.

2. Các việc: (i) Trồng mận trước, theo mục (iii) của sổ tay. (ii) Trồng lê sau; đến năm 2030 có
20.000 cây.

## II. Đối với Kế hoạch số 31-KH/TU, ngày 28/11/2025 về ao cá

1. Chủ trọng [sic] nuôi cá.
"""

# The same, as extraction leaves it: broken lines, lost blanks, page numbers, no headings.
RAW = """Đề nghị các xã triển khai

1. Phổ biến Chương trình số 03-CTr/TU.

2. Báo cáo hằng tháng.

I. Đối vớiChương trình số 03-CTr/TU, ngày 28/11/2025 về

vườn mẫu giai đoạn

2025 - 2030

1.Khẳng định Chương trình số 03-

CTr/TUlà khung việc; giữ vườn là



7

nhiệm vụnền tảng, chiếm phần lớn công sức.

2. Các việc:(i)Trồng mận trước, theo mục (iii) của sổ tay.(ii)Trồng lê sau; đến

năm 2030 có

20.000 cây.
\f
II. Đối với Kế hoạch số 31-

KH/TU, ngày 28/11/2025về ao cá

1.Chủ trọng nuôi cá.

"""
IDS = ["03-CTr/TU:1", "03-CTr/TU:2", "03-CTr/TU:2.i", "03-CTr/TU:2.ii", "31-KH/TU:1"]


@pytest.mark.parametrize(
    "text",
    [CLEAN, RAW, RAW.replace("\n", "\r\n"), unicodedata.normalize("NFD", RAW)],
    ids=["clean", "raw", "windows", "decomposed"],
)
def test_clauses_are_found_without_the_letter(text: str) -> None:
    assert list(clause_texts(text)) == IDS


def test_a_number_out_of_turn_is_part_of_the_sentence() -> None:
    assert clause_texts(CLEAN)["03-CTr/TU:1"].endswith("chiếm 3. phần lớn công sức.")


def test_a_clause_includes_its_items_and_an_item_ends_at_the_next() -> None:
    texts = clause_texts(RAW)
    assert texts["03-CTr/TU:2"].startswith("Các việc:(i)Trồng mận")
    assert texts["03-CTr/TU:2"].endswith("20.000 cây.")
    assert texts["03-CTr/TU:2.i"] == "Trồng mận trước, theo mục (iii) của sổ tay."
    assert texts["03-CTr/TU:2.ii"] == "Trồng lê sau; đến năm 2030 có 20.000 cây."


def test_page_numbers_and_broken_document_numbers_are_mended() -> None:
    assert clause_texts(RAW)["03-CTr/TU:1"] == (
        "Khẳng định Chương trình số 03-CTr/TUlà khung việc; giữ vườn là nhiệm vụnền tảng, "
        "chiếm phần lớn công sức."
    )


def test_editors_mark_is_no_part_of_the_text() -> None:
    assert clause_texts(CLEAN)["31-KH/TU:1"] == "Chủ trọng nuôi cá."


def test_heading_of_the_next_section_is_no_part_of_a_clause() -> None:
    assert clause_texts(CLEAN)["03-CTr/TU:2"].endswith("20.000 cây.")


@pytest.mark.parametrize("text", ["", "Không có mục nào.", LETTER, "I. Mở đầu\n\n1. Việc"])
def test_text_without_sections_has_no_clauses(text: str) -> None:
    assert clause_texts(text) == {}


@pytest.mark.parametrize(
    ("clause", "parent"),
    [("31-KH/TU:3.ii", "31-KH/TU:3"), ("31-KH/TU:3", ""), ("31-KH/TU:12.viii", "31-KH/TU:12")],
)
def test_parent_of_a_clause(clause: str, parent: str) -> None:
    assert parent_id(clause) == parent


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("giữ vườn là nhiệm vụ nền tảng", True),
        ("03-CTr/TU là khung việc", True),
        (unicodedata.normalize("NFD", "giữ vườn"), True),
        ("vườn  giữ", False),
        ("Giữ vườn", False),
        ("giữvườn", False),
        ("vườn.là", False),
    ],
)
def test_quotes_are_literal_but_for_blanks(quote: str, found: bool) -> None:
    assert is_quoted_from(quote, clause_texts(RAW)["03-CTr/TU:1"]) is found


def test_a_letter_gives_its_own_points_first() -> None:
    assert list(clause_texts(samples.RAW)) == samples.CODES


def test_a_footnote_does_not_stand_within_a_sentence() -> None:
    tree = outline(samples.RAW)
    assert clause_texts(samples.RAW)["CV-BVMTU:1"] == (
        "Phổ biến đến từng nhà về những cách làm hay để góp phần làm tốt các việc nêu trong sổ tay."
    )
    assert tree.notes == (
        "[1] Bao gồm Chương trình số 03-CTr/TU về trồng mận; Kế hoạch số 31-KH/TU về ao cá giai "
        "đoạn 2026-2030.",
    )


def test_a_number_that_only_begins_a_line_is_no_footnote() -> None:
    text = samples.RAW.replace("góp phần làm tốt các", "góp phần làm tốt\n\n3 Chương trình và các")
    assert "làm tốt 3 Chương trình và các việc" in clause_texts(text)["CV-BVMTU:1"]


@pytest.mark.parametrize("gap", ["\n\n", " "])
def test_the_close_of_a_letter_is_no_part_of_its_last_point(gap: str) -> None:
    text = samples.RAW.replace("\n\nĐề nghị các", f"{gap}Đề nghị các")
    assert clause_texts(text)["CV-BVMTU:2"] == "Báo cáo hằng tháng về cấp uỷ xã."
    tail = outline(text).parts[0].tail
    assert tail.startswith("Đề nghị các hợp tác xã")
    assert "NỘI DUNG TRIỂN KHAI" in tail


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ("Kính gửi: các xã", LETTER_CODE),
        ("Số 12-CV/BVMTU\nKính gửi: các xã", "12-CV/BVMTU"),
        ("(Kèm theo Công văn số-CV/BVMTU)", "CV-BVMTU"),
        ("Kính gửi: các xã theo Công văn số 9-CV/VPTU", LETTER_CODE),
        ("Số 07-NQ/TU\nNGHỊ QUYẾT", "07-NQ/TU"),
        ("Số: 57-NQ/TW", "57-NQ/TW"),
    ],
)
def test_codes_of_texts_without_sections(head: str, code: str) -> None:
    assert list(clause_texts(f"{head}\n\n1. Việc một.\n\n2. Việc hai.")) == [
        f"{code}:1",
        f"{code}:2",
    ]


def test_a_document_with_bare_sections_is_left_to_people() -> None:
    text = "Số 03-CTr/TU\n\nI. MỤC TIÊU\n\n1. Chung\n\nII. GIẢI PHÁP\n\n1. Riêng"
    assert clause_texts(text) == {}
    assert "MỤC TIÊU" in outline(text).opening


def test_the_same_programme_twice_is_told() -> None:
    assert repeated_codes(outline(RAW)) == []
    assert repeated_codes(outline(RAW.replace("31-\n\nKH/TU", "03-CTr/TU"))) == ["03-CTr/TU"]


@pytest.mark.parametrize("text", [CLEAN, RAW, samples.RAW, LETTER, "Không có mục nào."])
def test_plain_text_holds_the_same_tree(text: str) -> None:
    tree = outline(text)
    plain = plain_text(tree)
    assert [n.code for n in outline(plain).nodes()] == [n.code for n in tree.nodes()]
    assert [n.own for n in outline(plain).nodes()] == [n.own for n in tree.nodes()]
    assert plain_text(outline(plain)) == plain


LINES = ["1. Một việc.", "2. Việc hai:(i)a.(ii)b", "I. Đối với Kế hoạch số 31-KH/TU", "Nơi nhận:"]
LINES += ["Kính gửi: xã", "7", "---", "[1] Ghi chú.", "1 Bao gồm a.", "VƯỜN AO MẪU TỈNH TA", "vàtổ"]


@given(st.lists(st.sampled_from([*LINES, "", "\f", "II. Đối với 03-CTr/TU"]), max_size=14))
def test_writing_plain_text_again_changes_nothing(lines: list[str]) -> None:
    plain = plain_text(outline("\n".join(lines)))
    codes = [node.code for node in outline(plain).nodes()]
    again = plain_text(outline(plain))
    assert [node.code for node in outline(again).nodes()] == codes


def test_a_lost_clause_leaves_a_stray_number() -> None:
    text = "Số 03-CTr/TU\n\n1. Giữ vườn.\n\n3. Trồng lê.\n\n2. Nuôi cá từ năm 2026. Xong."
    assert list(clause_texts(text)) == ["03-CTr/TU:1", "03-CTr/TU:2"]
    assert stray_numbers(outline(text)) == [("03-CTr/TU:1", "3")]
    assert stray_numbers(outline(RAW)) == []
