"""The limits a shipped bank has to keep, each broken alone."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from quizzes.banks import Bank
from quizzes.report import report_faults, report_on
from tests.quizzes.samples import Raw, bank_of, sample, text_of

NOTE = " ".join(["lời"] * 50)
LEVELS = ["easy", "easy", "medium", "medium", "hard"]


def _rich() -> Raw:
    """A bank that keeps every limit: 40 questions, three clauses, options as like as eggs."""
    raw = sample()
    for clause in raw["clauses"]:
        clause["note"] = NOTE
    raw["questions"] = [
        {
            "id": f"KR-{number:03d}",
            "type": "single",
            "difficulty": LEVELS[number % 5],
            "clause": raw["clauses"][number % 3]["id"],
            "stem": f"ý{number} từ{number} việc{number} cây{number}",
            "choices": {key: f"{key}{number:02d}x" for key in "abcd"},
            "answer": ["abcd"[number % 4]],
            "quote": "giữ vườn",
            "explanation": "Vì thế.",
        }
        for number in range(40)
    ]
    return raw


def _reasons(raw: Raw) -> list[str]:
    return [str(fault) for fault in report_faults([report_on(bank_of(raw))])]


def test_a_bank_that_keeps_every_limit_has_no_fault() -> None:
    assert _reasons(_rich()) == []


def _drop(raw: Raw) -> None:
    del raw["questions"][0]


def _all_easy(raw: Raw) -> None:
    for question in raw["questions"]:
        question["difficulty"] = "easy"


def _all_at_a(raw: Raw) -> None:
    for question in raw["questions"]:
        question["answer"] = ["a"]


def _one_clause(raw: Raw) -> None:
    for question in raw["questions"]:
        question["clause"] = "03-CTr/TU:1"


def _long_keys(raw: Raw) -> None:
    for question in raw["questions"]:
        question["choices"][question["answer"][0]] += " dài"


def _no_note(raw: Raw) -> None:
    raw["clauses"][1]["note"] = ""


def _twins(raw: Raw) -> None:
    raw["questions"][0]["stem"] = "một hai ba bốn năm sáu bảy tám chín mười"
    raw["questions"][7]["stem"] = "một hai ba bốn năm sáu bảy tám chín mười một"


def _only_truths(raw: Raw) -> None:
    for question in raw["questions"][:5]:
        question.update(type="true_false", answer=True)
        del question["choices"]


BREAKINGS = [
    (_drop, "03-CTr-TU.yaml: có 39 câu, cần ít nhất 40"),
    (_all_easy, "độ khó easy chiếm 100%, cần khoảng 40%"),
    (_all_at_a, "đáp án ở vị trí a chiếm 100% số câu một đáp án"),
    (_one_clause, "03-CTr/TU:2.i: có 0 câu hỏi, cần ít nhất 2"),
    (_long_keys, "chọn “phương án dài nhất” trúng 100,0%, từ 1,25 lần đoán mò (25,0%) trở lên"),
    (_no_note, "03-CTr/TU:2: chưa có ghi chú học tập (note)"),
    (_twins, "KR-007: câu dẫn gần trùng với câu KR-000"),
    (_only_truths, "câu đúng hay sai lệch: 5 đúng, 0 sai"),
]


@pytest.mark.parametrize(("breaking", "reason"), BREAKINGS, ids=[b[1] for b in BREAKINGS])
def test_each_limit_is_told_when_it_is_missed(breaking, reason) -> None:
    raw = _rich()
    breaking(raw)
    assert any(reason in found for found in _reasons(raw))


def test_a_wrong_option_that_the_document_says_elsewhere_is_shown() -> None:
    raw = _rich()
    raw["questions"][0]["choices"]["b"] = "trồng cây ăn quả"
    source = {"03-CTr/TU:2": "Nhiệm vụ: Trồng cây ăn quả.", "05-CTr/TU:1": "c00x c00x c00x"}
    echoes = report_on(bank_of(raw), source).echoes
    assert [(e.question, e.key, e.clause) for e in echoes] == [("KR-000", "b", "03-CTr/TU:2")]


def test_a_dispatch_may_be_smaller() -> None:
    raw = _rich()
    raw["programme"]["kind"] = "dispatch"
    raw["questions"] = raw["questions"][:20]
    bank: Bank = bank_of(raw)
    assert report_faults([report_on(bank)]) == []


def test_the_command_prints_figures_and_fails_on_a_fault(tmp_path, capsys) -> None:
    path = tmp_path / "bank.yaml"
    path.write_text(text_of(_rich()), encoding="utf-8")
    call_command("check_banks", str(path), "--report")
    printed = capsys.readouterr().out
    assert "03-CTr/TU: 40 câu, 3 mục" in printed
    assert "chọn phương án dài nhất: trúng 25,0% (đoán mò 25,0%)" in printed
    raw = _rich()
    _no_note(raw)
    path.write_text(text_of(raw), encoding="utf-8")
    with pytest.raises(CommandError, match="1 lỗi"):
        call_command("check_banks", str(path), "--report")
    call_command("check_banks", str(path))  # the limits hold for shipped banks only
