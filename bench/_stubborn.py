"""People who do not give up: whatever was not acknowledged is sent again, the same, until it is.

What the exam page does (``static/js/exam/saver.js``), with shorter pauses. Everything the server
acknowledged is kept, to be compared with the database afterwards.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from config.rehearsal.http import Connection, HttpFault, Reply
from config.rehearsal.people import Target, cookies

SAVES = 12  # of an attempt
AGAIN_S = (0.2, 0.8)  # pause before the same request is sent again
GIVE_UP_S = 120.0


@dataclass
class Ledger:
    """What the crowd heard. ``kept``: one item for each acknowledged start, see ``check`` of
    ``bench/_aftermath.py``. ``faults``: answers that must never be given."""

    kept: list[dict[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    acknowledged: Counter[str] = field(default_factory=Counter)
    retried: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    in_flight: int = 0
    newest: float = 0.0  # when the newest acknowledged request was sent, monotonic

    def acknowledge(self, name: str, tries: int, sent: float) -> None:
        """Count an acknowledged request and whether it had to be sent more than once."""
        self.acknowledged[name] += 1
        self.retried[name] += tries > 1
        self.newest = max(self.newest, sent)


class Pace:
    """Turns at a steady rate, however slowly the server answers (an open loop). What piles up
    while it is away is bounded by ``most``."""

    def __init__(self, rate: float, most: int) -> None:
        self._rate, self._most = rate, most
        self._turns: asyncio.Queue[bool] = asyncio.Queue()
        self.is_over = False

    async def beat(self) -> None:
        """Give turns until cancelled."""
        began, given = time.perf_counter(), 0
        while True:
            due = int((time.perf_counter() - began) * self._rate)
            for _ in range(due - given):
                if self._turns.qsize() < self._most:
                    self._turns.put_nowait(True)
            given = due
            await asyncio.sleep(0.01)

    def end(self, people: int) -> None:
        """No more turns; everybody who waits for one is told."""
        self.is_over = True
        for _ in range(people):
            self._turns.put_nowait(False)

    async def turn(self) -> bool:
        """Wait for a turn; False when there are no more."""
        return await self._turns.get() and not self.is_over


class Stubborn:
    """One person who takes attempt after attempt until the round allows no more."""

    def __init__(
        self, target: Target, person: dict[str, Any], seed: int, ledger: Ledger, pace: Pace
    ) -> None:
        self._target, self._ledger, self._pace = target, ledger, pace
        self._user = person["user"]
        self._dice = random.Random(seed)
        self._headers = cookies(person["session"])
        self._at: Connection | None = None
        self._attempts = 0

    async def compete(self) -> None:
        """Take attempts until the turns end or none is left."""
        try:
            while await self._pace.turn():
                attempt = await self._start()
                if attempt is None or not await self._work(attempt):
                    return
        except TimeoutError:
            self._ledger.faults.append(f"user {self._user}: not heard for {GIVE_UP_S} s")
        finally:
            self._hang_up()

    async def _start(self) -> dict[str, Any] | None:
        path = f"/api/v1/rounds/{self._target.round_id}/attempts"
        reply, _ = await self._ask("start", "POST", path, None, {200, 201, 409})
        if reply.status == 409:
            code = reply.json()["error"]["code"]
            if code != "attempts_used" or self._attempts == 0:
                self._ledger.faults.append(f"user {self._user}, start refused: {code}")
            return None
        self._attempts += 1
        found: dict[str, Any] = reply.json()
        if found["rev"]:
            self._ledger.faults.append(f"user {self._user}: a new attempt has rev {found['rev']}")
        return found

    async def _work(self, attempt: dict[str, Any]) -> bool:
        kept: dict[str, Any] = {
            "attempt": attempt["id"], "user": self._user, "saves": {}, "receipt": "",
        }  # fmt: skip
        self._ledger.kept.append(kept)
        address = f"/api/v1/attempts/{attempt['id']}"
        # The first attempts are of any length, so that people are soon at different places.
        saves = self._dice.randint(1, SAVES) if attempt["number"] == 1 else SAVES
        for rev in range(1, saves + 1):
            if not await self._pace.turn():
                return False
            item = self._dice.choice(attempt["paper"])
            answers = {str(item["number"]): [self._dice.choice(item["choices"])["key"]]}
            reply, sent = await self._ask(
                "save", "PATCH", f"{address}/answers", {"rev": rev, "answers": answers}, {200}
            )
            if reply.status == 200:
                kept["saves"][rev] = {"answers": answers, "sent": sent}
        body = {"rev": saves, "prediction": self._dice.randrange(1000)}
        done, _ = await self._ask("finish", "POST", f"{address}/finish", body, {200})
        if done.status == 200:
            kept["receipt"] = done.json()["receipt"]
        return True

    async def _ask(
        self, name: str, method: str, path: str, body: Any, good: set[int]
    ) -> tuple[Reply, float]:
        """The answer, and when the request it belongs to was sent (epoch). Busy answers and
        broken connections mean the same request again; raises ``TimeoutError`` in the end."""
        began = time.monotonic()
        tries = 0
        while time.monotonic() - began < GIVE_UP_S:
            tries += 1
            sent, mark = time.time(), time.monotonic()
            reply = await self._try(name, method, path, body)
            if reply is not None and reply.status < 500 and reply.status != 429:
                if reply.status in good:
                    self._ledger.acknowledge(name, tries, mark)
                else:
                    fault = f"{method} {path} {body}, try {tries}: {reply.status} {reply.raw!r}"
                    self._ledger.faults.append(fault)
                return reply, sent
            await asyncio.sleep(self._dice.uniform(*AGAIN_S))
        raise TimeoutError

    async def _try(self, name: str, method: str, path: str, body: Any) -> Reply | None:
        try:
            if self._at is None:
                target = self._target
                self._at = await Connection(target.host, target.port, self._headers).open()
        except OSError:
            self._ledger.troubles["no connection"] += 1
            return None
        self._ledger.in_flight += 1
        try:
            reply = await self._at.request(method, path, body)
        except (HttpFault, OSError, TimeoutError):
            self._ledger.troubles[f"{name} cut"] += 1
            self._hang_up()
            return None
        finally:
            self._ledger.in_flight -= 1
        if reply.status >= 500 or reply.status == 429:
            self._ledger.troubles[f"{name} answered {reply.status}"] += 1
        return reply

    def _hang_up(self) -> None:
        if self._at is not None:
            self._at.close()
            self._at = None
