"""The documents' pages: loading, correcting, comparing, accepting, and who may."""

from __future__ import annotations

from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from quizzes.clauses import outline, plain_text
from quizzes.documents import drafts as documents
from quizzes.duties import AUTHORS, REVIEWERS, grant_desk_duty
from quizzes.models import Document, Programme
from quizzes.passages import current_texts
from tests import factories
from tests.conftest import NOON
from tests.quizzes import official_texts as samples

LIST, NEW = reverse("quizzes:documents"), reverse("quizzes:new_document")


@pytest.fixture
def author(db: None) -> User:
    user = factories.make_person("lan", "Hoàng Thị Lan")
    grant_desk_duty(user=user, duty=AUTHORS)
    return user


@pytest.fixture
def desk(client: Client, author: User) -> Client:
    client.force_login(author)
    return client


@pytest.fixture
def draft(author: User) -> Document:
    return Document.objects.create(
        title="Công văn vườn ao",
        file_name="cong-van.txt",
        original=samples.RAW,
        text=plain_text(outline(samples.RAW)),
        uploaded_by=author,
        uploaded_by_name="Hoàng Thị Lan",
        uploaded_at=NOON,
    )


def url(document: Document, name: str = "document") -> str:
    return reverse(f"quizzes:{name}", args=[document.pk])


def test_from_a_file_to_the_official_text(desk: Client) -> None:
    file = SimpleUploadedFile("Công văn.docx", samples.docx_file())
    answer = desk.post(NEW, {"file": file, "title": "Công văn vườn ao"}, follow=True)
    page = unescape(answer.content.decode())
    assert "2 văn bản · 3 mục · 2 tiết · 2 nhiệm vụ của công văn" in page
    assert "6 chỗ nghi dính chữ" in page
    assert "<mark>hiệnNghị</mark>" in page
    assert "Tách: hiện Nghị" in page

    document = Document.objects.get()
    accepting = unescape(desk.get(url(document, "accept_document")).content.decode())
    assert "Thêm văn bản: CV-BVMTU, 03-CTr/TU, 31-KH/TU." in accepting
    assert "Còn 6 chỗ nghi dính chữ" in accepting
    answer = desk.post(url(document, "accept_document"), {"rev": 0}, follow=True)
    assert "Đã chấp nhận văn bản: 7 mục mới" in answer.content.decode()
    assert len(current_texts()) == 7
    assert "<mark>" not in answer.content.decode()
    assert "Sửa lời văn" not in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.pdf", samples.scanned_pdf_file(), "bản quét"),
        ("a.pdf", b"MZ", "đổi đuôi tệp"),
        ("a.txt", b"", "chọn nhầm tệp"),
        (None, None, "Chưa chọn tệp"),
    ],
)
def test_a_file_that_cannot_be_read_keeps_what_was_typed(
    desk: Client, name: str | None, data: bytes, says: str
) -> None:
    typed = {"title": "Công văn tháng Ba"}
    if name:
        typed["file"] = SimpleUploadedFile(name, data)  # type: ignore[assignment]
    answer = desk.post(NEW, typed)
    assert answer.status_code == 400
    assert says in unescape(answer.content.decode())
    assert "Công văn tháng Ba" in answer.content.decode()


def test_correcting_leads_back_to_the_clause(desk: Client, draft: Document) -> None:
    typed = {"rev": 0, "code": "31-KH/TU:1", "text": "Chọn giống."}
    answer = desk.post(url(draft, "correct_clause"), typed)
    assert answer["Location"] == f"{url(draft)}#m-31-KH-TU-1"
    assert 'id="m-31-KH-TU-1"' in desk.get(url(draft)).content.decode()


def test_a_lost_race_keeps_the_typed_words_on_the_page(desk: Client, draft: Document) -> None:
    documents.correct_clause(document=draft, code="31-KH/TU:1", text="Chọn nước.", rev=0)
    typed = {"rev": 0, "code": "31-KH/TU:1", "text": "Chọn <giống> tốt nhất."}
    answer = desk.post(url(draft, "correct_clause"), typed)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Chọn &lt;giống&gt; tốt nhất." in page
    assert "Chọn nước." in page
    assert "sửa ở nơi khác" in page
    again = desk.post(url(draft, "correct_clause"), typed | {"rev": 1})
    assert again.status_code == 302


def test_a_lost_race_over_the_whole_text_keeps_it_too(desk: Client, draft: Document) -> None:
    documents.correct_clause(document=draft, code="31-KH/TU:1", text="Chọn nước.", rev=0)
    answer = desk.post(url(draft, "document_text"), {"rev": 0, "text": "I. Phần vừa gõ"})
    assert answer.status_code == 409
    assert "I. Phần vừa gõ" in answer.content.decode()
    saved = desk.post(
        url(draft, "document_text"), {"rev": 1, "text": "I. Phần vừa gõ"}, follow=True
    )
    assert "Chưa nhận ra mục nào" in saved.content.decode()


