"""Home, contests, a contest and a round, through HTTP."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from contest.attempts import finish_attempt, start_attempt
from contest.cards import featured
from contest.models import Attempt, Contest, Round
from contest.regrading.services import Proposal, apply_regrade
from contest.rounds import create_round
from contest.rulings import DROP
from tests.factories import (
    make_contest,
    make_draft,
    make_person,
    make_pool,
    make_round,
    right_answers,
)

OPEN_ENDED = timedelta(days=1)


@pytest.fixture
def round(ha: User) -> Round:
    """Open around the real now: views read the clock."""
    return make_round(ha, timezone.now())


@pytest.fixture
def draft_round(ha: User) -> Round:
    """A contest of which nothing is published."""
    draft = make_draft(make_pool(), timezone.now())
    return create_round(actor=ha, contest=make_contest(ha, "Cuộc thi chưa công bố"), draft=draft)


def text_of(client: Client, address: str, status: int = 200) -> str:
    """What a reader reads: tags dropped, blanks collapsed."""
    response = client.get(address)
    assert response.status_code == status
    body = re.sub(r"<(script|template)\b.*?</\1>", "", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)).replace("\u00a0", " "))


def round_url(round: Round) -> str:
    return reverse("contest:round", args=[round.contest.slug, round.number])


def contest_url(round: Round) -> str:
    return reverse("contest:contest", args=[round.contest.slug])


def finished(user: User, round: Round, right: int, seconds: int = 401) -> Attempt:
    started = timezone.now() - timedelta(minutes=30)
    attempt, _ = start_attempt(user=user, round=round, now=started)
    return finish_attempt(
        attempt=attempt, rev=1, answers=right_answers(attempt.paper, right), prediction=None,
        now=started + timedelta(seconds=seconds),
    )  # fmt: skip


def move(round: Round, **columns: Any) -> None:
    Round.objects.filter(pk=round.pk).update(**columns)


# -- Home ----------------------------------------------------------------------------------------


def test_home_is_calm_before_anything_is_published(client: Client, draft_round: Round) -> None:
    page = text_of(client, "/")
    assert "Chưa có vòng thi nào được công bố" in page
    assert "Cuộc thi chưa công bố" not in page


def test_home_shows_the_open_round_to_a_stranger(client: Client, round: Round) -> None:
    page = text_of(client, "/")
    assert "Đang mở Vòng 1" in page
    assert "Tìm hiểu Nghị quyết" in page
    assert "5 câu 10 phút 2 lượt thi" in page
    assert "Còn 23 giờ" in page
    assert "Đăng ký dự thi" in page
    assert (
        f"{reverse('account_signup')}?next={round_url(round)}" in client.get("/").content.decode()
    )


def test_home_offers_the_start_to_a_competitor(yen_client: Client, round: Round) -> None:
    page = yen_client.get("/").content.decode()
    start = reverse("contest:start", args=[round.contest.slug, round.number])
    assert f'<form method="post" action="{start}">' in page
    assert "Vào thi vòng 1" in page


def test_home_lists_documents_with_their_approved_questions(client: Client, db: None) -> None:
    make_pool(size=8)
    page = text_of(client, "/")
    assert "Chương trình trọng tâm 03" in page
    assert "03-CTr/TU · 8 câu hỏi đã duyệt" in page


def test_home_names_what_follows(client: Client, ha: User, round: Round) -> None:
    coming = {
        "opens_at": datetime(2096, 3, 11, 1, 0, tzinfo=UTC),
        "closes_at": datetime(2096, 3, 18, 15, 0, tzinfo=UTC),
        "title": "Kinh tế cửa khẩu",
    }
    make_round(ha, timezone.now(), contest=round.contest, **coming)
    page = text_of(client, "/")
    assert "Vòng 1 trong 2 vòng" in page
    assert "11 tháng 3 Vòng 2: Kinh tế cửa khẩu" in page


def test_home_after_the_last_round_leads_to_the_board(client: Client, round: Round) -> None:
    move(round, opens_at=timezone.now() - timedelta(days=2), closes_at=timezone.now())
    page = text_of(client, "/")
    assert "Vòng 1 đã đóng lúc" in page
    assert "Xem bảng xếp hạng" in page
    assert "Đăng ký dự thi" not in page


def test_home_costs_few_queries(
    client: Client, round: Round, django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(8):
        client.get("/")


@pytest.mark.parametrize(
    ("hours", "chosen"),
    [
        ([(-5, -4), (-1, 3), (-2, 1), (4, 5)], 2),  # open, the one that closes first
        ([(-5, -4), (4, 6), (3, 9)], 2),  # the next to open
        ([(-9, -8), (-5, -4)], 1),  # the last that closed
        ([], None),
    ],
)
def test_the_round_people_come_for(
    noon: datetime, hours: list[tuple[int, int]], chosen: int | None
) -> None:
    rounds = [
        Round(opens_at=noon + timedelta(hours=first), closes_at=noon + timedelta(hours=last))
        for first, last in hours
    ]
    assert featured(rounds, noon) is (None if chosen is None else rounds[chosen])


# -- Contests ------------------------------------------------------------------------------------


def test_index_lists_published_contests_only(client: Client, round: Round, ha: User) -> None:
    Contest.objects.create(slug="kin", title="Cuộc thi kín", created_by=ha)
    page = text_of(client, reverse("contest:index"))
    assert "Tìm hiểu Nghị quyết" in page
    assert "1. Kinh tế rừng" in page
    assert "Cuộc thi kín" not in page


def test_index_without_contests(client: Client, db: None) -> None:
    assert "Chưa có cuộc thi nào" in text_of(client, reverse("contest:index"))


def test_contest_page_shows_rounds_and_rules(client: Client, round: Round) -> None:
    page = text_of(client, contest_url(round))
    assert "Thể lệ vòng 1" in page
    assert "Điều 1. Đối tượng dự thi" in page
    assert "Mỗi lượt gồm 05 câu trắc nghiệm và 01 câu dự đoán, làm trong 10 phút" in page
    assert "Mỗi người thi tối đa 02 lượt" in page


def test_contest_page_of_an_unpublished_contest_is_not_found(
    client: Client, draft_round: Round
) -> None:
    text_of(client, contest_url(draft_round), status=404)
    text_of(client, round_url(draft_round), status=404)


def test_contest_page_shows_own_attempts(yen_client: Client, yen: User, round: Round) -> None:
    finished(yen, round, right=4)
    page = text_of(yen_client, contest_url(round))
    assert "Bạn đã dùng 1 trong 2 lượt. Kết quả tốt nhất là 4/5 câu, 06:41 ." in page
    assert "Thi lượt 2" in page


# -- A round -------------------------------------------------------------------------------------


def test_round_page_of_a_stranger(client: Client, round: Round) -> None:
    page = text_of(client, round_url(round))
    assert "Vòng 1: Kinh tế rừng" in page
    assert "Đăng ký dự thi" in page
    assert "Bảng xếp hạng" in page
    text_of(client, round_url(round).replace("/1/", "/9/"), status=404)


def test_t12_times_are_vietnams_whatever_the_server_thinks(client: Client, round: Round) -> None:
    move(
        round,
        opens_at=datetime(2026, 3, 9, 1, 0, tzinfo=UTC),
        closes_at=datetime(2096, 3, 11, 15, 0, tzinfo=UTC),
    )
    with timezone.override(UTC):
        page = text_of(client, round_url(round))
    assert "08:00 thứ Hai, 09/03/2026 đến 22:00 Chủ nhật, 11/03/2096" in page


def test_t4_a_late_start_is_announced_before_it_is_made(
    yen_client: Client, client: Client, round: Round
) -> None:
    closes_at = timezone.now() + timedelta(minutes=4, seconds=1)
    move(round, closes_at=closes_at)
    for visitor in (yen_client, client):
        page = text_of(visitor, round_url(round))
        assert re.search(
            r"Vòng thi đóng lúc [\d:]+, nên nếu vào thi bây giờ bạn có (4 phút|3 phút \d+ giây)( 1 "
            r"giây)?, không phải 10 phút\.",
            page,
        )


def test_no_warning_while_there_is_time(yen_client: Client, round: Round) -> None:
    assert "nên nếu vào thi bây giờ" not in text_of(yen_client, round_url(round))


def test_without_a_unit_one_is_asked_for(client: Client, round: Round) -> None:
    client.force_login(make_person("pao", "Vàng A Páo"))
    page = client.get(round_url(round)).content.decode()
    assert "Chọn đơn vị để vào thi" in page
    assert reverse("accounts:me") in page
    assert "Vào thi vòng 1" not in page


def test_a_running_attempt_is_continued(yen_client: Client, yen: User, round: Round) -> None:
    start_attempt(user=yen, round=round, now=timezone.now())
    page = text_of(yen_client, round_url(round))
    assert "Làm tiếp bài đang dở" in page
    assert "Bạn còn 1 lượt" in page


def test_a_running_attempt_whose_time_ran_out_is_closed(
    yen_client: Client, yen: User, round: Round
) -> None:
    start_attempt(user=yen, round=round, now=timezone.now() - timedelta(minutes=20))
    page = text_of(yen_client, round_url(round))
    assert "Thi lượt 2" in page
    assert "0/5 câu, 10:00" in page


def test_attempts_used_up(yen_client: Client, yen: User, round: Round) -> None:
    finished(yen, round, right=5)
    finished(yen, round, right=2)
    page = text_of(yen_client, round_url(round))
    assert "Bạn đã dùng hết 2 lượt của vòng này." in page
    assert "Kết quả tốt nhất là 5/5 câu, 06:41" in page
    assert "Lượt 1 tốt nhất" in page
    assert "Thi lượt" not in page


def test_a_round_not_yet_open_says_when(yen_client: Client, client: Client, round: Round) -> None:
    opens_at = datetime(2096, 3, 12, 1, 0, tzinfo=UTC)
    move(round, opens_at=opens_at, closes_at=opens_at + OPEN_ENDED)
    assert "Vòng 1 mở lúc 08:00 thứ Hai, 12/03" in text_of(yen_client, round_url(round))
    page = text_of(client, round_url(round))
    assert "Đăng ký dự thi" in page
    assert "Vòng 1 mở lúc 08:00 thứ Hai, 12/03" in page


def test_a_closed_round_opens_its_solutions(yen_client: Client, yen: User, round: Round) -> None:
    finished(yen, round, right=3)
    move(round, closes_at=timezone.now() - timedelta(seconds=10))
    page = text_of(yen_client, round_url(round))
    assert "Vòng 1 đã đóng lúc" in page
    assert "Đáp án và giải thích đã mở." in page
    assert "Lượt 1, xem đáp án" in page


def test_nobody_sees_the_secret_or_a_question(yen_client: Client, round: Round) -> None:
    for address in ("/", contest_url(round), round_url(round)):
        page = yen_client.get(address).content.decode()
        assert round.secret not in page
        assert "bí mật 03" not in page


def test_figures_for_scripts_have_no_thousands_separator(client: Client, round: Round) -> None:
    move(round, time_limit_s=5400)
    page = client.get(round_url(round)).content.decode()
    assert 'data-limit="5400"' in page
    assert re.search(r'data-until="\d{13}" data-now="\d{13}"', page)


def test_people_on_duty_may_look(client: Client, ha: User, round: Round) -> None:
    client.force_login(ha)
    assert "Vào thi vòng 1" in text_of(client, round_url(round))


# -- own attempts --------------------------------------------------------------------------------


def test_own_attempts_of_all_rounds_are_listed_the_last_first(
    yen: User, tai: User, yen_client: Client, round: Round
) -> None:
    now = timezone.now()
    start_attempt(user=tai, round=round, now=now)
    first, _ = start_attempt(user=yen, round=round, now=now - timedelta(minutes=5))
    page = text_of(yen_client, "/attempts/")
    assert "Vòng 1, lượt 1, làm tiếp" in page
    assert "đang làm dở" in page
    finish_attempt(
        attempt=first,
        rev=1,
        answers=right_answers(first.paper),
        prediction=None,
        now=timezone.now(),
    )
    start_attempt(user=yen, round=round, now=timezone.now())
    page = text_of(yen_client, "/attempts/")
    assert page.index("Vòng 1, lượt 2, làm tiếp") < page.index("Vòng 1, lượt 1 ")
    assert "5/5 câu" in page
    assert page.count("Vòng 1, lượt") == 2  # nobody else's
    Round.objects.update(results_shown="after_close")
    page = text_of(yen_client, "/attempts/")
    assert "5/5 câu" not in page
    assert "đã nộp" in page


def test_dropped_questions_are_not_in_the_total_and_contests_stand_once(
    yen: User, ha: User, yen_client: Client, round: Round
) -> None:
    second = make_round(ha, timezone.now())
    made = []
    for of in (round, second, round):
        attempt, _ = start_attempt(user=yen, round=of, now=timezone.now())
        finish_attempt(attempt=attempt, rev=0, answers={}, prediction=None, now=timezone.now())
        made.append(attempt)
    dropped = made[0].paper[0]["v"]
    graded = [made[0], made[2]]
    without = sum(dropped in [item["v"] for item in attempt.paper] for attempt in graded)
    proposed = Proposal(dropped, DROP)
    apply_regrade(
        actor=ha, round=round, proposed=proposed, reason="Câu in thiếu chữ", now=timezone.now()
    )
    page = text_of(yen_client, "/attempts/")
    assert (page.count("0/4 câu"), page.count("0/5 câu")) == (without, 3 - without)
    assert yen_client.get("/attempts/").content.decode().count("<h2>") == 2


def test_who_has_no_attempts_is_told_where_they_will_be(
    yen_client: Client, client: Client, round: Round
) -> None:
    assert "Bạn chưa làm bài thi nào" in text_of(yen_client, "/attempts/")
    assert 'href="/attempts/"' in yen_client.get("/accounts/me/").content.decode()
    assert client.get("/attempts/").status_code == 302


def test_many_attempts_come_in_pages(
    yen: User, yen_client: Client, round: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("contest.attempt_views.ATTEMPTS_A_PAGE", 1)
    for number in (1, 2):
        made, _ = start_attempt(user=yen, round=round, now=timezone.now())
        finish_attempt(attempt=made, rev=0, answers={}, prediction=None, now=timezone.now())
        assert made.number == number
    assert "lượt 1" not in text_of(yen_client, "/attempts/")
    assert "lượt 1" in text_of(yen_client, "/attempts/?page=2")
    assert "lượt 1" in text_of(yen_client, "/attempts/?page=99")
