"""Our own YAML: a bank written back as ``parse_bank`` reads it, and banks from strangers. Pure."""

from __future__ import annotations

from typing import Any

import yaml

from accounts.yaml_files import SafeLoader
from quizzes.banks import Bank, BankClause, BankProgramme, BankQuestion, parse_bank
from quizzes.exchange.encoding import decode
from quizzes.exchange.reading import MAX_QUESTIONS, Reading, Sink, Unreadable

_DEEPEST = 12
_MAX_BYTES = 2 * 1024 * 1024  # YAML is slow to read; this holds far more than a bank of 2,000
_MAX_EVENTS = 120_000  # 2,000 questions make some 80,000


def read_yaml(file: str, data: bytes) -> Reading:
    """The questions of a bank file. Raises ``Unreadable`` when there is no bank in it."""
    if len(data) > _MAX_BYTES:
        raise Unreadable(f"tệp YAML lớn quá {_MAX_BYTES // 1024 // 1024} MB; hãy chia nhỏ")
    text = decode(data)
    _look_through(text)
    bank, faults = parse_bank(file=file, text=text)
    places = _places(text)
    sink = Sink(file)
    for fault in faults:
        sink.fault(places.get(fault.place, [fault.place])[0], fault.reason)
    if bank is None:
        return sink.reading()
    for question in bank.questions:
        held = places.get(question.id, [question.id])  # several when an id is used again
        sink.add(held.pop(0) if len(held) > 1 else held[0], question)
    return sink.reading(bank.programme.code)


def yaml_cannot(question: BankQuestion) -> str:
    """Why YAML cannot carry a question: it is what questions are kept in."""
    return ""


def write_yaml(bank: Bank) -> bytes:
    """The bank as a file of the kind in ``quizzes/banks``."""
    return dump_bank(bank).encode()


def dump_bank(bank: Bank) -> str:
    """The bank as YAML that ``parse_bank`` reads back equal."""
    parts: list[dict[str, Any]] = [
        {"programme": _programme(bank.programme)},
        {"clauses": [_clause(clause) for clause in bank.clauses]},
        {"questions": [_question(question) for question in bank.questions]},
    ]
    return "\n".join(_dumped(part) for part in parts)


class _Quoted(str):
    """A text that is written in quotation marks, whatever it looks like."""


class _Keys(list[str]):
    """A list that is written on one line."""


class _Dumper(yaml.SafeDumper):
    """Block style, order as given, texts quoted, no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


_Dumper.add_representer(
    _Quoted, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
)
_Dumper.add_representer(
    _Keys,
    lambda dumper, keys: dumper.represent_sequence("tag:yaml.org,2002:seq", keys, flow_style=True),
)


def _dumped(part: dict[str, Any]) -> str:
    text: str = yaml.dump(
        part, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000_000
    )
    return text


def _programme(programme: BankProgramme) -> dict[str, Any]:
    names = ("code", "title", "short_title", "kind")
    fields: dict[str, Any] = {name: _Quoted(getattr(programme, name)) for name in names}
    if programme.issued_on is not None:
        fields["issued_on"] = programme.issued_on
    return fields


def _clause(clause: BankClause) -> dict[str, Any]:
    fields = {"id": _Quoted(clause.id), "title": _Quoted(clause.title)}
    return fields | ({"note": _Quoted(clause.note)} if clause.note else {})


def _question(question: BankQuestion) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "id": _Quoted(question.id),
        "type": question.type,
        "difficulty": question.difficulty,
        "clause": _Quoted(question.clause),
        "stem": _Quoted(question.stem),
    }
    if question.type == "true_false":
        fields["answer"] = question.answer == ("a",)
    else:
        if question.type == "match":
            fields["prompts"] = [_Quoted(prompt) for prompt in question.prompts]
        fields["choices"] = {key: _Quoted(text) for key, text in question.choices}
        fields["answer"] = _Keys(question.answer)
    fields["quote"] = _Quoted(question.quote)
    fields["explanation"] = _Quoted(question.explanation)
    return fields


def _look_through(text: str) -> None:
    """Refuse what no bank needs and a hostile file lives on, before anything is built."""
    depth = documents = 0
    try:
        for number, event in enumerate(yaml.parse(text, Loader=SafeLoader)):
            if number > _MAX_EVENTS:
                raise Unreadable(f"tệp có hơn {MAX_QUESTIONS} câu; hãy chia thành nhiều tệp")
            _refuse_powers(event)
            documents += isinstance(event, yaml.DocumentStartEvent)
            if documents > 1:
                raise Unreadable(
                    f"{_line(event)}: tệp có nhiều phần (---); hãy tách thành nhiều tệp"
                )
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > _DEEPEST:
                raise Unreadable(f"{_line(event)}: YAML lồng nhau quá {_DEEPEST} tầng")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" ở dòng {mark.line + 1}, cột {mark.column + 1}" if mark else ""
        raise Unreadable(f"không đọc được YAML{where}; hãy kiểm tra thụt lề và dấu") from error


def _refuse_powers(event: Any) -> None:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise Unreadable(f"{_line(event)}: neo và tham chiếu YAML (&, *) không được dùng")
    if getattr(event, "tag", None):
        raise Unreadable(f"{_line(event)}: nhãn kiểu YAML (!) không được dùng")


def _line(event: Any) -> str:
    return f"dòng {event.start_mark.line + 1}, cột {event.start_mark.column + 1}"


def _places(text: str) -> dict[str, list[str]]:
    """``{what parse_bank calls an item: where it stands}`` for questions and clauses."""
    root = yaml.compose(text, Loader=SafeLoader)
    places: dict[str, list[str]] = {}
    for key, items in root.value if isinstance(root, yaml.MappingNode) else []:
        label = {"questions": "câu thứ", "clauses": "mục thứ"}.get(str(key.value))
        if label is None or not isinstance(items, yaml.SequenceNode):
            continue
        for number, item in enumerate(items.value[: MAX_QUESTIONS + 1], start=1):
            name = _id_of(item)
            line = f"dòng {item.start_mark.line + 1}"
            places[f"{label} {number}"] = [f"{line}, {label} {number}"]
            if name:
                places.setdefault(name, []).append(f"{line}, {name}")
    return places


def _id_of(item: yaml.Node) -> str:
    if not isinstance(item, yaml.MappingNode):
        return ""
    names = (value for key, value in item.value if key.value == "id")
    return next((name.value for name in names if isinstance(name, yaml.ScalarNode)), "")
