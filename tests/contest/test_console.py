"""The organisers' console: drafting and publishing through HTTP."""

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
from contest.attempts import start_attempt
from contest.forms import next_week
from contest.models import AuditRecord, Contest, Round
from contest.papers import seed_commitment
from contest.rounds import LineDraft, create_round
from quizzes.models import Programme
from tests.factories import make_contest, make_draft, make_pool, make_round

NEW = reverse("contest:new_contest")


@pytest.fixture
def desk(client: Client, ha: User) -> Client:
    """An organiser at the console."""
    client.force_login(ha)
    return client


@pytest.fixture
def programme(db: None) -> Programme:
    return make_pool(size=8)


@pytest.fixture
def draft(ha: User, programme: Programme) -> Round:
    settings = make_draft(programme, timezone.now())
    return create_round(actor=ha, contest=make_contest(ha), draft=settings)


def console_url(round: Round, name: str = "console_round") -> str:
    return reverse(f"contest:{name}", args=[round.pk])


def typed(programme: Programme, *lines: tuple[int, int], **changes: Any) -> dict[str, Any]:
    """The form as an organiser fills it; each line is (count, points), then one left blank."""
    rows = [(str(programme.pk), "", count, points) for count, points in lines] + [("", "", "", 1)]
    data: dict[str, Any] = {
        "contest_title": "Tìm hiểu bảy văn bản",
        "summary": "Dòng một.\nDòng hai.",
        "title": "Kinh tế rừng",
        "opens_at": "2096-03-12T08:00",
        "closes_at": "2096-03-18T22:00",
        "limit": "15",
        "attempts": "3",
        "prediction": "entrants",
        "lines-TOTAL_FORMS": len(rows),
        "lines-INITIAL_FORMS": 0,
    }
    for place, row in enumerate(rows):
        fields = ("programme", "difficulty", "count", "points")
        data |= {f"lines-{place}-{f}": v for f, v in zip(fields, row, strict=True)}
    return data | changes


def text(response: Any) -> str:
    plain = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", unescape(plain))


# -- Who may come in -----------------------------------------------------------------------------

PAGES = ["console", "new_contest", "new_round", "console_round", "edit_round"]


def address(name: str, round: Round) -> str:
    args: dict[str, list[Any]] = {
        "console": [],
        "new_contest": [],
        "new_round": [round.contest.slug],
    }
    return reverse(f"contest:{name}", args=args.get(name, [round.pk]))


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_for_organisers(
    name: str, draft: Round, client: Client, yen_client: Client, ha: User
) -> None:
    where = address(name, draft)
    anonymous = client.get(where)
    assert anonymous.status_code == 302
    assert anonymous["Location"] == f"{reverse('account_login')}?next={where}"
    assert yen_client.get(where).status_code == 403
    client.force_login(ha)
    assert client.get(where).status_code == 200


@pytest.mark.parametrize("name", ["new_contest", "new_round", "edit_round", "publish_round"])
def test_strangers_change_nothing(
    name: str, draft: Round, programme: Programme, yen_client: Client
) -> None:
    before = (Contest.objects.count(), Round.objects.count(), AuditRecord.objects.count())
    answer = yen_client.post(address(name, draft), typed(programme, (5, 1)))
    assert answer.status_code == 403
    assert before == (Contest.objects.count(), Round.objects.count(), AuditRecord.objects.count())
    draft.refresh_from_db()
    assert draft.published_at is None


def test_unknown_rounds_and_contests_are_not_found(desk: Client) -> None:
    assert desk.get("/organiser/rounds/999/").status_code == 404
    assert desk.get("/organiser/c/khong-co/new-round/").status_code == 404


def test_publishing_needs_a_post_with_a_token(draft: Round, ha: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ha)
    assert strict.get(console_url(draft, "publish_round")).status_code == 405
    assert strict.post(console_url(draft, "publish_round")).status_code == 403
    draft.refresh_from_db()
    assert draft.published_at is None


