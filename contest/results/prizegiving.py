"""Handing out the prizes of a round: to people by their places, to units by what they measure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from accounts.models import HeadCount, Unit
from contest.models import Entry, Prize, ResultRow, Round, RoundResult, UnitResultRow
from contest.results.counting import Counted
from contest.results.prizes import Award, Contender, Offer, already_won, awards, joined
from contest.results.table import Place
from contest.results.units import Tally, ranked_units, unit_awards


def people_awards(
    round: Round, rows: Sequence[Counted], places: Sequence[Place]
) -> dict[int, Award]:
    """``{entry: award}``: first the prizes for all people, then those of each division. Nobody
    gets two prizes of one round; with one prize a person, winners of earlier rounds get none."""
    lists = _offers(round)
    passed = _passed_over(round) if round.contest.one_prize_per_person else {}
    given: dict[int, Award] = {}
    for division in sorted(lists, key=lambda d: (d is not None, d or 0)):
        won = {entry for entry, award in given.items() if award.prize}
        contenders = _contenders(
            rows, places, division, passed, won, needs_perfect=round.prizes_need_perfect
        )
        given = joined(given, awards(lists[division], contenders))
    return given


def _offers(round: Round) -> dict[int | None, list[Offer]]:
    """The prizes for people by division, in the order of the list."""
    found: dict[int | None, list[Offer]] = defaultdict(list)
    for prize in round.prizes.filter(measure=Prize.Measure.PEOPLE).order_by("position"):
        found[prize.division_id].append(Offer(prize.name, prize.count))
    return found


def _contenders(
    rows: Sequence[Counted],
    places: Sequence[Place],
    division: int | None,
    passed: dict[int, str],
    won: set[int],
    *,
    needs_perfect: bool,
) -> Iterator[Contender]:
    """People in the order of the overall table, or of a division's."""
    for row, place in zip(rows, places, strict=True):
        if row.entry in won or (division is not None and row.division != division):
            continue
        if needs_perfect and not row.is_perfect:
            continue
        rank = place.rank if division is None else place.division_rank
        yield Contender(row.entry, rank, passed.get(row.entry, ""))


def _passed_over(round: Round) -> dict[int, str]:
    """``{entry: why}`` of people who won in an earlier final round of the contest."""
    earlier = Round.objects.filter(
        contest=round.contest_id, number__lt=round.number, finalised_at__isnull=False
    )
    won: dict[int, int] = {}
    for before in earlier.order_by("number"):
        latest = latest_table(before)
        if latest is not None:
            winners = ResultRow.objects.filter(result=latest).exclude(prize="")
            for user in winners.values_list("entry__user", flat=True):
                if user is not None:
                    won.setdefault(user, before.number)
    mine = Entry.objects.filter(round=round, user__in=won).values_list("pk", "user")
    return {entry: already_won(won[user]) for entry, user in mine if user is not None}


def latest_table(round: Round) -> RoundResult | None:
    """The ranked table in force: the last correction, else the final result."""
    tables = round.results.exclude(kind=RoundResult.Kind.CLOSE)
    return tables.order_by("-number").first()


# -- Units ---------------------------------------------------------------------------------------


def write_units(result: RoundResult, rows: Sequence[Counted], given: dict[int, Award]) -> None:
    """Store the table of units with names and head counts of today, and their prizes."""
    tallies = _tallies(rows, given)
    won = _unit_prizes(result.round, rows, given)
    units = Unit.objects.in_bulk([tally.unit for tally in tallies])
    UnitResultRow.objects.bulk_create(
        [
            UnitResultRow(
                result=result,
                position=position,
                rank=rank,
                unit_id=tally.unit,
                name=units[tally.unit].name,
                code=tally.code,
                entrants=tally.entrants,
                members=tally.members,
                points_sum=tally.points_sum,
                perfect=tally.perfect,
                winners=tally.winners,
                prize="; ".join(won[tally.unit])[:200],
            )
            for position, (rank, tally) in enumerate(ranked_units(tallies), start=1)
        ],
        batch_size=2_000,
    )


def _unit_prizes(
    round: Round, rows: Sequence[Counted], given: dict[int, Award]
) -> dict[int, list[str]]:
    won: dict[int, list[str]] = defaultdict(list)
    blocks = dict(Unit.objects.values_list("pk", "block"))
    lists: dict[tuple[str, int | None, str], list[Offer]] = defaultdict(list)
    for prize in round.prizes.exclude(measure=Prize.Measure.PEOPLE).order_by("position"):
        key = (prize.measure, prize.division_id, prize.block)
        lists[key].append(Offer(prize.name, prize.count))
    for (measure, division, block), offers in lists.items():
        of = [row for row in rows if division is None or row.division == division]
        tallies = [t for t in _tallies(of, given) if not block or blocks[t.unit] == block]
        for unit, name in unit_awards(measure, offers, tallies).items():
            won[unit].append(name)
    return won


def _tallies(rows: Sequence[Counted], given: dict[int, Award]) -> list[Tally]:
    """What each unit's people brought together."""
    codes = dict(Unit.objects.values_list("pk", "code"))
    counts = HeadCount.objects.order_by("as_of", "id").values_list("unit_id", "members")
    members = dict(counts)
    found: dict[int, Tally] = {}
    for row in rows:
        if row.unit is None:
            continue
        if row.unit not in found:
            found[row.unit] = Tally(row.unit, codes[row.unit], members.get(row.unit))
        award = given.get(row.entry)
        found[row.unit].add(row.points, row.is_perfect, award is not None and bool(award.prize))
    return list(found.values())
