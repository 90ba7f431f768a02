"""Writing, reviewing and retiring questions: one service for each thing a person does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from itertools import count

from django.db import transaction
from django.db.models import F, Max

from accounts.models import User
from quizzes.banks import BankQuestion
from quizzes.desk.soundness import version_faults, writers
from quizzes.models import (
    Clause,
    Programme,
    Question,
    QuestionVersion,
    VersionEvent,
)
from quizzes.records import content_of, record_of

Status = QuestionVersion.Status
Action = VersionEvent.Action
OPEN = (Status.DRAFT, Status.IN_REVIEW)
IN_USE = (Status.IN_REVIEW, Status.APPROVED, Status.MUST_REVIEW)
CHANGED = (
    "Câu hỏi vừa được sửa sau khi trang này mở ra; hãy đọc lại bản mới dưới đây rồi quyết định."
)


class DeskError(Exception):
    """Something the desk refuses; ``reasons`` say in Vietnamese why and what to do."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = list(reasons)


@transaction.atomic
def create_draft(
    *,
    actor: User,
    record: BankQuestion,
    origin: str,
    now: datetime,
    question: Question | None = None,
) -> QuestionVersion:
    """A draft that says what the record says; it may be unfinished and is never drawable.

    With ``question`` it is the next version of that question, else of a new one, whose code is
    the record's id or, when that is "", the next free one of the clause's programme. The clause
    must exist. Raises ``DeskError`` when the code is taken or another draft is open.
    """
    clause = Clause.objects.select_related("programme").filter(code=record.clause).first()
    if clause is None:
        raise DeskError(f"Không có mục {record.clause}; hãy chọn một mục trong danh sách.")
    # Writing the row first makes two drafts of one document wait for each other: codes and
    # numbers are counted, and both would get the same.
    Programme.objects.filter(pk=clause.programme_id).update(position=F("position"))
    if question is None:
        question = _new_question(clause.programme, record.id)
    elif question.programme_id != clause.programme_id:
        raise DeskError("Câu hỏi không chuyển sang văn bản khác được; hãy soạn câu mới.")
    versions = QuestionVersion.objects.filter(question=question)
    if versions.filter(status__in=OPEN).exists():
        raise DeskError(f"Câu {question.code} đang có một bản nháp; hãy sửa tiếp bản ấy.")
    last: int = versions.aggregate(last=Max("number"))["last"] or 0
    version = QuestionVersion.objects.create(
        question=question,
        number=last + 1,
        status=Status.DRAFT,
        origin=origin,
        clause=clause,
        **content_of(record),
    )
    log(version, Action.CREATED, actor, now, QuestionVersion.Origin(origin).label)
    return version


def _new_question(programme: Programme, code: str) -> Question:
    if not code:
        return Question.objects.create(code=next_code(programme), programme=programme)
    question, created = Question.objects.get_or_create(code=code, defaults={"programme": programme})
    if not created:
        raise DeskError(f"Mã câu hỏi {code} đã có; hãy đổi mã hoặc để trống.")
    return question


def next_code(programme: Programme) -> str:
    """``03-001``, ``03-002``, ...: the first free code of the desk, apart from those of the bank
    files; a document whose code begins with letters, as theirs do, lends all of it."""
    head = programme.number if programme.number.isdecimal() else programme.slug
    taken = set(Question.objects.filter(code__startswith=head).values_list("code", flat=True))
    return next(code for n in count(1) if (code := f"{head}-{n:03d}") not in taken)


@transaction.atomic
def edit_draft(
    *, actor: User, version: QuestionVersion, record: BankQuestion, rev: int, now: datetime
) -> QuestionVersion:
    """Replace what a draft says. ``rev`` is the one the editor saw.

    Raises ``DeskError`` when it is no draft any more or somebody else changed it meanwhile.
    """
    clause = Clause.objects.filter(
        code=record.clause, programme_id=version.question.programme_id
    ).first()
    if clause is None:
        raise DeskError(f"Mục {record.clause} không thuộc văn bản của câu hỏi này.")
    drafts = QuestionVersion.objects.filter(pk=version.pk, status=Status.DRAFT, rev=rev)
    changed = drafts.update(clause=clause, rev=rev + 1, **content_of(record))
    if not changed:
        raise DeskError(
            "Bản nháp này vừa được người khác sửa hoặc đã gửi thẩm định; "
            "hãy chép phần vừa viết, tải lại trang rồi sửa tiếp."
        )
    version.refresh_from_db()
    log(version, Action.EDITED, actor, now)
    return version


@transaction.atomic
def submit(*, actor: User, version: QuestionVersion, now: datetime) -> QuestionVersion:
    """Hand a draft in for review. Raises ``DeskError`` with every fault it still has."""
    _require_sound(version)
    return _move(version, (Status.DRAFT,), Status.IN_REVIEW, Action.SUBMITTED, actor, now)


@transaction.atomic
def send_back(
    *, actor: User, version: QuestionVersion, note: str, now: datetime
) -> QuestionVersion:
    """Return a version under review to its authors, saying what to mend."""
    _require(note, "Hãy viết điều cần sửa để người soạn biết.")
    return _move(version, (Status.IN_REVIEW,), Status.DRAFT, Action.SENT_BACK, actor, now, note)


