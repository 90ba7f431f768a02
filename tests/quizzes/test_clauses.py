"""Finding the clauses of an official text, clean or as extracted from a PDF."""

from __future__ import annotations

import unicodedata

import pytest

from quizzes.clauses import clause_texts, is_quoted_from, parent_id

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
