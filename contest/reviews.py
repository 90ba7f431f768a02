"""A question after its round: what was right beside what was answered. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contest.papers import Answers
from quizzes.banks import GAP, SEQUENCES


@dataclass(frozen=True, slots=True)
class ReviewedChoice:
    """A choice: was it right, or accepted afterwards, was it ticked."""

    key: str
    text: str
    is_right: bool
    is_mine: bool
    is_accepted: bool = False


@dataclass(frozen=True, slots=True)
class ReviewedPlace:
    """A place of a sequence: the choice that belongs there, and what was answered.

    When matching, ``prompt`` is what the choice belongs to and ``mine`` the choice put there;
    when putting in order, ``mine`` is the number under which the choice was put. "" is nothing.
    """

    number: int
    key: str
    text: str
    prompt: str
    mine: str
    is_right: bool


@dataclass(frozen=True, slots=True)
class ReviewedQuestion:
    """``item`` and ``solution`` are those of the JSON contract, ``mine`` the letters given.

    A sequence has ``places`` in the right order, every other question ``choices``.
    """

    item: dict[str, Any]
    solution: dict[str, Any]
    mine: Sequence[str]
    choices: list[ReviewedChoice]
    places: list[ReviewedPlace]

    @property
    def is_blank(self) -> bool:
        return not self.mine

    @property
    def also(self) -> list[str]:
        """Further answers that were accepted, in letters: "B", "A, C"."""
        return [", ".join(letters).upper() for letters in self.solution["accepted"]]

    @property
    def stem_parts(self) -> list[str]:
        """The stem cut at its gap, if there is one to fill."""
        stem: str = self.item["stem"]
        return stem.split(GAP) if self.item["type"] == "fill" else [stem]


def reviewed(
    paper: Sequence[dict[str, Any]], solutions: Sequence[dict[str, Any]], answers: Answers
) -> list[ReviewedQuestion]:
    """The questions of a paper as the JSON contract shows paper, solutions and answers."""
    questions = []
    for item, solution in zip(paper, solutions, strict=True):
        mine = answers.get(str(item["number"]), [])
        accepted = solution["accepted"]
        # Somebody whose answer was accepted is shown that answer, not how it differs from the key.
        taken = mine if mine in accepted else solution["key"]
        is_sequence = item["type"] in SEQUENCES
        questions.append(
            ReviewedQuestion(
                item, solution, mine,
                choices=[] if is_sequence else _choices(item, solution["key"], mine, accepted),
                places=_places(item, taken, mine) if is_sequence else [],
            )
        )  # fmt: skip
    return questions


def _choices(
    item: Mapping[str, Any],
    right: Sequence[str],
    mine: Sequence[str],
    accepted: Sequence[Sequence[str]],
) -> list[ReviewedChoice]:
    # Of several letters that are accepted together none is right by itself.
    alone = {letters[0] for letters in accepted if len(letters) == 1}
    mine_too = set(mine) if mine in accepted else set()
    return [
        ReviewedChoice(
            choice["key"],
            choice["text"],
            choice["key"] in right,
            choice["key"] in mine,
            choice["key"] not in right and choice["key"] in alone | mine_too,
        )
        for choice in item["choices"]
    ]


def _places(
    item: Mapping[str, Any], right: Sequence[str], mine: Sequence[str]
) -> list[ReviewedPlace]:
    texts = {choice["key"]: choice["text"] for choice in item["choices"]}
    places = []
    for number, key in enumerate(right, start=1):
        given = mine[number - 1] if number <= len(mine) else ""
        prompt = item["prompts"][number - 1] if item["prompts"] else ""
        said = texts.get(given, "") if prompt else _number_of(key, mine)
        places.append(ReviewedPlace(number, key, texts[key], prompt, said, given == key))
    return places


def _number_of(key: str, mine: Sequence[str]) -> str:
    return str(mine.index(key) + 1) if key in mine else ""
