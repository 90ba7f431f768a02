"""What every reader of a foreign file works with: the records it found, the faults it met. Pure.

A record says "" for what its file does not say (code, difficulty, clause, quote, explanation);
``quizzes.exchange.importing`` settles those.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from string import ascii_lowercase

from accounts.text import fold, nfc
from quizzes.banks import (
    DIFFICULTIES,
    GAP,
    SEQUENCES,
    TRUE_FALSE_CHOICES,
    BankQuestion,
    Fault,
    settled_answer,
)
from quizzes.checks import question_reasons

MAX_BYTES = 5 * 1024 * 1024
MAX_QUESTIONS = 2_000
MAX_FAULTS = 1_000

_NONCHARACTERS = re.compile("[\ufffe\uffff]")  # XML and with it XLSX cannot hold them
_MARKUP = re.compile(r"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_MARKUP_NAME = re.compile(r"</?(\w+)")
# Tags that set words apart within a line; all others end or begin one.
_WITHIN_LINES = frozenset(
    (
        *("a", "b", "big", "code", "del", "em", "font", "i", "ins", "mark", "s", "small"),
        *("span", "strong", "sub", "sup", "u"),
    )
)
_TRUE, _FALSE = {"đúng", "true"}, {"sai", "false"}


class Unreadable(Exception):
    """A file that cannot be read at all; the text says in Vietnamese why and what to do."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A record and where in its file it stands: ``dòng 12``."""

    place: str
    record: BankQuestion


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file held. ``programme`` is the code of its document when the file names one."""

    questions: tuple[Placed, ...] = ()
    faults: tuple[Fault, ...] = ()
    programme: str = ""


@dataclass(slots=True)
class Sink:
    """Collects what a reader finds, checking the form of each question on its way in.

    Raises ``Unreadable`` when there are more questions or faults than anybody can mend.
    """

    file: str
    questions: list[Placed] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, place: str, reason: str) -> None:
        if len(self.faults) == MAX_FAULTS:
            first = f"{self.faults[0].place} {self.faults[0].reason}".strip()
            raise Unreadable(
                f"tệp có hơn {MAX_FAULTS} chỗ sai (chỗ đầu tiên: {first}); "
                "hãy kiểm tra xem có chọn nhầm tệp hoặc định dạng không"
            )
        self.faults.append(Fault(self.file, place, reason))

    def add(self, place: str, record: BankQuestion) -> None:
        """Keep a sound record; of a broken one keep the reasons."""
        if reasons := form_reasons(record):
            for reason in reasons:
                self.fault(place, reason)
        elif len(self.questions) == MAX_QUESTIONS:
            raise Unreadable(f"tệp có hơn {MAX_QUESTIONS} câu; hãy chia thành nhiều tệp")
        else:
            self.questions.append(Placed(place, record))

    def reading(self, programme: str = "") -> Reading:
        return Reading(tuple(self.questions), tuple(self.faults), programme)


def clean(text: str) -> str:
    """One line of NFC text without what nobody sees and XML cannot hold."""
    return nfc(_NONCHARACTERS.sub("", text))


def without_markup(markup: str) -> str:
    """The words of an HTML text, cleaned: "<b>rừng</b>, <i>biển</i>" gives "rừng, biển"."""
    return clean(html.unescape(_MARKUP.sub(_gap_for, markup)))


def _gap_for(tag: re.Match[str]) -> str:
    name = _MARKUP_NAME.match(tag[0])
    return "" if name and name[1].lower() in _WITHIN_LINES else " "


def form_reasons(record: BankQuestion) -> list[str]:
    """What keeps a record from becoming a draft: its stem, choices and answer.

    Blank or too long citations are the business of the desk, which refuses to submit them.
    """
    finished = replace(
        record,
        id=record.id or "-",
        difficulty=record.difficulty or "medium",
        clause="-",
        quote="-",
        explanation="-",
    )
    return question_reasons(finished, "-", {"-"})


def fingerprint(record: BankQuestion) -> str:
    """SHA-256 (hex) of what makes two questions the same: folded stem, choices, right texts.

    Neither the order in which the choices stand nor marks, case and citations count.
    """
    texts = {key: fold(text) for key, text in record.choices}
    right = [texts.get(key, "") for key in record.answer]
    if record.type not in SEQUENCES:
        right.sort()
    parts = [
        fold(record.stem),
        *sorted(texts.values()),
        "=",
        *right,
        "=",
        *map(fold, record.prompts),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def keyed(texts: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Choices with the keys a, b, c... in turn."""
    return tuple(zip(ascii_lowercase, texts, strict=False))


