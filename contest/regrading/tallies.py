"""How a round's questions were answered: what was given, how often. Reads only."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.core.cache import cache

from contest.models import Attempt, Round
from contest.papers import Answers, PaperItem, bank_keys
from contest.regrading.decided import Decided
from contest.scoring import Key
from quizzes.banks import settled_answer
from quizzes.versions import VersionText, version_texts

Given = tuple[str, ...]
BLANK: Given = ()
_BATCH = 1_000
# Counting half a million papers takes minutes: the dearer it was, the longer it is kept.
_LEAST_S, _MOST_S, _TIMES_COST = 30, 1_800, 20


@dataclass(frozen=True, slots=True)
class Tallies:
    """``given``: by question version how many finished, ranked attempts gave which bank keys
    (``BLANK`` for none); ``at``: when that was counted."""

    at: datetime
    given: dict[int, Counter[Given]] = field(default_factory=dict)

    def had(self, version: int) -> int:
        """In how many attempts the question was asked."""
        return self.given[version].total() if version in self.given else 0

    def right(self, text: VersionText, about: Decided) -> int:
        """How many of them bring its points, by the key and what was decided about it."""
        key = Key(text.type, text.answer)
        counts = self.given.get(text.id, Counter())
        return sum(n for given, n in counts.items() if about.is_right(given, key))


def tallies(round: Round, now: datetime) -> Tallies:
    """The counts of a round, from the cache for a while after they were counted."""
    name = f"tallies:{round.pk}"
    if (kept := cache.get(name)) is not None:
        return Tallies(*kept)
    began = time.monotonic()
    counted = Tallies(now, _counted(round))
    lives = min(_MOST_S, max(_LEAST_S, int(_TIMES_COST * (time.monotonic() - began))))
    cache.set(name, (counted.at, counted.given), lives)
    return counted


def _counted(round: Round) -> dict[int, Counter[Given]]:
    types: dict[int, str] = {}
    counts: dict[int, Counter[Given]] = defaultdict(Counter)
    for paper, answers in _finished(round):
        for number, item in enumerate(paper, start=1):
            version = item["v"]
            if version not in types:
                types[version] = version_texts([version])[version].type
            given = settled_answer(types[version], bank_keys(item, answers.get(str(number), ())))
            counts[version][given if any(given) else BLANK] += 1
    return dict(counts)


def _finished(round: Round) -> Iterator[tuple[list[PaperItem], Answers]]:
    attempts = Attempt.objects.filter(
        entry__round=round, state=Attempt.State.FINISHED, is_ranked=True
    )
    return attempts.order_by("pk").values_list("paper", "answers").iterator(chunk_size=_BATCH)
