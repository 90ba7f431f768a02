"""What makes a question bank wrong, whatever its form: all faults, never only the first. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields

from accounts.text import fold, nfc
from quizzes.banks import (
    CHOICE_KEYS,
    FIELD_NAMES,
    GAP,
    SEQUENCES,
    TRUE_FALSE_CHOICES,
    Bank,
    BankProgramme,
    BankQuestion,
    Fault,
)
from quizzes.clauses import missing_clauses, parent_id
from quizzes.quotes import is_quoted_from

MAX_QUOTE_WORDS = 25
NOTE_WORDS = range(40, 121)
# What a derived draft ends its explanation with; a person replaces it.
TO_FINISH = "[Người soạn bổ sung: vì sao đáp án này đúng, các phương án khác sai ở đâu.]"
_SEQUENCE_SIZES = (3, 4, 5)
_CLAUSE_PLACE = re.compile(r"\d+(\.[ivx]+)?")
# The sizes of the columns the texts go into.
_PROGRAMME_SIZES = {"code": 20, "title": 300, "short_title": 120, "kind": 20}
_CLAUSE_SIZES = {"id": 40, "title": 200}
_QUESTION_SIZES = {"id": 40, "clause": 40}


def bank_faults(banks: Sequence[Bank]) -> list[Fault]:
    """Every fault of the banks' content, alone and against each other, in file order."""
    faults = [fault for bank in banks for fault in _faults_of(bank)]
    faults += _repeated_programmes(banks)
    faults += _repeated_ids(banks)
    faults += _repeated_stems(banks)
    return in_file_order(faults, [bank.file for bank in banks])


def source_faults(banks: Sequence[Bank], source: Mapping[str, str]) -> list[Fault]:
    """Where banks and the official text part: ``source`` is ``{clause id: text}``."""
    faults: list[Fault] = []
    for bank in banks:
        listed = {clause.id for clause in bank.clauses}
        for clause in bank.clauses:
            if clause.id not in source:
                faults.append(Fault(bank.file, clause.id, "văn bản gốc không có mục này"))
        for missing in missing_clauses(listed, source, bank.programme.code):
            faults.append(Fault(bank.file, missing, "ngân hàng thiếu mục này của văn bản gốc"))
        for question in bank.questions:
            text = source.get(question.clause)
            if text is not None and not is_quoted_from(question.quote, text):
                reason = f"trích dẫn không có nguyên văn trong mục {question.clause}"
                faults.append(Fault(bank.file, question.id, reason))
    return faults


def in_file_order(faults: Iterable[Fault], files: Sequence[str]) -> list[Fault]:
    """The faults grouped by file, files in the order given, otherwise as they came."""
    order = {file: place for place, file in reversed(list(enumerate(files)))}
    return sorted(faults, key=lambda fault: order.get(fault.file, -1))


def _faults_of(bank: Bank) -> Iterator[Fault]:
    for reason in _text_reasons(bank.programme, _PROGRAMME_SIZES):
        yield Fault(bank.file, "", reason)
    yield from (Fault(bank.file, "", reason) for reason in _number_reasons(bank.programme))
    if not bank.questions:
        yield Fault(bank.file, "", "không có câu hỏi nào dùng được")
    above: set[str] = set()
    for clause in bank.clauses:
        reasons = _text_reasons(clause, _CLAUSE_SIZES) + _note_reasons(clause.note)
        reasons += _place_reasons(clause.id, bank.programme.code, above)
        yield from (Fault(bank.file, clause.id, reason) for reason in reasons)
        above.add(clause.id)
    for question in bank.questions:
        reasons = question_reasons(question, bank.programme.code, above)
        yield from (Fault(bank.file, question.id, reason) for reason in reasons)


