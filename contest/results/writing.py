"""Writing a ranked table: keys, places, prizes, names of the day, and the hash of every row.

Flat: a compact tuple for each person, rows written in batches, so that half a million people
need minutes and some hundred megabytes.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.ages import age_on
from accounts.models import Unit, User
from contest.models import Entry, ResultRow, Round, RoundResult
from contest.names import shown_name
from contest.ordering import LOTTERY, PREDICTION, Standing, final_key, lottery_lot
from contest.phases import VIETNAM
from contest.predictions import distance, truth
from contest.proofs import block_hashes, leaf_hash, person_digest, root_of_hashes, row_data
from contest.results.counting import Counted, Recount, recount
from contest.results.figures import figures_of
from contest.results.files import final_row
from contest.results.headings import heading_of, next_number, rules_number
from contest.results.prizegiving import people_awards, write_units
from contest.results.prizes import Award
from contest.results.reasons import Line, why
from contest.results.table import Place, places
from contest.rulings import Rulings
from contest.wording import number

BATCH = 2_000
_NO_LOT = "0" * 16


@dataclass(frozen=True, slots=True)
class Making:
    """Which kind of result is made, when, by whom; a correction is signed by somebody else."""

    kind: RoundResult.Kind
    now: datetime
    made_by: User | None
    signed_by: User | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Table:
    """People in their final order with their places; all three lists go together."""

    rows: list[Counted]
    places: list[Place]
    keys: Sequence[str]
    truth: Decimal | None
    secret: str

    def line(self, index: int) -> Line:
        row = self.rows[index]
        missed = distance(row.prediction, self.truth)
        return Line(row.points, row.elapsed_ms, row.submitted_at, missed, self.lot(row.entry))

    def lot(self, entry: int) -> str:
        return lottery_lot(self.secret, entry) if LOTTERY in self.keys else ""


def write_result(round: Round, making: Making, in_force: Rulings) -> RoundResult:
    """Compute the ranking from scratch and store it as the round's next result."""
    counted = recount(round, in_force)
    result = _opened(round, making, counted, in_force)
    table = _ordered(round, counted.rows, result.truth)
    given = people_awards(round, table.rows, table.places)
    leaves = _write_rows(result, table, given)
    blocks = list(block_hashes(leaves))
    result.figures["blocks"] = blocks
    result.leaves, result.root = len(leaves), root_of_hashes(blocks)
    result.save(update_fields=["figures", "leaves", "root"])
    write_units(result, table.rows, given)
    return result


def _opened(round: Round, making: Making, counted: Recount, in_force: Rulings) -> RoundResult:
    """The result without its rows yet: settings, figures and the truth of the prediction."""
    figures = figures_of(round, counted.rows, counted.attempts, in_force)
    divisions = {str(d.pk): d.code for d in round.contest.divisions.all()}
    return RoundResult.objects.create(
        round=round,
        number=next_number(round),
        kind=making.kind,
        made_at=making.now,
        made_by=making.made_by,
        made_by_name=str(making.made_by or ""),
        signed_by=making.signed_by,
        signed_by_name=str(making.signed_by or ""),
        reason=making.reason,
        rules_number=rules_number(round),
        ranking_keys=round.ranking_keys,
        prediction_target=round.prediction_target,
        truth=truth(
            round.prediction_target,
            perfect=figures["perfect"],
            entrants=figures["entrants"],
            attempts=figures["attempts"],
        ),
        truth_set=(
            f"Tính trên {number(figures['entrants'])} người có tên trong bảng xếp hạng, sau khi "
            "hủy kết quả vi phạm và gộp tài khoản; số lượt là "
            f"{number(figures['attempts'])} lượt đã nộp của chính những người này."
        ),
        figures={**figures, "heading": heading_of(round), "divisions": divisions},
    )


def _ordered(round: Round, rows: list[Counted], true_value: Decimal | None) -> _Table:
    """People by their final keys; the entry id only makes the order of ties stable."""
    keys = round.ranking_keys
    lots = LOTTERY in keys

    def key(row: Counted) -> str:
        return final_key(
            keys,
            Standing(row.points, row.elapsed_ms, row.submitted_at),
            distance=distance(row.prediction, true_value),
            lot=lottery_lot(round.secret, row.entry) if lots else _NO_LOT,
        )

    keyed = sorted(((key(row), row.entry, row) for row in rows), key=lambda k: k[:2])
    in_order = [row for _, _, row in keyed]
    found = places([key for key, _, _ in keyed], [row.division for row in in_order])
    # Without a question to predict, or a truth to measure by, nobody is told about it.
    compared = [k for k in keys if k != PREDICTION or true_value is not None]
    return _Table(in_order, found, compared, true_value, round.secret)


def _write_rows(result: RoundResult, table: _Table, given: dict[int, Award]) -> list[str]:
    """Store the rows batch by batch; returns their leaf hashes in order."""
    leaves: list[str] = []
    units = {pk: (name, code) for pk, name, code in Unit.objects.values_list("pk", "name", "code")}
    for start in range(0, len(table.rows), BATCH):
        indexes = range(start, min(start + BATCH, len(table.rows)))
        names = _names(result, [table.rows[i].entry for i in indexes])
        batch = [_row(result, table, i, names, units, given) for i in indexes]
        ResultRow.objects.bulk_create(batch)
        leaves += [row.leaf for row in batch]
    return leaves


def _row(
    result: RoundResult,
    table: _Table,
    index: int,
    names: dict[int, str],
    units: dict[int, tuple[str, str]],
    given: dict[int, Award],
) -> ResultRow:
    counted, place, line = table.rows[index], table.places[index], table.line(index)
    unit_name, unit_code = units[counted.unit] if counted.unit else ("", "")
    name, salt = names[counted.entry], secrets.token_hex(16)
    award = given.get(counted.entry, Award(""))
    below = table.line(place.below) if place.below >= 0 else None
    row = ResultRow(
        result=result,
        position=index + 1,
        rank=place.rank,
        division_id=counted.division,
        division_rank=place.division_rank,
        entry_id=counted.entry,
        attempt_id=counted.attempt,
        receipt=counted.receipt,
        name=name,
        unit_id=counted.unit,
        unit_name=unit_name,
        unit_code=unit_code,
        person=person_digest(name=name, unit=unit_name, salt=salt),
        salt=salt,
        points=counted.points,
        correct=counted.correct,
        is_perfect=counted.is_perfect,
        elapsed_ms=counted.elapsed_ms,
        submitted_at=counted.submitted_at,
        prediction=counted.prediction,
        distance=line.distance,
        lottery=line.lot,
        is_tied=place.is_tied,
        why=why(table.keys, line, below) if below else "",
        prize=award.prize,
        prize_note=award.note,
    )
    row.leaf = leaf_hash(row_data(final_row(row, result.figures)))
    return row


def _names(result: RoundResult, entries: Sequence[int]) -> dict[int, str]:
    """Names as they are published today, by entry."""
    policy = result.round.names_shown
    day = result.round.opens_at.astimezone(VIETNAM).date()  # as boards reckon ages
    people = Entry.objects.filter(pk__in=entries).values_list(
        "pk", "user__full_name", "user__is_name_hidden",
        "user__birth_date", "user__erased_at",
    )  # fmt: skip
    return {
        entry: shown_name(
            None if erased else name,
            policy,
            entry=entry,
            is_hidden=bool(hidden),
            age=None if birth is None else age_on(birth, day),
        )
        for entry, name, hidden, birth, erased in people
    }
