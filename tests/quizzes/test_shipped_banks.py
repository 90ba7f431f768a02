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


PROGRAMMES = {
    "06-CTr/TU",
    "03-CTr/TU",
    "04-CTr/TU",
    "05-CTr/TU",
    "31-KH/TU",
    "32-KH/TU",
    "33-KH/TU",
}
DISPATCH = "CV-BTGDVTU"


def test_there_is_a_bank_for_each_of_the_seven_documents_and_the_dispatch() -> None:
    assert {_bank(path).programme.code for path in FILES} == PROGRAMMES | {DISPATCH}


def test_all_shipped_banks_keep_every_limit(capsys: pytest.CaptureFixture[str]) -> None:
    """Form, content, coverage, mix, and what a guesser makes of them (see quizzes/report.py)."""
    call_command("check_banks", "--report")
    assert "trong 8 ngân hàng, không có lỗi" in capsys.readouterr().out


def test_the_programmes_have_three_hundred_questions() -> None:
    banks = [_bank(path) for path in FILES]
    assert sum(len(b.questions) for b in banks if b.programme.code in PROGRAMMES) >= 300


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_shipped_bank_has_every_type_that_fits_any_text(path: Path) -> None:
    bank = _bank(path)
    assert path.stem == bank.programme.code.replace("/", "-")
    assert {question.type for question in bank.questions} >= {
        "single",
        "multiple",
        "true_false",
        "fill",
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_shipped_quotes_are_short(path: Path) -> None:
    long = {q.id: n for q in _bank(path).questions if (n := len(q.quote.split())) > 25}
    assert long == {}


@pytest.mark.django_db
def test_shipped_banks_load_with_every_clause() -> None:
    call_command("load_banks")
    assert Programme.objects.count() == 8
    assert Clause.objects.filter(parent=None).count() == 30 + 5  # the dispatch has five tasks
    assert Clause.objects.exclude(parent=None).count() == 23
