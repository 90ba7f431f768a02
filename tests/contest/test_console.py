"""The organisers' console: drafting and publishing through HTTP."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from accounts.models import User
from accounts.text import nfc
from contest.attempts import start_attempt
from contest.drafts import LineDraft, PrizeDraft, RoundDraft, settings_of
from contest.forms import next_week
from contest.models import AuditRecord, Contest, Division, Prize, Round
from contest.papers import seed_commitment
from contest.rounds import create_round, update_round
from contest.visibility import Board, Names, Shown
from quizzes.duties import AUTHORS, grant_desk_duty
from quizzes.models import Programme
from tests.factories import make_contest, make_draft, make_pool, make_programme, make_round

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


class FormReader(HTMLParser):
    """What a browser without script would send of the editor on a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self.is_inside, self.in_template = False, False
        self.select = self.textarea = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        self.is_inside |= tag == "form" and "data-editor" in has
        self.in_template |= tag == "template"
        if not self.is_inside or self.in_template:
            return
        name, kind = has.get("name", ""), has.get("type", "text")
        ticked = kind in ("checkbox", "radio")
        if tag == "input" and (not ticked or "checked" in has):
            self.sent.setdefault(name, []).append(has.get("value", "on" if ticked else ""))
        elif tag == "select":
            self.select = name
            self.sent[name] = []
        elif tag == "option" and self.select and ("selected" in has or not self.sent[self.select]):
            self.sent[self.select] = [has["value"]]
        elif tag == "textarea":
            self.textarea = name
            self.sent[name] = [""]

    def handle_endtag(self, tag: str) -> None:
        self.is_inside &= tag != "form"
        self.in_template &= tag != "template"
        if tag in ("select", "textarea"):
            if tag == "textarea" and self.textarea:  # the newline that starts it is not content
                self.sent[self.textarea][0] = self.sent[self.textarea][0].removeprefix("\n")
            self.select = self.textarea = ""

    def handle_data(self, data: str) -> None:
        if self.textarea:  # a browser drops the newline that Django prints first
            self.sent[self.textarea][0] += (
                data if self.sent[self.textarea][0] else data.lstrip("\n")
            )


def sent_from(response: Any) -> dict[str, list[str]]:
    """The fields of the editor as they are on the page, as a browser sends them."""
    return FormReader(response.content.decode()).sent


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


def test_every_console_page_has_the_style_of_the_desk_once(
    desk: Client, draft: Round, ha: User
) -> None:
    grant_desk_duty(user=ha, duty=AUTHORS)
    names = ("contest:console", "contest:audit", "contest:coverage", "quizzes:documents")
    pages = [reverse(name) for name in (*names, "quizzes:questions", "contest:appeal_rounds")]
    for address in [*pages, reverse("contest:console_round", args=[draft.pk])]:
        assert desk.get(address).content.decode().count("css/desk") == 1, address


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


def test_the_next_round_has_every_setting_of_the_one_before_in_its_rhythm(
    desk: Client, ha: User, programme: Programme
) -> None:
    opens_at = datetime(2096, 3, 12, 3, tzinfo=UTC)  # 10:00 on a Monday, to 09:00 a week later
    closes_at = opens_at + timedelta(days=6, hours=23)
    before = make_draft(
        programme,
        timezone.now(),
        opens_at=opens_at,
        closes_at=closes_at,
        frozen_at=closes_at - timedelta(hours=12),
        requires_all=True,
        names_shown="shortened",
        ranking_keys=["points", "prediction", "submitted_at"],
        prizes=[PrizeDraft("Giải Nhất", 1, "2.000.000 đồng")],
        extra_rules="Mang thẻ.",
    )
    first = create_round(actor=ha, contest=make_contest(ha), draft=before)
    where = reverse("contest:new_round", args=[first.contest.slug])
    desk.post(where, sent_from(desk.get(where)) | {"title": "Tuần 2"})
    was, now = settings_of(first), settings_of(first.contest.rounds.get(number=2))
    week = timedelta(weeks=1)
    for name in ("opens_at", "closes_at", "frozen_at"):
        assert datetime.fromisoformat(now.pop(name)) == datetime.fromisoformat(was.pop(name)) + week
    assert (was.pop("title"), now.pop("title")) == ("Kinh tế rừng", "Tuần 2")
    assert was == now


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


# -- Every setting -------------------------------------------------------------------------------

SATURDAY = "2096-03-17T22:00"  # the round opens on a Monday
RANKS = ("rank_1", "rank_2", "rank_3", "rank_4", "rank_5")


