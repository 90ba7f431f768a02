"""What the organisers tell everybody who has a page of the round open."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.statements import Prepared, columns, models_of
from contest.audit import record
from contest.conduct.decisions import require_reason
from contest.errors import ContestError, RoundNotOpen
from contest.events import round_changed
from contest.live.texts import tidy
from contest.models import Announcement, Round

MOST_CHARACTERS = 1000


_in_force = Prepared(
    lambda round: (
        Announcement.objects.filter(round=round, withdrawn_at=None)
        .order_by("-at", "-id")
        .values_list(*columns(Announcement))
    ),
    "round",
)


def in_force(round: Round) -> list[Announcement]:
    """The announcements people see, newest first."""
    return [models_of(row, Announcement)[0] for row in _in_force.all(round=round.pk)]


def payload(round: Round) -> list[dict[str, Any]]:
    """``[{"id", "text", "at"}, ...]`` of the announcements people see, newest first."""
    return [
        {"id": each.pk, "text": each.text, "at": each.at.isoformat()} for each in in_force(round)
    ]


@transaction.atomic
def announce_text(*, round: Round, text: str, actor: User, now: datetime) -> Announcement:
    """Tell everybody; open pages show it within seconds.

    Raises ``ContestError`` for an empty or too long text, ``RoundNotOpen`` before publication.
    """
    if round.published_at is None:
        raise RoundNotOpen("Vòng thi chưa công bố nên chưa có trang nào để thông báo.")
    said = tidy(text, most=MOST_CHARACTERS, empty="Hãy viết nội dung thông báo.")
    made = Announcement.objects.create(round=round, text=said, at=now, by=actor)
    record(
        actor=actor,
        action="announce",
        subject=f"round:{round.pk}",
        after={"announcement": made.pk, "text": said},
    )
    round_changed(round.pk)
    return made


@transaction.atomic
def withdraw(
    *, announcement: Announcement, actor: User, reason: str, now: datetime
) -> Announcement:
    """Take an announcement off all pages; it stays in the records.

    Raises ``ContestError`` when it was withdrawn before, or without a reason.
    """
    said = require_reason(reason)
    held = Announcement.objects.select_for_update(of=("self",)).get(pk=announcement.pk)
    if held.withdrawn_at is not None:
        raise ContestError("Thông báo này đã được gỡ trước đó.")
    held.withdrawn_at = now
    held.save(update_fields=["withdrawn_at"])
    record(
        actor=actor,
        action="withdraw_announcement",
        subject=f"round:{held.round_id}",
        reason=said,
        before={"announcement": held.pk, "text": held.text},
    )
    round_changed(held.round_id)
    return held
