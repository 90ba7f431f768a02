"""The form of bank files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from quizzes import banks
from quizzes.banks import BankQuestion, parse_bank
from quizzes.models import Programme, QuestionVersion
from tests.quizzes.samples import (
    FILE,
    Breaking,
    Raw,
    bank_of,
    broken,
    parsed,
    question,
    sample,
    text_of,
)


def test_a_sound_bank_is_read_whole() -> None:
    bank = bank_of(sample())
    assert bank.file == FILE
    assert bank.programme.code == "03-CTr/TU"
    assert bank.programme.issued_on == date(2025, 11, 28)
    assert [clause.id for clause in bank.clauses][-1] == "03-CTr/TU:2.i"
    single, multiple, _ = bank.questions
    assert single.choices[1] == ("b", "Nền tảng")
    assert single.answer == ("b",)
    assert multiple.answer == ("a", "b")


@pytest.mark.parametrize(("truth", "key"), [(True, "a"), (False, "b")])
def test_true_false_gets_its_two_choices(truth: bool, key: str) -> None:
    read = bank_of(broken(question(2, answer=truth))).questions[2]
    assert read.choices == (("a", "Đúng"), ("b", "Sai"))
    assert read.answer == (key,)


def test_layout_of_the_file_is_no_part_of_the_text() -> None:
    assert bank_of(broken(question(0, stem="Giữ vườn\n  là gì?\n"))).questions[0].stem == (
        "Giữ vườn là gì?"
    )


def _without(*path: str | int) -> Breaking:
    def remove(raw: Raw) -> None:
        inner = raw
        for step in path[:-1]:
            inner = inner[step]  # type: ignore[index]
        del inner[path[-1]]  # type: ignore[arg-type]

    return remove


FORM_FAULTS: list[tuple[Breaking, str]] = [
    (_without("programme"), "thiếu phần văn bản (programme)"),
    (_without("questions"), "thiếu danh sách câu hỏi (questions)"),
    (lambda raw: raw.update(clauses={}), "danh sách mục (clauses) phải là danh sách"),
    (lambda raw: raw.update(notes="x"), "trường lạ: notes"),
    (_without("programme", "kind"), "thiếu loại văn bản (kind)"),
    (
        lambda raw: raw["programme"].update(kind="secret"),
        "loại văn bản (kind) “secret” không hợp lệ; chọn: action, core, breakthrough, dispatch",
    ),
    (
        lambda raw: raw["programme"].update(issued_on="28/11/2025"),
        "ngày ban hành (issued_on) phải là ngày dạng năm-tháng-ngày",
    ),
    (
        lambda raw: raw["programme"].update(issued_on=datetime(2025, 11, 28, 7, 0)),
        "ngày ban hành (issued_on) phải là ngày dạng năm-tháng-ngày",
    ),
    (lambda raw: raw["clauses"].append("x"), "mục thứ 4: phải là một nhóm trường"),
    (_without("clauses", 1, "title"), "03-CTr/TU:2: thiếu tên (title)"),
    (lambda raw: raw["questions"].append(None), "câu thứ 4: phải là một nhóm trường"),
    (_without("questions", 0, "id"), "câu thứ 1: thiếu mã (id)"),
    (_without("questions", 0, "explanation"), "KR-001: thiếu lời giải thích (explanation)"),
    (_without("questions", 0, "choices"), "KR-001: thiếu các phương án (choices)"),
    (_without("questions", 0, "type"), "KR-001: thiếu loại câu hỏi (type)"),
    (question(0, hint="x"), "KR-001: trường lạ: hint"),
    (question(0, stem=5), "KR-001: câu dẫn (stem) phải là chữ"),
    (question(0, answer="b"), "KR-001: đáp án (answer) phải là danh sách"),
    (
        question(0, answer=[True]),
        "KR-001: đáp án (answer) phải là danh sách mã phương án, ví dụ [b]",
    ),
    (
        question(0, choices={"a": "1", "b": "2", "c": 3, "d": "4"}),
        "KR-001: phương án “c” phải là chữ",
    ),
    (
        question(0, type="essay"),
        "KR-001: loại câu hỏi (type) “essay” không hợp lệ; chọn: "
        "single, multiple, true_false, fill, order, match",
    ),
    (
        question(0, difficulty="mild"),
        "KR-001: độ khó (difficulty) “mild” không hợp lệ; chọn: easy, medium, hard",
    ),
    (question(2, choices={"a": "x"}), "KR-003: trường lạ: choices"),
    (question(2, answer=["a"]), "KR-003: đáp án (answer) phải là true hoặc false"),
]


@pytest.mark.parametrize(("breaking", "message"), FORM_FAULTS, ids=[m for _, m in FORM_FAULTS])
def test_fault_of_form_is_named(breaking: Breaking, message: str) -> None:
    _, faults = parsed(broken(breaking))
    assert [str(fault) for fault in faults] == [f"{FILE}: {message}"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [1", "x.yaml: không đọc được YAML ở dòng"),
        ("programme: {code: 1, code: 2}", "viết hai lần"),
        ("issued_on: 2025-13-45", "không đọc được YAML"),
        ("", "x.yaml: phải là một nhóm trường"),
        ("- a", "x.yaml: phải là một nhóm trường"),
    ],
)
def test_text_that_is_no_bank_is_a_fault(text: str, message: str) -> None:
    bank, faults = parse_bank(file="x.yaml", text=text)
    assert bank is None
    assert len(faults) == 1
    assert message in str(faults[0])


def test_a_broken_question_does_not_hide_the_others() -> None:
    raw = sample()
    raw["questions"][0]["stem"] = 1
    raw["questions"][2]["answer"] = "true"
    bank, faults = parsed(raw)
    assert bank is not None
    assert [q.id for q in bank.questions] == ["KR-002"]
    assert [fault.place for fault in faults] == ["KR-001", "KR-003"]


@pytest.mark.parametrize(
    "field",
    [
        {"type": "multiple"},
        {"difficulty": "hard"},
        {"clause": "03-CTr/TU:2"},
        {"stem": "Khác"},
        {"choices": (("a", "x"), ("b", "y"))},
        {"answer": ("c",)},
        {"quote": "khác"},
        {"explanation": "khác"},
    ],
    ids=lambda field: next(iter(field)),
)
def test_content_hash_depends_on_all_that_is_said(field: dict[str, object]) -> None:
    first = bank_of(sample()).questions[0]
    assert replace(first, **field).content_hash != first.content_hash  # type: ignore[arg-type]


def test_content_hash_depends_on_nothing_else() -> None:
    first, several = bank_of(sample()).questions[:2]
    assert replace(first, id="KR-999").content_hash == first.content_hash
    assert replace(several, answer=("b", "a")).content_hash == several.content_hash
    assert bank_of(sample()).questions[0].content_hash == first.content_hash


@pytest.mark.parametrize("kind", ["order", "match"])
def test_the_order_of_a_sequence_is_part_of_what_is_said(kind: str) -> None:
    one = BankQuestion("X", kind, "easy", "1", "?", (("a", "A"), ("b", "B")), ("b", "a"), "q", "e")
    assert replace(one, answer=("a", "b")).content_hash != one.content_hash


def test_a_bank_may_lack_notes_and_a_dispatch_its_day() -> None:
    raw = sample()
    raw["clauses"][0]["note"] = "Ghi\n nhớ"
    raw["programme"] |= {"kind": "dispatch"}
    del raw["programme"]["issued_on"]
    bank = bank_of(raw)
    assert [clause.note for clause in bank.clauses] == ["Ghi nhớ", "", ""]
    assert bank.programme.issued_on is None


def test_words_of_the_file_are_the_words_of_the_database() -> None:
    assert set(banks.KINDS) == set(Programme.Kind.values)
    assert set(banks.TYPES) == set(QuestionVersion.Type.values)
    assert set(banks.DIFFICULTIES) == set(QuestionVersion.Difficulty.values)


def test_every_field_has_a_name_for_people() -> None:
    raw = sample()
    fields = {*raw, *raw["programme"], *raw["clauses"][0], *raw["questions"][0]}
    assert fields | {"note", "prompts"} == set(banks.FIELD_NAMES)


def test_a_written_bank_is_read_back() -> None:
    assert parse_bank(file=FILE, text=text_of(sample())) == (bank_of(sample()), [])


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        # to the base of sixty: worked out, the first is larger than any float
        ("1" + ":59" * 2_000 + ".0", "phần văn bản (programme) phải là nhóm trường"),
        ("1" + ":59" * 100_000, "phần văn bản (programme) phải là nhóm trường"),
        ("9" * 5_000, "phần văn bản (programme) phải là nhóm trường"),
        ("2025-02-30", "không đọc được YAML: có ngày không có trong lịch; hãy sửa lại ngày ấy"),
    ],
    ids=["float", "sixties", "long", "date"],
)
def test_numbers_are_never_worked_out(written: str, reason: str) -> None:
    text = f"programme: {written}\nclauses: []\nquestions: []\n"
    assert [fault.reason for fault in parse_bank(file=FILE, text=text)[1]] == [reason]
