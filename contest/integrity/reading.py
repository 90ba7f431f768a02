"""Finished attempts of a round as the detectors of irregularities read them."""

from __future__ import annotations

from collections.abc import Iterator

from contest.irregularities.records import Sitting
from contest.models import Attempt, Round
from contest.papers import bank_keys
from contest.scoring import Key, is_right
from quizzes.banks import settled_answer
from quizzes.versions import VersionText, version_texts

_COLUMNS = (
    "entry_id", "unit_id", "device", "started_at", "submitted_at", "elapsed_ms", "paper",
    "answers", "journal",
)  # fmt: skip


def sittings(round: Round) -> Iterator[Sitting]:
    """Every finished attempt that ranks, oldest first; rows stream from the database."""
    texts = pool_texts(round)
    finished = Attempt.objects.filter(
        entry__round=round, state=Attempt.State.FINISHED, is_ranked=True
    )
    for attempt in finished.only(*_COLUMNS).order_by("pk").iterator(chunk_size=1_000):
        yield _sitting(attempt, texts)


def pool_texts(round: Round) -> dict[int, VersionText]:
    """Every question version a paper of the round may hold."""
    return version_texts({version for pool in round.pools for version in pool})


def syllables(round: Round) -> dict[int, int]:
    """``{version id: syllables of the stem}``: Vietnamese writes each by itself."""
    return {version: len(text.stem.split()) for version, text in pool_texts(round).items()}


def _sitting(attempt: Attempt, texts: dict[int, VersionText]) -> Sitting:
    given, right = {}, []
    for number, item in enumerate(attempt.paper, start=1):
        text = texts[item["v"]]
        keys = bank_keys(item, attempt.answers.get(str(number), ()))
        # Letters were sorted as shown; behind them stand bank keys in another order.
        given[str(number)] = settled_answer(text.type, keys)
        right.append(is_right(keys, Key(text.type, text.answer)))
    assert attempt.submitted_at is not None  # finished
    return Sitting(
        attempt=attempt.pk,
        entry=attempt.entry_id,
        unit=attempt.unit_id,
        device=attempt.device,
        started_at=attempt.started_at,
        submitted_at=attempt.submitted_at,
        elapsed_ms=attempt.elapsed_ms or 0,
        paper=attempt.paper,
        answers=given,
        right=right,
        save_times=[(ms, list(change)) for _, ms, change in attempt.journal],
    )