def _text_reasons(record: object, sizes: Mapping[str, int]) -> list[str]:
    """Blank, unnormalised or too long texts among the record's fields."""
    texts = {f.name: getattr(record, f.name) for f in fields(record)}  # type: ignore[arg-type]
    reasons = []
    for name, text in texts.items():
        if not isinstance(text, str):
            continue
        if not text and name != "note":
            reasons.append(f"{FIELD_NAMES[name]} ({name}) trống")
        if text != nfc(text):
            reasons.append(f"{FIELD_NAMES[name]} ({name}) chưa ở dạng chuẩn NFC")
        if len(text) > sizes.get(name, len(text)):
            reasons.append(f"{FIELD_NAMES[name]} ({name}) dài quá {sizes[name]} ký tự")
    return reasons


def _number_reasons(programme: BankProgramme) -> list[str]:
    """A dispatch may come without number and day; the programmes have both."""
    if programme.kind == "dispatch":
        return []
    reasons = []
    if not re.match(r"\d{1,3}-", programme.code):
        reasons.append(f"số hiệu “{programme.code}” phải bắt đầu bằng số")
    if programme.issued_on is None:
        reasons.append("thiếu ngày ban hành (issued_on)")
    return reasons


def _note_reasons(note: str) -> list[str]:
    words = len(note.split())
    if not note or words in NOTE_WORDS:
        return []
    least, most = NOTE_WORDS[0], NOTE_WORDS[-1]
    return [f"ghi chú học tập (note) dài {words} từ, cần từ {least} đến {most}"]


def _place_reasons(clause_id: str, document: str, above: set[str]) -> list[str]:
    """Whether a clause's id belongs to its document, and an item stands below its clause."""
    owner, _, place = clause_id.partition(":")
    if owner != document:
        return [f"mục không thuộc văn bản {document}"]
    if not _CLAUSE_PLACE.fullmatch(place):
        return ["mã mục phải có dạng <số hiệu>:<số> hoặc <số hiệu>:<số>.<số La Mã thường>"]
    parent = parent_id(clause_id)
    if parent and parent not in above:
        return [f"phải đứng sau mục {parent}"]
    return []


def question_reasons(question: BankQuestion, document: str, listed: set[str]) -> list[str]:
    """What is wrong with one question of a document whose clause ids are ``listed``."""
    reasons = _text_reasons(question, _QUESTION_SIZES)
    if question.clause.split(":")[0] != document:
        reasons.append(f"mục {question.clause} thuộc văn bản khác")
    elif question.clause not in listed:
        reasons.append(f"mục {question.clause} không có trong danh sách mục của tệp")
    words = len(question.quote.split())
    if words > MAX_QUOTE_WORDS:
        reasons.append(f"trích dẫn dài {words} từ, tối đa {MAX_QUOTE_WORDS}")
    return reasons + _choice_reasons(question) + _answer_reasons(question)


def _choice_reasons(question: BankQuestion) -> list[str]:
    reasons = []
    keys = tuple(key for key, _ in question.choices)
    sizes = _SEQUENCE_SIZES if question.type in SEQUENCES else (4,)
    expected = [CHOICE_KEYS[:size] for size in sizes]
    if question.type != "true_false" and keys not in expected:
        have = ", ".join(keys) or "không có phương án nào"
        wanted = " hoặc ".join(map(str, sizes))
        reasons.append(f"cần đúng {wanted} phương án theo thứ tự a, b, c...; đang có: {have}")
    texts = [(f"phương án {key}", text) for key, text in question.choices]
    reasons += _distinct_reasons(texts)
    reasons += _distinct_reasons(
        [(f"vế {place}", text) for place, text in enumerate(question.prompts, start=1)]
    )
    if question.type == "fill" and question.stem.count(GAP) != 1:
        reasons.append(f"câu điền cụm từ phải có đúng một chỗ trống {GAP} trong câu dẫn")
    if question.type == "true_false" and question.choices != TRUE_FALSE_CHOICES:
        reasons.append("câu đúng hay sai chỉ có hai phương án Đúng và Sai")
    if question.type != "match" and question.prompts:
        reasons.append("chỉ câu ghép đôi mới có các vế để ghép")
    return reasons


