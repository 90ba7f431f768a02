"""Which open pages should ask the server how their own clock and questions stand now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Q, QuerySet

from contest.models import Attempt, Decision, Inquiry, Round
from contest.rulings import span_of

# Longer than any page goes without hearing: whoever missed more than this looks anyway.
RECENT = timedelta(minutes=2)


def recheck(round: Round, now: datetime) -> dict[str, Any]:
    """``rev`` grows with every decision; ``attempts`` are those that decisions and answers of the
    last two minutes are about, None when they are about everybody; ``answered_at`` is when a
    question was answered last, ISO 8601 or None."""
    since = now - RECENT
    answered = Inquiry.objects.filter(round=round).aggregate(last=Max("answered_at"))["last"]
    return {
        "rev": round.decisions_rev,
        "attempts": None if _is_about_all(round, since) else _personal(round, since),
        "answered_at": answered.isoformat() if answered else None,
    }


def _recent(round: Round, since: datetime) -> QuerySet[Decision]:
    return Decision.objects.filter(Q(made_at__gt=since) | Q(undone_at__gt=since), round=round)


def _is_about_all(round: Round, since: datetime) -> bool:
    everybody = (Decision.Kind.EXTEND, Decision.Kind.OUTAGE)
    if _recent(round, since).filter(kind__in=everybody).exists():
        return True
    pauses = Decision.objects.filter(round=round, kind=Decision.Kind.OUTAGE, undone_at=None)
    ends = [span_of(data).ends for data in pauses.values_list("data", flat=True)]
    return any(end is not None and end > since for end in ends)


def _personal(round: Round, since: datetime) -> list[int]:
    """Attempts in progress of people given or denied time, or answered, since then."""
    decided = _recent(round, since).filter(kind=Decision.Kind.EXTRA_TIME)
    answered = Inquiry.objects.filter(round=round, answered_at__gt=since, user__isnull=False)
    running = Attempt.objects.filter(
        Q(entry__in=decided.values("entry")) | Q(entry__user__in=answered.values("user")),
        entry__round=round,
        state=Attempt.State.IN_PROGRESS,
    )
    return list(running.order_by("pk").values_list("pk", flat=True))
