"""What an own result tells about decisions, on the page and in the JSON contract."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from contest.drafts import LineDraft
from contest.models import Attempt, Round
from contest.payloads import attempt_payload
from contest.regrading.services import Proposal, apply_regrade, take_back_regrade
from contest.reviews import ReviewedQuestion, reviewed
from contest.rulings import ACCEPT, CREDIT, DROP
from contest.wording import date
from quizzes.models import Programme
from tests.contest.regrading.sitting import sit, text
from tests.factories import make_question, make_round, stored


def regrade(
    ha: User, attempt: Attempt, version: int, verdict: str, now: datetime, *keys: Any
) -> Any:
    return apply_regrade(
        actor=ha,
        round=stored(attempt).entry.round,
        proposed=Proposal(version, verdict, tuple(keys)),
        reason="Câu in thiếu chữ",
        now=now,
    )


def solution(attempt: Attempt, number: int, now: datetime) -> dict[str, Any]:
    found: dict[str, Any] = attempt_payload(stored(attempt), now)["solutions"][number - 1]
    return found


def review(attempt: Attempt, number: int, now: datetime) -> ReviewedQuestion:
    kept = stored(attempt)
    payload = attempt_payload(kept, now)
    return reviewed(payload["paper"], payload["solutions"], kept.answers)[number - 1]


def given_key(attempt: Attempt, number: int) -> str:
    kept = stored(attempt)
    return kept.paper[number - 1]["c"]["abcd".index(kept.answers[str(number)][0])]


def test_nothing_decided_nothing_told(attempt: Attempt, number: int, now: datetime) -> None:
    found = solution(attempt, number, now)
    told = {
        name: found[name] for name in ("accepted", "verdict", "decisions", "appeal", "is_right")
    }
    assert told == {
        "accepted": [], "verdict": "", "decisions": [], "appeal": None, "is_right": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("verdict", "is_right", "says", "label"),
    [
        (CREDIT, True, "Câu này được cộng điểm cho mọi người", "được cộng điểm"),
        (DROP, False, "Câu này không được tính", "không tính"),
    ],
)
def test_q4_the_result_says_what_was_decided_and_why(
    tai_client: Client, ha: User, attempt: Attempt, number: int, wrong_one: int, now: datetime,
    verdict: str, is_right: bool, says: str, label: str,
) -> None:  # fmt: skip
    decision = regrade(ha, attempt, wrong_one, verdict, now)
    found = solution(attempt, number, now)
    sentence = f"{says} theo quyết định ngày {date(now)}: Câu in thiếu chữ"
    assert (found["is_right"], found["verdict"]) == (is_right, verdict)
    assert found["decisions"] == [sentence]
    page = text(tai_client.get(reverse("contest:attempt", args=[attempt.pk])))
    assert sentence in page
    assert f"Câu {number}: {label}" in page
    solutions = attempt_payload(stored(attempt), now)["solutions"]
    assert sum(s["is_right"] for s in solutions) == stored(attempt).correct
    take_back_regrade(actor=ha, decision=decision, reason="Nhầm", now=now)
    assert sentence not in text(tai_client.get(reverse("contest:attempt", args=[attempt.pk])))


def test_a_dropped_question_is_right_for_nobody(
    ha: User, full_marks: Attempt, wrong_one: int, now: datetime
) -> None:
    regrade(ha, full_marks, wrong_one, DROP, now)
    solutions = attempt_payload(stored(full_marks), now)["solutions"]
    assert sum(s["is_right"] for s in solutions) == stored(full_marks).correct == 4


def test_q5_further_letters_are_those_of_the_own_paper(
    tai_client: Client, ha: User, attempt: Attempt, full_marks: Attempt, number: int,
    wrong_one: int, now: datetime,
) -> None:  # fmt: skip
    mine = stored(attempt).answers[str(number)]
    given = given_key(attempt, number)
    regrade(ha, attempt, wrong_one, ACCEPT, now, (given,))
    found = solution(attempt, number, now)
    assert (found["accepted"], found["is_right"], found["verdict"]) == ([mine], True, "")
    page = text(tai_client.get(reverse("contest:attempt", args=[attempt.pk])))
    assert f"Đáp án được chấp nhận thêm: {mine[0].upper()}." in page
    assert "Được chấp nhận thêm, bạn đã chọn" in page
    assert "chưa đúng" not in page
    other = stored(full_marks)
    place = next(n for n, i in enumerate(other.paper, start=1) if i["v"] == wrong_one)
    letter = "abcd"[other.paper[place - 1]["c"].index(given)]
    assert solution(full_marks, place, now)["accepted"] == [[letter]]
    marked = [c.key for c in review(full_marks, place, now).choices if c.is_accepted]
    assert marked == [letter]


def test_several_choices_accepted_together_are_right_only_together(
    ha: User, tai: User, over: Round, opened: datetime, now: datetime
) -> None:
    several = over.pool_members.get(version__type="multiple").version_id
    attempt = sit(tai, over, opened, wrong=several)  # one letter of the wrong ones
    paper = stored(attempt).paper
    number = next(n for n, i in enumerate(paper, start=1) if i["v"] == several)
    regrade(ha, attempt, several, ACCEPT, now, ("b", "d"))
    question = review(attempt, number, now)
    assert not question.solution["is_right"]
    assert not any(choice.is_accepted for choice in question.choices)
    letters = sorted("abcd"[paper[number - 1]["c"].index(key)] for key in "bd")
    assert question.also == [", ".join(letters).upper()]
    regrade(ha, attempt, several, ACCEPT, now, (given_key(attempt, number),))
    question = review(attempt, number, now)
    assert question.solution["is_right"]
    assert [c.is_mine for c in question.choices if c.is_accepted] == [True]


def test_an_accepted_order_is_shown_as_right(
    ha: User, tai: User, over: Round, opened: datetime, now: datetime
) -> None:
    programme = Programme.objects.get()
    version = make_question(programme, "03-900", type="order", answer=tuple("abcd"))
    round = make_round(ha, opened, contest=over.contest, lines=[LineDraft(programme, "", 6, 1)])
    attempt = sit(tai, round, opened, wrong=version.pk)  # the wrong way round
    number = next(n for n, i in enumerate(attempt.paper, start=1) if i["v"] == version.pk)
    assert not any(place.is_right for place in review(attempt, number, now).places)
    regrade(ha, attempt, version.pk, ACCEPT, now, tuple("dcba"))
    question = review(attempt, number, now)
    assert all(place.is_right for place in question.places)
    assert question.solution["accepted"] == [stored(attempt).answers[str(number)]]
