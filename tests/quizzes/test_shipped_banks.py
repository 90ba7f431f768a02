"""The banks that come with the product."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command

from quizzes.banks import Bank, parse_bank
from quizzes.loading import shipped_bank_files
from quizzes.models import Clause, Programme

FILES = shipped_bank_files()


def _bank(path: Path) -> Bank:
    bank, faults = parse_bank(file=path.name, text=path.read_text(encoding="utf-8"))
    assert faults == []
    assert bank is not None
    return bank


def test_there_is_a_bank_for_each_of_the_seven_documents() -> None:
    assert {_bank(path).programme.code for path in FILES} == {
        "06-CTr/TU",
        "03-CTr/TU",
        "04-CTr/TU",
        "05-CTr/TU",
        "31-KH/TU",
        "32-KH/TU",
        "33-KH/TU",
    }


def test_all_shipped_banks_pass_the_check(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_banks")
    assert "trong 7 ngân hàng, không có lỗi" in capsys.readouterr().out


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_shipped_bank_is_rich_enough(path: Path) -> None:
    bank = _bank(path)
    assert path.stem == bank.programme.code.replace("/", "-")
    assert len(bank.questions) >= 12
    assert {question.type for question in bank.questions} == {"single", "multiple", "true_false"}
    assert {question.difficulty for question in bank.questions} == {"easy", "medium", "hard"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_numbered_clause_is_asked_about(path: Path) -> None:
    bank = _bank(path)
    asked = {question.clause.split(".")[0] for question in bank.questions}
    assert {clause.id for clause in bank.clauses if "." not in clause.id} <= asked


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_shipped_quotes_are_short(path: Path) -> None:
    long = {q.id: n for q in _bank(path).questions if (n := len(q.quote.split())) > 25}
    assert long == {}


@pytest.mark.django_db
def test_shipped_banks_load_with_every_clause() -> None:
    call_command("load_banks")
    assert Programme.objects.count() == 7
    assert Clause.objects.filter(parent=None).count() == 30
    assert Clause.objects.exclude(parent=None).count() == 23