def test_taking_one_suggestion(desk: Client, draft: Document) -> None:
    flag = documents.draft_view(draft).parts[1].nodes[0].flags[1]
    typed = {"rev": 0, "code": "03-CTr/TU:1", "start": flag.start}
    page = desk.post(url(draft, "split_glued"), typed, follow=True).content.decode()
    assert "thực hiện Nghị quyết" in page
    assert "5 chỗ nghi dính chữ" in page


def test_a_suggestion_far_within_a_clause_is_taken(desk: Client, draft: Document) -> None:
    """Numbers people read are written "1.234"; those that pages send back are not."""
    long = "Chọn giống cá tốt, " * 70 + "thực hiệnNghị quyết."
    documents.correct_clause(document=draft, code="31-KH/TU:1", text=long, rev=0)
    Document.objects.filter(pk=draft.pk).update(rev=1_234)
    start = long.index("hiệnNghị")
    page = desk.get(url(draft)).content.decode()
    assert f'name="start" value="{start}"' in page
    assert page.count('name="rev" value="1234"') == page.count('name="rev"')
    for name in ("document_text", "accept_document"):
        assert 'name="rev" value="1234"' in desk.get(url(draft, name)).content.decode()


def test_a_newer_version_is_compared_word_by_word(desk: Client, draft: Document) -> None:
    desk.post(url(draft, "accept_document"), {"rev": 0})
    draft.pk, draft.state, draft.rev = None, Document.State.DRAFT, 0
    draft.text = draft.text.replace("Trồng mận", "Trồng đào")
    draft.save()
    page = desk.get(url(draft, "accept_document")).content.decode()
    assert '<del><span class="vh">bỏ: </span>mận</del>' in page
    assert '<ins><span class="vh">thêm: </span>đào</ins>' in page


def test_dropping(desk: Client, draft: Document) -> None:
    desk.post(url(draft, "drop_document"), {"rev": 0})
    assert "Đã bỏ" in desk.get(LIST).content.decode()
    assert desk.get(url(draft, "accept_document")).status_code == 302


@pytest.mark.parametrize("data", [{}, {"rev": "x"}, {"rev": -1}])
def test_a_form_that_is_not_ours_is_a_bad_request(
    desk: Client, draft: Document, data: dict[str, object]
) -> None:
    for name in ("correct_clause", "split_glued", "accept_document", "drop_document"):
        assert desk.post(url(draft, name), data).status_code == 400


def test_anonymous_people_sign_in_and_strangers_are_refused(
    client: Client, yen_client: Client, draft: Document
) -> None:
    names = ("document", "document_text", "accept_document")
    pages = [LIST, NEW, *(url(draft, name) for name in names)]
    deeds = [url(draft, name) for name in ("correct_clause", "split_glued", "drop_document")]
    for page in pages:
        assert client.get(page)["Location"].startswith(reverse("account_login"))
        assert yen_client.get(page).status_code == 403
    for deed in deeds:
        assert client.post(deed)["Location"].startswith(reverse("account_login"))
        assert yen_client.post(deed).status_code == 403


def test_only_a_reviewer_takes_approved_questions_out_of_use(
    desk: Client, author: User, draft: Document
) -> None:
    """A newer text that sends questions back needs somebody who may retire them."""
    desk.post(url(draft, "accept_document"), {"rev": 0})
    version = factories.make_question(Programme.objects.get(code="03-CTr/TU"), "KR-001")
    newer = Document.objects.create(
        title="Bản sửa",
        original="",
        text=draft.text.replace("của cấp ủy", "của mọi nhà"),
        uploaded_at=NOON,
    )
    refused = desk.post(url(newer, "accept_document"), {"rev": 0})
    assert refused.status_code == 409
    assert "hãy nhờ người thẩm định" in refused.content.decode()
    version.refresh_from_db()
    assert version.status == "approved"
    reviewer = factories.make_person("binh", "Nông Văn Bình")
    grant_desk_duty(user=reviewer, duty=REVIEWERS)
    desk.force_login(reviewer)
    assert desk.post(url(newer, "accept_document"), {"rev": 0}).status_code == 302
    version.refresh_from_db()
    assert version.status == "must_review"


def test_reviewers_look_but_do_not_change(client: Client, draft: Document) -> None:
    reviewer = factories.make_person("binh", "Nông Văn Bình")
    grant_desk_duty(user=reviewer, duty=REVIEWERS)
    client.force_login(reviewer)
    page = client.get(url(draft)).content.decode()
    assert "<mark>" in page
    assert "Sửa lời văn" not in page
    assert client.post(url(draft, "drop_document"), {"rev": 0}).status_code == 403
    assert client.post(url(draft, "correct_clause"), {"rev": 0}).status_code == 403