def _distinct_reasons(named: Sequence[tuple[str, str]]) -> list[str]:
    """Blank, unnormalised and repeated ones among (name, text) pairs."""
    reasons = []
    first: dict[str, str] = {}
    for name, text in named:
        if not text:
            reasons.append(f"{name} trống")
        elif text != nfc(text):
            reasons.append(f"{name} chưa ở dạng chuẩn NFC")
        same = first.setdefault(folded(text), name)
        if text and same != name:
            reasons.append(f"{same} và {name} trùng nhau")
    return reasons


def _answer_reasons(question: BankQuestion) -> list[str]:
    keys = {key for key, _ in question.choices}
    reasons = [
        f"đáp án “{key}” không phải là phương án nào"
        for key in dict.fromkeys(question.answer)
        if key not in keys
    ]
    right = set(question.answer)
    if len(right) < len(question.answer):
        reasons.append("đáp án ghi lặp")
    if question.type in ("single", "fill", "true_false") and len(right) != 1:
        reasons.append(f"câu một đáp án phải có đúng 1 đáp án, đang có {len(right)}")
    if question.type == "multiple" and len(right) < 2:
        reasons.append(f"câu nhiều đáp án phải có ít nhất 2 đáp án, đang có {len(right)}")
    if question.type == "multiple" and keys and right >= keys:
        reasons.append("câu nhiều đáp án mà mọi phương án đều đúng")
    return reasons + _sequence_reasons(question, keys)


def _sequence_reasons(question: BankQuestion, keys: set[str]) -> list[str]:
    if question.type not in SEQUENCES:
        return []
    reasons = []
    if set(question.answer) != keys:
        reasons.append("đáp án phải kể đủ mọi phương án, mỗi phương án một lần")
    if question.type == "match" and len(question.prompts) != len(keys):
        reasons.append(
            f"câu ghép đôi cần số vế bằng số phương án; "
            f"đang có {len(question.prompts)} vế, {len(keys)} phương án"
        )
    if question.type == "order" and list(question.answer) == sorted(question.answer):
        reasons.append("thứ tự trong tệp trùng với thứ tự đúng; hãy xáo các phương án")
    return reasons


def folded(text: str) -> str:
    """What two texts are compared by: a mark or a full stop must not tell them apart."""
    return fold(text).rstrip(" .,;:?!…")


def _repeated_programmes(banks: Sequence[Bank]) -> list[Fault]:
    entries = [(bank.file, "", bank.programme.code) for bank in banks]
    return _repeated(entries, lambda _, file: f"văn bản này đã có ở tệp {file}")


def _repeated_ids(banks: Sequence[Bank]) -> list[Fault]:
    questions = [(bank.file, q.id, q.id) for bank in banks for q in bank.questions]
    clauses = [(bank.file, c.id, c.id) for bank in banks for c in bank.clauses]
    faults = _repeated(questions, lambda _, file: f"mã câu hỏi đã có ở tệp {file}")
    return faults + _repeated(clauses, lambda _, file: f"mã mục đã có ở tệp {file}")


def _repeated_stems(banks: Sequence[Bank]) -> list[Fault]:
    stems = [(b.file, q.id, folded(q.stem)) for b in banks for q in b.questions if q.stem]
    return _repeated(stems, lambda place, file: f"câu dẫn trùng với câu {place} (tệp {file})")


def _repeated(
    entries: Iterable[tuple[str, str, str]], reason: Callable[[str, str], str]
) -> list[Fault]:
    """Faults for entries (file, place, value) whose value came before; names the first one."""
    first: dict[str, tuple[str, str]] = {}
    faults = []
    for file, place, value in entries:
        if value in first:
            first_file, first_place = first[value]
            faults.append(Fault(file, place, reason(first_place, first_file)))
        else:
            first[value] = (file, place)
    return faults
