"""A small sound bank to break in one place at a time."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import date
from typing import Any

import yaml

from quizzes.banks import Bank, Fault, parse_bank

Raw = dict[str, Any]
Breaking = Callable[[Raw], object]
FILE = "03-CTr-TU.yaml"

_SAMPLE: Raw = {
    "programme": {
        "code": "03-CTr/TU",
        "title": "Chương trình số 03-CTr/TU về vườn mẫu",
        "short_title": "Vườn mẫu",
        "kind": "core",
        "issued_on": date(2025, 11, 28),
    },
    "clauses": [
        {"id": "03-CTr/TU:1", "title": "Quan điểm"},
        {"id": "03-CTr/TU:2", "title": "Nhiệm vụ"},
        {"id": "03-CTr/TU:2.i", "title": "Trồng cây"},
    ],
    "questions": [
        {
            "id": "KR-001",
            "type": "single",
            "difficulty": "easy",
            "clause": "03-CTr/TU:1",
            "stem": "Giữ vườn là nhiệm vụ gì?",
            "choices": {"a": "Phụ trợ", "b": "Nền tảng", "c": "Tạm thời", "d": "Thí điểm"},
            "answer": ["b"],
            "quote": "giữ vườn là nhiệm vụ nền tảng",
            "explanation": "Vườn còn thì mới có cây để chăm.",
        },
        {
            "id": "KR-002",
            "type": "multiple",
            "difficulty": "medium",
            "clause": "03-CTr/TU:2",
            "stem": "Vườn mẫu trồng những cây nào? (Chọn 2 phương án đúng.)",
            "choices": {"a": "Cây mận", "b": "Cây lê", "c": "Cây chuối", "d": "Cây dừa"},
            "answer": ["a", "b"],
            "quote": "trồng mận và lê",
            "explanation": "Mục 2 kể hai loại cây, không kể chuối và dừa.",
        },
        {
            "id": "KR-003",
            "type": "true_false",
            "difficulty": "hard",
            "clause": "03-CTr/TU:2.i",
            "stem": "Cây mận được trồng trước cây lê.",
            "answer": True,
            "quote": "trồng mận trước, lê sau",
            "explanation": "Thứ tự ấy được viết rõ trong mục.",
        },
    ],
}


def sample() -> Raw:
    """A bank without faults, as plain data, to be changed freely."""
    return deepcopy(_SAMPLE)


def sample_of(code: str, prefix: str) -> Raw:
    """The same bank for another document: other codes, ids and stems."""
    raw = sample()
    raw["programme"]["code"] = code
    for clause in raw["clauses"]:
        clause["id"] = clause["id"].replace("03-CTr/TU", code)
    for question in raw["questions"]:
        question["id"] = question["id"].replace("KR", prefix)
        question["clause"] = question["clause"].replace("03-CTr/TU", code)
        question["stem"] = f"{code}: {question['stem']}"
    return raw


def text_of(raw: Raw) -> str:
    return yaml.safe_dump(raw, allow_unicode=True, sort_keys=False)


def parsed(raw: Raw, file: str = FILE) -> tuple[Bank | None, list[Fault]]:
    return parse_bank(file=file, text=text_of(raw))


def bank_of(raw: Raw, file: str = FILE) -> Bank:
    """The bank of data whose form is sound."""
    bank, faults = parsed(raw, file)
    assert faults == []
    assert bank is not None
    return bank


def broken(breaking: Breaking) -> Raw:
    raw = sample()
    breaking(raw)
    return raw


def question(number: int, **fields: object) -> Breaking:
    """A breaking that sets fields of the question at this place (from 0)."""
    return lambda raw: raw["questions"][number].update(fields)
