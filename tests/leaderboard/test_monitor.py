"""What organisers watch: figures, the sentence over them, and who may look (R6)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.db import connections
from django.test import Client

from accounts.models import Unit, User
from config.asgi import application
from contest.attempts import finish_attempt, save_answers, start_attempt
from contest.closing import close_overdue
from contest.duties import grant_organiser
from contest.errors import StaleRev
from contest.live.inquiries import ask
from contest.models import Appeal, Attempt, Round
from contest.phases import State
from leaderboard.monitor import MINUTES, TOP_UNITS, figures_of, wanted_name
from leaderboard.monitor_words import Figures, glance
from tests import factories

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def begin(user: User, round: Round, at: datetime) -> Attempt:
    return start_attempt(user=user, round=round, now=at)[0]


def hand_in(attempt: Attempt, at: datetime) -> None:
    finish_attempt(attempt=attempt, rev=0, answers={}, prediction=None, now=at)


def test_people_now_and_silent_ones(yen: User, tai: User, round: Round, noon: datetime) -> None:
    hand_in(begin(tai, round, noon), noon + MINUTE)
    begin(tai, round, noon + MINUTE)
    hers = begin(yen, round, noon + MINUTE)
    at = noon + 4 * MINUTE + SECOND
    assert figures_of(round, "", at)["people"] == {
        "started": 2, "answering": 2, "finished": 1, "silent": 2,
    }  # fmt: skip
    save_answers(attempt=hers, rev=1, answers={"2": ["a"]}, now=at)
    assert figures_of(round, "", at)["people"]["silent"] == 1
    assert figures_of(round, "", at + 3 * MINUTE)["people"]["silent"] == 1
    assert figures_of(round, "", at + 3 * MINUTE + SECOND)["people"]["silent"] == 2


def test_r6_people_on_duty_are_in_no_figure(
    ha: User, yen: User, round: Round, noon: datetime
) -> None:
    hand_in(begin(ha, round, noon), noon + MINUTE)
    grant_organiser(user=yen)
    practice = begin(yen, round, noon)
    save_answers(attempt=practice, rev=2, answers={"2": ["a"]}, now=noon)
    with pytest.raises(StaleRev):
        save_answers(attempt=practice, rev=1, answers={"2": ["b"]}, now=noon)
    for at in (noon, practice.deadline + MINUTE):
        said = figures_of(round, "", at)
        assert set(said["people"].values()) == {0}
        assert sum(said["minutes"]["starts"] + said["minutes"]["finishes"]) == 0
        assert said["units"] == {"total": 0, "rows": []}
        assert {said["problems"][name] for name in ("refused", "overdue")} == {0}


def test_starts_and_finishes_by_minute(yen: User, tai: User, round: Round, noon: datetime) -> None:
    hand_in(begin(yen, round, noon + 30 * SECOND), noon + 2 * MINUTE)
    begin(tai, round, noon + 59 * SECOND)
    said = figures_of(round, "", noon + 5 * MINUTE)["minutes"]
    assert said["from"] == (noon + 5 * MINUTE - (MINUTES - 1) * MINUTE).isoformat()
    assert len(said["starts"]) == len(said["finishes"]) == MINUTES
    assert said["starts"][-6:] == [2, 0, 0, 0, 0, 0]
    assert said["finishes"][-6:] == [0, 0, 1, 0, 0, 0]
    assert sum(figures_of(round, "", noon + 31 * MINUTE)["minutes"]["starts"]) == 0


def test_units_by_people_at_work_and_by_name(
    yen: User, tai: User, round: Round, noon: datetime
) -> None:
    hand_in(begin(tai, round, noon), noon + MINUTE)
    begin(yen, round, noon)
    rows = figures_of(round, "", noon)["units"]["rows"]
    assert [(row["unit"], row["answering"], row["finished"]) for row in rows] == [
        ("Xã Trùng Khánh", 1, 0),
        ("Phường Thục Phán", 0, 1),
    ]
    found = figures_of(round, wanted_name("THUC  phan"), noon)["units"]
    assert [row["unit"] for row in found["rows"]] == ["Phường Thục Phán"]


def test_only_the_first_units_are_listed(round: Round, noon: datetime) -> None:
    for number in range(TOP_UNITS + 2):
        unit = factories.make_unit(f"t{number:02d}", f"Xã {number}", kind=Unit.Kind.COMMUNE)
        begin(factories.make_person(f"nguoi-{number}", "Người Thi", unit), round, noon)
    said = figures_of(round, "", noon)["units"]
    assert (said["total"], len(said["rows"])) == (TOP_UNITS + 2, TOP_UNITS)


def test_problems(yen: User, tai: User, round: Round, noon: datetime) -> None:
    hers = begin(yen, round, noon)
    save_answers(attempt=hers, rev=3, answers={"2": ["a"]}, now=noon)
    with pytest.raises(StaleRev):
        save_answers(attempt=hers, rev=2, answers={"2": ["b"]}, now=noon)
    ask(user=tai, round=round, text="Sao chậm thế?", now=noon)
    Appeal.objects.create(
        round=round, entry=hers.entry, attempt=hers, version_id=hers.paper[0]["v"],
        question_number=1, clause_code="x", text="Sai", made_at=noon,
    )  # fmt: skip
    said = figures_of(round, "", noon + MINUTE)["problems"]
    assert said == {
        "refused": 1, "overdue": 0, "outside_hours": 0, "inquiries": 1, "appeals": 1,
        "irregularities": 0, "last_closed_at": None,
    }  # fmt: skip
    over = hers.deadline + 2 * MINUTE
    forgotten = figures_of(round, "", over)
    assert (forgotten["problems"]["overdue"], forgotten["problems"]["refused"]) == (1, 0)
    assert forgotten["glance"]["is_fine"] is False
    close_overdue(now=over)
    closed = figures_of(round, "", over)["problems"]
    assert (closed["overdue"], closed["last_closed_at"]) == (0, hers.deadline.isoformat())


@pytest.mark.parametrize(
    ("figures", "is_fine", "words"),
    [
        (Figures(State.OPEN, answering=1284), True, "đang mở, 1.284 người đang làm bài."),
        (Figures(State.SCHEDULED), True, "Vòng thi chưa mở."),
        (Figures(State.CLOSED), True, "không còn ai đang làm bài."),
        (Figures(State.CLOSED, answering=2), True, "còn 2 người làm nốt"),
        (Figures(State.OPEN, in_hours=False), True, "ngoài giờ làm bài."),
        (Figures(State.OPEN, paused=True, answering=9, silent=9), True, "đang tạm dừng, 9 người"),
        (Figures(State.OPEN, answering=20, silent=11), False, "11 trong 20 người"),
        (Figures(State.OPEN, answering=20, silent=10), True, "đang mở"),
        (Figures(State.OPEN, answering=30, silent=15), True, "đang mở"),
        (Figures(State.OPEN, refused=5), True, "đang mở"),
        (Figures(State.OPEN, refused=6), False, "6 lần lưu bị từ chối"),
        (Figures(State.OPEN, answering=1000, refused=20), True, "đang mở"),
        (Figures(State.OPEN, overdue=1), False, "1 bài đã hết giờ mà chưa được đóng"),
        (Figures(State.OPEN, outside_hours=3), False, "3 người đang làm ngoài giờ"),
        (
            Figures(State.OPEN, inquiries=2, appeals=1),
            True,
            "Có 2 câu hỏi chờ trả lời, 1 đề nghị phúc khảo.",
        ),
    ],
)
def test_the_round_at_a_glance(figures: Figures, is_fine: bool, words: str) -> None:
    said = glance(figures)
    assert said.is_fine is is_fine
    assert said.head == ("Mọi việc bình thường." if is_fine else "Cần xem ngay.")
    assert words in said.more


# -- Who may look --------------------------------------------------------------------------------


def page(round: Round, rest: str = "/") -> str:
    return f"/organiser/rounds/{round.pk}/monitor{rest}"


def test_the_page_and_its_figures(ha: User, yen: User, round: Round) -> None:
    client = Client()
    client.force_login(ha)
    text = client.get(page(round)).content.decode()
    assert "Mọi việc bình thường." in text or "Cần xem ngay." in text
    said = client.get(page(round, ".json"))
    assert said.json()["type"] == "monitor"
    again = client.get(page(round, ".json"), headers={"If-None-Match": said["ETag"]})
    assert again.status_code == 304


def test_strangers_do_not_watch(yen_client: Client, round: Round) -> None:
    assert yen_client.get(page(round)).status_code == 403
    assert yen_client.get(page(round, ".json")).status_code == 403
    assert Client().get(page(round, ".json")).status_code == 403
    assert Client().get(page(round)).status_code == 302


def session(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


async def socket(round_id: int, session_key: str = "") -> WebsocketCommunicator:
    headers = [(b"origin", b"http://127.0.0.1"), (b"host", b"127.0.0.1")]
    if session_key:
        headers.append((b"cookie", f"sessionid={session_key}".encode()))
    path = f"/ws/rounds/{round_id}/monitor/"
    communicator = WebsocketCommunicator(application, path, headers=headers)
    await communicator.connect()
    return communicator


async def in_thread(job: Callable[..., Any], *arguments: Any) -> Any:
    def run() -> Any:
        try:
            return job(*arguments)
        finally:
            connections.close_all()

    return await sync_to_async(run)()


@pytest.mark.django_db(transaction=True)
async def test_only_organisers_have_the_socket(ha: User, yen: User, round: Round) -> None:
    for key in ("", "nonsense", await in_thread(session, yen)):
        stranger = await socket(round.pk, key)
        message = await stranger.receive_output(5)
        assert (message["type"], message["code"]) == ("websocket.close", 4403)
    watching = await socket(round.pk, await in_thread(session, ha))
    assert json.loads(await watching.receive_from(5))["type"] == "monitor"
    await watching.disconnect()
    nowhere = await socket(99_999, await in_thread(session, ha))
    assert (await nowhere.receive_output(5))["code"] == 4404
