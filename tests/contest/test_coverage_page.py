"""The coverage page, and the paper it makes in one click."""

from __future__ import annotations

import json
import re
from datetime import datetime
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from contest.drafts import LineDraft
from contest.models import AuditRecord, Contest, Round
from contest.rounds import create_round
from contest.rules.contests import ContestDraft, open_contest
from contest.usage import rounds_by_clause
from quizzes.models import Clause, Programme, QuestionVersion
from tests.factories import (
    make_contest,
    make_draft,
    make_person,
    make_programme,
    make_question,
    make_round,
)

PAGE = reverse("contest:coverage")
NEW = reverse("contest:new_contest")


@pytest.fixture
def organiser(client: Client, ha: User) -> Client:
    client.force_login(ha)
    return client


@pytest.fixture
def bank(db: None) -> list[Programme]:
    """Two programmes of six questions, two of each difficulty, and a dispatch of one."""
    programmes = [make_programme("03-CTr/TU", 1), make_programme("31-KH/TU", 2)]
    for programme in programmes:
        for number, level in enumerate(["easy", "medium", "hard"] * 2, start=1):
            code = f"{programme.number}-{number:03d}"
            make_question(programme, code, difficulty=level)
    dispatch = make_programme("CV-1", 3)
    Programme.objects.filter(pk=dispatch.pk).update(kind=Programme.Kind.DISPATCH)
    make_question(dispatch, "CV-001")
    return [*programmes, dispatch]


def plain(response: Any) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))


def lines(response: Any) -> list[tuple[int, str, int]]:
    """(programme, difficulty, count) of the lines an editor starts with."""
    forms = response.context["lines"].forms
    fields = ("programme", "difficulty", "count")
    filled = [tuple(form[name].value() for name in fields) for form in forms]
    return [line for line in filled if line[0]]


# -- Looking -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("codename", "makes_papers", "writes"),
    [
        ("organise", True, False),
        ("review_questions", False, True),
        ("write_questions", False, True),
    ],
)
def test_organisers_and_the_desk_look_each_with_what_they_may_do(
    client: Client, bank: list[Programme], codename: str, makes_papers: bool, writes: bool
) -> None:
    person = make_person("nguoi", "Bế Văn Người")
    person.user_permissions.add(Permission.objects.get(codename=codename))
    client.force_login(person)
    page = client.get(PAGE)
    assert page.status_code == 200
    assert ("Tạo cuộc thi với đề này" in plain(page)) is makes_papers
    assert ("Gợi ý câu hỏi" in plain(page)) is writes


def test_strangers_do_not_look(client: Client, yen_client: Client) -> None:
    assert client.get(PAGE)["Location"] == f"{reverse('account_login')}?next={PAGE}"
    assert yen_client.get(PAGE).status_code == 403


def test_the_untested_come_first_and_facility_is_not_made_up(
    organiser: Client, bank: list[Programme]
) -> None:
    Clause.objects.filter(code="03-CTr/TU:1").update(title="Vườn mẫu")
    Clause.objects.create(programme=bank[0], code="03-CTr/TU:2", title="Chưa ai hỏi", position=2)
    make_question(bank[1], "31-900", status=QuestionVersion.Status.MUST_REVIEW)
    make_question(bank[1], "31-901", status=QuestionVersion.Status.DRAFT)
    page = organiser.get(PAGE)
    said = plain(page)
    assert "2 mục có ít hơn 2 câu đã duyệt" in said
    assert said.index("Chưa ai hỏi") < said.index("Vườn mẫu")
    assert "1 cần xem lại" in said
    assert "1 đang soạn" in said
    assert page.content.decode().count('<td class="dim">chưa có</td>') == 4
    assert page.content.decode().count('<th scope="row">') == 4
    assert "<caption" in page.content.decode()


def test_an_empty_bank_is_said(organiser: Client) -> None:
    assert "Chưa có mục nào" in plain(organiser.get(PAGE))


