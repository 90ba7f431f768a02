"""Loading, correcting and accepting official texts, against the real database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from quizzes.clauses import outline, plain_text
from quizzes.desk.services import DeskError
from quizzes.documents import acceptance
from quizzes.documents import drafts as documents
from quizzes.documents.drafts import draft_view
from quizzes.duties import AUTHORS, grant_desk_duty
from quizzes.models import Clause, Document, Passage, Programme, QuestionVersion, VersionEvent
from quizzes.passages import current_texts
from quizzes.pools import drawable_versions
from tests import factories
from tests.contest.test_concurrency import at_once
from tests.quizzes import official_texts as samples

MUST_REVIEW = QuestionVersion.Status.MUST_REVIEW
APPROVED = QuestionVersion.Status.APPROVED


@pytest.fixture
def author(db: None) -> User:
    user = factories.make_person("lan", "Hoàng Thị Lan")
    grant_desk_duty(user=user, duty=AUTHORS)
    return user


def make_draft(author: User, now: datetime, text: str = samples.RAW) -> Document:
    """A draft as loading makes it, without reading a file."""
    return Document.objects.create(
        title="Công văn vườn ao",
        file_name="cong-van.txt",
        sha256="0" * 64,
        original=text,
        text=plain_text(outline(text)),
        uploaded_by=author,
        uploaded_by_name=str(author),
        uploaded_at=now,
    )


def accept(author: User, document: Document, now: datetime) -> acceptance.Plan:
    return acceptance.accept_document(actor=author, document=document, rev=document.rev, now=now)


@pytest.fixture
def draft(author: User, noon: datetime) -> Document:
    return make_draft(author, noon)


def refusal(service: Callable[..., object], **arguments: Any) -> str:
    """The reasons with which a service refuses."""
    with pytest.raises(DeskError) as caught:
        service(**arguments)
    return str(caught.value)


# -- Loading -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["van-ban.txt", "van-ban.docx"])
def test_a_file_becomes_a_draft_with_its_tree(author: User, noon: datetime, name: str) -> None:
    data = samples.RAW.encode() if name.endswith("txt") else samples.docx_file()
    loaded = documents.import_document(actor=author, title="", file_name=name, data=data, now=noon)
    view = draft_view(loaded)
    assert [node.code for node in view.tree.nodes()] == samples.CODES
    assert view.summary == "2 văn bản · 3 mục · 2 tiết · 2 nhiệm vụ của công văn"
    assert (loaded.title, loaded.state, loaded.uploaded_by) == ("van-ban", "draft", author)
    assert "thực hiệnNghị" in loaded.original
    assert "thực hiệnNghị" in loaded.text  # flagged, never changed by itself


def test_glued_words_are_flagged_where_they_stand(draft: Document) -> None:
    view = draft_view(draft)
    suggestions = {w.code: [f.suggestion for f in w.flags] for p in view.parts for w in p.nodes}
    assert suggestions["03-CTr/TU:1"] == ["03-CTr/TU là", "hiện Nghị", "vụ nền"]
    assert suggestions["03-CTr/TU:2.ii"] == []
    headings = [[f.suggestion for f in p.heading.flags] for p in view.parts if p.heading]
    assert headings == [["với Chương", "mẫu về"], ["28/11/2025 của"]]
    assert view.flag_count == 6


def test_a_file_that_cannot_be_read_leaves_nothing(author: User, noon: datetime) -> None:
    file = {"title": "", "file_name": "a.exe", "data": b"MZ"}
    says = refusal(documents.import_document, actor=author, now=noon, **file)
    assert "PDF, DOCX hoặc TXT" in says
    assert not Document.objects.exists()


def test_the_same_file_twice_is_told_of_the_open_draft(author: User, noon: datetime) -> None:
    file = {"title": "Bản một", "file_name": "a.txt", "data": samples.RAW.encode()}
    documents.import_document(actor=author, now=noon, **file)
    says = refusal(documents.import_document, actor=author, now=noon, **file)
    assert "Bản một" in says


def test_a_text_without_structure_is_a_draft_that_cannot_be_accepted(
    author: User, noon: datetime
) -> None:
    draft = make_draft(author, noon, "Một đoạn văn không có số mục.")
    assert "Sửa toàn văn" in draft_view(draft).faults[0]
    assert "Sửa toàn văn" in refusal(accept, author=author, document=draft, now=noon)
    draft.refresh_from_db()
    assert draft.state == Document.State.DRAFT


# -- Correcting ----------------------------------------------------------------------------------


def test_correcting_a_clause_changes_only_its_own_words(draft: Document) -> None:
    before = {n.code: n.own for n in outline(draft.text).nodes()}
    documents.correct_clause(document=draft, code="03-CTr/TU:2", text="Các việc\nlớn:", rev=0)
    after = {n.code: n.own for n in outline(draft.text).nodes()}
    assert after == before | {"03-CTr/TU:2": "Các việc lớn:"}
    assert draft.rev == 1
    assert draft.original == samples.RAW


def test_a_heading_can_be_corrected_but_keeps_its_code(draft: Document) -> None:
    heading = "II. Đối với Kế hoạch số 31-KH/TU về nuôi cá"
    documents.correct_clause(document=draft, code="31-KH/TU", text=heading, rev=0)
    assert outline(draft.text).parts[2].heading == heading
    says = refusal(
        documents.correct_clause, document=draft, code="31-KH/TU", text="II. Nuôi cá", rev=1
    )
    assert "Sửa toàn văn" in says


@pytest.mark.parametrize(
    ("code", "text", "says"),
    [
        ("03-CTr/TU:2.i", "  ", "không được để trống"),
        ("03-CTr/TU:2.i", "Trồng mận. (ii) Trồng đào", "thay đổi số mục"),
        ("31-KH/TU:1", "Chọn: (i) cá chép", "thay đổi số mục"),
        ("99-KH/TU:1", "Không có", "không còn"),
    ],
)
def test_corrections_that_would_break_the_tree_are_refused(
    draft: Document, code: str, text: str, says: str
) -> None:
    before = draft.text
    says = refusal(documents.correct_clause, document=draft, code=code, text=text, rev=0)
    assert says in says
    draft.refresh_from_db()
    assert (draft.text, draft.rev) == (before, 0)


def test_of_two_people_correcting_at_once_the_second_is_told(draft: Document) -> None:
    mine = Document.objects.get(pk=draft.pk)
    documents.correct_clause(document=draft, code="31-KH/TU:1", text="Chọn giống.", rev=0)
    says = refusal(
        documents.correct_clause, document=mine, code="31-KH/TU:1", text="Chọn nước.", rev=0
    )
    assert "sửa ở nơi khác" in says
    assert outline(mine.text).parts[2].clauses[0].own == "Chọn giống."


def test_one_suggestion_or_all_of_a_clause(draft: Document) -> None:
    first = draft_view(draft).parts[1].nodes[0].flags[1]
    documents.split_glued(document=draft, code="03-CTr/TU:1", start=first.start, rev=0)
    own = outline(draft.text).parts[1].clauses[0].own
    assert "thực hiện Nghị quyết" in own
    assert "nhiệm vụnền" in own
    documents.split_glued(document=draft, code="03-CTr/TU:1", start=None, rev=1)
    assert not draft_view(draft).parts[1].nodes[0].flags
    says = refusal(documents.split_glued, document=draft, code="03-CTr/TU:1", start=None, rev=2)
    assert "không còn bị đánh dấu" in says


def test_the_whole_text_can_get_another_structure(draft: Document) -> None:
    text = draft.text.replace("1. Chọn giống cá tốt, nước", "1. Chọn giống cá.\n\n2. Nước")
    documents.correct_text(document=draft, text=text.replace("\n", "\r\n"), rev=0)
    assert [n.code for n in outline(draft.text).nodes()] == [*samples.CODES, "31-KH/TU:2"]


def test_a_dropped_draft_is_no_longer_corrected(draft: Document) -> None:
    documents.drop_document(document=draft, rev=0)
    says = refusal(documents.correct_text, document=draft, text="x", rev=draft.rev)
    assert "Đã bỏ" in says


# -- Accepting -----------------------------------------------------------------------------------


def test_acceptance_makes_programmes_clauses_and_passages(
    author: User, draft: Document, noon: datetime
) -> None:
    plan = accept(author, draft, noon)
    assert plan.new_programmes == ("CV-BVMTU", "03-CTr/TU", "31-KH/TU")
    assert (draft.state, draft.accepted_by, draft.accepted_at) == ("accepted", author, noon)
    assert list(current_texts()) == [*samples.CODES[2:], *samples.CODES[:2]]
    core, breakthrough, letter = Programme.objects.order_by("position")
    assert (core.kind, breakthrough.kind, letter.kind) == ("core", "breakthrough", "dispatch")
    assert (core.short_title, core.issued_on) == ("Trồng mận và giữ vườn", date(2025, 11, 28))
    assert core.title.startswith("Chương trình số 03-CTr/TU về trồng mận")
    item = Clause.objects.get(code="03-CTr/TU:2.ii")
    assert item.parent
    assert item.parent.code == "03-CTr/TU:2"
    assert current_texts()["03-CTr/TU:2"].startswith("Các việc: (i) Trồng mận trước. (ii)")


def test_known_programmes_and_clauses_keep_what_people_wrote(
    author: User, draft: Document, noon: datetime
) -> None:
    programme = factories.make_pool(size=1)
    Clause.objects.update(title="Khung việc", note="Ghi chú của Lan")
    plan = accept(author, draft, noon)
    assert "03-CTr/TU" not in plan.new_programmes
    clause = Clause.objects.get(code="03-CTr/TU:1")
    assert (clause.title, clause.note) == ("Khung việc", "Ghi chú của Lan")
    programme.refresh_from_db()
    assert programme.title == "Chương trình số 03-CTr/TU"
    assert not QuestionVersion.objects.filter(status=MUST_REVIEW).exists()  # had no text before


@pytest.fixture
def in_force(author: User, draft: Document, noon: datetime) -> Programme:
    """The sample text accepted, with eight approved questions on clause 1 of 03-CTr/TU."""
    programme = factories.make_pool()
    accept(author, draft, noon)
    return programme


def test_a_newer_version_takes_questions_of_changed_clauses_out_of_the_pools(
    author: User, in_force: Programme, noon: datetime
) -> None:
    other = factories.make_question(in_force, "03-900")
    QuestionVersion.objects.filter(pk=other.pk).update(
        clause=Clause.objects.get(code="03-CTr/TU:2")
    )
    newer = make_draft(author, noon, samples.RAW.replace("nền tảng", "hàng đầu"))
    plan = acceptance.plan(newer)
    assert [c.code for c in plan.of("changed")] == ["03-CTr/TU:1"]
    assert len(plan.versions) == 8
    accept(author, newer, noon)
    assert drawable_versions(in_force) == [other.pk]
    event = VersionEvent.objects.filter(action=VersionEvent.Action.FLAGGED).first()
    assert event
    assert "đã đổi lời văn" in event.note
    assert "hàng đầu" in current_texts()["03-CTr/TU:1"]
    assert Passage.objects.filter(clause__code="03-CTr/TU:1").count() == 2


def test_a_clause_that_left_the_text_has_no_passage_but_stays(
    author: User, in_force: Programme, noon: datetime
) -> None:
    newer = make_draft(author, noon, samples.RAW.replace("(ii)Trồng lê sau;", "Trồng lê sau;"))
    plan = accept(author, newer, noon)
    assert [c.code for c in plan.of("removed")] == ["03-CTr/TU:2.ii"]
    assert "03-CTr/TU:2.ii" not in current_texts()
    assert Clause.objects.filter(code="03-CTr/TU:2.ii").exists()


def test_a_split_word_alone_sends_no_question_back(
    author: User, in_force: Programme, noon: datetime
) -> None:
    newer = make_draft(author, noon)
    documents.split_glued(document=newer, code="03-CTr/TU:1", start=None, rev=0)
    plan = accept(author, newer, noon)
    assert len(plan.of("unchanged")) == len(samples.CODES)
    assert len(drawable_versions(in_force)) == 8
    assert "thực hiện Nghị quyết" in current_texts()["03-CTr/TU:1"]


def test_a_text_of_one_programme_leaves_the_others_alone(
    author: User, in_force: Programme, noon: datetime
) -> None:
    text = "I. Đối với Kế hoạch số 31-KH/TU về cá\n\n1. Nuôi cá chép.\n"
    plan = accept(author, make_draft(author, noon, text), noon)
    assert [(c.code, c.kind) for c in plan.changes] == [("31-KH/TU:1", "changed")]
    assert len(drawable_versions(in_force)) == 8
    assert set(current_texts()) == set(samples.CODES)


def test_accepting_twice_decides_once(author: User, draft: Document, noon: datetime) -> None:
    second = Document.objects.get(pk=draft.pk)
    accept(author, draft, noon)
    assert "Đã chấp nhận" in refusal(accept, author=author, document=second, now=noon)
    assert Passage.objects.count() == len(samples.CODES)


def test_accepting_what_was_corrected_meanwhile_is_refused(
    author: User, draft: Document, noon: datetime
) -> None:
    seen = Document.objects.get(pk=draft.pk)
    documents.correct_clause(document=draft, code="31-KH/TU:1", text="Chọn giống.", rev=0)
    assert "sửa ở nơi khác" in refusal(accept, author=author, document=seen, now=noon)
    assert not Passage.objects.exists()


def test_nothing_changes_an_accepted_document(
    author: User, draft: Document, noon: datetime
) -> None:
    accept(author, draft, noon)
    clause = {"code": "31-KH/TU:1", "text": "x"}
    for service, what in (
        (documents.correct_text, {"text": "x"}),
        (documents.correct_clause, clause),
        (documents.drop_document, {}),
    ):
        says = refusal(service, document=draft, rev=draft.rev, **what)
        assert "không sửa được nữa" in says


def test_a_programme_twice_in_a_text_is_refused(author: User, noon: datetime) -> None:
    twice = samples.RAW.replace("31-\n\nKH/TU, ngày", "03-CTr/TU, ngày")
    draft = make_draft(author, noon, twice)
    assert "hai lần" in refusal(accept, author=author, document=draft, now=noon)
    assert not Programme.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("copies", [1, 2])
def test_two_people_accepting_at_once_leave_one_text_in_force(
    author: User, noon: datetime, copies: int
) -> None:
    """One draft is accepted once; of two drafts both may be, one after the other."""
    drafts = [make_draft(author, noon) for _ in range(copies)]

    def job(number: int) -> str:
        document = Document.objects.get(pk=drafts[number % copies].pk)
        try:
            accept(author, document, noon)
        except DeskError:
            return "refused"
        return "accepted"

    results = at_once([partial(job, number) for number in range(2)])
    assert "accepted" in results
    assert copies == 2 or "refused" in results
    assert len(current_texts()) == len(samples.CODES)
    accepted = Document.objects.filter(state=Document.State.ACCEPTED).count()
    assert accepted == results.count("accepted")
    assert Passage.objects.count() == accepted * len(samples.CODES)


# -- The command ---------------------------------------------------------------------------------


def test_the_command_loads_and_accepts(author: User, tmp_path: Path) -> None:
    file = tmp_path / "cong-van.txt"
    file.write_text(samples.RAW, encoding="utf-16")
    out = StringIO()
    call_command("import_document", file, "--as", "lan", "--accept", stdout=out)
    assert "2 văn bản · 3 mục · 2 tiết" in out.getvalue()
    assert "hiệnNghị -> hiện Nghị" in out.getvalue()
    assert len(current_texts()) == len(samples.CODES)


def test_the_command_refuses_strangers(yen: User, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(samples.RAW)
    with pytest.raises(CommandError, match="yen"):
        call_command("import_document", file, "--as", "yen")
    assert not Document.objects.exists()