def choice_question(
    *, stem: str, texts: Sequence[str], right: Sequence[int], told: Mapping[str, str]
) -> BankQuestion:
    """A question of choices; ``right`` are places in ``texts``, ``told`` what tags said.

    The type is what the choices say: true/false by its two words, multiple by several right
    ones, fill by the gap in the stem (``told["type"]`` decides between fill and single).
    """
    words = [text.casefold() for text in texts]
    if len(words) == 2 and {*words} & _TRUE and {*words} & _FALSE and len(right) == 1:
        return true_false_question(stem=stem, truth=words[right[0]] in _TRUE, told=told)
    type = "multiple" if len(right) > 1 else told.get("type", "")
    if type not in ("multiple", "single", "fill"):
        type = "fill" if stem.count(GAP) == 1 else "single"
    choices = keyed(texts)
    answer = settled_answer(type, (ascii_lowercase[place] for place in right if place < 26))
    return _question(type=type, stem=stem, choices=choices, answer=answer, told=told)


def true_false_question(*, stem: str, truth: bool, told: Mapping[str, str]) -> BankQuestion:
    """A statement that is right or wrong."""
    answer = ("a" if truth else "b",)
    return _question(
        type="true_false", stem=stem, choices=TRUE_FALSE_CHOICES, answer=answer, told=told
    )


def sequence_question(
    *, type: str, stem: str, texts: Sequence[str], prompts: Sequence[str], told: Mapping[str, str]
) -> BankQuestion:
    """Putting in order or matching; ``texts`` stand as the answer wants them.

    ``told["answer"]`` ("c,a,b") gives back the keys they had; without it they are moved round
    by one, so that the order of the file does not give the answer away.
    """
    count = len(texts)
    keys = told.get("answer", "").split(",")
    if sorted(keys) != list(ascii_lowercase[:count]):
        keys = [ascii_lowercase[(place + 1) % count % 26] for place in range(count)]
    choices = tuple(sorted(zip(keys, texts, strict=True)))
    return _question(
        type=type, stem=stem, choices=choices, answer=tuple(keys), told=told, prompts=prompts
    )


def in_answer_order(record: BankQuestion) -> list[str]:
    """The texts of a sequence as its answer wants them."""
    texts = dict(record.choices)
    return [texts[key] for key in record.answer]


def tags_of(record: BankQuestion) -> dict[str, str]:
    """What a record says beyond its text and choices, for formats that carry tags."""
    tags = {"type": record.type, "difficulty": record.difficulty, "clause": record.clause}
    if record.type in SEQUENCES:
        tags["answer"] = ",".join(record.answer)
    return {name: value for name, value in tags.items() if value}


def told_by(tags: Sequence[str]) -> dict[str, str]:
    """The ``name:value`` tags that are ours; other people's tags are passed over."""
    told: dict[str, str] = {}
    for tag in tags:
        name, _, value = clean(tag).partition(":")
        if name in ("type", "difficulty", "clause", "answer") and value:
            told.setdefault(name, value)
    if told.get("difficulty") not in DIFFICULTIES:
        told.pop("difficulty", None)
    return told


def _question(
    *,
    type: str,
    stem: str,
    choices: tuple[tuple[str, str], ...],
    answer: tuple[str, ...],
    told: Mapping[str, str],
    prompts: Sequence[str] = (),
) -> BankQuestion:
    return BankQuestion(
        id=told.get("id", ""),
        type=type,
        difficulty=told.get("difficulty", ""),
        clause=told.get("clause", ""),
        stem=stem,
        choices=choices,
        answer=answer,
        quote=told.get("quote", ""),
        explanation=told.get("explanation", ""),
        prompts=tuple(prompts),
    )
