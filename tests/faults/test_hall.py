"""Many at once against a real server: a hall on one address, starts and answers in one moment."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from bench.hall import JOINED, joined
from config.rehearsal.http import Connection
from config.rehearsal.people import cookies
from tests.faults.ground import Ground, Phone

HALL = 500


def test_c7_a_hall_of_five_hundred_behind_one_address_joins(
    ground: Callable[..., Ground],
) -> None:
    """From the sign-in page to the first question, all from one address: nobody is refused. What
    it costs, with passwords as dear to check as they are, is measured by ``bench.hall``."""
    place = ground(0)
    server, stage = place.server, place.inside.do("bench._hall", "join", HALL)
    with ThreadPoolExecutor(50) as hall:
        met = Counter(
            hall.map(lambda login: joined(server.port, login, stage["round"]), stage["logins"])
        )
    assert met == {JOINED: HALL}


def test_d7_of_twenty_starts_at_once_as_many_as_allowed_are_taken(
    ground: Callable[..., Ground],
) -> None:
    """Twenty devices of one account start, hand in, and start again, all in the same moment."""
    place = ground(1)
    (phone,) = place.phones
    together = Barrier(20)

    def sit(_: int = 0) -> tuple[int, int]:
        started = phone.start()
        if started.status < 300:
            assert phone.finish(started.json()["id"]).status == 200
        return started.status, started.json().get("id", 0)

    def both_times(_: int) -> list[tuple[int, int]]:
        together.wait(20)
        return [sit(), sit()]

    with ThreadPoolExecutor(20) as devices:
        met = [each for device in devices.map(both_times, range(20)) for each in device]
    met += [sit() for _ in range(3)]  # however few of them were new, now the limit is reached
    assert met[-1][0] == 409
    assert {status for status, _ in met} <= {200, 201, 409}
    stored = place.store.rows(
        "SELECT a.id, a.number FROM contest_attempt a JOIN contest_entry e ON e.id = a.entry_id"
        f" WHERE e.user_id = {phone.user} ORDER BY a.number"
    )
    assert [number for _, number in stored] == [1, 2, 3]
    assert sorted(pk for status, pk in met if status == 201) == sorted(pk for pk, _ in stored)


def test_d8_of_a_thousand_answers_at_once_every_one_is_a_row_of_the_journal(
    ground: Callable[..., Ground],
) -> None:
    """250 people, four saves each, as fast as the server takes them."""
    place = ground(250)
    kept = asyncio.run(_all_save(place.phones))
    assert sum(len(item["saves"]) for item in kept) == 1000
    found = place.aftermath(kept)
    assert found["faults"] == []
    assert found["recorded"] == {"start": 250, "save": 1000}


async def _all_save(phones: list[Phone]) -> list[dict[str, Any]]:
    """Everybody starts; then all save at once. What was acknowledged."""
    everybody_ready = asyncio.Event()
    waiting: list[int] = []

    async def one(phone: Phone) -> dict[str, Any]:
        headers = cookies(phone.session)
        kept: dict[str, Any] = {"user": phone.user, "saves": {}, "receipt": ""}
        async with Connection("127.0.0.1", phone.server.port, headers) as at:
            started = await at.request("POST", f"/api/v1/rounds/{phone.round}/attempts")
            kept["attempt"] = started.json()["id"]
            waiting.append(1)
            if len(waiting) == len(phones):
                everybody_ready.set()
            await everybody_ready.wait()
            for rev in range(1, 5):
                body = {"rev": rev, "answers": {str(rev): ["abcd"[phone.user % 2]]}}
                path = f"/api/v1/attempts/{kept['attempt']}/answers"
                saved = await at.request("PATCH", path, body)
                if saved.status == 200:
                    kept["saves"][rev] = {"answers": body["answers"], "sent": 0}
        return kept

    return await asyncio.gather(*(one(phone) for phone in phones))
