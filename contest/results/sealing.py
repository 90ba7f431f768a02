"""Sealing which attempts a round had, once no answer can arrive any more.

From then on the round's secret is public: nothing that depends on it can still be influenced.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Count, F, Max, Q, QuerySet

from contest import phases
from contest.conduct.decisions import locked
from contest.models import Attempt, Round, RoundResult
from contest.proofs import (
    BLOCK,
    CloseRow,
    block_hashes,
    leaf_hash,
    root_of_hashes,
    row_data,
    utc_ms,
)
from contest.results.headings import heading_of, next_number, rules_number

CHUNK = 2_000
COLUMNS = ("pk", "entry_id", "number", "receipt", "submitted_at")
log = logging.getLogger(__name__)
SEALED_BY = "Hệ thống"


def secret_public(round: Round, now: datetime) -> bool:
    """Whether everybody may know the round's secret: all answers are in, and sealed."""
    return phases.answers_are_in(round.window, now) and _current_seal(round) is not None


def sealed_attempts(round: Round) -> QuerySet[Attempt]:
    """The attempts a close result is about: finished and ranked, by id."""
    return Attempt.objects.filter(
        entry__round=round, state=Attempt.State.FINISHED, is_ranked=True
    ).order_by("pk")


def sealed_from(round: Round, first: int, most: int) -> list[CloseRow]:
    """At most so many lines of the sealed attempts, from an attempt (id) on.

    Attempts are walked by id, those of other rounds left out here: asked for the attempts of one
    round, SQLite would look at all its entries, a second and more for half a million.
    """
    walk = Attempt.objects.filter(state=Attempt.State.FINISHED, is_ranked=True).order_by("pk")
    found: list[CloseRow] = []
    while len(found) < most:
        rows = list(walk.filter(pk__gte=first).values_list("entry__round", *COLUMNS)[:most])
        found += [close_row(*row) for of, *row in rows if of == round.pk]
        if len(rows) < most:
            break
        first = rows[-1][1] + 1
    return found[:most]


def close_row(attempt: int, entry: int, number: int, receipt: str, at: datetime) -> CloseRow:
    """An attempt's line of the close file."""
    return CloseRow(
        attempt=attempt, entry=entry, number=number, receipt=receipt, submitted_at=utc_ms(at)
    )


def close_rows(result: RoundResult) -> Iterator[CloseRow]:
    """The lines of a close result. An attempt made after a later extension is not among them:
    it has a higher id."""
    rows = sealed_attempts(result.round).values_list(*COLUMNS)
    rows = rows[: result.leaves] if result.root else rows
    for row in rows.iterator(chunk_size=CHUNK):
        yield close_row(*row)


@transaction.atomic
def seal_round(*, round: Round, now: datetime) -> RoundResult | None:
    """Seal the round's attempts; the seal there is when that was done before.

    None while answers may still arrive or an attempt is in progress. A round that was extended
    after its seal gets another one.
    """
    round = locked(round)
    if not phases.answers_are_in(round.window, now) or running(round).exists():
        return None
    return _current_seal(round) or _seal(round, now)


def seal_due(*, now: datetime) -> int:
    """Seal every round whose time has come; returns how many results there are more."""
    over = Round.objects.filter(published_at__isnull=False, closes_at__lte=now - phases.GRACE)
    sealed_at = Max("results__made_at", filter=Q(results__kind=RoundResult.Kind.CLOSE))
    due = over.annotate(sealed_at=sealed_at).filter(
        Q(sealed_at=None) | Q(sealed_at__lt=F("closes_at")) | Q(sealed_at__lt=F("answers_until"))
    )
    sealed = 0
    for round in list(due):
        try:
            sealed += seal_round(round=round, now=now) is not None
        except Exception:  # one damaged round must not keep all others unsealed
            log.exception("sealing round %s", round.pk)
    return sealed


def running(round: Round) -> QuerySet[Attempt]:
    """Attempts of the round that are not closed yet."""
    return Attempt.objects.filter(entry__round=round, state=Attempt.State.IN_PROGRESS)


def _current_seal(round: Round) -> RoundResult | None:
    """The newest seal, if it was made when no answer could arrive any more."""
    last = phases.last_deadline(round.window)
    seals = RoundResult.objects.filter(round=round, kind=RoundResult.Kind.CLOSE)
    return seals.filter(made_at__gte=last + phases.GRACE).order_by("-number").first()


def _seal(round: Round, now: datetime) -> RoundResult:
    result = RoundResult(
        round=round,
        number=next_number(round),
        kind=RoundResult.Kind.CLOSE,
        made_at=now,
        made_by_name=SEALED_BY,
        rules_number=rules_number(round),
        ranking_keys=round.ranking_keys,
        prediction_target=round.prediction_target,
    )
    leaves, starts = [], []
    for index, row in enumerate(close_rows(result)):
        if index % BLOCK == 0:
            starts.append(row["attempt"])
        leaves.append(leaf_hash(row_data(row)))
    blocks = list(block_hashes(leaves))
    result.leaves, result.root = len(leaves), root_of_hashes(blocks)
    counted = sealed_attempts(round).aggregate(
        entrants=Count("entry", distinct=True),
        perfect=Count("entry", distinct=True, filter=Q(is_perfect=True)),
    )
    result.figures = {
        **counted,
        "attempts": len(leaves),
        "heading": heading_of(round),
        "blocks": blocks,
        "starts": starts,
    }
    result.save()
    return result
