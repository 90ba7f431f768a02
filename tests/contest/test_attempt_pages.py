"""The exam page and the result page, through HTTP."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Affiliation, Unit, User
from contest.attempt_views import EXAM_MODULES
from contest.attempts import finish_attempt, start_attempt
from contest.models import Attempt, Round
from contest.phases import GRACE
from contest.wording import clock
from tests.factories import make_person, make_round, right_answers, stored


@pytest.fixture
def round(ha: User) -> Round:
    """Open around the real now: views read the clock."""
    return make_round(ha, timezone.now())


@pytest.fixture
def attempt(yen: User, round: Round) -> Attempt:
    return start_attempt(user=yen, round=round, now=timezone.now())[0]


def start_url(round: Round) -> str:
    return reverse("contest:start", args=[round.contest.slug, round.number])


def round_url(round: Round) -> str:
    return reverse("contest:round", args=[round.contest.slug, round.number])


def page_url(attempt: Attempt) -> str:
    return reverse("contest:attempt", args=[attempt.pk])


def embedded(html: str) -> Any:
    found = re.search(r'<script id="attempt" type="application/json">(.*?)</script>', html, re.S)
    assert found
    return json.loads(found[1])


def finish(attempt: Attempt, right: int, **changes: Any) -> Attempt:
    order: dict[str, Any] = {
        "rev": 1, "answers": right_answers(attempt.paper, right), "prediction": None,
        "now": attempt.started_at + timedelta(minutes=6, seconds=41),
    }  # fmt: skip
    return finish_attempt(attempt=attempt, **order | changes)


def close_round(round: Round) -> None:
    Round.objects.filter(pk=round.pk).update(
        opens_at=timezone.now() - timedelta(days=1), closes_at=timezone.now() - GRACE
    )


# -- starting ---------------------------------------------------------------------------------


def test_starting_leads_to_the_attempt(yen_client: Client, round: Round) -> None:
    answer = yen_client.post(start_url(round))
    attempt = Attempt.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, page_url(attempt))


def test_starting_again_goes_on_with_the_attempt_in_progress(
    yen_client: Client, round: Round, attempt: Attempt
) -> None:
    assert yen_client.post(start_url(round))["Location"] == page_url(attempt)
    assert Attempt.objects.count() == 1


def test_get_starts_nothing(yen_client: Client, round: Round) -> None:
    assert yen_client.get(start_url(round))["Location"] == round_url(round)
    assert not Attempt.objects.exists()


def test_a_refusal_is_told_on_the_page_of_the_round(yen_client: Client, round: Round) -> None:
    close_round(round)
    answer = yen_client.post(start_url(round), follow=True)
    assert answer.redirect_chain[-1][0] == round_url(round)
    assert [str(m) for m in answer.context["messages"]] == [
        "Vòng thi đã đóng, không bắt đầu lượt mới được nữa."
    ]


def test_without_a_unit_nobody_starts(yen: User, yen_client: Client, round: Round) -> None:
    Affiliation.objects.filter(user=yen).update(until=timezone.now())
    answer = yen_client.post(start_url(round), follow=True)
    assert [str(m) for m in answer.context["messages"]] == [
        "Hãy chọn đơn vị của bạn trước khi vào thi."
    ]
    assert not Attempt.objects.exists()


def test_visitors_sign_in_before_starting(client: Client, round: Round) -> None:
    assert client.post(start_url(round))["Location"].startswith(reverse("account_login"))


def test_an_unknown_round_is_not_found(yen_client: Client, round: Round) -> None:
    address = reverse("contest:start", args=[round.contest.slug, 99])
    assert yen_client.post(address).status_code == 404


# -- the exam ---------------------------------------------------------------------------------


def test_the_exam_carries_everything_the_page_needs(yen_client: Client, attempt: Attempt) -> None:
    answer = yen_client.get(page_url(attempt))
    assert "no-store" in answer["Cache-Control"]
    data = embedded(answer.content.decode())
    assert (data["id"], data["rev"], len(data["paper"])) == (attempt.pk, 0, 5)
    assert data["deadline"] > data["server_time"]
    assert "Theo bạn, sẽ có bao nhiêu người" in answer.content.decode()


def test_the_exam_holds_no_key_and_no_explanation(yen_client: Client, attempt: Attempt) -> None:
    """Q1"""
    html = yen_client.get(page_url(attempt)).content.decode()
    assert "bí mật" not in html
    assert "is_right" not in html


def test_every_module_of_the_exam_is_fetched_with_the_page() -> None:
    folder = settings.BASE_DIR / "static" / "js" / "exam"
    modules = {f"js/exam/{file.name}" for file in folder.glob("*.js")}
    assert set(EXAM_MODULES) == modules - {"js/exam/result.js"}


def test_without_javascript_the_page_says_what_is_needed(
    yen_client: Client, attempt: Attempt
) -> None:
    html = yen_client.get(page_url(attempt)).content.decode()
    noscript = html.partition("<noscript>")[2].partition("</noscript>")[0]
    assert "Trang làm bài cần JavaScript." in noscript
    assert clock(attempt.deadline) in noscript


def test_only_the_owner_sees_an_attempt(
    client: Client, tai: User, ha: User, attempt: Attempt
) -> None:
    assert client.get(page_url(attempt)).status_code == 302
    for stranger in (tai, ha):
        client.force_login(stranger)
        assert client.get(page_url(attempt)).status_code == 404


def test_an_overdue_attempt_shows_its_result(yen_client: Client, attempt: Attempt) -> None:
    """T7, T8"""
    late = timezone.now() - GRACE - timedelta(seconds=1)
    answers = right_answers(attempt.paper, 2)
    Attempt.objects.filter(pk=attempt.pk).update(deadline=late, answers=answers, rev=1)
    html = yen_client.get(page_url(attempt)).content.decode()
    assert "<h1>Hết giờ</h1>" in html
    assert "Hệ thống đã nộp bài với 2 câu đã lưu." in html
    assert stored(attempt).submitted_at == late


# -- the result -------------------------------------------------------------------------------


def test_the_result_says_what_was_reached(yen_client: Client, attempt: Attempt) -> None:
    finish(attempt, 3, prediction=61500)
    answer = yen_client.get(page_url(attempt))
    html = answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert "<h1>Đã nộp bài</h1>" in html
    assert "<b>3</b><span>/5 câu đúng</span>" in html
    assert "06:41" in html
    assert "61.500 người dự thi" in html
    assert "Hạng 1" in html
    assert stored(attempt).receipt in html
    assert "Xã Trùng Khánh" in html


def test_the_result_offers_the_next_attempt(
    yen_client: Client, round: Round, attempt: Attempt
) -> None:
    finish(attempt, 3)
    html = yen_client.get(page_url(attempt)).content.decode()
    assert "Thi lượt 2" in html
    assert "Còn 1 lượt." in html
    assert f'action="{start_url(round)}"' in html


def test_used_up_attempts_are_told_with_the_best(
    yen: User, yen_client: Client, round: Round, attempt: Attempt
) -> None:
    finish(attempt, 3)
    second, _ = start_attempt(user=yen, round=round, now=timezone.now())
    finish(second, 1)
    html = yen_client.get(page_url(second)).content.decode()
    assert "Bạn đã dùng hết 2 lượt của vòng này." in html
    assert "Kết quả tốt nhất là 3/5 câu, 06:41." in html
    assert "tính theo lượt 1, lượt tốt nhất" in html
    assert "Thi lượt" not in html


def test_nothing_is_solved_before_the_round_closed(yen_client: Client, attempt: Attempt) -> None:
    """Q1, T3"""
    finish(attempt, 3)
    html = yen_client.get(page_url(attempt)).content.decode()
    assert "bí mật" not in html
    assert "Đáp án đúng" not in html


def test_solutions_open_with_the_close(yen_client: Client, round: Round, attempt: Attempt) -> None:
    finish(attempt, 3)
    close_round(round)
    html = yen_client.get(page_url(attempt)).content.decode()
    assert html.count("bạn trả lời đúng") == 3
    assert html.count("bạn chưa trả lời") == 2
    assert html.count("giải thích bí mật") == 5
    assert html.count("trích dẫn bí mật") == 5
    assert "Thi lượt" not in html


def test_people_on_duty_are_not_ranked(
    client: Client, ha: User, round: Round, commune: Unit
) -> None:
    """R6"""
    attempt, _ = start_attempt(user=ha, round=round, now=timezone.now())
    finish(attempt, 5)
    client.force_login(ha)
    html = client.get(page_url(attempt)).content.decode()
    assert "không được xếp hạng" in html
    assert "Hạng 1" not in html


def test_names_and_choices_are_escaped(client: Client, round: Round, commune: Unit) -> None:
    commune.name = "Xã <b>X</b>"
    commune.save()
    user = make_person("la", "Lý Thị Ê", commune)
    attempt, _ = start_attempt(user=user, round=round, now=timezone.now())
    finish(attempt, 1)
    client.force_login(user)
    assert "<b>X</b>" not in client.get(page_url(attempt)).content.decode()
