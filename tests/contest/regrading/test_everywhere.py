"""Q6: an attempt has the same points wherever they are shown, before and after a decision."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from contest.conduct import finding
from contest.drafts import LineDraft
from contest.models import Attempt, Entry, Round, RoundResult
from contest.regrading.services import Proposal, apply_regrade, take_back_regrade
from contest.results.finalising import finalise_round
from contest.rulings import ACCEPT, CREDIT, DROP
from quizzes.models import Programme
from tests.conftest import empty_cache
from tests.contest.regrading.sitting import text
from tests.factories import make_pool, make_round

EACH = 7


@pytest.fixture
def over(ha: User, opened: datetime) -> Round:
    """Five questions of seven points each."""
    make_pool(size=5)
    return make_round(ha, opened, lines=[LineDraft(Programme.objects.get(), "", 5, EACH)])


def points_everywhere(round: Round, attempt: Attempt, own: Client) -> dict[str, Any]:
    """The points and right answers of the attempt as every surface tells them."""
    empty_cache()  # a board may be as old as the pause between two computations
    anybody = Client()
    api = own.get(f"/api/v1/attempts/{attempt.pk}").json()
    board = anybody.get(f"/api/v1/rounds/{round.pk}/board").json()["rows"]
    mine = own.get(f"/api/v1/rounds/{round.pk}/board/me").json()["row"]
    listed = own.get(f"/api/v1/rounds/{round.pk}").json()["me"]["attempts"][0]
    entry = Entry.objects.get(pk=attempt.entry_id)
    person = finding.person(round, entry.pk)
    assert person is not None
    shown = next(row for row in board if row["key"] == mine["key"])
    weights = {item["number"]: item["points"] for item in api["paper"]}
    return {
        "result": (api["result"]["points"], api["result"]["correct"]),
        "solutions": (
            sum(weights[s["number"]] for s in api["solutions"] if s["is_right"]),
            sum(s["is_right"] for s in api["solutions"]),
        ),
        "round": (listed["points"], listed["correct"]),
        "board": (shown["points"], shown["correct"]),
        "my place": (mine["points"], mine["correct"]),
        "entry": (entry.points, entry.correct),
        "console": (person.attempts[0].points, person.attempts[0].correct),
    }


@pytest.mark.parametrize(
    ("verdict", "points"), [(CREDIT, (35, 5)), (DROP, (28, 4)), (ACCEPT, (35, 5))]
)
def test_q6_every_surface_gives_the_same_points(
    tai_client: Client, desk: Client, ha: User, over: Round, attempt: Attempt, wrong_one: int,
    number: int, now: datetime, verdict: str, points: tuple[int, int],
) -> None:  # fmt: skip
    assert set(points_everywhere(over, attempt, tai_client).values()) == {(28, 4)}
    item = attempt.paper[number - 1]
    given = item["c"]["abcd".index(attempt.answers[str(number)][0])]
    accepted = ((given,),) if verdict == ACCEPT else ()
    decision = apply_regrade(
        actor=ha,
        round=over,
        proposed=Proposal(wrong_one, verdict, accepted),
        reason="Câu sai",
        now=now,
    )
    assert set(points_everywhere(over, attempt, tai_client).values()) == {points}
    page = text(tai_client.get(reverse("contest:attempt", args=[attempt.pk])))
    assert f"Điểm {points[0]}/" in page
    assert f"{points[1]} /" in page
    console = text(
        desk.get(reverse("contest:conduct", args=[over.pk]), {"entry": attempt.entry_id})
    )
    assert f": {points[1]}/" in console

    take_back_regrade(actor=ha, decision=decision, reason="Nhầm", now=now)
    assert set(points_everywhere(over, attempt, tai_client).values()) == {(28, 4)}


def test_q6_so_do_the_final_table_the_export_and_the_receipt(
    tai_client: Client, client: Client, ha: User, over: Round, attempt: Attempt, wrong_one: int,
    now: datetime,
) -> None:  # fmt: skip
    proposed = Proposal(wrong_one, CREDIT)
    apply_regrade(actor=ha, round=over, proposed=proposed, reason="Câu sai", now=now)
    result = finalise_round(actor=ha, round=over, now=now)
    row = result.rows.get(attempt=attempt)
    assert (row.points, row.correct, row.is_perfect) == (35, 5, True)
    exported = _exported(client, over, result)
    assert (exported["points"], exported["correct"]) == (35, 5)
    receipt = text(client.get(reverse("contest:verify", args=[attempt.receipt])))
    assert "Điểm khi nộp bài 28 điểm, đúng 4/5 câu" in receipt
    assert "Điểm sau các quyết định 35 điểm, đúng 5/5 câu" in receipt
    assert "Khớp." in receipt
    assert set(points_everywhere(over, attempt, tai_client).values()) == {(35, 5)}


def _exported(client: Client, round: Round, result: RoundResult) -> dict[str, Any]:
    """The one row of the published file."""
    where = [round.contest.slug, round.number, result.number]
    lines = client.get(reverse("contest:result_file", args=where)).getvalue().splitlines()
    found: dict[str, Any] = json.loads(lines[1])
    return found