def ranked(*keys: str) -> dict[str, str]:
    return dict(zip(RANKS, [*keys, *[""] * 5], strict=False))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"frozen_at": "2096-03-11T08:00"}, "Lúc đóng băng phải sau giờ mở và không muộn hơn"),
        ({"frozen_at": "2096-03-12T08:00"}, "Lúc đóng băng phải sau giờ mở và không muộn hơn"),
        ({"frozen_at": "2096-03-18T22:01"}, "Lúc đóng băng phải sau giờ mở và không muộn hơn"),
        ({"weekdays": ["0"]}, "hãy nhập thêm từ giờ nào đến giờ nào."),
        ({"weekdays": ["9"]}, "Các ngày làm bài: hãy chọn trong danh sách."),
        ({"daily_from": "07:30"}, "Hãy nhập cả giờ bắt đầu và giờ kết thúc trong ngày"),
        ({"daily_from": "17:30", "daily_to": "07:30"}, "phải sau giờ bắt đầu, muộn nhất 23:59."),
        ({"daily_from": "sáng", "daily_to": "17:30"}, "Hãy nhập giờ bắt đầu trong ngày, ví dụ"),
        (
            {"daily_from": "07:30", "daily_to": "07:40"},
            "Thời gian làm bài 15 phút dài hơn giờ làm bài mỗi ngày (10 phút).",
        ),
        (
            {"weekdays": ["6"], "daily_from": "07:30", "daily_to": "17:30", "closes_at": SATURDAY},
            "Từ lúc mở đến lúc đóng không có giờ nào được làm bài.",
        ),
        ({"admits_top": "10"}, "Đã nhập số người được vào; hãy chọn họ lấy từ đâu."),
        ({"admits_from": "each_round", "admits_top": "10"}, "Đây là vòng đầu tiên"),
        ({"essay_points": "5"}, "Đã có điểm tự luận; hãy viết đề bài, hoặc xóa điểm."),
        ({"essay_prompt": "Viết về quê hương."}, "Hãy nhập điểm tối đa của câu tự luận."),
        ({"results_shown": "sometimes"}, "xem điểm của mình: hãy chọn trong danh sách."),
        (ranked("prediction", "points"), "Tiêu chí đầu tiên phải là điểm"),
        (ranked("points", "elapsed"), "Có câu dự đoán mà không xếp hạng theo dự đoán"),
        (
            {**ranked("points", "prediction", "elapsed"), "prediction": ""},
            "Vòng thi không có câu dự đoán; hãy chọn câu dự đoán hoặc bỏ tiêu chí này.",
        ),
        (ranked("points", "prediction", "points"), "“Điểm cao” đã có ở trên"),
        (ranked("points", "lottery", "prediction"), "nên phải là tiêu chí cuối cùng."),
        (ranked("points", "beauty"), "Tiêu chí 2: hãy chọn trong danh sách."),
        ({"prizes-0-worth": "1.000.000 đồng"}, "Giải 1: Hãy nhập tên giải."),
        ({"prizes-0-name": "Nhất", "prizes-0-count": "0"}, "Giải 1: Số giải cần là số nguyên"),
        (
            {"prizes-0-name": "Nhất", "prizes-0-block": "Xã, phường"},
            "Khối thi đua chỉ dùng cho giải tập thể",
        ),
    ],
)
def test_settings_that_contradict_are_refused_with_words(
    desk: Client, programme: Programme, changes: dict[str, Any], message: str
) -> None:
    rows = {"prizes-TOTAL_FORMS": 1, "prizes-INITIAL_FORMS": 0, "prizes-0-count": 1}
    kept = {**rows, "extra_rules": "Đã gõ phần này.", **changes}
    answer = desk.post(NEW, typed(programme, (5, 1), **kept))
    assert answer.status_code == 422
    assert message in text(answer)
    assert "Còn 1 chỗ cần sửa" in text(answer)
    assert "Đã gõ phần này." in answer.content.decode()
    assert not Contest.objects.exists()


def test_unusual_settings_are_unfolded_where_they_are_wrong(
    desk: Client, programme: Programme
) -> None:
    folded = desk.get(NEW).content.decode()
    assert "<details><summary><b>Chỉ trong giờ làm việc" in folded
    wrong = desk.post(NEW, typed(programme, (5, 1), daily_from="07:30")).content.decode()
    assert "<details open><summary><b>Chỉ trong giờ làm việc" in wrong


