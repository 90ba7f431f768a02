"""The ways that lead to the suggestions of a clause: from the list, a version, a document."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from quizzes.documents.acceptance import accept_document
from quizzes.documents.drafts import import_document
from quizzes.duties import AUTHORS, grant_desk_duty
from quizzes.models import Document, QuestionVersion
from tests.conftest import NOON
from tests.quizzes import official_texts as samples

LIST = reverse("quizzes:questions")


@pytest.fixture
def author(yen: User, client: Client) -> Client:
    grant_desk_duty(user=yen, duty=AUTHORS)
    client.force_login(yen)
    return client


@pytest.fixture
def draft(yen: User) -> Document:
    data = samples.RAW.encode()
    return import_document(actor=yen, title="", file_name="a.txt", data=data, now=NOON)


def derive_of(code: str) -> str:
    return f'href="{reverse("quizzes:derive", args=[code])}"'


@pytest.mark.parametrize("words", ["", "phi thuyền"])
def test_the_list_of_a_clause_leads_there(author: Client, words: str) -> None:
    page = author.get(LIST, {"clause": "03-CTr/TU:1", "q": words}).content.decode()
    assert derive_of("03-CTr/TU:1") in page
    assert f"{reverse('quizzes:new_question')}?clause=03-CTr/TU%3A1" in page


def test_a_list_of_no_clause_leads_nowhere(author: Client) -> None:
    assert "Gợi ý câu hỏi" not in author.get(LIST).content.decode()


def test_a_version_leads_there(author: Client, draft: Document, yen: User) -> None:
    accept_document(actor=yen, document=draft, rev=draft.rev, now=NOON)
    clause = draft.passages.first().clause  # type: ignore[union-attr]
    author.post(
        reverse("quizzes:new_question"),
        {"clause": clause.code, "type": "single", "difficulty": "easy", "stem": "Gì?", "rev": 0},
    )
    version = QuestionVersion.objects.get()
    page = author.get(reverse("quizzes:version", args=[version.pk])).content.decode()
    assert derive_of(clause.code) in page


def test_only_an_accepted_document_leads_there(author: Client, draft: Document, yen: User) -> None:
    where = reverse("quizzes:document", args=[draft.pk])
    assert "Gợi ý câu hỏi" not in author.get(where).content.decode()
    accept_document(actor=yen, document=draft, rev=draft.rev, now=NOON)
    page = author.get(where).content.decode()
    codes = draft.passages.values_list("clause__code", flat=True)
    assert len(codes) > 3
    assert all(derive_of(code) in page for code in codes)
