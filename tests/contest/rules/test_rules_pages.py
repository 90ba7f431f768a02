"""Pages of the rules: what everybody reads, and changing them in the console."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from contest.conduct import timing
from contest.drafts import PrizeDraft, draft_of
from contest.models import AuditRecord, Division, Round, RulesVersion
from contest.rounds import create_round
from contest.rules import changing
from tests.factories import make_contest, make_draft, make_pool, make_round

HOUR = timedelta(hours=1)


def words(page: bytes) -> str:
    """The page as it reads: without tags, blanks run together."""
    text = html.unescape(re.sub(r"<[^>]+>", " ", page.decode()))
    return re.sub(r"\s+", " ", text)


@pytest.fixture
def now() -> datetime:
    """Pages ask the real clock."""
    return timezone.now().replace(second=0, microsecond=0)


@pytest.fixture
def opened(ha: User, now: datetime) -> Round:
    return make_round(ha, now, prizes=[PrizeDraft("Giải Nhất", 1, "2.000.000 đồng")])


@pytest.fixture
def coming(ha: User, now: datetime) -> Round:
    return make_round(ha, now, opens_at=now + HOUR)


@pytest.fixture
def ha_client(ha: User) -> Client:
    client = Client()
    client.force_login(ha)
    return client


def rules_url(round: Round, query: str = "") -> str:
    return reverse("contest:rules", args=[round.contest.slug, round.number]) + query


def change_url(round: Round) -> str:
    return reverse("contest:change_round", args=[round.pk])


def extend(round: Round, ha: User, now: datetime) -> None:
    timing.extend_round(
        round=round,
        closes_at=round.closes_at + HOUR,
        actor=ha,
        reason="Mưa lũ, mất điện",
        now=now,
    )


# -- For everybody -------------------------------------------------------------------------------


def test_the_rules_of_a_round(client: Client, opened: Round) -> None:
    page = words(client.get(rules_url(opened)).content)
    assert "Thể lệ vòng 1: Kinh tế rừng" in page
    assert "Bản 1, công bố lúc" in page
    assert "Điều 1. Đối tượng dự thi" in page
    assert "không còn hiệu lực" not in page
    assert "Sửa đổi ngày" not in page


def test_amendments_stand_above_the_rules_newest_first(
    client: Client, opened: Round, ha: User, now: datetime
) -> None:
    extend(opened, ha, now)
    changing.change_round(
        actor=ha,
        round=opened,
        draft=replace(draft_of(Round.objects.get(pk=opened.pk)), extra_rules="Một câu."),
        reason="Bổ sung <quy định>",
        now=now + HOUR,
    )
    for url in (rules_url(opened), reverse("contest:contest", args=[opened.contest.slug])):
        page = words(client.get(url).content)
        assert "Bản 3, công bố lúc" in page
        newest, older = page.index("Bổ sung Điều"), page.index("Gia hạn vòng thi: đóng lúc")
        assert newest < older < page.index("Điều 1. Đối tượng dự thi")
        assert page.count("Sửa đổi ngày") == 2
        assert "Lý do: Mưa lũ, mất điện" in page
        assert "Lý do: Bổ sung <quy định>" in page


def test_an_older_version_says_that_it_is_no_longer_in_force(
    client: Client, opened: Round, ha: User, now: datetime
) -> None:
    extend(opened, ha, now)
    page = words(client.get(rules_url(opened, "?version=1")).content)
    assert "Bản này không còn hiệu lực từ" in page
    assert "Xem bản 2 đang có hiệu lực" in page
    assert "Gia hạn vòng thi" not in page
    first = RulesVersion.objects.get(number=1)
    assert first.articles[1]["sentences"][0] in page
    newest = words(client.get(rules_url(opened, "?version=2")).content)
    assert "không còn hiệu lực" not in newest
    assert "Gia hạn vòng thi" in newest


@pytest.mark.parametrize("asked", ["9", "0", "-1", "abc", "", "١", "1" * 9])
def test_a_version_that_is_not_there(client: Client, opened: Round, asked: str) -> None:
    assert client.get(rules_url(opened, f"?version={asked}")).status_code == 404


def test_a_draft_has_no_public_rules(client: Client, ha: User, now: datetime) -> None:
    contest = make_contest(ha)
    draft = create_round(actor=ha, contest=contest, draft=make_draft(make_pool(), now))
    assert client.get(rules_url(draft)).status_code == 404


def test_the_public_rules_hold_no_secret(client: Client, ha: User, now: datetime) -> None:
    round = make_round(ha, now, essay_prompt="Đề bài kín", essay_points=5)
    page = client.get(rules_url(round)).content.decode()
    assert "Đề bài kín" not in page
    assert round.secret not in page


def test_the_rounds_table_links_to_the_rules(client: Client, opened: Round) -> None:
    assert f'href="{rules_url(opened)}"' in client.get(reverse("contest:index")).content.decode()


# -- In the console ------------------------------------------------------------------------------


def test_a_draft_is_read_before_it_is_published(ha_client: Client, ha: User, now: datetime) -> None:
    draft = create_round(actor=ha, contest=make_contest(ha), draft=make_draft(make_pool(), now))
    page = words(ha_client.get(reverse("contest:rules_preview", args=[draft.pk])).content)
    assert "Đây là bản xem trước" in page
    assert "Mỗi người thi tối đa 02 lượt" in page
    assert not draft.rules_versions.exists()


@pytest.mark.parametrize("name", ["rules_preview", "change_round"])
def test_strangers_stay_outside(
    client: Client, yen_client: Client, opened: Round, name: str
) -> None:
    url = reverse(f"contest:{name}", args=[opened.pk])
    assert client.get(url).status_code == 302
    assert yen_client.get(url).status_code == 403
    assert yen_client.post(url, {"reason": "thử"}).status_code in (403, 405)


def typed(client: Client, round: Round) -> dict[str, Any]:
    """What the change page would send if nothing on it were touched."""
    context = client.get(change_url(round)).context
    data: dict[str, Any] = {"seen": context["seen"], "reason": "Lý do"}
    for form in (context["form"], context["prizes"].management_form, *context["prizes"].forms):
        for field in form:
            value = field.field.widget.format_value(field.value()) if hasattr(
                field.field.widget, "format_value") else field.value()  # fmt: skip
            if field.name != "reason" and value not in (None, False):
                data[field.html_name] = value
    return data


@pytest.fixture
def send(ha_client: Client) -> Callable[..., Any]:
    def post(round: Round, **changes: Any) -> Any:
        return ha_client.post(change_url(round), typed(ha_client, round) | changes)

    return post


def test_a_change_is_shown_before_it_is_made(
    send: Callable[..., Any], ha_client: Client, opened: Round
) -> None:
    shown = send(opened, extra_rules="Mang theo giấy tờ.", reason="Bổ sung")
    page = words(shown.content)
    assert "Sẽ công bố sửa đổi:" in page
    assert "Quy định khác của Ban Tổ chức): Mang theo giấy tờ." in page
    assert opened.rules_versions.count() == 1
    hidden: dict[str, list[str]] = {}
    for name, value in shown.context["typed"]:
        hidden.setdefault(name, []).append(value)
    done = ha_client.post(change_url(opened), hidden | {"step": "apply"})
    assert done.status_code == 302
    version = opened.rules_versions.get(number=2)
    assert version.reason == "Bổ sung"
    assert AuditRecord.objects.get(action="change_round").after == {
        "extra_rules": "Mang theo giấy tờ."
    }


def test_going_back_keeps_what_was_typed(send: Callable[..., Any], opened: Round) -> None:
    page = send(opened, extra_rules="Mang theo giấy tờ.", title="", step="edit")
    assert page.status_code == 200
    assert "Mang theo giấy tờ." in page.content.decode()
    assert "Hãy nhập" not in words(page.content)
    assert opened.rules_versions.count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": ""}, "Hãy ghi lý do sửa đổi."),
        ({}, "Chưa có thông số nào được đổi."),
        ({"title": ""}, "Hãy nhập tên vòng thi."),
        ({"prizes-0-count": "0"}, "Giải 1: Số giải cần là số nguyên"),
        ({"prizes-0-name": "Giải Đặc biệt"}, "Chỉ được tăng số giải"),
        ({"frozen_at": "2020-01-01T08:00"}, "Lúc đóng băng cần ở sau lúc này"),
        ({"seen": "x"}, "Trong lúc bạn sửa, vòng thi đã được sửa đổi."),
    ],
)
def test_wrong_input_is_explained_and_kept(
    send: Callable[..., Any], opened: Round, changes: dict[str, str], said: str
) -> None:
    more = {} if not changes else {"extra_rules": "Mang theo giấy tờ."}
    page = send(opened, **more, **changes)
    assert page.status_code == 422
    assert said in words(page.content)
    assert not more or "Mang theo giấy tờ." in page.content.decode()
    assert opened.rules_versions.count() == 1


def test_while_open_the_form_has_only_what_may_change(ha_client: Client, opened: Round) -> None:
    form = ha_client.get(change_url(opened)).context["form"]
    assert set(form.fields) == {
        "title", "results_shown", "solutions_shown", "board_shown", "frozen_at", "names_shown",
        "extra_rules", "reason",
    }  # fmt: skip


def test_every_field_of_the_form_is_on_the_page(ha_client: Client, coming: Round) -> None:
    form = ha_client.get(change_url(coming)).context["form"]
    shown = [field.name for _, fields in form.groups for field in fields]
    assert sorted([*shown, "reason"]) == sorted(form.fields)


def test_a_field_that_is_not_on_the_page_is_not_taken(
    send: Callable[..., Any], opened: Round
) -> None:
    page = send(opened, attempts="9", limit="60", step="apply")
    assert "Chưa có thông số nào được đổi." in words(page.content)


def test_prizes_grow_while_the_round_is_open(send: Callable[..., Any], opened: Round) -> None:
    more = {"prizes-0-count": "2", "prizes-1-name": "Giải Nhì", "prizes-1-count": "3"}
    assert send(opened, **more, step="apply").status_code == 302
    assert [str(prize) for prize in opened.prizes.order_by("position")] == [
        "02 Giải Nhất",
        "03 Giải Nhì",
    ]


def test_before_opening_nearly_everything_can_be_typed(
    send: Callable[..., Any], coming: Round
) -> None:
    before = draft_of(coming)
    answer = send(
        coming, limit="20", attempts="5", rank_2="elapsed", rank_3="prediction", step="apply"
    )
    assert answer.status_code == 302
    changed = Round.objects.get(pk=coming.pk)
    assert changing.changed_settings(changed, before) == [
        "time_limit_s",
        "attempts_allowed",
        "ranking_keys",
    ]
    assert (changed.time_limit_s, changed.attempts_allowed) == (1_200, 5)


def test_a_limit_of_odd_seconds_stays_unless_it_is_typed(
    send: Callable[..., Any], ha: User, now: datetime
) -> None:
    round = make_round(ha, now, opens_at=now + HOUR, time_limit_s=630)
    send(round, title="Tên khác", step="apply")
    assert Round.objects.get(pk=round.pk).time_limit_s == 630


def test_a_draft_is_edited_and_a_final_round_is_left(
    ha_client: Client, ha: User, opened: Round, now: datetime
) -> None:
    draft = create_round(actor=ha, contest=opened.contest, draft=draft_of(opened))
    edit = reverse("contest:edit_round", args=[draft.pk])
    assert ha_client.get(change_url(draft)).headers["Location"] == edit
    Round.objects.filter(pk=opened.pk).update(finalised_at=now)
    console = reverse("contest:console_round", args=[opened.pk])
    assert ha_client.get(change_url(opened)).headers["Location"] == console


def test_prizes_keep_their_division_and_block(
    send: Callable[..., Any], ha: User, now: datetime
) -> None:
    contest = make_contest(ha)
    division = Division.objects.create(contest=contest, position=1, code="a", name="Bảng A")
    prizes = [
        PrizeDraft("Giải Nhất", 1, "", division),
        PrizeDraft("Giải tập thể", 2, "", None, "entrants", "Khối không còn đơn vị"),
    ]
    round = make_round(ha, now, contest=contest, prizes=prizes)
    assert send(round, extra_rules="Một câu.", step="apply").status_code == 302
    assert draft_of(Round.objects.get(pk=round.pk)).prizes == prizes
