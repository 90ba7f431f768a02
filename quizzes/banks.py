"""Question banks: the text of a YAML file -> typed records, or what is wrong with its form. Pure.

What the records must say is the business of ``quizzes.checks``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import yaml

from accounts.yaml_files import SafeLoader

KINDS = ("action", "core", "breakthrough", "dispatch")
TYPES = ("single", "multiple", "true_false", "fill", "order", "match")
# Types whose answer is a sequence: which key comes first says something.
SEQUENCES = ("order", "match")
DIFFICULTIES = ("easy", "medium", "hard")
CHOICE_KEYS = ("a", "b", "c", "d", "e")
GAP = "[…]"
TRUE_FALSE_CHOICES = (("a", "Đúng"), ("b", "Sai"))

# What a person reads in a fault instead of the bare name of the field.
FIELD_NAMES = {
    "programme": "phần văn bản",
    "clauses": "danh sách mục",
    "questions": "danh sách câu hỏi",
    "code": "số hiệu",
    "title": "tên",
    "short_title": "tên gọn",
    "kind": "loại văn bản",
    "issued_on": "ngày ban hành",
    "id": "mã",
    "type": "loại câu hỏi",
    "difficulty": "độ khó",
    "clause": "mục",
    "stem": "câu dẫn",
    "note": "ghi chú học tập",
    "prompts": "các vế để ghép",
    "choices": "các phương án",
    "answer": "đáp án",
    "quote": "trích dẫn",
    "explanation": "lời giải thích",
}
_KIND_NAMES: dict[type, str] = {
    str: "chữ",
    list: "danh sách",
    dict: "nhóm trường",
    bool: "true hoặc false",
    date: "ngày dạng năm-tháng-ngày",
}
_BANK_FIELDS: dict[str, type] = {"programme": dict, "clauses": list, "questions": list}
_PROGRAMME_FIELDS: dict[str, type] = {
    "code": str,
    "title": str,
    "short_title": str,
    "kind": str,
}
_CLAUSE_FIELDS: dict[str, type] = {"id": str, "title": str}
_COMMON_FIELDS: dict[str, type] = {
    "id": str,
    "type": str,
    "difficulty": str,
    "clause": str,
    "stem": str,
    "quote": str,
    "explanation": str,
}
_CHOICE_FIELDS: dict[str, type] = {"choices": dict, "answer": list}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: the file, the question or clause ("" for the file itself), the reason."""

    file: str
    place: str
    reason: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.place, self.reason) if part)


@dataclass(frozen=True, slots=True)
class BankProgramme:
    code: str
    title: str
    short_title: str
    kind: str
    issued_on: date | None = None  # None: the copy received bears no day


@dataclass(frozen=True, slots=True)
class BankClause:
    """A clause; ``note`` tells it in our own words ("" while nobody has written one)."""

    id: str
    title: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class BankQuestion:
    """A question as a bank says it; true/false has the choices "Đúng" (a) and "Sai" (b).

    ``answer`` holds keys of choices: sorted, but for ``order`` in the right order and for
    ``match`` one for each of ``prompts`` in turn.
    """

    id: str
    type: str
    difficulty: str
    clause: str
    stem: str
    choices: tuple[tuple[str, str], ...]
    answer: tuple[str, ...]
    quote: str
    explanation: str
    prompts: tuple[str, ...] = ()

    @property
    def content_hash(self) -> str:
        """SHA-256 (hex) of everything the question says; the id is who it is, not what."""
        content = asdict(self) | {"id": "", "answer": settled_answer(self.type, self.answer)}
        if not self.prompts:  # hashes from before there were prompts stay what they were
            del content["prompts"]
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Bank:
    """One file; questions and clauses whose form is broken are left out of it."""

    file: str
    programme: BankProgramme
    clauses: tuple[BankClause, ...]
    questions: tuple[BankQuestion, ...]


def settled_answer(type: str, keys: Iterable[str]) -> tuple[str, ...]:
    """The keys as answers are stored and compared: sorted, unless their order is the answer."""
    return tuple(keys) if type in SEQUENCES else tuple(sorted(keys))


class _Number:
    """A number as it is written. No field is one, so none is ever worked out: YAML's numbers
    to the base of sixty may be as long as the file."""

    def __init__(self, written: str) -> None:
        self.written = written

    def __str__(self) -> str:
        return self.written


