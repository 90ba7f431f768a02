"""One simulated person of a rehearsal: does with the server what the pages in a browser do."""

from __future__ import annotations

import json
import random
import re
import time
from typing import Any

from config.rehearsal.http import Connection, HttpFault, Reply
from config.rehearsal.people import Target, cookies
from config.rehearsal.sockets import Socket

# A browser gives up a connection that was idle for long; so do servers.
IDLE_S = 30.0
_ESSAY = "Đồng bào các dân tộc Cao Bằng học tập và làm theo Nghị quyết. "
_PAPER = re.compile(rb'<script id="attempt" type="application/json">(.*?)</script>', re.DOTALL)

Seconds = dict[str, list[float]]


class Refused(Exception):
    """The server did not do what was asked; says what, for counting."""


class Visitor:
    """A person with a session: comes and starts, saves, hands in.

    ``kept`` is what the server acknowledged, in the form that ``inside.check`` reads.
    """

    def __init__(self, target: Target, session: str, seed: int) -> None:
        self._target, self._dice = target, random.Random(seed)
        self._headers = cookies(session)
        self._at: Connection | None = None
        self._asked_at = 0.0
        self._socket: Socket | None = None
        self._rev = 0
        self.paper: list[dict[str, Any]] = []
        self.has_essay = self.predicts = False
        self.kept: dict[str, Any] = {"attempt": 0, "saves": {}, "essay": "", "receipt": ""}

    async def start(self, seconds: Seconds) -> None:
        """The round's page, the button, the exam page with its socket. Raises ``Refused``."""
        page = self._target.page
        await self._ask(seconds, "trang vòng thi", "GET", page)
        sent = await self._ask(seconds, "bắt đầu", "POST", f"{page}start/", {}, expected=302)
        address = sent.headers["location"]
        if not address.startswith("/attempts/"):
            raise Refused("bắt đầu: bị từ chối")
        exam = await self._ask(seconds, "trang làm bài", "GET", address)
        self._read(exam)
        await self._listen()

    def _read(self, exam: Reply) -> None:
        found = _PAPER.search(exam.body())
        if found is None:
            raise Refused("trang làm bài: không có đề")
        attempt = json.loads(found[1])
        self.kept["attempt"], self._rev = attempt["id"], attempt["rev"]
        self.paper, self.has_essay = attempt["paper"], attempt["essay_prompt"] is not None
        self.predicts = attempt["prediction_question"] is not None

    async def _listen(self) -> None:
        """The socket that every exam page holds, for news of the round."""
        path = f"/ws/rounds/{self._target.round_id}/notices/"
        try:
            self._socket = await Socket(
                self._target.host, self._target.port, path, self._headers
            ).open()
        except (HttpFault, OSError) as fault:
            raise Refused("kết nối trực tiếp: không mở được") from fault

    async def save(self, seconds: Seconds) -> None:
        """Answer one more question, or write on at the essay. Raises ``Refused``."""
        address = f"/api/v1/attempts/{self.kept['attempt']}"
        if not self.paper:
            text = _ESSAY * self._dice.randint(1, 30)
            self.kept["essay"] = ""  # until it is known which of the two stands
            await self._ask(seconds, "lưu bài", "PUT", f"{address}/essay", {"essay": text})
            self.kept["essay"] = text
            return
        self._rev += 1
        rev, item = self._rev, self.paper[self._rev % len(self.paper)]
        answers = {str(item["number"]): self._answer(item)}
        body = {"rev": rev, "answers": answers}
        await self._ask(seconds, "lưu bài", "PATCH", f"{address}/answers", body)
        self.kept["saves"][rev] = answers

    async def finish(self, seconds: Seconds) -> None:
        """Hand in with the last answers, and look at the result. Raises ``Refused``."""
        self._rev += 1
        rev, answers = self._rev, {str(i["number"]): self._answer(i) for i in self.paper}
        body = {"rev": rev, "answers": answers}
        if self.predicts:
            body["prediction"] = self._dice.randrange(101)
        address = f"/api/v1/attempts/{self.kept['attempt']}/finish"
        done = await self._ask(seconds, "nộp bài", "POST", address, body)
        self.kept["receipt"], self.kept["saves"][rev] = done.json()["receipt"], answers
        await self._ask(seconds, "trang kết quả", "GET", f"/attempts/{self.kept['attempt']}/")

    def leave(self) -> None:
        """Close the page."""
        if self._at is not None:
            self._at.close()
            self._at = None
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _answer(self, item: dict[str, Any]) -> list[str]:
        """Letters that fit the question, right or wrong."""
        letters = [choice["key"] for choice in item["choices"]]
        if item["type"] == "order":
            return self._dice.sample(letters, len(letters))
        if item["type"] == "match":
            return self._dice.sample(letters, min(len(letters), len(item["prompts"])))
        return [self._dice.choice(letters)]

    async def _ask(
        self,
        seconds: Seconds,
        name: str,
        method: str,
        path: str,
        body: Any = None,
        expected: int = 200,
    ) -> Reply:
        """One request; its seconds are noted under ``name``, connecting included."""
        began = time.perf_counter()
        try:
            reply = await (await self._connection(began)).request(method, path, body)
        except (HttpFault, OSError, TimeoutError) as fault:
            self.leave()
            raise Refused(f"{name}: {type(fault).__name__}") from fault
        self._asked_at = time.perf_counter()
        seconds.setdefault(name, []).append(self._asked_at - began)
        if reply.status != expected:
            raise Refused(f"{name}: {reply.status}")
        return reply

    async def _connection(self, now: float) -> Connection:
        if self._at is not None and now - self._asked_at > IDLE_S:
            self._at.close()
            self._at = None
        if self._at is None:
            fresh = Connection(self._target.host, self._target.port, self._headers)
            self._at = await fresh.open()
        return self._at
