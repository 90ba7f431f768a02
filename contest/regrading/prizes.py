"""Whose prizes a correction would move: the published winners beside those of a proposal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count

from contest.models import Attempt, Entry, Round
from contest.ordering import LOTTERY, Standing, final_key, lottery_lot
from contest.predictions import ATTEMPTS, distance, truth
from contest.regrading.after import After, settled_after
from contest.regrading.scores import changes
from contest.regrading.services import Proposal, rulings_with
from contest.results.counting import Counted
from contest.results.prizegiving import latest_table, people_awards
from contest.results.table import places
from contest.rulings import Rulings

_NO_LOT = "0" * 16
_COLUMNS = (
    "pk", "counted_id", "unit_id", "division_id", "points", "correct", "is_perfect",
    "elapsed_ms", "submitted_at", "counted__prediction",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PrizeChange:
    """Somebody's prize as published and as it would be; "" for none."""

    entry: Entry
    before: str
    after: str


def prize_changes(round: Round, proposed: Proposal) -> list[PrizeChange]:
    """People whose published prize would be another one in a correction with the proposal.

    It is the table that would be signed, so it shows too what other decisions since the
    publication moved. Nothing is written; [] while nothing was published.
    """
    published = latest_table(round)
    if published is None:
        return []
    before = dict(published.rows.exclude(prize="").values_list("entry_id", "prize"))
    after = _winners(round, proposed)
    moved = {e for e in {*before, *after} if before.get(e, "") != after.get(e, "")}
    people = Entry.objects.select_related("user", "unit").filter(pk__in=moved).order_by("pk")
    return [PrizeChange(e, before.get(e.pk, ""), after.get(e.pk, "")) for e in people]


def _winners(round: Round, proposed: Proposal) -> dict[int, str]:
    """``{entry: prize}`` if the proposal were in force."""
    in_force = rulings_with(round, proposed)
    found = list(changes(round, proposed.version, in_force))
    rows = list(_rows(round, settled_after(round, found, in_force)))
    true_value = truth(
        round.prediction_target,
        perfect=sum(row.is_perfect for row in rows),
        entrants=len(rows),
        attempts=_attempts(round, rows, in_force),
    )
    keyed = sorted((_key(round, row, true_value), row.entry, row) for row in rows)
    in_order = [row for _, _, row in keyed]
    found_places = places([key for key, _, _ in keyed], [row.division for row in in_order])
    awards = people_awards(round, in_order, found_places)
    return {entry: award.prize for entry, award in awards.items() if award.prize}


def _rows(round: Round, after: dict[int, After]) -> Iterator[Counted]:
    """People in the ranking: as stored, but for those whom the proposal touches."""
    ranked = round.entries.exclude(rank_key="").exclude(pk__in=after).values_list(*_COLUMNS)
    for columns in ranked.iterator(chunk_size=2_000):
        yield Counted._make((*columns, ""))
    counted = {e: a.counted for e, a in after.items() if a.counted}
    ids = [attempt.pk for attempt in counted.values()]
    predictions = dict(Attempt.objects.filter(pk__in=ids).values_list("pk", "prediction"))
    for entry, attempt in counted.items():
        standing = after[entry].standing
        assert standing is not None  # what counts has a standing
        yield Counted(
            entry, attempt.pk, attempt.unit_id, attempt.division_id, standing.points,
            attempt.correct or 0, attempt.is_perfect, standing.elapsed_ms,
            standing.submitted_at, predictions[attempt.pk], "",
        )  # fmt: skip


def _key(round: Round, row: Counted, true_value: Decimal | None) -> str:
    has_lots = LOTTERY in round.ranking_keys
    return final_key(
        round.ranking_keys,
        Standing(row.points, row.elapsed_ms, row.submitted_at),
        distance=distance(row.prediction, true_value),
        lot=lottery_lot(round.secret, row.entry) if has_lots else _NO_LOT,
    )


def _attempts(round: Round, rows: list[Counted], in_force: Rulings) -> int:
    """Finished attempts that count for the people in the table; asked for only where predicted."""
    if round.prediction_target != ATTEMPTS:
        return 0
    ranked = {row.entry for row in rows}
    finished = Attempt.objects.filter(
        entry__round=round, state=Attempt.State.FINISHED, is_ranked=True
    )
    by_entry = finished.order_by().values_list("entry_id").annotate(n=Count("pk"))
    return sum(
        n
        for entry, n in by_entry
        if in_force.kept(entry) in ranked and entry not in in_force.disqualified
    )
