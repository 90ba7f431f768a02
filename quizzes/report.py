"""What a bank is worth as a whole: coverage, mix, and what a guesser makes of it. Pure.

The limits hold for the banks that come with the product; ``quizzes.checks`` holds for any.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from accounts.text import fold
from quizzes.banks import DIFFICULTIES, Bank, BankQuestion, Fault
from quizzes.guessing import STRATEGIES, Figure, guessable, measure, words

LEAST_QUESTIONS = {"dispatch": 20}
LEAST_QUESTIONS_OF_A_PROGRAMME = 40
LEAST_PER_CLAUSE = 2
WANTED_MIX = {"easy": 40, "medium": 40, "hard": 20}  # percent
MIX_TOLERANCE = 8
KEY_SHARE = (15, 35)  # percent of one-key questions that may have the key at one place
TRUE_MINUS_FALSE = 2
TOO_ALIKE = Fraction(3, 4)
LEAST_ECHO_WORDS = 3


@dataclass(frozen=True, slots=True)
class Echo:
    """A wrong option whose words stand in the same document: a reader must look at it."""

    question: str
    key: str
    clause: str


@dataclass(frozen=True, slots=True)
class BankReport:
    """The figures of one bank; counts unless said otherwise."""

    bank: Bank
    types: Mapping[str, int]
    difficulties: Mapping[str, int]
    positions: Mapping[str, int]
    truths: int
    per_clause: Mapping[str, int]
    figures: Mapping[str, Figure]
    echoes: Sequence[Echo]


def report_on(bank: Bank, source: Mapping[str, str] | None = None) -> BankReport:
    """The figures of a bank; ``source`` is ``{clause id: official text}`` when there is one."""
    one_key = [q for q in bank.questions if q.type in ("single", "fill")]
    per_clause = Counter(question.clause for question in bank.questions)
    candidates = guessable(bank.questions)
    return BankReport(
        bank=bank,
        types=Counter(question.type for question in bank.questions),
        difficulties=Counter(question.difficulty for question in bank.questions),
        positions=Counter(question.answer[0] for question in one_key),
        truths=sum(q.answer == ("a",) for q in bank.questions if q.type == "true_false"),
        per_clause={clause.id: per_clause[clause.id] for clause in bank.clauses},
        figures={name: measure(strategy, candidates) for name, strategy in STRATEGIES.items()},
        echoes=list(_echoes(bank, source or _quotes(bank))),
    )


def report_faults(reports: Sequence[BankReport]) -> list[Fault]:
    """Everything that falls short of the limits, in the order of the banks."""
    faults = []
    for report in reports:
        reasons = [*_size_reasons(report), *_mix_reasons(report), *_guess_reasons(report)]
        faults += [Fault(report.bank.file, "", reason) for reason in reasons]
        faults += _clause_faults(report)
    return faults + _near_duplicates([report.bank for report in reports])


def overall(reports: Sequence[BankReport]) -> dict[str, Figure]:
    """The strategies' figures over all banks together."""
    candidates = [q for report in reports for q in guessable(report.bank.questions)]
    return {name: measure(strategy, candidates) for name, strategy in STRATEGIES.items()}


def percent(share: Fraction) -> str:
    """``0.2533`` -> ``25,3%``."""
    return f"{float(share) * 100:.1f}%".replace(".", ",")


def _size_reasons(report: BankReport) -> Iterator[str]:
    least = LEAST_QUESTIONS.get(report.bank.programme.kind, LEAST_QUESTIONS_OF_A_PROGRAMME)
    if len(report.bank.questions) < least:
        yield f"có {len(report.bank.questions)} câu, cần ít nhất {least}"


def _mix_reasons(report: BankReport) -> Iterator[str]:
    for level in DIFFICULTIES:
        share = Fraction(100 * report.difficulties[level], max(1, len(report.bank.questions)))
        if abs(share - WANTED_MIX[level]) > MIX_TOLERANCE:
            yield f"độ khó {level} chiếm {float(share):.0f}%, cần khoảng {WANTED_MIX[level]}%"
    one_key = sum(report.positions.values())
    for key in "abcd":
        share = Fraction(100 * report.positions[key], max(1, one_key))
        if one_key and not KEY_SHARE[0] <= share <= KEY_SHARE[1]:
            yield f"đáp án ở vị trí {key} chiếm {float(share):.0f}% số câu một đáp án"
    falsehoods = report.types["true_false"] - report.truths
    if abs(report.truths - falsehoods) > TRUE_MINUS_FALSE:
        yield f"câu đúng hay sai lệch: {report.truths} đúng, {falsehoods} sai"


def _guess_reasons(report: BankReport) -> Iterator[str]:
    for name, figure in report.figures.items():
        if figure.is_too_good:
            yield (
                f"chọn “{name}” trúng {percent(figure.rate)}, "
                f"từ 1,25 lần đoán mò ({percent(figure.chance)}) trở lên"
            )


def _clause_faults(report: BankReport) -> Iterator[Fault]:
    for clause in report.bank.clauses:
        count = report.per_clause[clause.id]
        if count < LEAST_PER_CLAUSE:
            reason = f"có {count} câu hỏi, cần ít nhất {LEAST_PER_CLAUSE}"
            yield Fault(report.bank.file, clause.id, reason)
        if not clause.note:
            yield Fault(report.bank.file, clause.id, "chưa có ghi chú học tập (note)")


def _near_duplicates(banks: Sequence[Bank]) -> list[Fault]:
    """Stems that share most of their pairs of neighbouring words with an earlier stem."""
    faults = []
    seen: list[tuple[str, frozenset[tuple[str, str]]]] = []
    for bank in banks:
        for question in bank.questions:
            pairs = _pairs(question)
            for other, known in seen:
                if _alike(pairs, known) >= TOO_ALIKE:
                    reason = f"câu dẫn gần trùng với câu {other}"
                    faults.append(Fault(bank.file, question.id, reason))
            seen.append((question.id, pairs))
    return faults


def _pairs(question: BankQuestion) -> frozenset[tuple[str, str]]:
    stem = fold(question.stem).split()
    return frozenset(pairwise(stem))


def _alike(one: frozenset[tuple[str, str]], other: frozenset[tuple[str, str]]) -> Fraction:
    return Fraction(len(one & other), len(one | other)) if one | other else Fraction(0)


def _quotes(bank: Bank) -> dict[str, str]:
    """What stands in the document as far as the bank itself quotes it."""
    texts: dict[str, str] = {}
    for question in bank.questions:
        texts[question.clause] = f"{texts.get(question.clause, '')} {question.quote}"
    return texts


def _echoes(bank: Bank, source: Mapping[str, str]) -> Iterator[Echo]:
    own = {code: fold(text) for code, text in source.items() if _is_of(code, bank)}
    for question in guessable(bank.questions):
        for key, text in question.choices:
            if key in question.answer or len(words(text)) < LEAST_ECHO_WORDS:
                continue
            where = next((code for code, clause in own.items() if fold(text) in clause), "")
            if where:
                yield Echo(question.id, key, where)


def _is_of(clause_id: str, bank: Bank) -> bool:
    return clause_id.split(":")[0] == bank.programme.code
