"""The ceremony: one key a step, kept on the server, for organisers only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import Unit, User
from contest.drafts import PrizeDraft
from contest.errors import ContestError
from contest.events import token_key
from contest.models import AuditRecord, Contest, Division, Round
from contest.results.finalising import finalise_round
from contest.reveal import (
    Beat,
    finish_reveal,
    next_step,
    scene,
    start_reveal,
    step_back,
    steps,
)
from tests.factories import make_contest, make_person, make_round
from tests.leaderboard.staging import board_address, take

MINUTE = timedelta(minutes=1)
NAMES = ["Hoàng Thị Yến", "Lục Văn Tài", "Bế Thị Lan"]
PRIZES = [PrizeDraft("Giải Nhất", 1), PrizeDraft("Giải Khuyến khích", 2)]


def final(ha: User, contest: Contest | None, people: Sequence[User], **changes: Any) -> Round:
    """A final round, frozen ten minutes ago; the first of ``people`` is the best."""
    freeze = timezone.now() - 10 * MINUTE
    settings = {"frozen_at": freeze, "prizes": PRIZES, "prediction_target": ""} | changes
    round = make_round(ha, freeze - 30 * MINUTE, contest=contest, **settings)
    for lost, user in enumerate(people):
        take(user, round, freeze - 20 * MINUTE, 5 - lost)
    Round.objects.filter(pk=round.pk).update(closes_at=timezone.now() - MINUTE)
    round.refresh_from_db()
    finalise_round(actor=ha, round=round, now=timezone.now())
    round.refresh_from_db()
    return round


@pytest.fixture
def people(yen: User, tai: User, commune: Unit) -> list[User]:
    return [yen, tai, make_person("lan", "Bế Thị Lan", commune)]


@pytest.fixture
def round(ha: User, people: list[User]) -> Round:
    return final(ha, None, people)


@pytest.fixture
def desk(ha: User) -> Client:
    client = Client()
    client.force_login(ha)
    return client


def told(round: Round) -> list[tuple[str, str, str]]:
    return [
        (step.beat, step.group.division.name if step.group and step.group.division else "",
         step.row.name if step.row else "")
        for step in steps(round)
    ]  # fmt: skip


# -- The order -----------------------------------------------------------------------------------


def test_from_the_last_prize_upwards_first_the_prize_then_the_name(round: Round) -> None:
    names = [name for name in reversed(NAMES) for _ in range(2)]
    assert told(round) == [
        (Beat.OPENING, "", ""),
        *((beat, "", name) for beat, name in zip([Beat.PRIZE, Beat.NAME] * 3, names, strict=True)),
        (Beat.END, "", ""),
    ]


def test_each_division_in_turn_then_what_is_for_everybody(
    ha: User, people: list[User], commune: Unit, ward: Unit
) -> None:
    contest = make_contest(ha)
    divisions = [
        Division.objects.create(
            contest=contest, position=position, code=unit.code, name=f"Bảng {position}",
            eligibility={"units": [unit.code]},
        )
        for position, unit in enumerate((ward, commune), start=1)
    ]  # fmt: skip
    prizes = [PrizeDraft("Giải Đặc biệt"), *(PrizeDraft("Giải Nhất", 1, "", d) for d in divisions)]
    round = final(ha, contest, people, prizes=prizes)
    assert [(beat, group, name) for beat, group, name in told(round) if beat != Beat.PRIZE] == [
        (Beat.OPENING, "", ""),
        (Beat.DIVISION, "Bảng 1", ""),
        (Beat.NAME, "Bảng 1", "Lục Văn Tài"),
        (Beat.DIVISION, "Bảng 2", ""),
        (Beat.NAME, "Bảng 2", "Bế Thị Lan"),
        (Beat.DIVISION, "", ""),
        (Beat.NAME, "", "Hoàng Thị Yến"),
        (Beat.END, "", ""),
    ]


def test_without_prizes_there_is_only_the_beginning_and_the_end(
    ha: User, people: list[User]
) -> None:
    round = final(ha, None, people, prizes=[])
    assert [beat for beat, *_ in told(round)] == [Beat.OPENING, Beat.END]


# -- Services ------------------------------------------------------------------------------------


def test_nothing_of_a_later_step_is_in_the_scene(round: Round, ha: User) -> None:
    assert scene(round) is None
    round = start_reveal(round=round, actor=ha)
    seen = []
    for step in range(1, len(steps(round)) + 1):
        now = scene(round)
        assert now is not None
        assert now.step == step
        seen.append([name for name in NAMES if name in str(now)])
        round = next_step(round=round, after=step)
    tai, lan = NAMES[1:]
    assert seen == [[], [], [lan], [lan], [tai, lan], [tai, lan], NAMES, []]
    assert round.reveal_step == len(steps(round))


def test_the_one_made_known_last_stands_on_top(round: Round, ha: User) -> None:
    Round.objects.filter(pk=round.pk).update(reveal_step=7)
    round.refresh_from_db()
    now = scene(round)
    assert now is not None
    assert now.winner is not None
    assert (now.winner.name, now.winner.prize, now.winner.rank) == (NAMES[0], "Giải Nhất", 1)
    assert [winner.name for winner in now.settled] == NAMES[1:]


def test_c6_a_step_asked_for_twice_is_taken_once(round: Round, ha: User) -> None:
    """Two machines, a repeated request, a key held down: each step is taken from where it was."""
    start_reveal(round=round, actor=ha)
    assert next_step(round=round, after=1).reveal_step == 2
    assert next_step(round=round, after=1).reveal_step == 2
    assert step_back(round=round, before=3).reveal_step == 2
    assert step_back(round=round, before=2).reveal_step == 1
    assert step_back(round=round, before=1).reveal_step == 1
    assert start_reveal(round=round, actor=ha).reveal_step == 1


def test_steps_before_the_start_do_nothing(round: Round) -> None:
    assert next_step(round=round, after=0).reveal_step == 0
    assert step_back(round=round, before=0).reveal_step == 0


def test_publishing_opens_the_boards_and_is_recorded(
    round: Round, ha: User, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    Round.objects.filter(pk=round.pk).update(reveal_step=len(steps(round)))
    token = cache.get(token_key(round.pk))
    board = f"/api/v1/rounds/{round.pk}/board"
    assert client.get(board).json()["frozen_at"] is not None
    with django_capture_on_commit_callbacks(execute=True):
        finish_reveal(round=round, actor=ha, now=timezone.now())
    assert cache.get(token_key(round.pk)) != token
    actions = AuditRecord.objects.filter(subject=f"round:{round.pk}").values_list(
        "action", flat=True
    )
    assert "finish_reveal" in actions
    found = client.get(f"{board}?limit=50").json()
    assert (found["frozen_at"], found["provisional"], found["result"]) == (None, False, 2)


def test_publishing_before_the_end_asks_for_a_reason(round: Round, ha: User) -> None:
    start_reveal(round=round, actor=ha)
    with pytest.raises(ContestError):
        finish_reveal(round=round, actor=ha, now=timezone.now(), reason="  ")
    round.refresh_from_db()
    assert round.revealed_at is None
    finish_reveal(round=round, actor=ha, now=timezone.now(), reason="Mất điện hội trường")
    assert AuditRecord.objects.latest("id").reason == "Mất điện hội trường"


def test_published_once(round: Round, ha: User) -> None:
    finish_reveal(round=round, actor=ha, now=timezone.now(), reason="Không tổ chức lễ")
    for deed in (
        lambda: finish_reveal(round=round, actor=ha, now=timezone.now(), reason="x"),
        lambda: start_reveal(round=round, actor=ha),
        lambda: next_step(round=round, after=1),
        lambda: step_back(round=round, before=2),
    ):
        with pytest.raises(ContestError):
            deed()


@pytest.mark.parametrize("missing", ["frozen_at", "finalised_at"])
def test_only_a_final_round_that_was_frozen_has_a_ceremony(
    round: Round, ha: User, missing: str
) -> None:
    Round.objects.filter(pk=round.pk).update(**{missing: None})
    with pytest.raises(ContestError):
        start_reveal(round=round, actor=ha)


# -- The page ------------------------------------------------------------------------------------


def address(round: Round, part: str = "") -> str:
    return f"/organiser/rounds/{round.pk}/reveal/{part}"


def press(client: Client, round: Round, deed: str, at: int) -> Any:
    return client.post(
        address(round, "step/"),
        {"deed": deed, "at": at},
        headers={"X-Requested-With": "fetch"},
    )


def test_the_page_resumes_where_the_ceremony_is(desk: Client, round: Round, ha: User) -> None:
    """C6: a closed laptop costs nothing, and other organisers may go on."""
    assert "Bắt đầu lễ công bố" in desk.get(address(round)).content.decode()
    assert desk.post(address(round, "step/"), {"deed": "start"}).status_code == 302
    for step in (1, 2):
        press(desk, round, "next", step)
    html = desk.get(address(round)).content.decode()
    assert 'data-step="3"' in html
    assert "Bế Thị Lan" in html
    assert "Lục Văn Tài" not in html
    assert "Hoàng Thị Yến" not in html
    assert 'name="at" value="3"' in html


def test_each_step_is_a_fragment_with_nothing_of_the_next(desk: Client, round: Round) -> None:
    desk.post(address(round, "step/"), {"deed": "start"})
    first = press(desk, round, "next", 1).content.decode()
    assert "<html" not in first
    assert "Giải Khuyến khích" in first
    assert not any(name in first for name in NAMES)
    assert "Bế Thị Lan" in press(desk, round, "next", 2).content.decode()
    assert "Bế Thị Lan" not in press(desk, round, "back", 3).content.decode()


def test_publishing_from_the_page(desk: Client, client: Client, round: Round) -> None:
    Round.objects.filter(pk=round.pk).update(reveal_step=len(steps(round)))
    assert ">Công bố</button>" in desk.get(address(round)).content.decode()
    assert desk.post(address(round, "finish/")).status_code == 302
    assert "Kết quả đã được công bố lúc" in desk.get(address(round)).content.decode()
    assert "Hoàng Thị Yến" in client.get(board_address(round)).content.decode()


def test_a_refusal_keeps_what_was_typed_and_says_what_to_do(desk: Client, round: Round) -> None:
    answer = desk.post(address(round, "finish/"), {"reason": " "})
    assert answer.status_code == 422
    assert "Hãy ghi lý do" in answer.content.decode()


def test_strangers_see_nothing_of_it(client: Client, yen_client: Client, round: Round) -> None:
    for part in ("", "step/", "finish/"):
        assert yen_client.get(address(round, part)).status_code in (403, 405)
        assert client.get(address(round, part)).status_code in (302, 405)
        assert yen_client.post(address(round, part)).status_code in (403, 405)
        assert client.post(address(round, part)).status_code in (302, 405)
    round.refresh_from_db()
    assert (round.reveal_step, round.revealed_at) == (0, None)


def test_a_draft_says_why_there_is_no_ceremony(desk: Client, ha: User) -> None:
    round = make_round(ha, timezone.now())
    html = desk.get(address(round)).content.decode()
    assert "không đóng băng bảng xếp hạng" in html
    assert "Bắt đầu" not in html
