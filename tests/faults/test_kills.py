"""``kill -9`` of the server: what was acknowledged is recorded, what was not is whole or absent.

The long form is ``make faults``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bench import faults
from bench._stubborn import Ledger
from config.rehearsal.http import HttpFault
from tests.faults.ground import Ground, Phone, meanwhile, until

STALL_S = 3.0


@pytest.mark.parametrize(
    "how", [["--kills", "2"], ["--kills", "1", "--orderly"]], ids=["kill", "sigterm"]
)
def test_t10_nothing_acknowledged_is_lost_under_load(
    ground: Callable[..., Ground], how: list[str]
) -> None:
    """People start, save and hand in while the server ends; those without an answer ask
    the same again."""
    given = ["--rate", "30", "--people", "30", "--seed", "7", *how]
    options = faults.arguments(given)
    place, ledger = ground(options.people), Ledger()
    ends = asyncio.run(faults.rehearsed(options, place.server, place.stage, ledger))
    assert ledger.faults == []
    assert [end["code"] for end in ends] == [0] * options.kills
    found = place.aftermath(ledger.kept)
    assert found["faults"] == []
    assert found["recorded"] == {k: v for k, v in ledger.acknowledged.items() if v}
    assert ledger.acknowledged["start"] >= 30
    assert ledger.acknowledged["save"] > 0


Deed = Callable[[Phone, int], object]
DEEDS: dict[str, tuple[str, str, Deed]] = {
    # Stalled after the entry counted it; after the answers; after the result, before the board.
    "start": ("INSERT", "contest_attempt", lambda phone, _: phone.start()),
    "save": ("UPDATE", "contest_attempt", lambda phone, pk: phone.save(pk, 1, {"1": ["a"]})),
    "finish": ("UPDATE", "contest_entry", lambda phone, pk: phone.finish(pk)),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_a_kill_in_the_middle_of_a_transaction_leaves_no_half_state(
    ground: Callable[..., Ground], deed: str
) -> None:
    place = ground(1)
    (phone,) = place.phones
    event, table, act = DEEDS[deed]
    pk = 0 if deed == "start" else phone.start().json()["id"]
    kept = [{"attempt": pk, "user": phone.user, "saves": {}, "receipt": ""}] if pk else []
    with place.store.stalling(event, table, STALL_S), meanwhile(lambda: act(phone, pk)) as cut:
        until(place.store.is_stalled, "the transaction to be under way")
        place.server.kill()
        with pytest.raises((HttpFault, OSError)):
            cut.result(20)
    place.server.start()
    if pk:
        row = place.store.attempt(pk)
        # A save is one statement: PostgreSQL may carry it out although nobody waits any more.
        assert row.pop("rev") in ({0, 1} if deed == "save" else {0})
        assert row == {"state": "in_progress", "receipt": "", "points": None, "submitted_at": None}
    again = act(phone, pk)
    assert again.status == (201 if deed == "start" else 200)  # type: ignore[attr-defined]
    body = again.json()  # type: ignore[attr-defined]
    if deed == "start":
        kept = [{"attempt": body["id"], "user": phone.user, "saves": {}, "receipt": ""}]
    if deed == "save":
        kept[0]["saves"] = {1: {"answers": {"1": ["a"]}, "sent": 0}}
    if deed == "finish":
        kept[0]["receipt"] = body["receipt"]
    assert place.aftermath(kept)["faults"] == []


def test_what_was_recorded_before_the_kill_is_answered_as_a_replay(
    ground: Callable[..., Ground],
) -> None:
    """The save was recorded, its answer never arrived: the same save again is not stale."""
    place = ground(1)
    (phone,) = place.phones
    pk = phone.start().json()["id"]
    assert phone.save(pk, 1, {"1": ["a"]}).status == 200
    first = phone.finish(pk, rev=1).json()
    place.server.kill()
    place.server.start()
    again = phone.save(pk, 1, {"1": ["a"]})
    assert (again.status, again.json()["rev"]) == (200, 1)
    assert phone.finish(pk, rev=1).json()["receipt"] == first["receipt"]