# -- The journey ---------------------------------------------------------------------------------


def test_from_nothing_to_a_published_round(
    desk: Client, programme: Programme, yen_client: Client
) -> None:
    saved = desk.post(NEW, typed(programme, (3, 1), (2, 2)))
    round = Round.objects.get()
    assert saved["Location"] == console_url(round)
    assert round.contest.title == "Tìm hiểu bảy văn bản"
    assert round.contest.summary == "Dòng một.\nDòng hai."
    assert round.opens_at == datetime(2096, 3, 12, 1, 0, tzinfo=UTC)
    assert round.closes_at == datetime(2096, 3, 18, 15, 0, tzinfo=UTC)
    assert (round.time_limit_s, round.attempts_allowed) == (900, 3)
    assert [(line.count, line.points) for line in round.lines.all()] == [(3, 1), (2, 2)]

    page = text(desk.get(console_url(round)))
    assert "Bản nháp" in page
    assert "5 câu, 7 điểm" in page
    public = reverse("contest:round", args=[round.contest.slug, 1])
    assert yen_client.get(public).status_code == 404

    published = desk.post(console_url(round, "publish_round"), follow=True)
    assert "Đã công bố vòng 1. Vòng thi mở lúc 08:00 thứ Hai, 12/03/2096." in text(published)
    assert public in published.content.decode()
    assert seed_commitment(round.secret) in published.content.decode()
    assert round.secret not in published.content.decode()
    assert "Công bố vòng thi Nông Thị Thu Hà" in text(published)
    assert yen_client.get(public).status_code == 200


def test_t12_times_are_typed_in_vietnams_time_on_a_server_in_utc(
    desk: Client, programme: Programme
) -> None:
    with timezone.override(UTC):
        desk.post(NEW, typed(programme, (3, 1)))
        round = Round.objects.get()
        form = desk.get(console_url(round, "edit_round")).content.decode()
    assert round.opens_at == datetime(2096, 3, 12, 1, 0, tzinfo=UTC)
    assert 'value="2096-03-12T08:00"' in form
    assert 'value="2096-03-18T22:00"' in form


