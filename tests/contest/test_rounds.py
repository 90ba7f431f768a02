"""Drafting and publishing rounds (Q8)."""

from datetime import datetime, timedelta

import pytest

from accounts.models import User
from contest.drafts import LineDraft
from contest.errors import CannotPublish, ContestError
from contest.models import AuditRecord, Division, Round
from contest.papers import seed_commitment
from contest.rounds import (
    create_contest,
    create_round,
    publish_round,
    reasons_not_to_publish,
    update_round,
)
from quizzes.models import Programme, QuestionVersion
from tests.factories import make_contest, make_draft, make_pool, make_question


@pytest.fixture
def programme(db: None) -> Programme:
    return make_pool()


@pytest.fixture
def draft_round(ha: User, programme: Programme, noon: datetime) -> Round:
    contest = make_contest(ha)
    return create_round(actor=ha, contest=contest, draft=make_draft(programme, noon))


def test_rounds_are_numbered_within_their_contest(
    ha: User, programme: Programme, noon: datetime
) -> None:
    contest = make_contest(ha)
    numbers = [
        create_round(actor=ha, contest=contest, draft=make_draft(programme, noon)).number
        for _ in range(3)
    ]
    assert numbers == [1, 2, 3]


def test_slugs_are_readable_and_unique(ha: User) -> None:
    slugs = [create_contest(actor=ha, title="Đảng uỷ xã Đàm Thuỷ", summary="").slug for _ in "12"]
    assert slugs == ["dang-uy-xa-dam-thuy", "dang-uy-xa-dam-thuy-2"]


def test_publishing_freezes_the_pools(ha: User, draft_round: Round, noon: datetime) -> None:
    publish_round(actor=ha, round=draft_round, now=noon)
    pools = Round.objects.get().pools
    make_question(Programme.objects.get(), "03-999")
    assert Round.objects.get().pools == pools
    assert [len(pool) for pool in pools] == [8]


def test_publishing_is_written_down_with_the_commitment(
    ha: User, draft_round: Round, noon: datetime
) -> None:
    publish_round(actor=ha, round=draft_round, now=noon)
    record = AuditRecord.objects.get(action="publish_round")
    assert (record.actor, record.subject) == (ha, f"round:{draft_round.pk}")
    assert record.after["seed_commitment"] == seed_commitment(draft_round.secret)


def test_q8_a_pool_too_small_is_refused_with_the_line_and_what_is_missing(
    ha: User, draft_round: Round, programme: Programme, noon: datetime
) -> None:
    lines = [LineDraft(programme, "", 5, 1), LineDraft(programme, "easy", 6, 1)]
    update_round(actor=ha, round=draft_round, draft=make_draft(programme, noon, lines=lines))
    with pytest.raises(CannotPublish) as refusal:
        publish_round(actor=ha, round=draft_round, now=noon)
    assert len(refusal.value.reasons) == 1
    assert "còn thiếu 3 câu" in refusal.value.reasons[0]
    assert Round.objects.get().published_at is None


@pytest.mark.parametrize("status", ["draft", "in_review", "retired"])
def test_only_approved_questions_are_drawable(
    status: str, ha: User, draft_round: Round, programme: Programme, noon: datetime
) -> None:
    QuestionVersion.objects.update(status=status)
    assert len(reasons_not_to_publish(draft_round, noon)) == 1


def test_a_round_whose_end_has_passed_or_without_lines_is_refused(
    ha: User, draft_round: Round, programme: Programme, noon: datetime
) -> None:
    update_round(actor=ha, round=draft_round, draft=make_draft(programme, noon, lines=[]))
    reasons = reasons_not_to_publish(draft_round, noon + timedelta(days=2))
    assert len(reasons) == 2


def test_a_published_round_is_not_changed(
    ha: User, draft_round: Round, programme: Programme, noon: datetime
) -> None:
    publish_round(actor=ha, round=draft_round, now=noon)
    with pytest.raises(ContestError):
        update_round(actor=ha, round=draft_round, draft=make_draft(programme, noon))


def test_an_edit_opened_before_the_publication_changes_nothing_after_it(
    ha: User, draft_round: Round, programme: Programme, noon: datetime
) -> None:
    opened_earlier = Round.objects.get()
    publish_round(actor=ha, round=draft_round, now=noon)
    with pytest.raises(ContestError):
        update_round(actor=ha, round=opened_earlier, draft=make_draft(programme, noon))
    published = Round.objects.get()
    assert published.published_at == noon
    assert len(published.pools) == published.lines.count()


def test_audit_records_stay(ha: User, draft_round: Round) -> None:
    record = AuditRecord.objects.first()
    assert record is not None
    with pytest.raises(TypeError):
        record.delete()
    with pytest.raises(TypeError):
        record.save()


def test_a_division_without_a_paper_is_refused_at_publication(ha: User, noon: datetime) -> None:
    programme = make_pool()
    contest = make_contest(ha)
    officials = Division.objects.create(contest=contest, position=1, code="a", name="Cán bộ")
    Division.objects.create(contest=contest, position=2, code="b", name="Người dân")
    draft = make_draft(programme, noon, lines=[LineDraft(programme, "", 5, 1, officials)])
    round = create_round(actor=ha, contest=contest, draft=draft)
    with pytest.raises(CannotPublish, match="Bảng “Người dân” chưa có dòng"):
        publish_round(actor=ha, round=round, now=noon)
