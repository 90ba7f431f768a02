"""The content of banks: every rule broken once."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Any

import pytest

from quizzes.banks import TRUE_FALSE_CHOICES, BankQuestion
from quizzes.checks import bank_faults, question_reasons, source_faults
from tests.quizzes.samples import FILE, Breaking, bank_of, broken, question, sample, sample_of

LONG = " ".join(["từ"] * 31)
CHOICES = {"a": "Phụ trợ", "b": "Nền tảng", "c": "Tạm thời", "d": "Thí điểm"}


def test_a_sound_bank_has_no_faults() -> None:
    assert bank_faults([bank_of(sample())]) == []


def _clause(number: int, **fields: object) -> Breaking:
    return lambda raw: raw["clauses"][number].update(fields)


QUESTION_FAULTS: list[tuple[Breaking, str]] = [
    (question(0, stem=""), "KR-001: câu dẫn (stem) trống"),
    (question(0, quote=" "), "KR-001: trích dẫn (quote) trống"),
    (question(0, explanation="\n"), "KR-001: lời giải thích (explanation) trống"),
    (question(0, quote=LONG), "KR-001: trích dẫn dài 31 từ, tối đa 25"),
    (
        question(0, explanation=unicodedata.normalize("NFD", "Vườn mẫu")),
        "KR-001: lời giải thích (explanation) chưa ở dạng chuẩn NFC",
    ),
    (question(0, stem="Ðất là gì?"), "KR-001: câu dẫn (stem) chưa ở dạng chuẩn NFC"),
    (question(0, clause="05-CTr/TU:1"), "KR-001: mục 05-CTr/TU:1 thuộc văn bản khác"),
    (
        question(0, clause="03-CTr/TU:9"),
        "KR-001: mục 03-CTr/TU:9 không có trong danh sách mục của tệp",
    ),
    (lambda raw: raw.update(questions=[]), "không có câu hỏi nào dùng được"),
    # choices
    (
        question(0, choices={"a": "Phụ trợ", "b": "Nền tảng", "c": "Tạm thời"}),
        "KR-001: cần đúng 4 phương án theo thứ tự a, b, c...; đang có: a, b, c",
    ),
    (
        question(0, choices=CHOICES | {"e": "Khác"}),
        "KR-001: cần đúng 4 phương án theo thứ tự a, b, c...; đang có: a, b, c, d, e",
    ),
    (question(0, choices=CHOICES | {"c": " "}), "KR-001: phương án c trống"),
    (
        question(0, choices=CHOICES | {"c": unicodedata.normalize("NFD", "Tạm")}),
        "KR-001: phương án c chưa ở dạng chuẩn NFC",
    ),
    (
        question(0, choices=CHOICES | {"d": "nền  Tang."}),
        "KR-001: phương án b và phương án d trùng nhau",
    ),
    # answers
    (question(0, answer=["e"]), "KR-001: đáp án “e” không phải là phương án nào"),
    (question(0, answer=["b", "b"]), "KR-001: đáp án ghi lặp"),
    (question(0, answer=[]), "KR-001: câu một đáp án phải có đúng 1 đáp án, đang có 0"),
    (question(0, answer=["a", "b"]), "KR-001: câu một đáp án phải có đúng 1 đáp án, đang có 2"),
    (question(1, answer=["a"]), "KR-002: câu nhiều đáp án phải có ít nhất 2 đáp án, đang có 1"),
    (
        question(1, answer=["a", "b", "c", "d"]),
        "KR-002: câu nhiều đáp án mà mọi phương án đều đúng",
    ),
    # gaps, orders, pairs
    (
        question(0, type="fill"),
        "KR-001: câu điền cụm từ phải có đúng một chỗ trống […] trong câu dẫn",
    ),
    (
        question(0, type="fill", stem="Giữ […] là […]."),
        "KR-001: câu điền cụm từ phải có đúng một chỗ trống […] trong câu dẫn",
    ),
    (
        question(0, type="order", answer=["b", "a", "d"]),
        "KR-001: đáp án phải kể đủ mọi phương án, mỗi phương án một lần",
    ),
    (
        question(0, type="order", answer=["a", "b", "c", "d"]),
        "KR-001: thứ tự trong tệp trùng với thứ tự đúng; hãy xáo các phương án",
    ),
    (
        question(0, type="match", answer=["b", "a", "d", "c"], prompts=["Một", "Hai", "Ba"]),
        "KR-001: câu ghép đôi cần số vế bằng số phương án; đang có 3 vế, 4 phương án",
    ),
    (
        question(
            0, type="match", answer=["b", "a", "d", "c"], prompts=["Một", "Hai", "Ba", "một."]
        ),
        "KR-001: vế 1 và vế 4 trùng nhau",
    ),
    # repetition within a file
    (question(1, id="KR-001"), f"KR-001: mã câu hỏi đã có ở tệp {FILE}"),
    (
        question(1, stem="giữ vườn là nhiệm vụ gì"),
        f"KR-002: câu dẫn trùng với câu KR-001 (tệp {FILE})",
    ),
]

# A wrong clause or programme is often wrong for the questions below it as well.
CLAUSE_FAULTS: list[tuple[Breaking, str]] = [
    (_clause(1, id="03-CTr/TU:1"), "03-CTr/TU:1: mã mục đã có ở tệp"),
    (_clause(1, title=""), "03-CTr/TU:2: tên (title) trống"),
    (
        _clause(1, note="quá ngắn"),
        "03-CTr/TU:2: ghi chú học tập (note) dài 2 từ, cần từ 40 đến 120",
    ),
    (_clause(1, note="từ " * 121), "03-CTr/TU:2: ghi chú học tập (note) dài 121 từ"),
    (lambda raw: raw["programme"].pop("issued_on"), "thiếu ngày ban hành (issued_on)"),
    (_clause(1, title="x" * 201), "03-CTr/TU:2: tên (title) dài quá 200 ký tự"),
    (_clause(2, id="05-CTr/TU:2.i"), "05-CTr/TU:2.i: mục không thuộc văn bản 03-CTr/TU"),
    (_clause(2, id="03-CTr/TU:2-i"), "03-CTr/TU:2-i: mã mục phải có dạng"),
    (_clause(2, id="03-CTr/TU:7.i"), "03-CTr/TU:7.i: phải đứng sau mục 03-CTr/TU:7"),
    (lambda raw: raw["programme"].update(short_title=""), "tên gọn (short_title) trống"),
    (
        lambda raw: raw["programme"].update(short_title="x" * 121),
        "tên gọn (short_title) dài quá 120 ký tự",
    ),
    (lambda raw: raw["programme"].update(code="CTr/TU"), "số hiệu “CTr/TU” phải bắt đầu bằng số"),
]


def _faults(breaking: Breaking) -> list[str]:
    return [str(fault) for fault in bank_faults([bank_of(broken(breaking))])]


@pytest.mark.parametrize(
    ("breaking", "message"), QUESTION_FAULTS, ids=[message for _, message in QUESTION_FAULTS]
)
def test_fault_of_a_question_is_named_and_alone(breaking: Breaking, message: str) -> None:
    assert _faults(breaking) == [f"{FILE}: {message}"]


@pytest.mark.parametrize(
    ("breaking", "message"), CLAUSE_FAULTS, ids=[message for _, message in CLAUSE_FAULTS]
)
def test_fault_of_a_clause_or_programme_is_named(breaking: Breaking, message: str) -> None:
    assert any(fault.startswith(f"{FILE}: {message}") for fault in _faults(breaking))


def test_a_quote_of_exactly_25_words_is_allowed() -> None:
    raw = broken(question(0, quote=" ".join(["từ"] * 25)))
    assert bank_faults([bank_of(raw)]) == []


def test_all_faults_are_told_not_only_the_first() -> None:
    raw = broken(question(0, quote=LONG, explanation="", answer=["x"]))
    assert len(bank_faults([bank_of(raw)])) == 3


def test_two_sound_banks_do_not_disturb_each_other() -> None:
    other = bank_of(sample_of("05-CTr/TU", "DL"), "05-CTr-TU.yaml")
    assert bank_faults([bank_of(sample()), other]) == []


def test_repetition_between_files_names_both() -> None:
    raw = sample_of("05-CTr/TU", "DL")
    raw["questions"][0]["id"] = "KR-002"
    raw["questions"][1]["stem"] = "GIỮ VƯỜN là nhiệm vụ gì ?"
    faults = bank_faults([bank_of(sample()), bank_of(raw, "05.yaml")])
    assert [str(fault) for fault in faults] == [
        f"05.yaml: KR-002: mã câu hỏi đã có ở tệp {FILE}",
        f"05.yaml: DL-002: câu dẫn trùng với câu KR-001 (tệp {FILE})",
    ]


def test_one_document_in_two_files_is_a_fault() -> None:
    faults = bank_faults([bank_of(sample()), bank_of(sample(), "ban-sao.yaml")])
    assert str(faults[0]) == f"ban-sao.yaml: văn bản này đã có ở tệp {FILE}"


SOURCE = {
    "03-CTr/TU:1": "Khẳng định giữ vườnlà nhiệm vụ nền tảng của xã.",
    "03-CTr/TU:2": "Nhiệm vụ: trồng mận và lê, trồng mận trước, lê sau.",
    "03-CTr/TU:2.i": "trồng mận trước, lê sau.",
    "05-CTr/TU:1": "Văn bản khác.",
}


def test_quotes_found_in_the_source_are_no_fault() -> None:
    assert source_faults([bank_of(sample())], SOURCE) == []


@pytest.mark.parametrize(
    "quote",
    ["giữ vườn là việc nền tảng", "Giữ vườn", "trồng mận và lê", "giữ vườn… nền tảng", "nhiệmvụ"],
)
def test_a_quote_that_is_not_literal_is_a_fault(quote: str) -> None:
    faults = source_faults([bank_of(broken(question(0, quote=quote)))], SOURCE)
    assert [str(fault) for fault in faults] == [
        f"{FILE}: KR-001: trích dẫn không có nguyên văn trong mục 03-CTr/TU:1"
    ]


def test_clauses_unknown_on_either_side_are_faults() -> None:
    source = {key: text for key, text in SOURCE.items() if key != "03-CTr/TU:2.i"}
    source["03-CTr/TU:3"] = "Mục không ai hỏi."
    assert [str(fault) for fault in source_faults([bank_of(sample())], source)] == [
        f"{FILE}: 03-CTr/TU:2.i: văn bản gốc không có mục này",
        f"{FILE}: 03-CTr/TU:3: ngân hàng thiếu mục này của văn bản gốc",
    ]


STATEMENT = BankQuestion(
    id="KR-004", type="true_false", difficulty="easy", clause="03-CTr/TU:1", stem="Vườn để học.",
    choices=TRUE_FALSE_CHOICES, answer=("a",), quote="vườn để học", explanation="Mục nói thế.",
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({}, []),
        ({"answer": ()}, ["câu một đáp án phải có đúng 1 đáp án, đang có 0"]),
        ({"answer": ("a", "b")}, ["câu một đáp án phải có đúng 1 đáp án, đang có 2"]),
        (
            {"choices": (("a", "Sai"), ("b", "Đúng"))},
            ["câu đúng hay sai chỉ có hai phương án Đúng và Sai"],
        ),
        ({"prompts": ("Vế",)}, ["chỉ câu ghép đôi mới có các vế để ghép"]),
    ],
)
def test_what_no_file_but_a_form_or_a_sheet_may_say(
    changes: dict[str, Any], reasons: list[str]
) -> None:
    listed = {"03-CTr/TU:1"}
    assert question_reasons(replace(STATEMENT, **changes), "03-CTr/TU", listed) == reasons
