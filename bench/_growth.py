"""Runs inside an installation: a round that goes on while more and more attempts are finished.

Called as ``bench._stage`` is.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from bench import _stage  # isort: skip  # sets Django up

from django.db import connection, transaction
from django.db.models import Max

from bench._crowd import refresh_statistics
from contest.closing import canonical_result
from contest.drawing import draw_paper
from contest.entries import standing
from contest.marking import score_paper
from contest.models import Attempt, Entry, Round
from contest.ordering import rank_key
from contest.papers import PaperItem, attempt_seed
from contest.scoring import receipt

BATCH = 2_000
PAPERS = 200
# 659,591 attempts of 457,428 people: of nine people four try again.
AGAIN, OF = 4, 9


def prepare(people: int) -> dict[str, Any]:
    """An open round, and people with sessions who will take part in it."""
    return _stage.prepare(people)


def grow(given: dict[str, int]) -> dict[str, int]:
    """Finished attempts in the ``round``, of invented people, until there are ``attempts``."""
    round = Round.objects.get(pk=given["round"])
    papers = [draw_paper(round, attempt_seed(round.secret, n, 1)) for n in range(PAPERS)]
    dice = random.Random(7)
    while (missing := given["attempts"] - Attempt.objects.count()) > 0:
        add(round, papers, min(missing, BATCH), dice)
    refresh_statistics()
    return {"attempts": Attempt.objects.count(), "entries": Entry.objects.count()}


@transaction.atomic
def add(round: Round, papers: list[list[PaperItem]], count: int, dice: random.Random) -> None:
    """So many finished attempts of new people, and the entries they bring."""
    people = -(-count * OF // (OF + AGAIN))
    users, units = _stage.make_people(people), _stage.communes()
    first = 1 + max(_highest(Entry), _highest(Attempt))
    entries: list[Entry] = []
    rows: list[Attempt] = []
    for place, user in enumerate(users):
        again = len(rows) + people - place < count and place % OF < AGAIN
        unit = units[place % len(units)]
        entry = Entry(id=first + place, user=user, round=round, unit=unit)
        entry.attempts_started = 1 + again
        # The first has the id of its entry, the second one beyond all of them.
        ids = [entry.pk, entry.pk + people][: entry.attempts_started]
        own = [_attempt(entry, n, pk, papers, dice) for n, pk in enumerate(ids, start=1)]
        _settle(entry, own)
        entries.append(entry)
        rows += own
    Entry.objects.bulk_create(entries)
    Attempt.objects.bulk_create(rows)
    _go_on_after(first + 2 * people)


def _highest(model: type[Entry] | type[Attempt]) -> int:
    return model.objects.aggregate(most=Max("id"))["most"] or 0


def _go_on_after(number: int) -> None:
    """PostgreSQL counts ids by itself and has not seen ours."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for table in ("contest_entry", "contest_attempt"):
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {number})")


def _attempt(
    entry: Entry, number: int, pk: int, papers: list[list[PaperItem]], dice: random.Random
) -> Attempt:
    """A finished attempt of twenty saves, scored and given a receipt as at hand-in."""
    paper = papers[pk % len(papers)]
    at = entry.round.opens_at + timedelta(milliseconds=dice.randrange(3_000_000))
    answers = {str(n): [dice.choice("ab")] for n in range(1, len(paper) + 1)}
    elapsed_ms = dice.randrange(60_000, 600_000)
    pace_ms = elapsed_ms // (len(paper) + 1)
    attempt = Attempt(
        id=pk,
        entry=entry,
        number=number,
        unit_id=entry.unit_id or 0,
        started_at=at,
        deadline=at + timedelta(minutes=15),
        paper=paper,
        answers=answers,
        journal=[[int(n), int(n) * pace_ms, {n: letters}] for n, letters in answers.items()],
        rev=len(paper),
        saved_at=at + timedelta(milliseconds=len(paper) * pace_ms),
        device=f"{dice.getrandbits(128):032x}",
        prediction=Decimal(dice.randrange(500_000)),
        state=Attempt.State.FINISHED,
        closed_by=Attempt.ClosedBy.PERSON,
        elapsed_ms=elapsed_ms,
        submitted_at=at + timedelta(milliseconds=elapsed_ms),
    )
    result = score_paper(paper, answers)
    attempt.points, attempt.correct = result.points, result.correct
    attempt.is_perfect = result.is_perfect
    columns = {n: getattr(attempt, n) for n in ("points", "correct", "elapsed_ms", "submitted_at")}
    attempt.receipt = receipt(canonical_result(attempt, columns))
    return attempt


def _settle(entry: Entry, attempts: list[Attempt]) -> None:
    """The entry as closing these attempts leaves it: the best one counts."""
    keys = entry.round.ranking_keys
    best = min(attempts, key=lambda attempt: rank_key(keys, standing(attempt)))
    stands = standing(best)
    entry.counted_id, entry.rank_key = best.pk, rank_key(keys, stands)
    entry.points, entry.correct = stands.points, best.correct or 0
    entry.is_perfect, entry.elapsed_ms = best.is_perfect, stands.elapsed_ms
    entry.submitted_at = stands.submitted_at


ACTIONS: dict[str, Callable[[Any], Any]] = {"prepare": prepare, "grow": grow}


if __name__ == "__main__":
    print(json.dumps(ACTIONS[sys.argv[1]](json.load(sys.stdin))))