def test_rounds_are_counted_by_their_frozen_pools(
    ha: User, noon: datetime, bank: list[Programme]
) -> None:
    own = {"lines": [LineDraft(bank[0], "", 2, 1)]}
    first = make_round(ha, noon, **own)
    second = make_round(ha, noon, contest=first.contest, **own)
    draft = make_draft(bank[1], noon)
    create_round(actor=ha, contest=first.contest, draft=draft)
    assert rounds_by_clause() == {"03-CTr/TU:1": [first, second]}
    QuestionVersion.objects.filter(question__programme=bank[0]).update(status="retired")
    assert rounds_by_clause() == {"03-CTr/TU:1": [first, second]}


# -- A paper in one click ------------------------------------------------------------------------


def test_the_editor_opens_with_the_lines(organiser: Client, bank: list[Programme]) -> None:
    page = organiser.get(NEW, {"suggest": "10"})
    first, second, _ = (programme.pk for programme in bank)
    assert lines(page) == [
        (first, "easy", 2),
        (first, "medium", 2),
        (first, "hard", 1),
        (second, "easy", 2),
        (second, "medium", 2),
        (second, "hard", 1),
    ]
    assert 'name="lines-0-points" value="1"' in page.content.decode()


def test_dispatches_only_when_ticked(organiser: Client, bank: list[Programme]) -> None:
    asked = lines(organiser.get(NEW, {"suggest": "10", "dispatch": "on"}))
    assert (bank[2].pk, "easy", 1) in asked
    assert sum(count for _, _, count in asked) == 10


def test_too_few_questions_are_said(organiser: Client, bank: list[Programme]) -> None:
    page = organiser.get(NEW, {"suggest": "20"})
    assert sum(count for _, _, count in lines(page)) == 12
    assert "Ngân hàng chỉ có 12 câu đã duyệt cho đề 20 câu" in plain(page)


@pytest.mark.parametrize("asked", ["", "0", "101", "-5", "hai mươi", "²", "9999999999"])
def test_nonsense_suggests_nothing(organiser: Client, bank: list[Programme], asked: str) -> None:
    page = organiser.get(NEW, {"suggest": asked})
    assert page.status_code == 200
    assert lines(page) == []


def test_a_new_round_takes_the_suggestion_instead_of_the_last_lines(
    organiser: Client, ha: User, bank: list[Programme]
) -> None:
    contest = make_contest(ha)
    create_round(actor=ha, contest=contest, draft=make_draft(bank[0], timezone.now()))
    where = reverse("contest:new_round", args=[contest.slug])
    assert f'formaction="{where}"' in organiser.get(PAGE).content.decode()
    assert lines(organiser.get(where)) == [(bank[0].pk, "", 5)]
    assert sum(count for _, _, count in lines(organiser.get(where, {"suggest": "4"}))) == 4


def test_dividing_evenly_is_over_the_programmes_alone(
    organiser: Client, bank: list[Programme]
) -> None:
    page = organiser.get(NEW).content.decode()
    over = re.search(r"data-even-over='([^']*)'", page)
    assert over
    assert json.loads(unescape(over[1])) == [str(bank[0].pk), str(bank[1].pk)]
    assert "Chia đều hai văn bản, 20 câu" in page


def test_a_contest_comes_with_its_round_or_not_at_all(
    ha: User, noon: datetime, bank: list[Programme]
) -> None:
    draft = ContestDraft("Tìm hiểu")
    round = open_contest(actor=ha, contest=draft, divisions=[], round=make_draft(bank[0], noon))
    assert (round.contest.title, round.number) == ("Tìm hiểu", 1)
    broken = make_draft(bank[0], noon, lines=[LineDraft(bank[0], "", None, 1)])  # type: ignore[arg-type]
    with pytest.raises(Exception, match=r"(?i)null"):
        open_contest(actor=ha, contest=draft, divisions=[], round=broken)
    assert (Contest.objects.count(), Round.objects.count()) == (1, 1)
    assert AuditRecord.objects.filter(action="create_contest").count() == 1
