"""What an organiser does with a round: draft it, change the draft, publish it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from accounts.models import User
from accounts.text import fold
from contest.audit import record
from contest.errors import CannotPublish, ContestError
from contest.events import round_changed
from contest.models import BlueprintLine, Contest, Round
from contest.papers import Line, seed_commitment, shortfalls
from quizzes.models import Programme
from quizzes.pools import drawable_versions


@dataclass(frozen=True, slots=True)
class LineDraft:
    """One blueprint line as the organiser typed it; ``difficulty`` "" means any."""

    programme: Programme
    difficulty: str
    count: int
    points: int


@dataclass(frozen=True, slots=True)
class RoundDraft:
    """The settings of a round. ``attempts_allowed`` None means without limit."""

    title: str
    opens_at: datetime
    closes_at: datetime
    time_limit_s: int
    attempts_allowed: int | None
    prediction_target: str
    lines: Sequence[LineDraft]


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
    _apply(round, draft)
    record(
        actor=actor, action="create_round", subject=f"round:{round.pk}", after=settings_of(round)
    )
    return round


@transaction.atomic
def create_contest_with_round(*, actor: User, title: str, summary: str, draft: RoundDraft) -> Round:
    """A new contest with its first, unpublished round; both or neither."""
    contest = create_contest(actor=actor, title=title, summary=summary)
    return create_round(actor=actor, contest=contest, draft=draft)


@transaction.atomic
def update_round(*, actor: User, round: Round, draft: RoundDraft) -> Round:
    """Change a draft. A published round is refused: people rely on what was announced."""
    round = _locked(round)
    if round.published_at is not None:
        raise ContestError("Vòng thi đã công bố nên không sửa được các thông số này nữa.")
    before = settings_of(round)
    _apply(round, draft)
    record(
        actor=actor,
        action="update_round",
        subject=f"round:{round.pk}",
        before=before,
        after=settings_of(round),
    )
    return round


def _locked(round: Round) -> Round:
    """The round as it is now, held until the transaction ends: an edit and a publication that
    meet are decided one after the other. (SQLite's transactions exclude each other anyway.)"""
    return Round.objects.select_related("contest").select_for_update(of=("self",)).get(pk=round.pk)


def _apply(round: Round, draft: RoundDraft) -> None:
    round.title = draft.title
    round.opens_at, round.closes_at = draft.opens_at, draft.closes_at
    round.time_limit_s = draft.time_limit_s
    round.attempts_allowed = draft.attempts_allowed
    round.prediction_target = draft.prediction_target
    round.save()
    round.lines.all().delete()
    BlueprintLine.objects.bulk_create(
        BlueprintLine(
            round=round,
            position=position,
            programme=line.programme,
            difficulty=line.difficulty,
            count=line.count,
            points=line.points,
        )
        for position, line in enumerate(draft.lines, start=1)
    )


def settings_of(round: Round) -> dict[str, Any]:
    """A round's settings as JSON, for the audit and for whoever compares two states."""
    return {
        "title": round.title,
        "opens_at": round.opens_at.isoformat(),
        "closes_at": round.closes_at.isoformat(),
        "time_limit_s": round.time_limit_s,
        "attempts_allowed": round.attempts_allowed,
        "prediction_target": round.prediction_target,
        "ranking_keys": round.ranking_keys,
        "lines": [
            {
                "programme": line.programme.code,
                "difficulty": line.difficulty,
                "count": line.count,
                "points": line.points,
            }
            for line in round.lines.select_related("programme").order_by("position")
        ],
    }


def reasons_not_to_publish(round: Round, now: datetime) -> list[str]:
    """Why the round cannot be published at ``now``, in Vietnamese; empty when it can."""
    lines = list(round.lines.select_related("programme").order_by("position"))
    reasons = []
    if round.closes_at <= now:
        reasons.append("Giờ đóng vòng thi đã qua; hãy chọn giờ đóng muộn hơn.")
    if not lines:
        reasons.append("Đề thi chưa có dòng nào; hãy thêm ít nhất một dòng cấu trúc đề.")
    blueprint = _blueprint(lines)
    for index, missing in sorted(shortfalls(blueprint).items()):
        line = lines[index]
        reasons.append(
            f"Dòng {line.position} ({line}) cần {line.count} câu nhưng ngân hàng còn thiếu "
            f"{missing} câu đã duyệt; hãy giảm số câu hoặc duyệt thêm câu hỏi."
        )
    return reasons


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
    round = _locked(round)
    if round.published_at is not None:
        return round
    if reasons := reasons_not_to_publish(round, now):
        raise CannotPublish(reasons)
    blueprint = _blueprint(list(round.lines.select_related("programme").order_by("position")))
    round.pools = [list(line.version_ids) for line in blueprint]
    round.published_at = now
    round.save(update_fields=["pools", "published_at"])
    record(
        actor=actor,
        action="publish_round",
        subject=f"round:{round.pk}",
        after={**settings_of(round), "seed_commitment": seed_commitment(round.secret)},
    )
    round_changed(round.pk)
    return round