@pytest.mark.parametrize(
    ("now", "monday"),
    [
        (datetime(2026, 3, 4, 5, 0, tzinfo=UTC), datetime(2026, 3, 9, 1, 0, tzinfo=UTC)),
        # a Monday morning in Vietnam: the week after
        (datetime(2026, 3, 8, 18, 0, tzinfo=UTC), datetime(2026, 3, 16, 1, 0, tzinfo=UTC)),
        (datetime(2026, 3, 8, 16, 0, tzinfo=UTC), datetime(2026, 3, 9, 1, 0, tzinfo=UTC)),
    ],
)
def test_a_new_round_starts_next_monday(now: datetime, monday: datetime) -> None:
    assert next_week(now) == (monday, monday + timedelta(days=6, hours=14))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"contest_title": " "}, "Hãy nhập tên cuộc thi."),
        ({"title": ""}, "Hãy nhập tên vòng thi."),
        ({"title": "x" * 201}, "Tên vòng thi dài quá 200 ký tự."),
        ({"opens_at": ""}, "Hãy chọn ngày giờ mở"),
        ({"closes_at": "hôm sau"}, "Hãy chọn ngày giờ đóng, ví dụ 08:00 09/03/2026."),
        ({"opens_at": "0001-01-01T00:00"}, "Hãy chọn ngày giờ mở, ví dụ"),
        ({"closes_at": "2096-03-12T08:00"}, "Giờ đóng phải sau giờ mở vòng thi."),
        (
            {"closes_at": "2096-03-12T08:10"},
            "Thời gian làm bài 15 phút dài hơn cả vòng thi (10 phút).",
        ),
        ({"title": "\u200b"}, "Hãy nhập tên vòng thi."),
        ({"contest_title": " \u200b "}, "Hãy nhập tên cuộc thi."),
        ({"title": "a" * 201}, "Tên vòng thi dài quá 200 ký tự."),
        ({"limit": "0"}, "Thời gian làm bài cần là số phút, từ 1 đến 600."),
        ({"limit": "mười"}, "Thời gian làm bài cần là số phút, từ 1 đến 600."),
        ({"attempts": ""}, "Hãy nhập số lượt mỗi người, hoặc đánh dấu không giới hạn số lượt."),
        ({"attempts": "-1"}, "Số lượt cần là số nguyên, từ 1 đến 100."),
        ({"prediction": "lucky"}, "Hãy chọn một trong các câu dự đoán."),
        ({"lines-0-count": "0"}, "Dòng 1: Số câu cần là số nguyên, từ 1 đến 100."),
        ({"lines-0-programme": ""}, "Dòng 1: Hãy chọn văn bản."),
        ({"lines-0-programme": "²"}, "Dòng 1: Hãy chọn văn bản trong danh sách."),
        ({"lines-0-difficulty": "easy peasy"}, "Dòng 1: Hãy chọn độ khó trong danh sách."),
        ({"lines-0-points": ""}, "Dòng 1: Điểm cần là số nguyên, từ 1 đến 100."),
        ({"lines-0-DELETE": "on"}, "Đề thi chưa có câu nào; hãy thêm ít nhất một dòng."),
        ({"lines-TOTAL_FORMS": "x"}, "Trang gửi lên thiếu dữ liệu"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    desk: Client, programme: Programme, changes: dict[str, str], message: str
) -> None:
    kept = {"summary": "Đã gõ phần này.", **changes}
    answer = desk.post(NEW, typed(programme, (5, 1), **kept))
    assert answer.status_code == 422
    assert message in text(answer)
    assert "Còn 1 chỗ cần sửa" in text(answer)
    assert "Đã gõ phần này." in answer.content.decode()
    assert not Contest.objects.exists()


def test_a_summary_no_database_takes(desk: Client, programme: Programme) -> None:
    answer = desk.post(NEW, typed(programme, (5, 1), summary="Dòng\0một"))
    assert answer.status_code == 422
    assert "Có ký tự không dùng được. Hãy gõ lại phần này." in text(answer)


def test_several_mistakes_are_told_at_once(desk: Client, programme: Programme) -> None:
    answer = desk.post(NEW, typed(programme, contest_title="", closes_at="2096-03-01T08:00"))
    assert "Còn 3 chỗ cần sửa" in text(answer)


def test_a_paper_has_forty_lines_at_most(desk: Client, programme: Programme) -> None:
    answer = desk.post(NEW, typed(programme, *[(1, 1)] * 41))
    assert answer.status_code == 422
    assert "Đề thi chỉ được có tối đa 40 dòng." in text(answer)


def test_attempts_without_limit(desk: Client, programme: Programme) -> None:
    desk.post(NEW, typed(programme, (3, 1), attempts="", unlimited="on"))
    assert Round.objects.get().attempts_allowed is None


def test_names_are_stored_composed(desk: Client, programme: Programme) -> None:
    desk.post(NEW, typed(programme, (3, 1), contest_title="Ti\u0300m hie\u0302\u0309u"))
    assert Contest.objects.get().title == "Tìm hiểu"


def test_the_form_tells_how_many_questions_there_are(desk: Client, programme: Programme) -> None:
    page = desk.get(NEW).content.decode()
    assert f"&quot;{programme.pk}:&quot;:8" in page
    wrong = desk.post(NEW, typed(programme, (5, 1), title=""))
    assert "Ngân hàng có 8 câu đã duyệt." in text(wrong)


# -- Later rounds and changes --------------------------------------------------------------------


def test_the_next_round_starts_from_the_one_before(desk: Client, draft: Round) -> None:
    page = desk.get(reverse("contest:new_round", args=[draft.contest.slug])).content.decode()
    opens_at, _ = next_week(draft.closes_at)
    assert f'value="{opens_at:%Y-%m-%dT%H:%M}"' in page
    assert 'name="lines-0-count" value="5"' in page
    assert 'name="limit" value="10"' in page


