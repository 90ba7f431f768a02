"""What a format can carry comes back as it went."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from quizzes.banks import Bank, BankQuestion, parse_bank
from quizzes.exchange.formats import FORMATS, read_questions
from quizzes.exchange.yaml_file import dump_bank
from quizzes.loading import shipped_bank_files
from tests.quizzes.exchange.making import SOUND, bank, one_of_each

BANKS = st.lists(SOUND, min_size=1, max_size=3)
# What these carry of a question; the others carry everything.
_ONLY_TEXT = {"id": "", "difficulty": "", "clause": "", "quote": "", "explanation": ""}
PLAIN = {"aiken": _ONLY_TEXT, "live": _ONLY_TEXT}
steady = settings(
    max_examples=50, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)


def round_trip(key: str, questions: list[BankQuestion]) -> list[BankQuestion]:
    data = FORMATS[key].write(bank(*questions))
    reading = read_questions("tep", data, key)
    assert reading.faults == ()
    return [placed.record for placed in reading.questions]


@pytest.mark.parametrize("key", ["own", "live", "moodle", "gift", "aiken"])
@steady
@given(questions=BANKS)
def test_what_a_format_carries_comes_back(key: str, questions: list[BankQuestion]) -> None:
    carried = [question for question in questions if not FORMATS[key].refusal(question)]
    assume(carried)
    expected = [replace(question, **PLAIN.get(key, {})) for question in carried]
    assert round_trip(key, carried) == expected


@steady
@given(questions=BANKS)
def test_a_bank_comes_back_from_yaml(questions: list[BankQuestion]) -> None:
    before = bank(*(replace(q, id=f"KR-{n:03d}") for n, q in enumerate(questions)))
    assert parse_bank(file=before.file, text=dump_bank(before)) == (before, [])


@pytest.mark.parametrize("path", shipped_bank_files(), ids=lambda path: path.stem)
def test_shipped_banks_come_back_from_every_format(path) -> None:  # type: ignore[no-untyped-def]
    shipped, _ = parse_bank(file=path.name, text=path.read_text(encoding="utf-8"))
    assert isinstance(shipped, Bank)
    assert parse_bank(file=path.name, text=dump_bank(shipped)) == (shipped, [])
    for key in ("own", "moodle", "gift"):
        assert round_trip(key, list(shipped.questions)) == list(shipped.questions)


CARRIED = {
    "own": {"single", "multiple", "true_false", "fill", "order", "match"},
    "moodle": {"single", "multiple", "true_false", "fill", "order", "match"},
    "gift": {"single", "multiple", "true_false", "fill", "order", "match"},
    "yaml": {"single", "multiple", "true_false", "fill", "order", "match"},
    "live": {"single", "multiple", "true_false", "fill"},
    "aiken": {"single", "true_false", "fill"},
}


@pytest.mark.parametrize("key", FORMATS)
def test_types_a_format_carries(key: str) -> None:
    taken = {question.type for question in one_of_each() if not FORMATS[key].refusal(question)}
    assert taken == CARRIED[key]
    carried = [question for question in one_of_each() if question.type in CARRIED[key]]
    expected = [replace(question, **PLAIN.get(key, {})) for question in carried]
    assert round_trip(key, carried) == expected
