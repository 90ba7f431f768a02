"""What an organiser does with a round: draft it, change the draft, publish it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from accounts.models import User
from accounts.text import fold
from contest.audit import record
from contest.conduct.decisions import locked
from contest.drafts import RoundDraft, apply_draft, settings_of
from contest.errors import CannotPublish, ContestError
from contest.events import round_changed
from contest.models import BlueprintLine, Contest, PoolMember, Round
from contest.papers import Line, seed_commitment, shortfalls
from contest.rules.versions import write_version
from quizzes.pools import drawable_versions


@transaction.atomic
def create_contest(*, actor: User, title: str, summary: str) -> Contest:
    """A new contest under a free slug made from its title."""
    base = slugify(fold(title))[:60] or "cuoc-thi"
    slug, tries = base, 1
    while Contest.objects.filter(slug=slug).exists():
        tries += 1
        slug = f"{base}-{tries}"
    contest = Contest.objects.create(title=title, summary=summary, slug=slug, created_by=actor)
    record(actor=actor, action="create_contest", subject=f"contest:{contest.pk}")
    return contest


@transaction.atomic
def create_round(*, actor: User, contest: Contest, draft: RoundDraft) -> Round:
    """An unpublished round, the next number of its contest."""
    Contest.objects.select_for_update().get(pk=contest.pk)  # numbers are given one at a time
    last = contest.rounds.aggregate(last=Max("number"))["last"] or 0
    round = Round(contest=contest, number=last + 1)
    apply_draft(round, draft)
    record(
        actor=actor, action="create_round", subject=f"round:{round.pk}", after=settings_of(round)
    )
    return round


@transaction.atomic
def update_round(*, actor: User, round: Round, draft: RoundDraft) -> Round:
    """Change a draft. A published round is refused: people rely on what was announced."""
    round = locked(round)
    if round.published_at is not None:
        raise ContestError("Vòng thi đã công bố nên không sửa được các thông số này nữa.")
    before = settings_of(round)
    apply_draft(round, draft)
    record(
        actor=actor,
        action="update_round",
        subject=f"round:{round.pk}",
        before=before,
        after=settings_of(round),
    )
    return round


def reasons_not_to_publish(round: Round, now: datetime) -> list[str]:
    """Why the round cannot be published at ``now``, in Vietnamese; empty when it can."""
    lines = list(round.lines.select_related("programme").order_by("position"))
    reasons = []
    if round.closes_at <= now:
        reasons.append("Giờ đóng vòng thi đã qua; hãy chọn giờ đóng muộn hơn.")
    if not lines and not round.essay_prompt:
        reasons.append("Đề thi chưa có dòng nào; hãy thêm ít nhất một dòng cấu trúc đề.")
    reasons += _divisions_without_paper(round, lines)
    for plan in _plans(lines):
        for index, missing in sorted(shortfalls(_blueprint(plan)).items()):
            line = plan[index]
            reasons.append(
                f"Dòng {line.position} ({line}) cần {line.count} câu nhưng ngân hàng còn thiếu "
                f"{missing} câu đã duyệt; hãy giảm số câu hoặc duyệt thêm câu hỏi."
            )
    return reasons


def _divisions_without_paper(round: Round, lines: Sequence[BlueprintLine]) -> list[str]:
    """Divisions whose people would get an empty paper, as reasons."""
    served = {line.division_id for line in lines}
    if None in served or not lines:
        return []
    return [
        f"Bảng “{division.name}” chưa có dòng cấu trúc đề nào; hãy thêm dòng cho bảng này hoặc "
        "dòng chung cho mọi bảng."
        for division in round.contest.divisions.order_by("position")
        if division.pk not in served
    ]


def _plans(lines: Sequence[BlueprintLine]) -> list[list[BlueprintLine]]:
    """The lines that make up one paper together: those of everybody, and of each division."""
    divisions = dict.fromkeys(line.division_id for line in lines)
    return [[line for line in lines if line.division_id == d] for d in divisions]


def _blueprint(lines: Sequence[BlueprintLine]) -> list[Line]:
    return [
        Line(
            line.count,
            line.points,
            tuple(drawable_versions(line.programme, line.difficulty)),
        )
        for line in lines
    ]


@transaction.atomic
def publish_round(*, actor: User, round: Round, now: datetime) -> Round:
    """Freeze the pools and show the round to everybody; refused with every reason there is.

    Raises ``CannotPublish``. Publishing a published round changes nothing.
    """
    round = locked(round)
    if round.published_at is not None:
        return round
    if reasons := reasons_not_to_publish(round, now):
        raise CannotPublish(reasons)
    round.published_at = now
    round.save(update_fields=["published_at"])
    freeze_pools(round)
    write_version(round=round, actor=actor, reason="", now=now)
    record(
        actor=actor,
        action="publish_round",
        subject=f"round:{round.pk}",
        after={**settings_of(round), "seed_commitment": seed_commitment(round.secret)},
    )
    round_changed(round.pk)
    return round


def freeze_pools(round: Round) -> None:
    """Keep which question versions each line may draw; none of them can be deleted any more."""
    blueprint = _blueprint(list(round.lines.select_related("programme").order_by("position")))
    round.pools = [list(line.version_ids) for line in blueprint]
    round.save(update_fields=["pools"])
    round.pool_members.all().delete()
    PoolMember.objects.bulk_create(
        PoolMember(round=round, version_id=version_id)
        for version_id in sorted({v for pool in round.pools for v in pool})
    )