@transaction.atomic
def approve(
    *, actor: User, version: QuestionVersion, now: datetime, note: str = ""
) -> QuestionVersion:
    """Make a reviewed version drawable; the version until now retires. Two-person rule:
    raises ``DeskError`` for anybody who had a hand in writing it, and with its faults: the
    official text may have changed since it was handed in."""
    _require_other_hand(actor, version)
    _require_sound(version)
    _require_newest(version)
    before = QuestionVersion.objects.filter(
        question=version.question, status__in=(Status.APPROVED, Status.MUST_REVIEW)
    ).exclude(pk=version.pk)
    for old in before:
        replaced = f"Thay bằng bản {version.number}"
        _move(old, (old.status,), Status.RETIRED, Action.RETIRED, actor, now, replaced)
    return _move(version, (Status.IN_REVIEW,), Status.APPROVED, Action.APPROVED, actor, now, note)


@transaction.atomic
def confirm(*, actor: User, version: QuestionVersion, note: str, now: datetime) -> QuestionVersion:
    """Keep a version whose clause changed: it is still right. Back into the drawable pools."""
    _require(note, "Hãy viết vì sao câu hỏi vẫn đúng với lời văn mới.")
    _require_other_hand(actor, version)
    _require_sound(version)
    return _move(
        version, (Status.MUST_REVIEW,), Status.APPROVED, Action.CONFIRMED, actor, now, note
    )


@transaction.atomic
def retire(*, actor: User, version: QuestionVersion, note: str, now: datetime) -> QuestionVersion:
    """Take a version out of use for a reason; rounds already published keep it."""
    _require(note, "Hãy viết lý do thôi dùng câu hỏi này.")
    return _move(version, IN_USE, Status.RETIRED, Action.RETIRED, actor, now, note)


@transaction.atomic
def discard(*, actor: User, version: QuestionVersion, note: str, now: datetime) -> QuestionVersion:
    """Give a draft up; it stays in the history of its question."""
    _require(note, "Hãy viết lý do bỏ bản nháp này.")
    return _move(version, (Status.DRAFT,), Status.RETIRED, Action.RETIRED, actor, now, note)


@transaction.atomic
def flag_for_review(
    *, actor: User, versions: Iterable[QuestionVersion], note: str, now: datetime
) -> int:
    """Take approved versions out of the pools until somebody has looked; returns how many."""
    flagged = 0
    for version in versions:
        _move(version, (Status.APPROVED,), Status.MUST_REVIEW, Action.FLAGGED, actor, now, note)
        flagged += 1
    return flagged


@transaction.atomic
def comment(*, actor: User, version: QuestionVersion, note: str, now: datetime) -> VersionEvent:
    """Say something about a version without deciding anything."""
    _require(note, "Hãy viết lời góp ý.")
    return log(version, Action.COMMENTED, actor, now, note)


@transaction.atomic
def revise(*, actor: User, version: QuestionVersion, now: datetime) -> QuestionVersion:
    """A draft of the next version that says the same; the version in use stays in use."""
    record = replace(record_of(version), id="")
    origin = QuestionVersion.Origin.DESK
    return create_draft(
        actor=actor, record=record, origin=origin, now=now, question=version.question
    )


def log(
    version: QuestionVersion, action: str, actor: User, now: datetime, note: str = ""
) -> VersionEvent:
    """Append to the history of a version."""
    return VersionEvent.objects.create(
        version=version, action=action, actor=actor, actor_name=str(actor), at=now, note=note
    )


def _move(
    version: QuestionVersion,
    of: tuple[str, ...],
    to: str,
    action: str,
    actor: User,
    now: datetime,
    note: str = "",
) -> QuestionVersion:
    """Change the status if it still is one of ``of`` and the version says what it said when it
    was read; two people at once decide only once."""
    same = QuestionVersion.objects.filter(pk=version.pk, rev=version.rev, status__in=of)
    if not same.update(status=to):
        version.refresh_from_db(fields=["status"])
        if version.status in of:
            raise DeskError(CHANGED)
        raise DeskError(
            f"Câu hỏi đang ở trạng thái “{version.get_status_display()}” nên không làm được "
            "việc này; hãy tải lại trang để xem tình trạng mới."
        )
    version.status = to
    log(version, action, actor, now, note)
    return version


def _require_sound(version: QuestionVersion) -> None:
    if faults := version_faults(version):
        raise DeskError(*faults)


def _require_newest(version: QuestionVersion) -> None:
    """A bank file may have brought a later correction while this draft was being written."""
    in_use = (Status.APPROVED, Status.MUST_REVIEW)
    newer = version.question.versions.filter(number__gt=version.number, status__in=in_use).first()
    if newer:
        raise DeskError(
            f"Bản {newer.number} mới hơn đang được dùng; hãy trả lại bản này "
            f"và soạn lại từ bản {newer.number}."
        )


def _require(note: str, message: str) -> None:
    if not note.strip():
        raise DeskError(message)


def _require_other_hand(actor: User, version: QuestionVersion) -> None:
    if actor.pk in writers(version):
        raise DeskError("Người soạn không tự duyệt câu của mình; hãy nhờ người thẩm định khác.")
