"""R8: once the result is public, boards are the stored table and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import HeadCount, Unit, User
from contest.models import Division, Entry, ResultRow, Round, RoundResult, UnitResultRow
from contest.results.finalising import finalise_round
from tests.conftest import empty_cache
from tests.factories import make_contest, make_person, make_round
from tests.leaderboard.staging import board_address, read_all, surfaces, take

MINUTE = timedelta(minutes=1)


@pytest.fixture
def over(ha: User, yen: User, tai: User, commune: Unit) -> Round:
    """yen 5, tai 4, lan and mai 3 of five in the same time; closed a minute ago."""
    HeadCount.objects.create(unit=commune, members=10)
    round = make_round(ha, timezone.now() - 30 * MINUTE, prediction_target="")
    lan, mai = (make_person(n.lower(), f"Bế Thị {n}", commune) for n in ("Lan", "Mai"))
    begun = timezone.now() - 20 * MINUTE
    for user, right in ((yen, 5), (tai, 4), (lan, 3), (mai, 3)):
        take(user, round, begun, right)
    return closed(round)


def closed(round: Round) -> Round:
    Round.objects.filter(pk=round.pk).update(closes_at=timezone.now() - MINUTE)
    round.refresh_from_db()
    return round


@pytest.fixture
def result(ha: User, over: Round) -> RoundResult:
    return finalise_round(actor=ha, round=over, now=timezone.now())


def board(client: Client, round: Round, query: str = "") -> Any:
    empty_cache()
    return client.get(f"/api/v1/rounds/{round.pk}/board{query}").json()


def names(found: Any) -> list[tuple[int, str]]:
    return [(row["rank"], row["name"]) for row in found["rows"]]


FOUR = [(1, "Hoàng Thị Yến"), (2, "Lục Văn Tài"), (3, "Bế Thị Lan"), (3, "Bế Thị Mai")]


def test_the_final_board_says_what_the_live_one_said(client: Client, over: Round, ha: User) -> None:
    before = [board(client, over, query) for query in ("", "?by=units", "?unit=01477&limit=2")]
    result = finalise_round(actor=ha, round=over, now=timezone.now())
    after = [board(client, over, query) for query in ("", "?by=units", "?unit=01477&limit=2")]
    for live, final in zip(before, after, strict=True):
        assert (live["provisional"], live["result"]) == (True, None)
        assert (final["provisional"], final["result"]) == (False, result.number)
        assert (final["rows"], final["total"]) == (live["rows"], live["total"])
    assert names(after[0]) == FOUR


def test_r8_nothing_that_happens_later_changes_a_board(
    client: Client, over: Round, result: RoundResult, yen: User, commune: Unit
) -> None:
    addresses = [a for a in surfaces(over, "01273") if "/api/v1/contests" not in a]
    before = read_all(client, addresses)
    User.objects.filter(pk=yen.pk).update(full_name="Hoàng Thị Yến Nhi")
    Unit.objects.filter(pk=commune.pk).update(name="Xã Đổi Tên")
    HeadCount.objects.create(unit=commune, members=500)
    Entry.objects.filter(round=over).update(points=0, correct=0, rank_key="", unit=None)
    assert read_all(client, addresses) == before


def test_the_own_place_is_that_of_the_table(
    over: Round, result: RoundResult, yen_client: Client
) -> None:
    Entry.objects.filter(round=over).update(rank_key="")
    place = yen_client.get(f"/api/v1/rounds/{over.pk}/board/me").json()
    assert (place["total"], place["row"]["rank"], place["above"]) == (4, 1, [])
    assert names({"rows": place["below"]}) == FOUR[1:]
    attempt = ResultRow.objects.get(result=result, rank=1).attempt_id
    shown = yen_client.get(f"/api/v1/attempts/{attempt}").json()["result"]
    assert (shown["place"], shown["provisional"]) == (1, False)


def test_in_the_middle_of_a_tie_places_are_right(
    over: Round, result: RoundResult, client: Client
) -> None:
    client.force_login(User.objects.get(username="mai"))
    place = client.get(f"/api/v1/rounds/{over.pk}/board/me").json()
    assert place["row"]["rank"] == 3
    assert names({"rows": place["above"]}) == FOUR[:3]
    assert names(board(client, over, "?offset=3")) == FOUR[3:]


def test_the_page_links_to_the_result_and_its_proof(
    client: Client, over: Round, result: RoundResult
) -> None:
    html = client.get(board_address(over)).content.decode()
    assert f"/c/{over.contest.slug}/1/results/" in html
    assert f'bản <span data-f="result">{result.number}</span>' in html
    assert "/verify/" in html
    assert 'data-f="provisional" hidden' in html


def test_a_correction_takes_the_place_of_what_was_published(
    client: Client, over: Round, result: RoundResult, ha: User
) -> None:
    """The newest ranked table is the one in force."""
    RoundResult.objects.filter(pk=result.pk).update(number=7)
    result.refresh_from_db()
    newer = RoundResult.objects.create(
        round=over, number=8, kind=RoundResult.Kind.CORRECTION, made_at=timezone.now(), root="x"
    )
    row = ResultRow.objects.filter(result=result).latest("position")
    row.pk, row.result, row.position, row.rank = None, newer, 1, 1
    row.save()
    found = board(client, over)
    assert (found["result"], names(found)) == (8, [(1, "Bế Thị Mai")])


def test_divisions_and_their_units_come_from_the_table(
    client: Client, ha: User, yen: User, tai: User, commune: Unit, ward: Unit
) -> None:
    contest = make_contest(ha)
    for position, unit in enumerate((commune, ward), start=1):
        Division.objects.create(
            contest=contest, position=position, code=unit.code, name=unit.name,
            eligibility={"units": [unit.code]},
        )  # fmt: skip
    round = make_round(ha, timezone.now() - 30 * MINUTE, contest=contest)
    for user, right in ((tai, 5), (yen, 4)):
        take(user, round, timezone.now() - 20 * MINUTE, right)
    finalise_round(actor=ha, round=closed(round), now=timezone.now())
    Entry.objects.filter(round=round).update(rank_key="")
    assert names(board(client, round, "?division=01477")) == [(1, "Hoàng Thị Yến")]
    units = board(client, round, "?by=units&division=01273")
    assert [(row["unit"], row["entrants"]) for row in units["rows"]] == [("Phường Thục Phán", 1)]
    assert UnitResultRow.objects.count() == board(client, round, "?by=units")["total"] == 2


def test_a_final_result_that_is_not_revealed_shows_nowhere(
    client: Client, over: Round, ha: User
) -> None:
    """R4: the boards stand still across the making of the result, and until the reveal."""
    Round.objects.filter(pk=over.pk).update(frozen_at=timezone.now() - 10 * MINUTE)
    over.refresh_from_db()
    queries = ["", "?by=units", "?screen=1", "?screen=1&by=people"]
    boards = [board_address(over, query) for query in queries]
    boards += [f"/api/v1/rounds/{over.pk}/board{query}" for query in queries[:2]]
    before = read_all(client, boards)
    finalise_round(actor=ha, round=over, now=timezone.now())
    Entry.objects.filter(round=over, user__username="lan").update(points=1)
    ResultRow.objects.update(points=0)
    Entry.objects.filter(round=over, user__username="lan").update(points=3)
    assert read_all(client, boards) == before
    Round.objects.filter(pk=over.pk).update(revealed_at=timezone.now())
    assert board(client, over)["provisional"] is False