class _StrictLoader(SafeLoader):
    """Safe YAML that refuses a field written twice; plain YAML silently keeps the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            name = str(key.value)
            if name in seen:
                problem = f"trường “{name}” viết hai lần"
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
            seen.add(name)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return mapping


for _sort in ("int", "float"):
    _StrictLoader.add_constructor(
        f"tag:yaml.org,2002:{_sort}", lambda _, node: _Number(str(node.value))
    )


def parse_bank(*, file: str, text: str) -> tuple[Bank | None, list[Fault]]:
    """Read a bank's text. ``file`` is the name faults speak of.

    Returns the bank (None when not even its programme can be read) and every fault of its form.
    """
    try:
        root = yaml.load(text, Loader=_StrictLoader)
    except (yaml.YAMLError, ValueError) as error:
        return None, [Fault(file, "", _yaml_reason(error))]
    if reasons := _form_reasons(root, _BANK_FIELDS):
        return None, [Fault(file, "", reason) for reason in reasons]
    programme, reasons = _programme(root["programme"])
    faults = [Fault(file, "", reason) for reason in reasons]
    clauses, questions = [], []
    for place, raw in _placed(root["clauses"], "mục thứ"):
        clause, reasons = _clause(raw)
        faults += [Fault(file, place, reason) for reason in reasons]
        clauses += [clause] if clause else []
    for place, raw in _placed(root["questions"], "câu thứ"):
        question, reasons = _question(raw)
        faults += [Fault(file, place, reason) for reason in reasons]
        questions += [question] if question else []
    if not programme:
        return None, faults
    return Bank(file, programme, tuple(clauses), tuple(questions)), faults


def _yaml_reason(error: Exception) -> str:
    if not isinstance(error, yaml.YAMLError):
        return "không đọc được YAML: có ngày không có trong lịch; hãy sửa lại ngày ấy"
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    where = f" ở dòng {mark.line + 1}" if mark else ""
    return f"không đọc được YAML{where}: {problem}"


def _placed(items: list[object], label: str) -> list[tuple[str, object]]:
    """Each item with what faults call it: its id, or its place in the list."""
    placed = []
    for number, item in enumerate(items, start=1):
        name = item.get("id") if isinstance(item, dict) else None
        placed.append((name if isinstance(name, str) and name else f"{label} {number}", item))
    return placed


def _form_reasons(
    value: object, required: Mapping[str, type], optional: Mapping[str, type] | None = None
) -> list[str]:
    """What keeps ``value`` from being a mapping of exactly these fields of these types."""
    if not isinstance(value, dict):
        return ["phải là một nhóm trường"]
    fields = {**required, **(optional or {})}
    reasons = [f"thiếu {FIELD_NAMES[name]} ({name})" for name in required if name not in value]
    reasons += [f"trường lạ: {name}" for name in value if name not in fields]
    # Exact types: YAML's true is an int to Python, and a date with a time is a date.
    reasons += [
        f"{FIELD_NAMES[name]} ({name}) phải là {_KIND_NAMES[kind]}"
        for name, kind in fields.items()
        if name in value and type(value[name]) is not kind
    ]
    return reasons


def _word_reason(name: str, word: str, allowed: tuple[str, ...]) -> list[str]:
    if word in allowed:
        return []
    return [f"{FIELD_NAMES[name]} ({name}) “{word}” không hợp lệ; chọn: {', '.join(allowed)}"]


def _words(text: str) -> str:
    """Line breaks of the YAML layout are not part of the text."""
    return " ".join(text.split())


def _programme(raw: dict[str, Any]) -> tuple[BankProgramme | None, list[str]]:
    reasons = _form_reasons(raw, _PROGRAMME_FIELDS, {"issued_on": date})
    reasons = reasons or _word_reason("kind", raw["kind"], KINDS)
    if reasons:
        return None, reasons
    names = {name: _words(raw[name]) for name in _PROGRAMME_FIELDS}
    return BankProgramme(**names, issued_on=raw.get("issued_on")), []


def _clause(raw: Any) -> tuple[BankClause | None, list[str]]:
    if reasons := _form_reasons(raw, _CLAUSE_FIELDS, {"note": str}):
        return None, reasons
    return BankClause(_words(raw["id"]), _words(raw["title"]), _words(raw.get("note", ""))), []


def _question_fields(kind: object) -> dict[str, type]:
    if kind == "true_false":
        return _COMMON_FIELDS | {"answer": bool}
    if kind == "match":
        return _COMMON_FIELDS | _CHOICE_FIELDS | {"prompts": list}
    return _COMMON_FIELDS | _CHOICE_FIELDS


def _question(raw: Any) -> tuple[BankQuestion | None, list[str]]:
    kind = raw.get("type") if isinstance(raw, dict) else None
    if isinstance(kind, str) and kind not in TYPES:
        return None, _word_reason("type", kind, TYPES)
    if reasons := _form_reasons(raw, _question_fields(kind)):
        return None, reasons
    reasons = _word_reason("difficulty", raw["difficulty"], DIFFICULTIES)
    choices: tuple[tuple[str, str], ...] = TRUE_FALSE_CHOICES
    answer: tuple[str, ...] = ("a" if raw["answer"] else "b",)
    if kind != "true_false":
        reasons += _list_reasons(raw["choices"], raw["answer"], raw.get("prompts", []))
        choices = tuple((str(key), _words(str(text))) for key, text in raw["choices"].items())
        answer = settled_answer(raw["type"], map(str, raw["answer"]))
    if reasons:
        return None, reasons
    texts = {name: _words(raw[name]) for name in _COMMON_FIELDS}
    prompts = tuple(_words(prompt) for prompt in raw.get("prompts", []))
    return BankQuestion(**texts, choices=choices, answer=answer, prompts=prompts), []


def _list_reasons(
    choices: dict[object, object], answer: list[object], prompts: list[object]
) -> list[str]:
    reasons = [
        f"phương án “{key}” phải là chữ"
        for key, text in choices.items()
        if not (isinstance(key, str) and isinstance(text, str))
    ]
    if not all(isinstance(key, str) for key in answer):
        reasons.append("đáp án (answer) phải là danh sách mã phương án, ví dụ [b]")
    if not all(isinstance(prompt, str) for prompt in prompts):
        reasons.append("các vế để ghép (prompts) phải là danh sách chữ")
    return reasons
