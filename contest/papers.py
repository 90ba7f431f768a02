"""Drawing a paper and reading answers against it. Pure: the only randomness is the seed.

Lots are numbers from a hash of the seed instead of a language's random generator, so anybody can
recompute a paper in a few lines of any language.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict, TypeVar

from quizzes.banks import settled_answer

LETTERS = "abcdefghij"
Answers = dict[str, list[str]]
Slip = TypeVar("Slip")

_ORDER, _MATCH = "order", "match"
_ONE_LETTER = ("single", "true_false", "fill")
_REPEATED = {
    _ORDER: "Mỗi phương án chỉ được xếp một lần.",
    _MATCH: "Mỗi phương án chỉ được ghép với một vế.",
}


class PaperItem(TypedDict):
    """One question on a paper: version id, bank keys in the order shown, points."""

    v: int
    c: list[str]
    p: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question version a line may draw. ``fixed`` keeps its choices in bank order."""

    version_id: int
    keys: tuple[str, ...]
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A blueprint line: how many to draw from which versions, and what each is worth."""

    count: int
    points: int
    version_ids: tuple[int, ...]


def attempt_seed(round_secret: str, entry_id: int, number: int) -> bytes:
    """``HMAC-SHA256(secret, "entry:number")``; the secret is published after the close."""
    message = f"{entry_id}:{number}".encode()
    return hmac.new(round_secret.encode(), message, hashlib.sha256).digest()


def seed_commitment(round_secret: str) -> str:
    """SHA-256 of the secret in hexadecimal, published before the round opens."""
    return hashlib.sha256(round_secret.encode()).hexdigest()


class Lots:
    """Slips drawn from hats, one after the other, with the numbers of a seed.

    The numbers are those of 64 bits, big-endian, that SHAKE-256 of the seed consists of; each
    draws the slip at the place that remains when it is divided by how many slips there are.
    """

    def __init__(self, seed: bytes, most: int) -> None:
        """``most``: no more slips than these will be drawn."""
        stream = hashlib.shake_256(seed).digest(8 * most)
        self._numbers = iter(struct.unpack(f">{most}Q", stream))

    def take(self, hat: list[Slip]) -> Slip:
        """Draw one slip out of the hat."""
        return hat.pop(next(self._numbers) % len(hat))

    def take_all(self, slips: Iterable[Slip]) -> list[Slip]:
        """All slips in the order in which they are drawn."""
        hat = list(slips)
        return [self.take(hat) for _ in range(len(hat))]


def _narrowest_first(blueprint: Sequence[Line]) -> list[int]:
    """Lines by pool size: pools nest (a difficulty lies inside its programme), so serving the
    narrow ones first never starves a wide one that could have been filled."""
    return sorted(range(len(blueprint)), key=lambda i: (len(blueprint[i].version_ids), i))


def shortfalls(blueprint: Sequence[Line]) -> dict[int, int]:
    """``{line index: questions missing}`` for lines that cannot be filled; empty when all can."""
    missing: dict[int, int] = {}
    taken: set[int] = set()
    for index in _narrowest_first(blueprint):
        line = blueprint[index]
        free = [v for v in line.version_ids if v not in taken]
        taken.update(free[: line.count])
        if len(free) < line.count:
            missing[index] = line.count - len(free)
    return missing


def draw(
    blueprint: Sequence[Line],
    pool: Mapping[int, Candidate],
    seed: bytes,
    *,
    shuffles_questions: bool = True,
    shuffles_choices: bool = True,
) -> list[PaperItem]:
    """The paper for one attempt: questions and choices in the order they are shown.

    ``pool`` holds every version the lines name. Unshuffled questions stand in the order of the
    lines and of their pools, unshuffled choices in the order of the bank. Raises ``ValueError``
    when a line cannot be filled; publication refuses such a round, so it means the pool was
    tampered with.
    """
    questions = sum(line.count for line in blueprint)
    lots = Lots(seed, questions * (2 + len(LETTERS)))  # each is drawn, placed, and its choices
    drawn: dict[int, tuple[int, int]] = {}
    for index in _narrowest_first(blueprint):
        line = blueprint[index]
        hat = [v for v in line.version_ids if v not in drawn]
        if len(hat) < line.count:
            raise ValueError(f"line {index} needs {line.count} questions, {len(hat)} are free")
        drawn.update((lots.take(hat), (index, line.points)) for _ in range(line.count))
    if shuffles_questions:
        order = lots.take_all(drawn)
    else:
        order = [v for i, line in enumerate(blueprint) for v in line.version_ids
                 if drawn.get(v, (-1, 0))[0] == i]  # fmt: skip
    return [
        {"v": v, "c": _shown_order(pool[v], lots, shuffles_choices), "p": drawn[v][1]}
        for v in order
    ]


def _shown_order(candidate: Candidate, lots: Lots, shuffles: bool) -> list[str]:
    if candidate.fixed or not shuffles:
        return list(candidate.keys)
    return lots.take_all(candidate.keys)


def bank_keys(item: PaperItem, shown: Iterable[str]) -> tuple[str, ...]:
    """The bank's keys behind the letters given on this paper, in their order; gaps ("") stay."""
    return tuple(item["c"][LETTERS.index(letter)] if letter else "" for letter in shown)