def test_adding_a_round(desk: Client, draft: Round, programme: Programme) -> None:
    where = reverse("contest:new_round", args=[draft.contest.slug])
    desk.post(where, typed(programme, (4, 1), title="Cửa khẩu"))
    added = draft.contest.rounds.get(number=2)
    assert (added.title, added.published_at) == ("Cửa khẩu", None)


def test_editing_a_draft(desk: Client, draft: Round, programme: Programme) -> None:
    removed = {"lines-0-DELETE": "on"}
    desk.post(console_url(draft, "edit_round"), typed(programme, (3, 1), (6, 2), **removed))
    draft.refresh_from_db()
    assert [(line.count, line.points) for line in draft.lines.all()] == [(6, 2)]
    assert AuditRecord.objects.filter(subject=f"round:{draft.pk}", action="update_round").exists()


def test_a_published_round_is_not_edited(desk: Client, ha: User, programme: Programme) -> None:
    round = make_round(ha, timezone.now())
    for answer in (
        desk.get(console_url(round, "edit_round"), follow=True),
        desk.post(console_url(round, "edit_round"), typed(programme, (3, 1)), follow=True),
    ):
        assert "Vòng thi đã công bố nên không sửa được" in text(answer)
    round.refresh_from_db()
    assert [line.count for line in round.lines.all()] == [5]


# -- Publishing ----------------------------------------------------------------------------------


def test_q8_a_pool_too_small_is_refused_with_the_reason(
    desk: Client, ha: User, programme: Programme
) -> None:
    lines = [LineDraft(programme, "", 20, 1)]
    settings = make_draft(programme, timezone.now(), lines=lines)
    round = create_round(actor=ha, contest=make_contest(ha), draft=settings)
    reason = "cần 20 câu nhưng ngân hàng còn thiếu 12 câu đã duyệt"
    page = desk.get(console_url(round))
    assert reason in text(page)
    assert console_url(round, "publish_round") not in page.content.decode()

    refused = desk.post(console_url(round, "publish_round"))
    assert refused.status_code == 409
    assert reason in text(refused)
    round.refresh_from_db()
    assert round.published_at is None


def test_a_round_that_is_over_is_not_published(
    desk: Client, ha: User, programme: Programme
) -> None:
    settings = make_draft(programme, timezone.now() - timedelta(days=9))
    round = create_round(actor=ha, contest=make_contest(ha), draft=settings)
    refused = desk.post(console_url(round, "publish_round"))
    assert "Giờ đóng vòng thi đã qua" in text(refused)


def test_publishing_twice_is_one_publication(desk: Client, draft: Round) -> None:
    for _ in range(2):
        desk.post(console_url(draft, "publish_round"))
    assert AuditRecord.objects.filter(action="publish_round").count() == 1


# -- Turnout -------------------------------------------------------------------------------------


def test_turnout_leaves_people_on_duty_out(desk: Client, ha: User, yen: User, tai: User) -> None:
    round = make_round(ha, timezone.now(), attempts_allowed=None)
    late = timezone.now() - timedelta(minutes=30)
    start_attempt(user=yen, round=round, now=late)
    for person in (yen, tai, ha):
        start_attempt(user=person, round=round, now=timezone.now())
    page = text(desk.get(console_url(round)))
    assert "Người dự thi 2" in page
    assert "Đang làm bài 2" in page
    assert "Bài đã nộp 1" in page
    assert "Vòng 1: Kinh tế rừng" in text(desk.get(reverse("contest:console")))


def test_the_list_shows_drafts_and_published_rounds(desk: Client, ha: User, draft: Round) -> None:
    make_round(ha, timezone.now(), contest=draft.contest)
    page = text(desk.get(reverse("contest:console")))
    assert "Bản nháp" in page
    assert "Đang mở" in page
