"""Questions from files become drafts: all or none, and never twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from accounts.models import User
from quizzes.banks import GAP
from quizzes.desk.services import approve, submit
from quizzes.exchange.exporting import bank_for_export
from quizzes.exchange.formats import FORMATS, read_questions
from quizzes.exchange.importing import ImportRefused, Plan, import_questions, programme_faults
from quizzes.exchange.reading import Placed, Reading, clean, fingerprint
from quizzes.models import Clause, Programme, Question, QuestionVersion
from quizzes.records import record_of
from tests.factories import make_programme, make_question
from tests.quizzes.exchange.making import bank, one_of_each, single

Status = QuestionVersion.Status


@pytest.fixture
def forest(db: None) -> Programme:
    programme = make_programme()
    for number in (1, 2):
        Clause.objects.create(
            programme=programme,
            code=f"{programme.code}:{number}",
            title=f"Mục {number}",
            position=number,
        )
    return programme


@pytest.fixture
def first_clause(forest: Programme) -> Clause:
    return forest.clauses.get(position=1)


@pytest.fixture
def take(forest: Programme, yen: User, noon: datetime):  # type: ignore[no-untyped-def]
    """Import records at lines 1, 2, 3... with a default clause or none."""

    def importing(*records: object, default: Clause | None = None) -> Plan:
        placed = [Placed(f"dòng {n}", record) for n, record in enumerate(records, start=1)]  # type: ignore[arg-type]
        return import_questions(
            actor=yen, programme=forest, records=placed, default_clause=default, now=noon
        )

    return importing


def refused(take, *records, **settings) -> list[tuple[str, str]]:  # type: ignore[no-untyped-def]
    with pytest.raises(ImportRefused) as caught:
        take(*records, **settings)
    return [(fault.place, fault.reason) for fault in caught.value.faults]


def test_every_record_becomes_a_draft_of_its_author(take, yen: User) -> None:  # type: ignore[no-untyped-def]
    plan = take(*one_of_each())
    versions = QuestionVersion.objects.order_by("question__code")
    assert (plan.created, plan.known) == (6, 0)
    assert [record_of(version) for version in versions] == one_of_each()
    assert {(v.status, v.origin) for v in versions} == {("draft", "imported")}
    assert versions[0].events.get().actor == yen


def test_a_second_import_makes_no_duplicates(take, first_clause: Clause) -> None:  # type: ignore[no-untyped-def]
    coded, bare = single(), single(id="", stem="Câu không mã?", clause="", difficulty="")
    take(coded, bare, default=first_clause)
    again = take(coded, bare, default=first_clause)
    assert (again.created, again.revised, again.known) == (0, [], 2)
    assert Question.objects.count() == QuestionVersion.objects.count() == 2


def test_a_second_import_needs_no_default_clause(take, first_clause: Clause) -> None:  # type: ignore[no-untyped-def]
    bare = single(id="", clause="")
    take(bare, default=first_clause)
    assert take(bare).known == 1


def test_known_is_what_was_ever_said(take, yen: User, tai: User, noon: datetime) -> None:  # type: ignore[no-untyped-def]
    """Importing an old file again brings no old wording back."""
    take(single())
    for words in ("", " Bản mới."):
        if words:
            take(single(explanation=words.strip()))
        draft = QuestionVersion.objects.get(status=Status.DRAFT)
        submit(actor=yen, version=draft, now=noon)
        approve(actor=tai, version=draft, now=noon)
    assert take(single()).known == 1


def test_the_same_code_with_other_content_is_a_new_draft(take, forest: Programme) -> None:  # type: ignore[no-untyped-def]
    make_question(forest, "KR-001")
    plan = take(single())
    assert plan.revised == ["KR-001"]
    versions = QuestionVersion.objects.filter(question__code="KR-001")
    assert [(v.number, v.status) for v in versions] == [(1, "approved"), (2, "draft")]


def test_what_a_file_does_not_say_stays_as_it_was(take, forest: Programme) -> None:  # type: ignore[no-untyped-def]
    before = record_of(make_question(forest, "KR-001", difficulty="hard"))
    take(replace(before, stem="Câu mới?", difficulty="", clause="", quote="", explanation=""))
    draft = QuestionVersion.objects.get(status=Status.DRAFT)
    assert record_of(draft) == replace(before, stem="Câu mới?")


def test_an_open_draft_is_not_overwritten(take) -> None:  # type: ignore[no-untyped-def]
    take(single())
    reason = "câu KR-001 đang có bản nháp nói khác; hãy sửa hoặc bỏ bản nháp ấy trước"
    assert refused(take, single(stem="Khác?")) == [("dòng 1", reason)]


def test_every_fault_is_named_and_nothing_taken(take) -> None:  # type: ignore[no-untyped-def]
    other = make_programme("04-CTr/TU", 2)
    make_question(other, "BK-001")
    faults = refused(
        take,
        single(),
        single(stem="Lại câu ấy?"),
        single(id="BK-001"),
        single(id="", clause="", stem="Không mục?"),
        single(id="", clause="09-CTr/TU:1", stem="Mục lạ?"),
    )
    assert faults == [
        ("dòng 2", "trùng với câu ở dòng 1 của tệp này; hãy bỏ một câu"),
        ("dòng 3", "mã BK-001 đã dùng ở văn bản 04-CTr/TU; hãy đổi mã hoặc để trống"),
        ("dòng 4", "chưa ghi mục; hãy sửa trong tệp hoặc chọn mục mặc định khi nhập"),
        (
            "dòng 5",
            "không có mục 09-CTr/TU:1 trong văn bản; "
            "hãy sửa trong tệp hoặc chọn mục mặc định khi nhập",
        ),
    ]
    assert not QuestionVersion.objects.filter(status=Status.DRAFT).exists()


def test_the_same_question_twice_in_a_file_is_named_whatever_its_code(take) -> None:  # type: ignore[no-untyped-def]
    reason = "trùng với câu ở dòng 1 của tệp này; hãy bỏ một câu"
    twins = [single(id=""), single(id="KR-009"), single(id="", explanation="Khác.")]
    assert refused(take, single(), *twins) == [(f"dòng {n}", reason) for n in (2, 3, 4)]
    assert not Question.objects.exists()


def test_what_is_known_already_strays_nowhere(take, first_clause: Clause) -> None:  # type: ignore[no-untyped-def]
    take(single(clause="09-CTr/TU:1"), default=first_clause)
    again = take(single(clause="09-CTr/TU:1"), default=first_clause)
    assert (again.known, again.strayed) == (1, [])


def test_defaults_fill_in_and_are_told(take, first_clause: Clause) -> None:  # type: ignore[no-untyped-def]
    plan = take(single(id="", clause="09-CTr/TU:1", difficulty=""), default=first_clause)
    draft = QuestionVersion.objects.get()
    assert (draft.clause, draft.difficulty, plan.strayed) == (first_clause, "medium", ["dòng 1"])


def test_a_code_of_the_file_is_not_given_to_a_question_without_one(take) -> None:  # type: ignore[no-untyped-def]
    take(single(id="", stem="Trước?"), single(id="03-001", stem="Sau?"))
    stems = dict(QuestionVersion.objects.values_list("question__code", "stem"))
    assert stems == {"03-001": "Sau?", "03-002": "Trước?"}


@pytest.mark.parametrize("key", FORMATS)
def test_what_leaves_is_known_when_it_comes_back(key: str, take, forest: Programme) -> None:  # type: ignore[no-untyped-def]
    take(*one_of_each())
    leaving = bank_for_export(forest, [Status.DRAFT])
    carried = [q for q in leaving.questions if not FORMATS[key].refusal(q)]
    data = FORMATS[key].write(replace(leaving, questions=tuple(carried)))
    back = [placed.record for placed in read_questions("tep", data, key).questions]
    assert (len(back), take(*back).known) == (len(carried), len(carried))


def test_export_takes_the_newer_of_two_versions(take, forest: Programme) -> None:  # type: ignore[no-untyped-def]
    make_question(forest, "KR-001")
    take(single())
    both = bank_for_export(forest, [Status.APPROVED, Status.DRAFT])
    assert both.questions == (single(),)
    assert bank_for_export(forest, [Status.APPROVED]).questions[0].stem == "Câu hỏi KR-001?"


def test_a_file_of_another_document_is_refused(forest: Programme) -> None:
    assert programme_faults(Reading(programme=forest.code), forest) == []
    faults = programme_faults(Reading(programme="04-CTr/TU"), forest)
    assert [fault.reason for fault in faults] == [
        "tệp này của văn bản 04-CTr/TU, không phải 03-CTr/TU; hãy chọn lại"
    ]


def test_a_fingerprint_forgives_marks_case_order_and_citations() -> None:
    same = single(
        id="", stem="GIỮ VƯỜN là nhiệm vụ gì?", quote="", difficulty="hard", answer=("a",),
        choices=(("a", "nền tảng"), ("b", "Phụ trợ"), ("c", "Thí điểm"), ("d", "Tạm thời")),
    )  # fmt: skip
    assert fingerprint(same) == fingerprint(single())
    others = [single(answer=("a",)), single(stem="Khác?"), single(stem=f"Giữ {GAP}")]
    assert len({fingerprint(other) for other in [*others, single()]}) == 4


def test_clean_drops_what_workbooks_cannot_hold() -> None:
    assert clean(" a\u200b\ufffe\n b\uffff ") == "a b"
    data = FORMATS["own"].write(bank(single(stem="Câu\ufffe?")))
    assert read_questions("a.xlsx", data).questions[0].record.stem == "Câu?"