def shown_letters(item: PaperItem, keys: Iterable[str], type: str) -> list[str]:
    """The letters of the bank's keys on this paper: sorted, or in the order of a sequence."""
    return list(settled_answer(type, (LETTERS[item["c"].index(key)] for key in keys)))


def answer_faults(
    paper: Sequence[PaperItem], types: Mapping[int, str], answers: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """``{question number: what is wrong}`` in Vietnamese; empty when the answers fit the paper.

    ``types`` tells the type of question by version id.
    """
    numbers = {str(n) for n in range(1, len(paper) + 1)}
    faults: dict[str, str] = {}
    for number, letters in answers.items():
        if number not in numbers:
            faults[number] = f"Đề thi không có câu số {number}."
            continue
        item = paper[int(number) - 1]
        if fault := _letters_fault(types[item["v"]], len(item["c"]), letters):
            faults[number] = fault
    return faults


def _letters_fault(type: str, choices: int, letters: Sequence[str]) -> str:
    """What is wrong with the letters given to a question of so many choices; "" for nothing."""
    used = [letter for letter in letters if letter or type != _MATCH]
    if not set(used) <= set(LETTERS[:choices]):
        return "Có đáp án không nằm trong câu hỏi này."
    if len(set(used)) != len(used):
        return _REPEATED.get(type, "Mỗi đáp án chỉ được chọn một lần.")
    if type == _MATCH and len(letters) > choices:
        return f"Câu này chỉ có {choices} vế để ghép."
    if len(used) > 1 and type in _ONE_LETTER:
        return "Câu này chỉ chọn một đáp án."
    return ""


def settled(
    paper: Sequence[PaperItem], types: Mapping[int, str], answers: Mapping[str, Sequence[str]]
) -> Answers:
    """Answers that fit the paper in the one form in which they are stored and compared.

    Letters are sorted, those of a sequence keep their order and lose the gaps at their end.
    """
    return {
        number: _without_last_gaps(settled_answer(types[paper[int(number) - 1]["v"]], letters))
        for number, letters in answers.items()
    }


def _without_last_gaps(letters: Sequence[str]) -> list[str]:
    last = max((place for place, letter in enumerate(letters, start=1) if letter), default=0)
    return list(letters[:last])


def merged(stored: Answers, change: Answers) -> Answers:
    """Stored answers with the changed questions replaced; an empty list clears a question.

    Both are settled.
    """
    return {number: letters for number, letters in {**stored, **change}.items() if letters}