def test_the_table_is_asked_only_where_there_is_one(desk: Client, draft: Round) -> None:
    where = reverse("contest:new_round", args=[draft.contest.slug])
    programme = draft.lines.get().programme
    final = typed(programme, (5, 1), admits_from="table", admits_top="10")
    assert "Hãy bật bảng tổng hợp" in text(desk.post(where, final))
    missing = typed(programme, (5, 1), admits_from="each_round")
    assert "Hãy nhập số người đứng đầu" in text(desk.post(where, missing))
    Contest.objects.update(has_table=True)
    assert desk.post(where, final).status_code == 302
    assert draft.contest.rounds.get(number=2).admits_top == 10


def test_an_essay_alone_is_a_paper_too(desk: Client, programme: Programme) -> None:
    essay = {"essay_prompt": "Viết về quê hương.", "essay_points": "100"}
    perfect = desk.post(NEW, typed(programme, prediction="perfect", **essay))
    assert "chỉ có câu tự luận nên không có người trả lời đúng tất cả" in text(perfect)
    assert desk.post(NEW, typed(programme, prediction="", **essay)).status_code == 302
    assert (Round.objects.get().lines.count(), Round.objects.get().essay_points) == (0, 100)


@pytest.mark.parametrize(
    ("pressed", "order"),
    [
        ({"rank_move": "up-2"}, ["prediction", "points", "elapsed", "", ""]),
        ({"rank_move": "down-2"}, ["points", "elapsed", "prediction", "", ""]),
        ({"rank_move": "up-1"}, ["points", "prediction", "elapsed", "", ""]),
        ({"rank_move": "down-5"}, ["points", "prediction", "elapsed", "", ""]),
        ({"rank_move": "sideways"}, ["points", "prediction", "elapsed", "", ""]),
        ({"rank_family": "party"}, ["points", "prediction", "submitted_at", "", ""]),
        ({"rank_family": "youth"}, ["points", "elapsed", "prediction", "submitted_at", ""]),
    ],
)
def test_the_order_is_rearranged_without_a_script_and_without_saving(
    desk: Client, programme: Programme, pressed: dict[str, str], order: list[str]
) -> None:
    data = typed(programme, (5, 1), title="", summary="Đã gõ.", **pressed)
    answer = desk.post(NEW, data | ranked("points", "prediction", "elapsed"))
    assert answer.status_code == 200
    sent = sent_from(answer)
    assert [sent[name] for name in RANKS] == [[key] for key in order]
    assert (sent["summary"], sent["lines-0-count"]) == (["Đã gõ."], ["5"])
    assert "cần sửa" not in text(answer)
    assert not Contest.objects.exists()


def test_a_family_without_a_prediction_leaves_it_out(desk: Client, programme: Programme) -> None:
    data = typed(programme, (5, 1), prediction="", rank_family="youth")
    sent = sent_from(desk.post(NEW, data))
    assert [sent[name][0] for name in RANKS] == ["points", "elapsed", "submitted_at", "", ""]


def test_lines_and_prizes_of_a_division(desk: Client, draft: Round, programme: Programme) -> None:
    division = Division.objects.create(
        contest=draft.contest, position=1, code="can-bo", name="Cán bộ"
    )
    change = {"lines-0-division": "can-bo", "prizes-TOTAL_FORMS": 1, "prizes-INITIAL_FORMS": 0}
    prize = {"prizes-0-name": "Giải Nhất", "prizes-0-count": 2, "prizes-0-division": "can-bo"}
    desk.post(console_url(draft, "edit_round"), typed(programme, (3, 1), **change, **prize))
    assert draft.lines.get().division == division
    assert (draft.prizes.get().division, draft.prizes.get().count) == (division, 2)
    assert "Cán bộ" in text(desk.get(console_url(draft)))
    wrong = typed(programme, (3, 1), **{"lines-0-division": "la"})
    answer = desk.post(console_url(draft, "edit_round"), wrong)
    assert "Dòng 1: Bảng: hãy chọn trong danh sách." in text(answer)


def keys_for(target: str) -> st.SearchStrategy[list[str]]:
    """Orders that make sense: points first, a prediction where one is asked, lots last."""
    middle = ["elapsed", "submitted_at", *(["prediction"] if target else [])]
    needed = {"prediction"} if target else set()
    some = st.permutations(middle).flatmap(
        lambda order: st.integers(0, len(order)).map(lambda n: order[:n])
    )
    return st.tuples(some.filter(lambda keys: needed <= set(keys)), st.booleans()).map(
        lambda drawn: ["points", *drawn[0], *(["lottery"] if drawn[1] else [])]
    )


