"""Attempts from two phones and in many threads, questions that change, and real ties."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from contest.attempts import finish_attempt, start_attempt
from contest.errors import AttemptsUsed
from contest.models import Attempt, Entry, RefusedSave, Round
from contest.ordering import Standing, final_key
from contest.payloads import attempt_payload
from contest.predictions import distance, read_percent
from contest.rounds import create_round, publish_round
from quizzes.desk import services as desk
from quizzes.models import QuestionVersion
from quizzes.records import record_of
from tests.conftest import NOON
from tests.contest.test_api import send
from tests.contest.test_concurrency import at_once
from tests.factories import make_draft, make_round, right_answers, stored

MINUTE = timedelta(minutes=1)


def phone(user: User) -> Client:
    """A browser of its own, with a random name of its own."""
    client = Client()
    client.force_login(user)
    return client


# -- Two phones ----------------------------------------------------------------------------------


def test_d6_two_phones_share_one_attempt_the_stale_one_is_told_and_it_is_on_record(
    ha: User, yen: User
) -> None:
    """The stated policy: either phone goes on with the one attempt, nobody is locked out; a
    phone that has not seen what the other saved is refused, told why, and given what is stored."""
    round = make_round(ha, timezone.now())
    first, second = phone(yen), phone(yen)
    begun = send(first, "post", f"rounds/{round.pk}/attempts")
    again = send(second, "post", f"rounds/{round.pk}/attempts")
    assert (begun.status_code, again.status_code) == (201, 200)
    assert begun.json()["id"] == again.json()["id"]
    path = f"attempts/{begun.json()['id']}/answers"
    assert send(first, "patch", path, {"rev": 1, "answers": {"1": ["a"]}}).status_code == 200
    refused = send(second, "patch", path, {"rev": 1, "answers": {"1": ["b"]}})
    assert refused.status_code == 409
    error = refused.json()["error"]
    assert error["code"] == "stale_rev"
    assert "đang mở trên một máy khác" in error["message"]
    assert send(second, "patch", path, {"rev": 2, "answers": {"2": ["b"]}}).status_code == 200
    other = send(first, "patch", path, {"rev": 2, "answers": {"2": ["c"]}})
    assert other.json()["error"]["message"] == error["message"]
    assert list(RefusedSave.objects.values_list("rev", "reason", "answers")) == [
        (1, "stale", {"1": ["b"]}), (2, "stale", {"2": ["c"]}),
    ]  # fmt: skip
    assert Attempt.objects.get().answers == {"1": ["a"], "2": ["b"]}


def test_c2_who_lost_the_answer_to_a_hand_in_keeps_the_score_and_cannot_improve_it(
    ha: User, yen: User
) -> None:
    round = make_round(ha, timezone.now())
    before = phone(yen)
    attempt = send(before, "post", f"rounds/{round.pk}/attempts").json()
    paper = Attempt.objects.get().paper
    path = f"attempts/{attempt['id']}/finish"
    first = send(before, "post", path, {"rev": 1, "answers": right_answers(paper, 3)}).json()
    back = phone(yen)
    seen = send(back, "get", f"attempts/{attempt['id']}").json()
    assert (seen["state"], seen["result"]["points"]) == ("finished", 3)
    again = send(back, "post", path, {"rev": 2, "answers": right_answers(paper)}).json()
    assert (again["points"], again["receipt"]) == (3, first["receipt"])
    save = send(
        back, "patch", f"attempts/{attempt['id']}/answers",
        {"rev": 2, "answers": right_answers(paper)},
    )  # fmt: skip
    assert (save.status_code, save.json()["error"]["code"]) == (409, "attempt_closed")
    assert Entry.objects.get().points == 3


@pytest.mark.parametrize("state", ["working", "finished"])
def test_c1_every_screen_of_a_round_comes_back_after_a_refresh(
    ha: User, yen: User, state: str
) -> None:
    """The page of the round, the exam, the result: twice the same, no attempt used up."""
    round = make_round(ha, timezone.now())
    client = phone(yen)
    attempt = send(client, "post", f"rounds/{round.pk}/attempts").json()
    save = {"rev": 1, "answers": {"1": ["a"]}}
    send(client, "patch", f"attempts/{attempt['id']}/answers", save)
    if state == "finished":
        send(client, "post", f"attempts/{attempt['id']}/finish", {"rev": 1})
    told = []
    for _ in range(2):
        for page in (f"/c/{round.contest.slug}/1/", f"/attempts/{attempt['id']}/"):
            assert client.get(page).status_code == 200
        now = send(client, "get", f"attempts/{attempt['id']}").json()
        told.append({name: now[name] for name in ("state", "paper", "answers", "deadline", "rev")})
    assert told[0] == told[1]
    assert told[0]["paper"] == attempt["paper"]
    assert told[0]["answers"] == {"1": ["a"]}
    assert told[0]["deadline"] == attempt["deadline"]
    assert Entry.objects.get().attempts_started == 1


# -- Many threads --------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_d7_of_twenty_starts_at_once_seven_a_week_are_taken(
    ha: User, yen: User, noon: datetime
) -> None:
    """Each is handed in at once, so that only the limit of seven stands in the way."""
    round = make_round(ha, noon, attempts_allowed=7, closes_at=noon + timedelta(days=7))

    def sit() -> Any:
        attempt, is_new = start_attempt(user=yen, round=round, now=noon)
        finish_attempt(attempt=attempt, rev=1, answers={}, prediction=None, now=noon)
        return is_new

    for _ in range(7):  # each time at least one more, never more than seven
        at_once([sit] * 20)
        assert Entry.objects.get().attempts_started == Attempt.objects.count() <= 7
    results = at_once([sit] * 20)
    assert Attempt.objects.count() == 7
    assert all(isinstance(result, AttemptsUsed) for result in results)
    assert sorted(Attempt.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.django_db(transaction=True)
def test_d1_a_double_tap_when_the_last_attempt_ran_out_makes_one(
    ha: User, yen: User, noon: datetime
) -> None:
    """Closing the overdue one and starting the next is asked for eight times at once."""
    round = make_round(ha, noon)
    start_attempt(user=yen, round=round, now=noon)
    later = noon + 11 * MINUTE
    found = at_once([lambda: start_attempt(user=yen, round=round, now=later)] * 8)
    assert {attempt.number for attempt, _ in found} == {2}
    assert [is_new for _, is_new in found].count(True) == 1
    states = Attempt.objects.order_by("number").values_list("state", flat=True)
    assert list(states) == [Attempt.State.FINISHED, Attempt.State.IN_PROGRESS]


# -- Questions that change meanwhile -------------------------------------------------------------


def edited(version: QuestionVersion, author: User, approver: User, now: datetime) -> None:
    """A further version with another wording and another key, approved and in use."""
    new = desk.revise(actor=author, version=version, now=now)
    key = "a" if "a" not in version.answer else "b"
    record = replace(
        record_of(new),
        stem=f"Lời văn khác hẳn của {new.question.code}?",
        answer=(key,),
        type="single",
    )
    new = desk.edit_draft(actor=author, version=new, record=record, rev=new.rev, now=now)
    desk.submit(actor=author, version=new, now=now)
    desk.approve(actor=approver, version=new, now=now)


def test_q3_a_question_edited_while_people_work_changes_no_paper_and_no_score(
    ha: User, yen: User, tai: User, round: Round, noon: datetime
) -> None:
    attempt, _ = start_attempt(user=yen, round=round, now=noon)
    shown, answers = attempt_payload(attempt, noon)["paper"], right_answers(attempt.paper)
    singles = QuestionVersion.objects.filter(
        pk__in=[item["v"] for item in attempt.paper], type="single"
    )
    for version in list(singles):
        edited(version, ha, tai, noon)
    assert attempt_payload(stored(attempt), noon)["paper"] == shown
    done = finish_attempt(
        attempt=stored(attempt), rev=1, answers=answers, prediction=None, now=noon + MINUTE
    )
    assert done.points == 5
    later, _ = start_attempt(user=tai, round=round, now=noon + MINUTE)
    assert {item["v"] for item in later.paper} <= set(round.pools[0])  # frozen at publication
    draft = make_draft(singles[0].question.programme, noon)
    next_round = create_round(actor=ha, contest=round.contest, draft=draft)
    next_round = publish_round(actor=ha, round=next_round, now=noon - 2 * MINUTE)
    assert not set(next_round.pools[0]) & set(singles.values_list("pk", flat=True))


# -- Real ties -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "true"),
    [("10,1", "10,3", "10.2"), ("0,1", "0,5", "0.3"), ("33,33332", "33,33334", "33.33333")],
)
def test_q7_predictions_as_far_off_are_equal_and_floats_would_not_be(
    one: str, other: str, true: str
) -> None:
    def far(raw: str) -> Decimal | None:
        return distance(read_percent(raw), Decimal(true))

    def key(raw: str) -> str:
        standing = Standing(5, 60_000, NOON)
        return final_key(["points", "prediction"], standing, distance=far(raw), lot="0" * 64)

    floats = [abs(float(raw.replace(",", ".")) - float(true)) for raw in (one, other)]
    assert floats[0] != floats[1]
    assert far(one) == far(other)
    assert key(one) == key(other)
