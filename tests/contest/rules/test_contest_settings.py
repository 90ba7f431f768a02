"""Settings of a whole contest: services with their refusals, and their page."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Unit, User
from contest.admission import admission
from contest.attempts import start_attempt
from contest.drafts import LineDraft
from contest.eligibility import Eligibility
from contest.errors import ContestError
from contest.forms.contest import ContestSettingsForm, WhoForm, contest_values, who_values
from contest.models import AuditRecord, Contest, Division, Exclusion, Round
from contest.rounds import create_round
from contest.rules import contests
from contest.rules.contests import ContestDraft, contest_draft_of
from tests.factories import make_contest, make_draft, make_pool, make_round, make_unit

NOBODY = Eligibility()


@pytest.fixture
def contest(ha: User) -> Contest:
    return make_contest(ha)


@pytest.fixture
def published(ha: User, contest: Contest, noon: datetime) -> Round:
    return make_round(ha, noon, contest=contest)


@pytest.fixture
def desk(client: Client, ha: User) -> Client:
    client.force_login(ha)
    return client


def url(contest: Contest, name: str = "contest_settings", *more: int) -> str:
    return reverse(f"contest:{name}", args=[contest.slug, *more])


def text(response: Any) -> str:
    plain = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", unescape(plain))


def add(contest: Contest, ha: User, name: str, who: Eligibility = NOBODY) -> Division:
    return contests.add_division(actor=ha, contest=contest, name=name, who=who)


def update(contest: Contest, ha: User, now: datetime, reason: str = "", **changes: Any) -> Contest:
    draft = replace(contest_draft_of(contest), **changes)
    return contests.update_contest(actor=ha, contest=contest, draft=draft, reason=reason, now=now)


FULL = {
    "title": "Tên mới",
    "summary": "Lời mới.",
    "issuer_parent": "Tỉnh uỷ Cao Bằng",
    "issuer": "Ban Tổ chức",
    "place": "Thục Phán",
    "profile": "state",
    "one_prize_per_person": True,
    "has_table": True,
    "who": Eligibility(("01477",), ("commune",), ("youth_member",), 14, 35),
    "excluded_units": ("01477",),
}


# -- Services ------------------------------------------------------------------------------------


def test_o3_every_setting_is_kept_and_written_down(
    contest: Contest, ha: User, noon: datetime
) -> None:
    update(contest, ha, noon, **FULL)
    contest.refresh_from_db()
    assert contest_draft_of(contest) == ContestDraft(**FULL)
    record = AuditRecord.objects.get(action="update_contest")
    assert (record.before["title"], record.after["title"]) == (
        "Tìm hiểu Nghị quyết",
        "Tên mới",
    )
    assert record.after["who"] == FULL["who"].to_json()  # type: ignore[attr-defined]


def test_saving_the_same_writes_nothing(contest: Contest, ha: User, noon: datetime) -> None:
    update(contest, ha, noon)
    assert not AuditRecord.objects.filter(action="update_contest").exists()


def test_conditions_stand_once_a_round_is_published(
    contest: Contest, published: Round, ha: User, noon: datetime
) -> None:
    with pytest.raises(ContestError, match="đối tượng dự thi không đổi được nữa"):
        update(contest, ha, noon, "Nhầm.", who=Eligibility(min_age=18))
    contest.refresh_from_db()
    assert contest.who == NOBODY
    with pytest.raises(ContestError, match="lý do"):
        update(contest, ha, noon, " ", title="Khác")
    update(contest, ha, noon, "Đổi tên theo công văn.", title="Khác", has_table=True)
    contest.refresh_from_db()
    assert (contest.title, contest.has_table) == ("Khác", True)


def test_what_changes_after_publication_is_told_in_the_rules(
    contest: Contest, published: Round, ha: User, noon: datetime
) -> None:
    make_unit("so-y-te", "Sở Y tế", kind="department")
    update(contest, ha, noon, "Sở ra đề.", excluded_units=("so-y-te",))
    version = published.rules_versions.get(number=2)
    assert version.reason == "Sở ra đề."
    assert "Sở Y tế" in " ".join(version.changes)
    contest.refresh_from_db()
    update(contest, ha, noon, "Đổi nơi ký.", place="Hà Nội")  # nothing the rules say
    assert published.rules_versions.count() == 2


def test_the_table_stays_on_while_a_round_takes_people_from_it(
    contest: Contest, ha: User, noon: datetime
) -> None:
    contest = update(contest, ha, noon, has_table=True)
    programme = make_pool()
    for number in (1, 2):
        later = make_draft(programme, noon + timedelta(weeks=number))
        final = replace(later, admits_from="table", admits_top=10) if number == 2 else later
        create_round(actor=ha, contest=contest, draft=final)
    with pytest.raises(ContestError, match="Vòng 2 lấy người từ bảng tổng hợp"):
        update(contest, ha, noon, has_table=False)


def test_divisions_are_added_renamed_moved_and_removed(contest: Contest, ha: User) -> None:
    officials = add(contest, ha, "Cán bộ, công chức", Eligibility(kinds=("department",)))
    people = add(contest, ha, "Người dân")
    third = add(contest, ha, "Học sinh")
    assert officials.code == "can-bo-cong-chuc"
    contests.move_division(actor=ha, division=third, step=-1)
    contests.move_division(actor=ha, division=officials, step=-1)  # already first
    names = [d.name for d in contest.divisions.order_by("position")]
    assert names == ["Cán bộ, công chức", "Học sinh", "Người dân"]
    contests.change_division(
        actor=ha, division=people, name="Nhân dân", who=Eligibility(min_age=18)
    )
    contests.remove_division(actor=ha, division=officials)
    left = contest.divisions.order_by("position").values_list("position", "name", "eligibility")
    assert list(left) == [(1, "Học sinh", {}), (2, "Nhân dân", {"min_age": 18})]
    actions = AuditRecord.objects.filter(subject=f"contest:{contest.pk}")
    assert actions.filter(action="remove_division").get().before["name"] == "Cán bộ, công chức"


def test_two_divisions_of_one_name_are_refused(contest: Contest, ha: User) -> None:
    first = add(contest, ha, "Bảng A")
    with pytest.raises(ContestError, match="đã có bảng tên này"):
        add(contest, ha, "bảng a")
    assert contests.change_division(actor=ha, division=first, name="Bảng A", who=NOBODY)


def test_a_division_in_use_by_a_draft_is_not_removed(
    contest: Contest, ha: User, noon: datetime
) -> None:
    division = add(contest, ha, "Bảng A")
    programme = make_pool()
    lines = [LineDraft(programme, "", 5, 1, division)]
    draft = make_draft(programme, noon, lines=lines)
    create_round(actor=ha, contest=contest, draft=draft)
    with pytest.raises(ContestError, match="Bảng A đang dùng ở cấu trúc đề của vòng 1"):
        contests.remove_division(actor=ha, division=division)


def test_divisions_stand_once_published_or_attempted(
    contest: Contest, ha: User, yen: User, noon: datetime
) -> None:
    division = add(contest, ha, "Bảng A")
    round = make_round(ha, noon, contest=contest)
    deeds: list[Any] = [
        lambda: add(contest, ha, "Bảng B"),
        lambda: contests.change_division(actor=ha, division=division, name="C", who=NOBODY),
        lambda: contests.move_division(actor=ha, division=division, step=1),
        lambda: contests.remove_division(actor=ha, division=division),
    ]
    for deed in deeds:
        with pytest.raises(ContestError, match="các bảng không đổi được nữa"):
            deed()
    start_attempt(user=yen, round=round, now=noon)
    Round.objects.update(published_at=None)
    for deed in deeds:
        with pytest.raises(ContestError, match="Đã có bài thi thuộc một bảng"):
            deed()
    assert [d.name for d in contest.divisions.all()] == ["Bảng A"]


def test_excluded_people_practise_and_come_back(
    contest: Contest, published: Round, ha: User, yen: User, noon: datetime
) -> None:
    assert admission(user=yen, round=published, now=noon).is_ranked
    exclusion = contests.exclude_person(actor=ha, contest=contest, user=yen, role="Tổ Thư ký")
    contests.exclude_person(actor=ha, contest=contest, user=yen, role="Ban Đề thi")
    assert Exclusion.objects.get().role == "Ban Đề thi"
    assert not admission(user=yen, round=published, now=noon).is_ranked
    with pytest.raises(ContestError, match="lý do"):
        contests.readmit_person(actor=ha, exclusion=exclusion, reason=" ")
    contests.readmit_person(actor=ha, exclusion=exclusion, reason="Đã thôi việc ở tổ.")
    assert admission(user=yen, round=published, now=noon).is_ranked
    record = AuditRecord.objects.get(action="readmit_person")
    assert (record.reason, record.before["user"]) == ("Đã thôi việc ở tổ.", yen.pk)


# -- Forms ---------------------------------------------------------------------------------------


def test_units_are_read_by_code_and_by_name(commune: Unit, ward: Unit) -> None:
    make_unit("huong-a", "Xã Hưng Đạo")
    make_unit("huong-b", "Xã Hưng Đạo")

    def read(lines: str) -> WhoForm:
        return WhoForm({"units": lines})

    good = read("01477 gì cũng được\n\n phuong thuc phan \n01273")
    assert good.is_valid()
    assert good.who().units == ("01477", "01273")
    assert "Không có đơn vị “Xã Trên Trời”" in str(read("Xã Trên Trời").errors)
    assert "huong-a Xã Hưng Đạo; huong-b Xã Hưng Đạo" in str(read("Xã Hưng Đạo").errors)


def test_ages_that_nobody_has_are_refused(db: None) -> None:
    assert "Tuổi lớn nhất" in str(WhoForm({"min_age": "20", "max_age": "18"}).errors)
    assert "Tuổi cần là số nguyên, từ 1 đến 120." in str(WhoForm({"min_age": "0"}).errors)


def sent(form: Any) -> dict[str, Any]:
    """What a browser sends of a form as it is shown."""
    values = {field.html_name: field.value() for field in form}
    return {name: v for name, v in values.items() if v not in (None, False, [], ())}


@given(
    kinds=st.lists(st.sampled_from(["commune", "school", "department"]), unique=True),
    roles=st.lists(st.sampled_from(["youth_member", "trade_union_member"]), unique=True),
    ages=st.tuples(
        st.one_of(st.none(), st.integers(1, 60)), st.one_of(st.none(), st.integers(60, 120))
    ),
)
def test_conditions_come_back_as_they_were(
    kinds: list[str], roles: list[str], ages: tuple[int | None, int | None]
) -> None:
    who = Eligibility((), tuple(sorted(kinds)), tuple(sorted(roles)), *ages)
    form = WhoForm({**sent(WhoForm(initial={**who_values(who), "units": ""}))})
    form.fields["units"].clean = lambda value: ()  # type: ignore[method-assign]
    assert form.is_valid(), form.errors
    again = form.who()
    assert (
        replace(
            again, kinds=tuple(sorted(again.kinds)), memberships=tuple(sorted(again.memberships))
        )
        == who
    )


def test_settings_come_back_as_they_were(commune: Unit) -> None:
    draft = ContestDraft(**FULL)
    shown = ContestSettingsForm(initial=contest_values(draft), stands=False)
    again = ContestSettingsForm(sent(shown), stands=False)
    assert again.is_valid(), again.errors
    assert again.draft(NOBODY) == draft


# -- Pages ---------------------------------------------------------------------------------------


def test_the_page_saves_what_was_typed(desk: Client, contest: Contest, commune: Unit) -> None:
    data = {"contest_title": "Tên mới", "units": "Xã Trùng Khánh", "has_table": "on"}
    assert desk.post(url(contest), data)["Location"] == url(contest)
    contest.refresh_from_db()
    assert (contest.title, contest.has_table) == ("Tên mới", True)
    assert contest.who == Eligibility(units=("01477",))
    assert "01477 Xã Trùng Khánh" in desk.get(url(contest)).content.decode()


def test_mistakes_keep_what_was_typed(desk: Client, contest: Contest) -> None:
    data = {"contest_title": "", "issuer": "Đã gõ phần này", "units": "Xã Lạ", "kinds": "school"}
    answer = desk.post(url(contest), data)
    assert answer.status_code == 422
    assert "Còn 2 chỗ cần sửa" in text(answer)
    page = answer.content.decode()
    assert 'value="Đã gõ phần này"' in page
    assert "Xã Lạ</textarea>" in page
    assert re.search(r'value="school"[^>]*checked', page)


def test_once_published_the_page_says_what_stands(
    desk: Client, contest: Contest, published: Round, ha: User
) -> None:
    page = text(desk.get(url(contest)))
    assert "đối tượng dự thi và các bảng không đổi được nữa" in page
    assert "Thêm bảng" not in page
    answer = desk.post(url(contest), {"contest_title": "Khác", "min_age": "18"})
    assert "Hãy ghi lý do của thay đổi này." in text(answer)
    desk.post(url(contest), {"contest_title": "Khác", "min_age": "18", "reason": "Công văn 5."})
    contest.refresh_from_db()
    assert (contest.title, contest.who) == ("Khác", NOBODY)
    refused = desk.post(url(contest, "new_division"), {"name": "Bảng A"})
    assert refused.status_code == 409
    assert "các bảng không đổi được nữa" in text(refused)
    assert 'value="Bảng A"' in refused.content.decode()


def test_divisions_on_the_page(desk: Client, contest: Contest) -> None:
    desk.post(url(contest, "new_division"), {"name": "Bảng A", "kinds": ["school"]})
    desk.post(url(contest, "new_division"), {"name": "Bảng B"})
    a, b = contest.divisions.order_by("position")
    assert a.who == Eligibility(kinds=("school",))
    assert "Người thuộc đơn vị loại Trường học." in text(desk.get(url(contest)))
    desk.post(url(contest, "move_division", b.pk), {"to": "up"})
    assert [d.name for d in contest.divisions.order_by("position")] == ["Bảng B", "Bảng A"]
    desk.post(url(contest, "edit_division", b.pk), {"name": "Bảng C", "max_age": "35"})
    b.refresh_from_db()
    assert (b.name, b.who) == ("Bảng C", Eligibility(max_age=35))
    wrong = desk.post(url(contest, "edit_division", b.pk), {"name": "", "max_age": "35"})
    assert (wrong.status_code, "Hãy nhập tên bảng." in text(wrong)) == (422, True)
    desk.post(url(contest, "remove_division", a.pk))
    assert [d.name for d in contest.divisions.all()] == ["Bảng C"]


def test_people_on_the_page(desk: Client, contest: Contest, tai: User) -> None:
    wrong = desk.post(url(contest, "exclude_person"), {"login": "ai-do", "role": "Tổ Thư ký"})
    assert (wrong.status_code, "Không có tài khoản này" in text(wrong)) == (422, True)
    assert 'value="Tổ Thư ký"' in wrong.content.decode()
    desk.post(url(contest, "exclude_person"), {"login": "TAI", "role": "Tổ Thư ký"})
    exclusion = Exclusion.objects.get()
    assert (exclusion.user, exclusion.role) == (tai, "Tổ Thư ký")
    back = url(contest, "readmit_person", exclusion.pk)
    assert desk.post(back, {"reason": ""}).status_code == 422
    desk.post(back, {"reason": "Đã thôi."})
    assert not Exclusion.objects.exists()


def test_another_contests_divisions_and_people_are_not_found(
    desk: Client, contest: Contest, ha: User, tai: User
) -> None:
    other = make_contest(ha, title="Khác")
    division = add(other, ha, "Bảng A")
    exclusion = contests.exclude_person(actor=ha, contest=other, user=tai, role="Tổ")
    for name in ("edit_division", "move_division", "remove_division"):
        assert desk.post(url(contest, name, division.pk), {"name": "X"}).status_code == 404
    where = url(contest, "readmit_person", exclusion.pk)
    assert desk.post(where, {"reason": "X"}).status_code == 404
    assert Division.objects.get().name == "Bảng A"


@pytest.mark.parametrize("name", ["contest_settings", "new_division", "exclude_person"])
def test_strangers_change_nothing(name: str, contest: Contest, yen_client: Client) -> None:
    before = AuditRecord.objects.count()
    data = {"contest_title": "X", "name": "X", "login": "tai", "role": "X"}
    assert yen_client.post(url(contest, name), data).status_code == 403
    assert AuditRecord.objects.count() == before
    anonymous = Client().get(url(contest))
    assert anonymous.status_code == 302
