"""What the detectors read and what they say. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from contest.papers import PaperItem
from contest.wording import number


class Kind(StrEnum):
    """What was looked for."""

    SHARED_DEVICES = "shared_devices"
    SHARED_PATTERNS = "shared_patterns"
    IMPOSSIBLE_READING = "impossible_reading"


@dataclass(frozen=True, slots=True)
class Sitting:
    """A finished attempt of one round. Times are aware, lengths of time in ms.

    ``device`` is "" when unknown. ``answers`` has by question number ("1" is the first) the bank
    keys as settled for the type of question, in a sequence in their order; blanks are absent or
    empty. ``right`` has one entry per question of the paper. ``save_times`` are the saves taken:
    ms since the start, and the numbers of the questions they changed.
    """

    attempt: int
    entry: int
    unit: int
    device: str
    started_at: datetime
    submitted_at: datetime
    elapsed_ms: int
    paper: Sequence[PaperItem]
    answers: Mapping[str, Sequence[str]]
    right: Sequence[bool]
    save_times: Sequence[tuple[int, Sequence[str]]]

    @property
    def last_save(self) -> datetime:
        """When somebody last worked on it. An attempt left lying ends at its deadline instead."""
        latest = max((ms for ms, _ in self.save_times), default=0)
        return self.started_at + timedelta(milliseconds=latest)

    def given(self) -> dict[int, tuple[str, ...]]:
        """The answer to every question that is not blank, by version id."""
        keys = (tuple(self.answers.get(str(n), ())) for n in range(1, len(self.paper) + 1))
        return {item["v"]: key for item, key in zip(self.paper, keys, strict=True) if any(key)}

    def wrong(self) -> dict[int, tuple[str, ...]]:
        """The same for questions that were answered and are not right."""
        missed = {i["v"] for i, right in zip(self.paper, self.right, strict=True) if not right}
        return {version: key for version, key in self.given().items() if version in missed}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something for people to judge: evidence, never a verdict.

    ``unit`` is None when the entries come from several. ``false_alarm`` is a share from 0 to 1;
    ``evidence["basis"]`` says in Vietnamese what it is a share of and where it comes from.
    ``evidence`` can be written as JSON; ``summary`` is one Vietnamese sentence.
    """

    kind: Kind
    attempts: tuple[int, ...]
    entries: tuple[int, ...]
    unit: int | None
    false_alarm: float
    evidence: dict[str, Any]
    summary: str


def percent(share: float) -> str:
    """ "1" for 0.01, "2,5" for 0.025."""
    return _trimmed(round(share * 100, 2))


def seconds(milliseconds: int) -> str:
    """ "6" for 6,000 ms, "6,5" for 6,480."""
    return _trimmed(round(milliseconds / 1_000, 1))


def figure(value: float) -> str:
    """To one decimal, and without it when it is nought."""
    return _trimmed(round(value, 1))


def _trimmed(value: float) -> str:
    return number(int(value) if value == int(value) else value)
