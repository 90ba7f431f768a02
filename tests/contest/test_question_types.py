"""Every type of question through the whole path: start, save, finish, score, solutions."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from contest.attempts import finish_attempt, save_answers, start_attempt
from contest.drafts import LineDraft
from contest.errors import InvalidAnswers, StaleRev
from contest.models import Attempt, RefusedSave, Round
from contest.papers import Answers
from contest.payloads import attempt_payload
from contest.phases import GRACE
from quizzes.models import Programme, QuestionVersion
from quizzes.versions import forget_version_texts, version_texts
from tests.factories import (
    make_programme,
    make_question,
    make_round,
    right_answers,
    stored,
    wrong_answer,
)

MINUTE = timedelta(minutes=1)
ANSWERS = {
    "single": ("b",), "multiple": ("a", "c"), "true_false": ("a",), "fill": ("d",),
    "order": ("c", "a", "d", "b"), "match": ("b", "d", "a", "c"),
}  # fmt: skip


@pytest.fixture
def programme(db: None) -> Programme:
    programme = make_programme()
    for place, (type, answer) in enumerate(ANSWERS.items(), start=1):
        make_question(programme, f"KR-{place:03d}", type=type, answer=answer)
    QuestionVersion.objects.filter(type="fill").update(stem="Trước […] sau.")
    return programme


@pytest.fixture
def round(ha: User, programme: Programme, noon: datetime) -> Round:
    """One question of each type."""
    return make_round(ha, noon, lines=[LineDraft(programme, "", len(ANSWERS), 1)])


@pytest.fixture
def attempt(yen: User, round: Round, noon: datetime) -> Attempt:
    return start_attempt(user=yen, round=round, now=noon)[0]


def number_of(attempt: Attempt, type: str) -> str:
    texts = version_texts(item["v"] for item in attempt.paper)
    return next(
        str(number)
        for number, item in enumerate(attempt.paper, start=1)
        if texts[item["v"]].type == type
    )


def finish(attempt: Attempt, answers: Answers, now: datetime) -> Attempt:
    return finish_attempt(
        attempt=attempt, rev=attempt.rev + 1, answers=answers, prediction=None, now=now
    )


def close_round(round: Round) -> None:
    Round.objects.filter(pk=round.pk).update(
        opens_at=timezone.now() - timedelta(days=1), closes_at=timezone.now() - GRACE
    )


@pytest.mark.parametrize("type", ANSWERS)
def test_each_type_is_saved_one_by_one_and_scored(
    attempt: Attempt, type: str, noon: datetime
) -> None:
    number = number_of(attempt, type)
    right = right_answers(attempt.paper)[number]
    for rev, end in enumerate(range(1, len(right) + 1), start=1):
        save_answers(
            attempt=attempt, rev=rev, answers={number: right[:end]}, now=noon + rev * MINUTE
        )
        assert stored(attempt).answers == {number: right[:end]}
    done = finish(stored(attempt), {}, noon + 9 * MINUTE)
    assert (done.points, done.correct) == (1, 1)


def test_a_paper_with_everything_right_and_one_with_everything_wrong(
    attempt: Attempt, yen: User, round: Round, noon: datetime
) -> None:
    done = finish(attempt, right_answers(attempt.paper), noon + MINUTE)
    assert (done.points, done.correct) == (6, 6)
    second, _ = start_attempt(user=yen, round=round, now=noon + 2 * MINUTE)
    wrong = {str(n): wrong_answer(item) for n, item in enumerate(second.paper, start=1)}
    assert finish(second, wrong, noon + 3 * MINUTE).correct == 0


def test_q9_a_sequence_of_the_right_choices_in_another_order_earns_nothing(
    attempt: Attempt, noon: datetime
) -> None:
    answers = right_answers(attempt.paper)
    for type in ("order", "match"):
        number = number_of(attempt, type)
        answers[number] = answers[number][1:] + answers[number][:1]
    assert finish(attempt, answers, noon + MINUTE).correct == 4


def test_q9_ticking_everything_earns_nothing(attempt: Attempt, noon: datetime) -> None:
    answers = {number_of(attempt, "multiple"): list("abcd")}
    assert finish(attempt, answers, noon + MINUTE).correct == 0


def test_a_match_keeps_its_gaps_and_only_gaps_are_a_blank(attempt: Attempt, noon: datetime) -> None:
    number = number_of(attempt, "match")
    save_answers(attempt=attempt, rev=1, answers={number: ["", "c", "", ""]}, now=noon)
    assert stored(attempt).answers == {number: ["", "c"]}
    save_answers(attempt=attempt, rev=2, answers={number: ["", "", "", ""]}, now=noon)
    assert stored(attempt).answers == {}
    assert stored(attempt).journal[1][2] == {number: []}


def test_d2_a_sequence_sent_again_is_recognised_another_order_is_not(
    attempt: Attempt, noon: datetime
) -> None:
    number = number_of(attempt, "order")
    for _ in range(2):
        save_answers(attempt=attempt, rev=1, answers={number: ["d", "a"]}, now=noon)
    assert len(stored(attempt).journal) == 1
    with pytest.raises(StaleRev):
        save_answers(attempt=attempt, rev=1, answers={number: ["a", "d"]}, now=noon)
    assert RefusedSave.objects.get().answers == {number: ["a", "d"]}
    assert stored(attempt).answers == {number: ["d", "a"]}


@pytest.mark.parametrize("type", ["order", "match"])
def test_a_choice_used_twice_is_refused(attempt: Attempt, type: str, noon: datetime) -> None:
    number = number_of(attempt, type)
    with pytest.raises(InvalidAnswers) as refusal:
        save_answers(attempt=attempt, rev=1, answers={number: ["a", "a"]}, now=noon)
    assert list(refusal.value.fields) == [number]
    assert stored(attempt).rev == 0


def test_q2_choices_of_sequences_are_shuffled_prompts_are_not(
    yen: User, ha: User, programme: Programme, noon: datetime
) -> None:
    round = make_round(
        ha, noon, attempts_allowed=None, lines=[LineDraft(programme, "", len(ANSWERS), 1)]
    )
    orders, prompts = set(), set()
    for turn in range(12):
        now = noon + turn * MINUTE
        attempt, _ = start_attempt(user=yen, round=round, now=now)
        paper = attempt_payload(attempt, now)["paper"]
        for item in paper:
            if item["type"] in ("order", "match"):
                orders.add((item["type"], *(choice["text"] for choice in item["choices"])))
            if item["type"] == "match":
                prompts.add(tuple(item["prompts"]))
        finish(attempt, {}, now)
    assert len(orders) > 4
    assert prompts == {tuple(f"KR-006 vế {key}" for key in "abcd")}


def test_q1_a_paper_is_the_same_whatever_the_keys(attempt: Attempt, noon: datetime) -> None:
    """Nothing in it can hint at the keys when other keys change nothing."""
    before = json.dumps(attempt_payload(attempt, noon), default=str)
    for version in QuestionVersion.objects.all():
        choices = [choice["key"] for choice in version.choices]
        other = [choices[(choices.index(key) + 1) % len(choices)] for key in version.answer]
        QuestionVersion.objects.filter(pk=version.pk).update(answer=other, explanation="khác")
    forget_version_texts()
    assert json.dumps(attempt_payload(attempt, noon), default=str) == before
    assert "bí mật" not in before


def test_solutions_tell_sequences_in_their_order(
    attempt: Attempt, round: Round, noon: datetime
) -> None:
    answers = right_answers(attempt.paper)
    mine = answers | {number_of(attempt, "match"): ["", "a"]}
    done = finish(attempt, mine, noon + MINUTE)
    close_round(round)
    solutions = attempt_payload(stored(done), timezone.now())["solutions"]
    assert {str(s["number"]): s["key"] for s in solutions} == answers
    assert [str(s["number"]) for s in solutions if not s["is_right"]] == [
        number_of(attempt, "match")
    ]


def solved_page(client: Client, round: Round, attempt: Attempt) -> str:
    close_round(round)
    return client.get(f"/attempts/{attempt.pk}/").content.decode()


def test_the_result_page_shows_places_and_pairs(
    yen_client: Client, attempt: Attempt, round: Round, noon: datetime
) -> None:
    order, match = number_of(attempt, "order"), number_of(attempt, "match")
    right = right_answers(attempt.paper)
    first, second = right[match][:2]
    answers = {order: [right[order][1], right[order][0]], match: [second, first, right[match][2]]}
    finish(attempt, answers, noon + MINUTE)
    html = solved_page(yen_client, round, attempt)
    assert html.count("Chưa đúng, bạn xếp thứ") == 2
    assert html.count("Bạn chưa xếp") == 2
    assert html.count("Chưa đúng, bạn đã ghép với: ") == 2
    assert html.count("Bạn ghép đúng") == 1
    assert html.count("Bạn chưa ghép vế này") == 1
    assert html.count("bạn chưa trả lời") == 4
    assert html.count("chỗ trống") == 1
    assert "[…]" not in html


def test_a_blank_sequence_shows_only_what_is_right(
    yen_client: Client, attempt: Attempt, round: Round, noon: datetime
) -> None:
    finish(attempt, {}, noon + MINUTE)
    html = solved_page(yen_client, round, attempt)
    assert html.count('class="choice place is-right"') == 8
    assert "Bạn chưa xếp" not in html