@st.composite
def drafts(draw: st.DrawFn, programmes: list[Programme], divisions: list[Division]) -> RoundDraft:
    """Any settings the editor takes, of a later round of a contest with a table."""
    words = st.text("aăâ bcdđ1,.-", min_size=1, max_size=30).map(str.strip).filter(bool)
    words = words.map(nfc).filter(bool)
    minutes = st.integers(0, 60 * 24 * 20)
    opens_at = datetime(2096, 3, 5, 1, tzinfo=UTC) + timedelta(minutes=draw(minutes))
    closes_at = opens_at + timedelta(days=draw(st.integers(8, 30)), minutes=draw(minutes))
    frozen = draw(st.none() | st.integers(1, 60 * 24 * 8))
    hours = draw(st.none() | st.just((time(7, 30), time(17, 30))))
    target = draw(st.sampled_from([value for value, _ in Round.PredictionTarget.choices]))
    source = draw(st.sampled_from(["", "each_round", "table"]))
    essay = draw(st.none() | st.tuples(words, st.integers(1, 100)))
    somebody = st.sampled_from([None, *divisions])
    lines = st.builds(
        LineDraft,
        st.sampled_from(programmes),
        st.sampled_from(["", "easy", "medium", "hard"]),
        st.integers(1, 100),
        st.integers(1, 100),
        somebody,
    )
    measures = st.sampled_from([value for value, _ in Prize.Measure.choices])
    prizes = st.builds(PrizeDraft, words, st.integers(1, 1_000), st.just("") | words, somebody)
    return RoundDraft(
        title=draw(words),
        opens_at=opens_at,
        closes_at=closes_at,
        time_limit_s=draw(st.integers(1, 600)) * 60,
        attempts_allowed=draw(st.none() | st.integers(1, 100)),
        prediction_target=target,
        lines=draw(st.lists(lines, min_size=1, max_size=4)),
        prizes=[
            replace(prize, measure=measure, block="Xã, phường" if measure else "")
            for prize in draw(st.lists(prizes, max_size=4))
            for measure in [draw(measures)]
        ],
        weekdays=sorted(draw(st.sets(st.integers(0, 6)))) if hours else [],
        daily_from=hours[0] if hours else None,
        daily_to=hours[1] if hours else None,
        shuffles_questions=draw(st.booleans()),
        shuffles_choices=draw(st.booleans()),
        requires_all=draw(st.booleans()),
        essay_prompt=essay[0] if essay else "",
        essay_points=essay[1] if essay else 0,
        admits_from=source,
        admits_top=draw(st.integers(1, 100)) if source else None,
        ranking_keys=draw(keys_for(target)),
        prizes_need_perfect=draw(st.booleans()),
        results_shown=draw(st.sampled_from(Shown)),
        solutions_shown=draw(st.sampled_from(Shown)),
        board_shown=draw(st.sampled_from(Board)),
        frozen_at=frozen and opens_at + timedelta(minutes=frozen),
        names_shown=draw(st.sampled_from(Names)),
        extra_rules="\n".join(draw(st.lists(words, max_size=3))),
    )


def test_every_setting_comes_back_from_the_page_as_it_was(
    desk: Client, ha: User, draft: Round, programme: Programme
) -> None:
    """Stored, shown in the editor, sent by a browser without script, stored: the same."""
    contest = draft.contest
    Contest.objects.update(has_table=True)
    divisions = [
        Division.objects.create(contest=contest, position=n, code=f"bang-{n}", name=f"Bảng {n}")
        for n in (1, 2)
    ]
    second = create_round(actor=ha, contest=contest, draft=make_draft(programme, timezone.now()))
    where = console_url(second, "edit_round")

    # Looking for a smaller example would go through the pages hundreds of times.
    @settings(max_examples=20, phases=[Phase.generate])
    @given(drafts([programme, make_programme("04-CTr/TU", 2)], divisions))
    def comes_back(given_draft: RoundDraft) -> None:
        update_round(actor=ha, round=second, draft=given_draft)
        before = settings_of(Round.objects.get(pk=second.pk))
        shown = sent_from(desk.get(where))
        update_round(actor=ha, round=second, draft=make_draft(programme, timezone.now()))
        answer = desk.post(where, shown)
        assert answer.status_code == 302, answer.context["problems"]
        assert settings_of(Round.objects.get(pk=second.pk)) == before

    comes_back()


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
