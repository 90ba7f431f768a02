"""The published file of a result, row by row, from what was stored when it was made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from contest.models import ResultRow, RoundResult
from contest.ordering import LOTTERY
from contest.papers import seed_commitment
from contest.proofs import (
    BLOCK,
    FORMAT,
    CloseRow,
    FinalRow,
    Header,
    Kind,
    Prediction,
    Proof,
    Target,
    block_proof,
    decimal_text,
    file_lines,
    leaf_hash,
    row_data,
    utc_ms,
)
from contest.results import sealing
from contest.results.sealing import CHUNK, close_rows, secret_public

_KINDS: dict[str, Kind] = {"close": "close", "final": "final", "correction": "correction"}
_TARGETS: dict[str, Target] = {
    "perfect": "perfect",
    "entrants": "entrants",
    "attempts": "attempts",
    "percent": "percent",
}


def published_lines(result: RoundResult, now: datetime) -> Iterator[bytes]:
    """The whole file of a result, line by line."""
    is_close = result.kind == RoundResult.Kind.CLOSE
    rows: Iterable[CloseRow | FinalRow] = close_rows(result) if is_close else final_rows(result)
    return file_lines(header_of(result, now), rows)


def header_of(result: RoundResult, now: datetime) -> Header:
    """The first line; the secret is in it once it is public."""
    round, figures = result.round, result.figures
    heading = figures["heading"]
    return Header(
        format=FORMAT,
        contest=heading["contest"],
        round=round.pk,
        number=heading["number"],
        title=heading["title"],
        version=result.number,
        kind=_KINDS[result.kind],
        opens_at=heading["opens_at"],
        closes_at=heading["closes_at"],
        seed_commitment=seed_commitment(round.secret),
        secret=round.secret if secret_public(round, now) else None,
        ranking_keys=result.ranking_keys,
        prediction=Prediction(
            target=_TARGETS.get(result.prediction_target),
            truth=decimal_text(result.truth),
            set=result.truth_set,
        ),
        lottery=LOTTERY in result.ranking_keys and result.kind != RoundResult.Kind.CLOSE,
        rules=result.rules_number,
        figures={
            "entrants": figures["entrants"],
            "attempts": figures["attempts"],
            "perfect": figures["perfect"],
        },
        leaves=result.leaves,
        root=result.root,
    )


def final_rows(result: RoundResult) -> Iterator[FinalRow]:
    """The lines of a final table, best first."""
    for row in result.rows.order_by("position").iterator(chunk_size=CHUNK):
        yield final_row(row, result.figures)


def final_row(row: ResultRow, figures: dict[str, Any]) -> FinalRow:
    """A person's line as it is hashed; ``figures`` are those of the row's result."""
    return FinalRow(
        position=row.position,
        rank=row.rank,
        division=figures["divisions"][str(row.division_id)] if row.division_id else None,
        division_rank=row.division_rank,
        entry=row.entry_id,
        attempt=row.attempt_id,
        receipt=row.receipt,
        person=row.person,
        unit=row.unit_code,
        points=row.points,
        correct=row.correct,
        is_perfect=row.is_perfect,
        elapsed_ms=row.elapsed_ms,
        submitted_at=utc_ms(row.submitted_at),
        prediction=decimal_text(row.prediction),
        distance=decimal_text(row.distance),
        lottery=row.lottery or None,
        tie=row.is_tied,
    )


def final_proof(row: ResultRow) -> Proof:
    """That the row is in the tree of its result, from the hashes stored with it."""
    result, index = row.result, row.position - 1
    first = index // BLOCK * BLOCK
    block = result.rows.filter(position__gt=first, position__lte=first + BLOCK)
    hashes = list(block.order_by("position").values_list("leaf", flat=True))
    return block_proof(hashes, result.figures["blocks"], size=result.leaves, index=index)


def close_proof(result: RoundResult, attempt: int) -> tuple[CloseRow, Proof] | None:
    """The attempt's line in a close result and that it is in its tree, from the attempts as
    they are now; None when the attempt is not where the result has it."""
    starts: list[int] = result.figures["starts"]
    number = sum(start <= attempt for start in starts) - 1
    if number < 0:
        return None
    most = min(BLOCK, result.leaves - number * BLOCK)
    block = sealing.sealed_from(result.round, starts[number], most)
    place = next((i for i, row in enumerate(block) if row["attempt"] == attempt), None)
    if place is None:
        return None
    hashes = [leaf_hash(row_data(row)) for row in block]
    index = number * BLOCK + place
    proof = block_proof(hashes, result.figures["blocks"], size=result.leaves, index=index)
    return block[place], proof
