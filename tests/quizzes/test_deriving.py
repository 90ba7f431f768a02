"""Keeping suggestions as drafts, through the service and through the page."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import User
from quizzes.derivation import services as deriving
from quizzes.derivation.services import keep, offered, token
from quizzes.desk.services import DeskError
from quizzes.models import Clause, Document, Passage, Programme, QuestionVersion, VersionEvent
from quizzes.pools import drawable_versions, pool_sizes
from tests.factories import make_person
from tests.quizzes.gardens import TEXTS, TITLES

CLAUSE = "03-CTr/TU:1"
PAGE = reverse("quizzes:derive", args=[CLAUSE])


def permitted(username: str, codename: str) -> User:
    person = make_person(username, f"Người {username}")
    person.user_permissions.add(Permission.objects.get(codename=codename))
    return person


@pytest.fixture
def author(db: None) -> User:
    return permitted("soan", "write_questions")


@pytest.fixture
def clause(db: None) -> Clause:
    """The clauses of the gardens, without their texts."""
    for place, (code, title) in enumerate(TITLES.programmes.items(), start=1):
        programme = Programme.objects.create(
            code=code, title=code, short_title=title.subject, kind=title.kind, position=place
        )
        for number, of in enumerate((c for c in TEXTS if c.startswith(code)), start=1):
            Clause.objects.create(
                code=of, programme=programme, title=TITLES.clauses[of], position=number
            )
    return Clause.objects.get(code=CLAUSE)


@pytest.fixture
def texts(clause: Clause, author: User, noon: datetime) -> Document:
    """Their texts, accepted."""
    document = Document.objects.create(
        title="Vườn và chợ",
        file_name="vuon.txt",
        sha256="0" * 64,
        state=Document.State.ACCEPTED,
        original="",
        text="",
        uploaded_by=author,
        uploaded_by_name=str(author),
        uploaded_at=noon,
    )
    for code, text in TEXTS.items():
        Passage.objects.create(document=document, clause=Clause.objects.get(code=code), text=text)
    return document


def plain(response: Any) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))


# -- The service ---------------------------------------------------------------------------------


def test_the_chosen_become_drafts_that_no_paper_draws(
    clause: Clause, texts: Document, author: User, noon: datetime
) -> None:
    suggestions = offered(clause, "1")
    chosen = {token(question) for question in suggestions[:3]}
    kept = keep(actor=author, clause=clause, seed="1", chosen=chosen, now=noon)
    assert [version.content_hash for version in kept] == [q.content_hash for q in suggestions[:3]]
    for version in kept:
        version.refresh_from_db()
        assert version.status == QuestionVersion.Status.DRAFT
        assert version.origin == QuestionVersion.Origin.DERIVED
        assert version.clause == clause
        event = version.events.get()
        assert (event.action, event.actor, event.at) == (VersionEvent.Action.CREATED, author, noon)
    assert drawable_versions(clause.programme) == []
    assert pool_sizes() == {}


def test_what_was_kept_is_not_offered_again(
    clause: Clause, texts: Document, author: User, noon: datetime
) -> None:
    first = offered(clause, "1")[0]
    keep(actor=author, clause=clause, seed="1", chosen={token(first)}, now=noon)
    assert token(first) not in {token(question) for question in offered(clause, "1")}
    with pytest.raises(DeskError, match="không còn trong danh sách gợi ý"):
        keep(actor=author, clause=clause, seed="1", chosen={token(first)}, now=noon)
    assert QuestionVersion.objects.count() == 1


def test_a_matching_question_is_not_offered_from_the_other_side(
    clause: Clause, texts: Document, author: User, noon: datetime
) -> None:
    other = Clause.objects.get(code="04-CTr/TU:1")
    about = next(q for q in offered(clause, "1") if "nội dung chính" in q.stem)
    assert about.stem in {q.stem for q in offered(other, "1")}
    keep(actor=author, clause=clause, seed="1", chosen={token(about)}, now=noon)
    assert about.stem not in {q.stem for q in offered(other, "1")}


@pytest.mark.parametrize("chosen", [set(), {"0" * 20}])
def test_nothing_chosen_is_refused(
    clause: Clause, texts: Document, author: User, noon: datetime, chosen: set[str]
) -> None:
    with pytest.raises(DeskError):
        keep(actor=author, clause=clause, seed="1", chosen=chosen, now=noon)
    assert not QuestionVersion.objects.exists()


def test_a_programme_unknown_to_the_text_is_no_obstacle(clause: Clause, texts: Document) -> None:
    assert set(deriving.titles().programmes) == set(TITLES.programmes)
    Passage.objects.filter(clause__programme__code="32-KH/TU").update(is_current=False)
    assert offered(clause, "1")


# -- The page ------------------------------------------------------------------------------------


def test_the_page_is_for_the_desk(
    clause: Clause, texts: Document, client: Client, yen_client: Client
) -> None:
    assert client.get(PAGE).status_code == 302
    assert yen_client.get(PAGE).status_code == 403
    assert yen_client.post(PAGE, {"chosen": ["x"], "seed": "1"}).status_code == 403
    assert not QuestionVersion.objects.exists()


def test_choosing_and_keeping(
    clause: Clause, texts: Document, author: User, client: Client
) -> None:
    client.force_login(author)
    page = client.get(PAGE)
    assert page.status_code == 200
    assert TEXTS[CLAUSE] in plain(page)
    assert "Đáp án" in plain(page)
    tokens = re.findall(r'name="chosen" value="(\w+)"', page.content.decode())
    assert len(tokens) == len(offered(clause, "1"))
    kept = client.post(PAGE, {"seed": "1", "chosen": tokens[:2]}, follow=True)
    assert "Đã lưu 2 bản nháp: 03-001, 03-002." in plain(kept)
    assert QuestionVersion.objects.filter(origin="derived", status="draft").count() == 2


def test_other_suggestions_are_another_seed_away(
    clause: Clause, texts: Document, author: User, client: Client
) -> None:
    client.force_login(author)
    assert 'href="?seed=2"' in client.get(PAGE).content.decode()
    assert 'href="?seed=1"' in client.get(f"{PAGE}?seed=khac").content.decode()


def test_nothing_ticked_is_said_on_the_page(
    clause: Clause, texts: Document, author: User, client: Client
) -> None:
    client.force_login(author)
    answer = client.post(PAGE, {"seed": "1"})
    assert answer.status_code == 422
    assert "Chưa chọn câu nào" in plain(answer)


def test_a_reviewer_looks_but_keeps_nothing(
    clause: Clause, texts: Document, client: Client
) -> None:
    client.force_login(permitted("duyet", "review_questions"))
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "Lưu thành bản nháp" not in plain(page)
    first = token(offered(clause, "1")[0])
    assert client.post(PAGE, {"seed": "1", "chosen": [first]}).status_code == 403
    assert not QuestionVersion.objects.exists()


def test_without_a_text_the_page_says_where_to_load_it(
    clause: Clause, author: User, client: Client
) -> None:
    client.force_login(author)
    page = client.get(PAGE)
    assert "Mục này chưa có lời văn gốc" in plain(page)
    assert reverse("quizzes:documents") in page.content.decode()


def test_any_seed_survives_keeping(
    clause: Clause, texts: Document, author: User, client: Client
) -> None:
    client.force_login(author)
    seed = "a&b#c"
    chosen = [token(offered(clause, seed)[0])]
    kept = client.post(PAGE, {"seed": seed, "chosen": chosen})
    assert client.get(kept["Location"]).context["seed"] == seed


def test_an_unknown_clause_is_not_found(author: User, client: Client) -> None:
    client.force_login(author)
    assert client.get("/organiser/questions/derive/03%00/").status_code == 404
    client.force_login(author)
    assert client.get(reverse("quizzes:derive", args=["99-KH/TU:1"])).status_code == 404
