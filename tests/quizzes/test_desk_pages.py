"""The desk through HTTP: authors, reviewers and strangers."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from quizzes.duties import AUTHORS, REVIEWERS, grant_desk_duty
from quizzes.loading import load_banks
from quizzes.models import Programme, QuestionVersion
from quizzes.pools import drawable_versions
from tests.quizzes import samples

pytestmark = pytest.mark.django_db
LIST, NEW = reverse("quizzes:questions"), reverse("quizzes:new_question")


def _client(user: User, duty: str = "") -> Client:
    if duty:
        grant_desk_duty(user=user, duty=duty)
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client


@pytest.fixture
def programme() -> Programme:
    load_banks(banks=[samples.bank_of(samples.sample())])
    return Programme.objects.get()


@pytest.fixture
def author(yen: User, programme: Programme) -> Client:
    return _client(yen, AUTHORS)


@pytest.fixture
def reviewer(tai: User) -> Client:
    return _client(tai, REVIEWERS)


def typed(**changes: Any) -> dict[str, Any]:
    """The editor as an author fills it."""
    return {
        "clause": "03-CTr/TU:1",
        "type": "single",
        "difficulty": "easy",
        "stem": "Vườn mẫu để làm gì?",
        "choice_a": "Để ngắm",
        "choice_b": "Để học",
        "choice_c": "Để bán",
        "choice_d": "Để thi",
        "right": ["b"],
        "quote": "vườn mẫu để học",
        "explanation": "Vườn mẫu là nơi học cách làm.",
        "rev": 0,
        **changes,
    }


def _newest() -> QuestionVersion:
    return QuestionVersion.objects.latest("id")


def _do(client: Client, version: QuestionVersion, name: str, note: str = "") -> Any:
    """Tap a button on the page as it is now."""
    version.refresh_from_db(fields=["rev"])
    address = reverse("quizzes:act", args=[version.pk, name])
    return client.post(address, {"note": note, "rev": version.rev})


def test_from_an_empty_page_to_the_pool(author: Client, reviewer: Client) -> None:
    answer = author.post(NEW, typed())
    version = _newest()
    assert answer["Location"] == reverse("quizzes:version", args=[version.pk])
    assert (version.status, version.answer, version.origin) == ("draft", ["b"], "desk")
    assert _do(author, version, "submit").status_code == 302
    assert _do(author, version, "approve").status_code == 403
    assert _do(reviewer, version, "approve", "Rõ ràng").status_code == 302
    assert version.pk in drawable_versions(version.question.programme)
    page = author.get(reverse("quizzes:version", args=[version.pk])).content.decode()
    assert "Rõ ràng" in page
    assert "Hoàng Thị Yến" in page


RECORDS = [
    ({"type": "true_false", "truth": "b"}, [("a", "Đúng"), ("b", "Sai")], ["b"], []),
    (
        {"type": "multiple", "right": ["d", "a"]},
        [("a", "Để ngắm"), ("b", "Để học"), ("c", "Để bán"), ("d", "Để thi")],
        ["a", "d"],
        [],
    ),
    (
        {"type": "order", "choice_d": "", "place_a": "2", "place_b": "1", "place_c": "3"},
        [("a", "Để ngắm"), ("b", "Để học"), ("c", "Để bán")],
        ["b", "a", "c"],
        [],
    ),
    (
        {
            "type": "match",
            "choice_d": "",
            "prompt_1": "Một",
            "prompt_2": "Hai",
            "prompt_3": "Ba",
            "pair_1": "c",
            "pair_2": "a",
            "pair_3": "b",
        },
        [("a", "Để ngắm"), ("b", "Để học"), ("c", "Để bán")],
        ["c", "a", "b"],
        ["Một", "Hai", "Ba"],
    ),
]


@pytest.mark.parametrize(("changes", "choices", "answer", "prompts"), RECORDS)
def test_every_type_is_written_and_comes_back_to_the_editor(
    author: Client, changes: Any, choices: Any, answer: Any, prompts: Any
) -> None:
    author.post(NEW, typed(**changes))
    version = _newest()
    assert [(c["key"], c["text"]) for c in version.choices] == choices
    assert (version.answer, version.prompts) == (answer, prompts)
    edit = reverse("quizzes:edit_version", args=[version.pk])
    form = author.get(edit).context["form"]
    again = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    author.post(edit, again)
    hash_before = version.content_hash
    version.refresh_from_db()
    assert (version.content_hash, version.rev) == (hash_before, 1)


def test_an_unfinished_draft_is_kept_and_its_faults_are_listed(author: Client) -> None:
    author.post(NEW, typed(quote="", right=[]))
    version = _newest()
    page = author.get(reverse("quizzes:version", args=[version.pk])).content.decode()
    assert "Còn 2 chỗ cần sửa trước khi duyệt" in page
    refused = _do(author, version, "submit")
    assert refused.status_code == 409
    assert "trích dẫn trống" in refused.content.decode()


def test_what_cannot_be_saved_stays_on_the_page(author: Client) -> None:
    wrong = typed(type="order", place_a="1", place_b="1", stem="Câu dài của tôi")
    refused = author.post(NEW, wrong)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "Mỗi số thứ tự chỉ dùng cho một phương án." in page
    assert "Câu dài của tôi" in page


def test_the_second_editor_keeps_the_text_typed(author: Client) -> None:
    author.post(NEW, typed())
    edit = reverse("quizzes:edit_version", args=[_newest().pk])
    author.post(edit, typed(stem="Lần một?"))
    refused = author.post(edit, typed(stem="Lần hai?"))
    assert refused.status_code == 422
    assert "vừa được người khác sửa" in refused.content.decode()
    assert "Lần hai?" in refused.content.decode()
    assert _newest().stem == "Lần một?"


def test_a_decision_without_its_reason_keeps_the_page(author: Client, reviewer: Client) -> None:
    author.post(NEW, typed())
    version = _newest()
    _do(author, version, "submit")
    refused = _do(reviewer, version, "send_back", " ")
    assert refused.status_code == 409
    assert "Hãy viết điều cần sửa" in refused.content.decode()
    assert reviewer.get(reverse("quizzes:edit_version", args=[version.pk])).status_code == 403


def test_a_page_opened_before_an_edit_decides_nothing(author: Client, reviewer: Client) -> None:
    author.post(NEW, typed())
    version = _newest()
    page = reverse("quizzes:version", args=[version.pk])
    assert 'name="rev" value="0"' in reviewer.get(page).content.decode()
    author.post(reverse("quizzes:edit_version", args=[version.pk]), typed(stem="Đã đổi?"))
    _do(author, version, "submit")
    approve = reverse("quizzes:act", args=[version.pk, "approve"])
    refused = reviewer.post(approve, {"rev": 0, "note": "Rất rõ"})
    assert refused.status_code == 409
    for said in ("vừa được sửa", "Đã đổi?", "Rất rõ", 'name="rev" value="1"'):
        assert said in refused.content.decode()
    assert reviewer.post(approve, {"rev": 1}).status_code == 302


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"note": "x" * 2_001, "rev": 0}, "2000 ký tự"),
        ({"note": "Tốt"}, "thiếu dữ liệu"),
        ({"note": "Tốt", "rev": "x"}, "thiếu dữ liệu"),
    ],
)
def test_a_note_that_cannot_be_kept_stays_on_the_page(
    author: Client, sent: dict[str, Any], says: str
) -> None:
    version = QuestionVersion.objects.get(question__code="KR-001")
    refused = author.post(reverse("quizzes:act", args=[version.pk, "comment"]), sent)
    assert refused.status_code == 409
    assert says in refused.content.decode()
    assert sent["note"] in refused.content.decode()
    assert not version.events.exists()


def test_characters_no_database_takes_are_dropped(author: Client) -> None:
    version = QuestionVersion.objects.get(question__code="KR-001")
    assert _do(author, version, "comment", "Câu\0 hay").status_code == 302
    assert version.events.get().note == "Câu hay"
    assert author.get(LIST, {"programme": "\0", "clause": "a\0b"}).status_code == 200


def test_an_unfinished_match_keeps_its_pairs_where_they_are(author: Client) -> None:
    pairs = {"prompt_1": "Một", "prompt_2": "Hai", "prompt_3": "Ba", "pair_2": "a"}
    author.post(NEW, typed(type="match", choice_d="", **pairs))
    version = _newest()
    form = author.get(reverse("quizzes:edit_version", args=[version.pk])).context["form"]
    assert [form[f"pair_{n}"].value() for n in (1, 2, 3)] == ["", "a", ""]
    page = author.get(reverse("quizzes:version", args=[version.pk])).content.decode()
    assert "Một → (chưa chọn)" in page
    assert "Còn 1 chỗ cần sửa" in page


def test_a_fifth_choice_is_read_only_where_it_is_shown(author: Client) -> None:
    author.post(NEW, typed(choice_e="Để dành"))
    assert [choice["key"] for choice in _newest().choices] == ["a", "b", "c", "d"]
    author.post(NEW, typed(type="order", choice_e="Để dành", place_a="2", place_b="1"))
    assert len(_newest().choices) == 5


def test_an_author_discards_drafts_only(author: Client) -> None:
    approved = QuestionVersion.objects.get(question__code="KR-001")
    assert _do(author, approved, "discard", "Không thích").status_code == 409
    approved.refresh_from_db()
    assert approved.status == "approved"
    author.post(NEW, typed())
    assert _do(author, _newest(), "discard", "Viết nhầm").status_code == 302
    assert _newest().status == "retired"


def test_a_new_version_opens_its_own_page(author: Client) -> None:
    approved = QuestionVersion.objects.get(question__code="KR-001")
    answer = _do(author, approved, "revise")
    assert answer["Location"] == reverse("quizzes:version", args=[_newest().pk])
    assert _newest().number == 2


SEARCHES = [
    ({"q": "MUA nen tang giu vuon"}, []),
    ({"q": "giu VUON nen tang"}, ["KR-001"]),
    ({"type": "true_false"}, ["KR-003"]),
    ({"clause": "03-CTr/TU:2"}, ["KR-002"]),
    ({"status": "retired"}, []),
    ({"programme": "05-CTr/TU"}, []),
    ({}, ["KR-001", "KR-002", "KR-003"]),
]


@pytest.mark.parametrize(("filters", "codes"), SEARCHES)
def test_questions_are_found(author: Client, filters: Any, codes: list[str]) -> None:
    page = author.get(LIST, filters)
    assert [version.question.code for version in page.context["page"]] == codes


def test_strangers_see_nothing_of_the_desk(tai: User, author: Client, client: Client) -> None:
    version = QuestionVersion.objects.first()
    assert version is not None
    addresses = [LIST, NEW, reverse("quizzes:version", args=[version.pk])]
    addresses += [reverse("quizzes:edit_version", args=[version.pk])]
    stranger = _client(tai)
    for address in addresses:
        assert "/login/" in client.get(address)["Location"]
        assert stranger.get(address).status_code == 403
    assert _do(stranger, version, "retire", "x").status_code == 403
    assert author.get(reverse("quizzes:version", args=[9_999])).status_code == 404
    assert _do(author, version, "explode").status_code == 404


def test_the_preview_carries_no_key(author: Client) -> None:
    version = QuestionVersion.objects.get(question__code="KR-001")
    page = author.get(reverse("quizzes:version", args=[version.pk]))
    assert set(page.context["item"]) == {
        "number", "type", "stem", "choices", "prompts", "points", "programme",
    }  # fmt: skip
