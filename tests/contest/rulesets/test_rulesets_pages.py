"""What people read on the pages of rounds that have more than one list of questions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from contest.attempts import finish_attempt, save_answers, start_attempt
from contest.essays import mark_essay
from contest.models import Attempt, Round
from contest.payloads import round_payload
from tests.contest.rulesets import bodies, propaganda
from tests.contest.rulesets.crowd import competitors, final, hold, sit
from tests.contest.rulesets.settings import RuleSet
from tests.factories import right_answers, stored

MINUTE = timedelta(minutes=1)


def read(client: Client, name: str, *args: object) -> str:
    """The text of a page, with single spaces."""
    return " ".join(client.get(reverse(f"contest:{name}", args=args)).content.decode().split())


def round_page(round: Round) -> str:
    return read(Client(), "round", round.contest.slug, round.number)


def result_page(attempt: Attempt, user: User) -> str:
    client = Client()
    client.force_login(user)
    return read(client, "attempt", attempt.pk)


def test_hue_says_how_long_ones_own_paper_is(ha: User) -> None:
    [round] = hold(ha, bodies.hue())
    said = round_payload(round, round.opens_at)
    assert (said["questions"], said["max_points"]) == (15, 15)
    page = round_page(round)
    assert "15 câu" in page
    assert "30 câu" not in page


def test_tong_lien_doan_says_that_there_is_an_essay(ha: User) -> None:
    [round] = hold(ha, bodies.tong_lien_doan())
    assert round_payload(round, round.opens_at)["max_points"] == 25
    page = round_page(round)
    assert "20 câu" in page
    assert "câu tự luận" in page


def open_final() -> RuleSet:
    """The final of Phú Yên by itself, open to everybody."""
    made = propaganda.phu_yen()
    return replace(made, rounds=[replace(made.rounds[-1], admits_from="", admits_top=None)])


def test_the_final_of_phu_yen_shows_an_essay_and_its_points(ha: User) -> None:
    made = open_final()
    [round] = hold(ha, made)
    page = round_page(round)
    assert "câu tự luận" in page
    assert "0 câu" not in page
    [an] = competitors(made, "an")
    attempt = sit(an, round, 0, round.opens_at, essay="Bài của An")
    over = round.closes_at + MINUTE
    mark_essay(actor=ha, attempt=stored(attempt), points=85, reason="", now=over)
    assert "85/100" not in result_page(attempt, an)  # shown after the final result only
    final(ha, round)
    page = result_page(attempt, an)
    assert "/0 câu" not in page
    assert "Điểm tự luận" in page
    assert "85/100" in page


@pytest.fixture
def incomplete(ha: User) -> tuple[Attempt, User]:
    """Quảng Ninh: time ran out with one answer of nine missing."""
    made = propaganda.quang_ninh()
    [round] = hold(ha, made)
    [an] = competitors(made, "an")
    attempt, _ = start_attempt(user=an, round=round, now=round.opens_at)
    save_answers(attempt=attempt, rev=1, answers=right_answers(attempt.paper, 8),
                 now=round.opens_at + MINUTE)  # fmt: skip
    late = round.opens_at + 16 * MINUTE
    done = finish_attempt(attempt=attempt, rev=2, answers={}, prediction=None, now=late)
    return done, an


def test_quang_ninh_tells_why_an_attempt_does_not_count(incomplete: tuple[Attempt, User]) -> None:
    page = result_page(*incomplete)
    assert "theo lượt ," not in page
    assert "theo lượt None" not in page
    assert "không được tính" in page
