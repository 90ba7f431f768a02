"""The life of a question at the desk: drafts, the second pair of eyes, history."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from django.core.management import CommandError, call_command

from accounts.access import holds_duty
from accounts.models import User
from contest.papers import bank_keys
from contest.rounds import reasons_not_to_publish
from quizzes.banks import TRUE_FALSE_CHOICES, BankQuestion
from quizzes.checks import TO_FINISH
from quizzes.desk import services as desk
from quizzes.desk.services import DeskError
from quizzes.loading import load_banks
from quizzes.models import Clause, Document, Passage, Programme, QuestionVersion
from quizzes.pools import drawable_versions
from quizzes.records import bank_of, record_of
from tests import factories
from tests.contest.test_concurrency import at_once
from tests.quizzes import samples

pytestmark = pytest.mark.django_db

RECORD = BankQuestion(
    id="",
    type="single",
    difficulty="easy",
    clause="03-CTr/TU:1",
    stem="Vườn mẫu để làm gì?",
    choices=(("a", "Để ngắm"), ("b", "Để học"), ("c", "Để bán"), ("d", "Để thi")),
    answer=("b",),
    quote="vườn mẫu để học",
    explanation="Vườn mẫu là nơi học cách làm.",
)


@pytest.fixture
def programme() -> Programme:
    load_banks(banks=[samples.bank_of(samples.sample())])
    return Programme.objects.get()


@pytest.fixture
def draft(programme: Programme, ha: User, noon: datetime) -> QuestionVersion:
    return desk.create_draft(actor=ha, record=RECORD, origin="desk", now=noon)


def _approved(draft: QuestionVersion, ha: User, tai: User, noon: datetime) -> QuestionVersion:
    desk.submit(actor=ha, version=draft, now=noon)
    return desk.approve(actor=tai, version=draft, now=noon)


def _actions(version: QuestionVersion) -> list[tuple[str, str]]:
    return list(version.events.values_list("action", "actor_name"))


def test_a_draft_is_not_drawable_until_a_second_person_approves(
    draft: QuestionVersion, ha: User, tai: User, noon: datetime
) -> None:
    programme = draft.question.programme
    assert draft.question.code == "03-001"
    assert draft.pk not in drawable_versions(programme)
    desk.submit(actor=ha, version=draft, now=noon)
    assert draft.pk not in drawable_versions(programme)
    desk.approve(actor=tai, version=draft, now=noon)
    assert draft.pk in drawable_versions(programme)
    assert _actions(draft) == [
        ("created", str(ha)),
        ("submitted", str(ha)),
        ("approved", str(tai)),
    ]


def test_nobody_approves_what_they_wrote_or_mended(
    draft: QuestionVersion, ha: User, tai: User, noon: datetime
) -> None:
    desk.edit_draft(actor=tai, version=draft, record=replace(RECORD, stem="Mới?"), rev=0, now=noon)
    desk.submit(actor=ha, version=draft, now=noon)
    for hand in (ha, tai):
        with pytest.raises(DeskError, match="không tự duyệt"):
            desk.approve(actor=hand, version=draft, now=noon)
    draft.refresh_from_db()
    assert draft.status == "in_review"


def test_an_unfinished_draft_is_kept_but_not_handed_in(
    programme: Programme, ha: User, noon: datetime
) -> None:
    unfinished = replace(RECORD, quote="", explanation="")
    draft = desk.create_draft(actor=ha, record=unfinished, origin="desk", now=noon)
    with pytest.raises(DeskError) as refusal:
        desk.submit(actor=ha, version=draft, now=noon)
    assert refusal.value.reasons == [
        "trích dẫn trống",
        "lời giải thích trống",
    ]


def test_a_statement_without_its_truth_is_not_handed_in(
    programme: Programme, ha: User, noon: datetime
) -> None:
    untold = replace(RECORD, type="true_false", choices=TRUE_FALSE_CHOICES, answer=())
    draft = desk.create_draft(actor=ha, record=untold, origin="desk", now=noon)
    with pytest.raises(DeskError, match="đang có 0"):
        desk.submit(actor=ha, version=draft, now=noon)


def test_of_two_editors_the_second_is_told(
    draft: QuestionVersion, ha: User, tai: User, noon: datetime
) -> None:
    first, second = replace(RECORD, stem="Một?"), replace(RECORD, stem="Hai?")
    desk.edit_draft(actor=ha, version=draft, record=first, rev=0, now=noon)
    with pytest.raises(DeskError, match="vừa được người khác sửa"):
        desk.edit_draft(actor=tai, version=draft, record=second, rev=0, now=noon)
    draft.refresh_from_db()
    assert (draft.stem, draft.rev) == ("Một?", 1)


def test_what_is_under_review_does_not_change(
    draft: QuestionVersion, ha: User, tai: User, noon: datetime
) -> None:
    desk.submit(actor=ha, version=draft, now=noon)
    with pytest.raises(DeskError):
        desk.edit_draft(actor=ha, version=draft, record=RECORD, rev=0, now=noon)
    desk.send_back(actor=tai, version=draft, note="Thêm mục trích dẫn", now=noon)
    desk.edit_draft(actor=ha, version=draft, record=RECORD, rev=0, now=noon)


def test_one_decision_counts(draft: QuestionVersion, ha: User, tai: User, noon: datetime) -> None:
    desk.submit(actor=ha, version=draft, now=noon)
    seen_by_another = QuestionVersion.objects.get(pk=draft.pk)
    desk.send_back(actor=tai, version=draft, note="Sửa câu dẫn", now=noon)
    with pytest.raises(DeskError, match="Bản nháp"):
        desk.approve(actor=tai, version=seen_by_another, now=noon)


@pytest.mark.parametrize("decide", [desk.send_back, desk.retire, desk.comment, desk.confirm])
def test_a_decision_needs_its_reason(decide, draft, ha, tai, noon) -> None:
    desk.submit(actor=ha, version=draft, now=noon)
    with pytest.raises(DeskError, match="Hãy viết"):
        decide(actor=tai, version=draft, note="  ", now=noon)


def test_a_decision_is_about_the_words_that_were_read(
    draft: QuestionVersion, ha: User, tai: User, noon: datetime
) -> None:
    desk.submit(actor=ha, version=draft, now=noon)
    read = QuestionVersion.objects.get(pk=draft.pk)
    desk.send_back(actor=ha, version=draft, note="Tự rút về", now=noon)
    other = replace(RECORD, stem="Đã đổi?")
    desk.edit_draft(actor=ha, version=draft, record=other, rev=0, now=noon)
    desk.submit(actor=ha, version=draft, now=noon)
    with pytest.raises(DeskError, match="vừa được sửa"):
        desk.approve(actor=tai, version=read, now=noon)
    draft.refresh_from_db()
    assert draft.status == "in_review"


def test_what_the_official_text_no_longer_says_is_not_approved(
    draft: QuestionVersion, ha: User, tai: User, noon: datetime
) -> None:
    desk.submit(actor=ha, version=draft, now=noon)
    _put_in_force(draft.clause, "Vườn mẫu để tham quan.", noon)
    with pytest.raises(DeskError, match="không có nguyên văn"):
        desk.approve(actor=tai, version=draft, now=noon)
    draft.refresh_from_db()
    assert draft.status == "in_review"


def _put_in_force(clause: Clause, text: str, now: datetime) -> None:
    document = Document.objects.create(
        title="Công văn", file_name="a.txt", state=Document.State.ACCEPTED, uploaded_at=now
    )
    Passage.objects.create(document=document, clause=clause, text=text)


def test_a_new_version_replaces_the_old_one_only_when_approved(
    draft: QuestionVersion, ha: User, tai: User, noon: datetime
) -> None:
    old = _approved(draft, ha, tai, noon)
    new = desk.revise(actor=ha, version=old, now=noon)
    assert (new.number, new.question_id) == (2, old.question_id)
    with pytest.raises(DeskError, match="đang có một bản nháp"):
        desk.revise(actor=tai, version=old, now=noon)
    assert old.pk in drawable_versions(old.question.programme)
    _approved(new, ha, tai, noon)
    pool = drawable_versions(old.question.programme)
    assert new.pk in pool
    assert old.pk not in pool
    assert old.events.last().note == "Thay bằng bản 2"


def test_a_retired_question_stays_in_published_rounds_and_leaves_later_ones(
    programme: Programme, ha: User, tai: User, yen: User, noon: datetime
) -> None:
    """Q3: a running attempt keeps its version, whatever the desk does."""
    from contest.attempts import start_attempt
    from quizzes.versions import version_texts

    round = factories.make_round(ha, noon, lines=[factories.LineDraft(programme, "", 3, 1)])
    attempt, _ = start_attempt(user=yen, round=round, now=noon)
    version = QuestionVersion.objects.get(question__code="KR-001")
    desk.retire(actor=tai, version=version, note="Trùng câu khác", now=noon)
    attempt.refresh_from_db()
    item = next(item for item in attempt.paper if item["v"] == version.pk)
    assert version_texts([version.pk])[version.pk].stem == version.stem
    assert bank_keys(item, ["a"])
    draft = factories.make_draft(programme, noon, lines=[factories.LineDraft(programme, "", 3, 1)])
    later = factories.create_round(actor=ha, contest=round.contest, draft=draft)
    assert "còn thiếu 1 câu" in reasons_not_to_publish(later, noon)[0]


def test_a_version_whose_clause_changed_waits_for_a_decision(
    draft: QuestionVersion, ha: User, tai: User, noon: datetime
) -> None:
    version = _approved(draft, ha, tai, noon)
    desk.flag_for_review(actor=ha, versions=[version], note="Mục 1 đổi lời văn", now=noon)
    assert version.pk not in drawable_versions(version.question.programme)
    with pytest.raises(DeskError, match="không tự duyệt"):
        desk.confirm(actor=ha, version=version, note="Vẫn đúng", now=noon)
    desk.confirm(actor=tai, version=version, note="Vẫn đúng", now=noon)
    assert version.pk in drawable_versions(version.question.programme)


def test_a_code_is_given_once(draft: QuestionVersion, ha: User, noon: datetime) -> None:
    other = desk.create_draft(actor=ha, record=RECORD, origin="desk", now=noon)
    assert other.question.code == "03-002"
    named, lost = replace(RECORD, id="KR-001"), replace(RECORD, clause="03-CTr/TU:9")
    with pytest.raises(DeskError, match="đã có"):
        desk.create_draft(actor=ha, record=named, origin="desk", now=noon)
    with pytest.raises(DeskError, match="Không có mục"):
        desk.create_draft(actor=ha, record=lost, origin="desk", now=noon)


def test_codes_of_the_desk_are_apart_from_each_other_and_from_the_files(
    draft: QuestionVersion, ha: User, noon: datetime
) -> None:
    def code_in(document: str, id: str = "") -> str:
        record = replace(RECORD, clause=f"{document}:1", id=id)
        made = desk.create_draft(actor=ha, record=record, origin="desk", now=noon)
        return made.question.code

    for code in ("03-KH/TU", "CV-BVMTU"):
        other = factories.make_programme(code, 9)
        Clause.objects.create(programme=other, code=f"{code}:1", title="Ao", position=1)
    assert code_in("03-KH/TU") == "03-002"
    code_in("03-CTr/TU", "03-" + "9" * 37)
    assert code_in("03-CTr/TU") == "03-003"
    assert code_in("CV-BVMTU") == "CV-BVMTU-001"  # CV-001 belongs to the file


@pytest.mark.django_db(transaction=True)
def test_people_writing_at_once_get_a_code_each(
    programme: Programme, ha: User, noon: datetime
) -> None:
    def create() -> str:
        made = desk.create_draft(actor=ha, record=RECORD, origin="desk", now=noon)
        return made.question.code

    assert sorted(at_once([create] * 8)) == [f"03-00{n}" for n in range(1, 9)]


@pytest.mark.django_db(transaction=True)
def test_of_people_revising_at_once_one_gets_the_draft(
    programme: Programme, ha: User, noon: datetime
) -> None:
    version = QuestionVersion.objects.get(question__code="KR-001")

    def revise() -> str:
        try:
            return f"bản {desk.revise(actor=ha, version=version, now=noon).number}"
        except DeskError as refusal:
            return str(refusal)

    told = "Câu KR-001 đang có một bản nháp; hãy sửa tiếp bản ấy."
    assert sorted(at_once([revise] * 6)) == [*[told] * 5, "bản 2"]


def test_the_database_says_what_the_bank_said(programme: Programme) -> None:
    bank = samples.bank_of(samples.sample())
    assert bank_of(programme, bank.file) == bank
    version = QuestionVersion.objects.get(question__code="KR-002")
    assert record_of(version) == bank.questions[1]


def test_duties_are_given_by_command(yen: User, tai: User, capsys) -> None:
    call_command("grant_desk", "authors", "yen")
    call_command("grant_desk", "reviewers", "tai")
    yen, tai = User.objects.get(pk=yen.pk), User.objects.get(pk=tai.pk)
    assert yen.has_perm("quizzes.write_questions")
    assert not yen.has_perm("quizzes.review_questions")
    assert tai.has_perm("quizzes.review_questions")
    assert holds_duty(yen)  # whoever has seen the questions does not rank
    assert "thẩm định câu hỏi" in capsys.readouterr().out
    with pytest.raises(CommandError, match="Không tìm thấy tài khoản"):
        call_command("grant_desk", "authors", "ai-do")


def test_a_draft_does_not_overrule_a_later_correction_from_a_file(
    programme: Programme, ha: User, tai: User, noon: datetime
) -> None:
    first = QuestionVersion.objects.get(question__code="KR-001")
    draft = desk.revise(actor=ha, version=first, now=noon)
    desk.submit(actor=ha, version=draft, now=noon)
    raw = samples.sample()
    raw["questions"][0]["stem"] = "Giữ vườn là việc gì?"
    load_banks(banks=[samples.bank_of(raw)])
    with pytest.raises(DeskError, match="Bản 3 mới hơn"):
        desk.approve(actor=tai, version=draft, now=noon)
    assert QuestionVersion.objects.get(question__code="KR-001", number=3).status == "approved"


def test_copying_ones_own_words_makes_nobody_else_their_author(
    draft: QuestionVersion, ha: User, tai: User, noon: datetime
) -> None:
    version = _approved(draft, ha, tai, noon)
    copy = desk.revise(actor=tai, version=version, now=noon)
    desk.submit(actor=tai, version=copy, now=noon)
    with pytest.raises(DeskError, match="không tự duyệt"):
        desk.approve(actor=ha, version=copy, now=noon)


def test_the_official_text_has_the_last_word(
    draft: QuestionVersion, ha: User, tai: User, noon: datetime
) -> None:
    document = Document.objects.create(title="Bản gốc", uploaded_at=noon, state="accepted")
    other = Clause.objects.get(code="03-CTr/TU:2")
    Passage.objects.create(document=document, clause=other, text="trồng mận và lê")
    with pytest.raises(DeskError, match="không còn trong văn bản gốc"):
        desk.submit(actor=ha, version=draft, now=noon)
    Passage.objects.create(document=document, clause=draft.clause, text="vườn mẫu để chơi")
    with pytest.raises(DeskError, match="không có nguyên văn"):
        desk.submit(actor=ha, version=draft, now=noon)
    Passage.objects.filter(clause=draft.clause).update(text="Giữ vườn mẫu để  học nghề.")
    desk.submit(actor=ha, version=draft, now=noon)


def test_what_an_approved_question_asks_is_not_asked_again(
    draft: QuestionVersion, ha: User, noon: datetime
) -> None:
    twin = replace(RECORD, stem="Giữ vườn là nhiệm vụ gì")
    draft = desk.edit_draft(actor=ha, version=draft, record=twin, rev=0, now=noon)
    with pytest.raises(DeskError, match="câu dẫn trùng với câu KR-001"):
        desk.submit(actor=ha, version=draft, now=noon)


def test_a_derived_explanation_must_be_finished(
    draft: QuestionVersion, ha: User, noon: datetime
) -> None:
    stub = replace(RECORD, explanation=f"Mục 1 nêu như vậy. {TO_FINISH}")
    draft = desk.edit_draft(actor=ha, version=draft, record=stub, rev=0, now=noon)
    with pytest.raises(DeskError, match="còn phần người soạn phải bổ sung"):
        desk.submit(actor=ha, version=draft, now=noon)
