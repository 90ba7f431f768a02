"""What the organisers' monitor counts over a whole round, however large; reads only.

What runs now is looked up each time. What only grows is counted rarely: everybody's attempts
as the feed renews boards, and a minute that is over only once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from contest.models import Attempt
from leaderboard.feed import current

SILENT_AFTER = timedelta(minutes=3)
MINUTE = timedelta(minutes=1)
# An attempt may be closed, and dated back to its deadline, a minute after its own is over.
_OPEN_MINUTES = 3
_LIFETIME_S = 3600

RUNNING = Q(state=Attempt.State.IN_PROGRESS)


def ranked_attempts(round_id: int) -> QuerySet[Attempt]:
    """The round's attempts, without those of people on duty."""
    return Attempt.objects.filter(entry__round=round_id, is_ranked=True).order_by()


def running_by_unit(round_id: int, now: datetime) -> dict[int, dict[str, int]]:
    """``{unit: {"answering", "silent"}}`` of those at work; silent: no save for minutes."""
    silent = Q(last_sign__lt=now - SILENT_AFTER)
    counted = (
        ranked_attempts(round_id)
        .filter(RUNNING)
        .annotate(last_sign=Coalesce("saved_at", "started_at"))
        .values("unit_id")
        .annotate(answering=Count("id"), silent=Count("id", filter=silent))
    )
    return {
        row["unit_id"]: {"answering": row["answering"], "silent": row["silent"]} for row in counted
    }


@dataclass(frozen=True, slots=True)
class Tally:
    """A round's attempts so far, by unit: all of them in one scan of an index."""

    round_id: int

    @property
    def key(self) -> str:
        return f"monitor-tally:{self.round_id}"

    def body(self) -> dict[str, Any]:
        """``units``: ``{unit: [people who started, attempts handed in]}``."""
        attempts = ranked_attempts(self.round_id)
        running = attempts.filter(RUNNING).values_list("unit_id").annotate(Count("id"))
        at_work = dict(running)
        counted = (
            attempts.values("unit_id")
            .annotate(started=Count("number", filter=Q(number=1)), count=Count("number"))
            .values_list("unit_id", "started", "count")
        )
        return {
            "units": {
                unit: [started, max(0, count - at_work.get(unit, 0))]
                for unit, started, count in counted
            }
        }


def tally_by_unit(round_id: int) -> dict[int, dict[str, int]]:
    """``{unit: {"started", "finished"}}``, as old as the feed lets boards be."""
    units: dict[str, list[int]] = json.loads(current(Tally(round_id)).text)["units"]
    return {
        int(unit): {"started": started, "finished": finished}
        for unit, (started, finished) in units.items()
    }


def by_minute(round_id: int, now: datetime, count: int) -> dict[str, Any]:
    """Starts and finishes in each of the last minutes, oldest first; the last one still runs."""
    this = now.replace(second=0, microsecond=0)
    minutes = [this - back * MINUTE for back in reversed(range(count))]
    keys = {
        minute: f"monitor-minute:{round_id}:{minute.timestamp():.0f}"
        for minute in minutes[:-_OPEN_MINUTES]
    }
    known = cache.get_many(keys.values())
    found = {minute: known[key] for minute, key in keys.items() if key in known}
    found |= _counted(round_id, (minute for minute in minutes if minute not in found))
    over = {keys[minute]: found[minute] for minute in keys if keys[minute] not in known}
    cache.set_many(over, _LIFETIME_S)
    return {
        "from": minutes[0].isoformat(),
        "starts": [found[minute][0] for minute in minutes],
        "finishes": [found[minute][1] for minute in minutes],
    }


def _counted(round_id: int, minutes: Iterable[datetime]) -> dict[datetime, tuple[int, int]]:
    attempts = ranked_attempts(round_id)
    finished = attempts.filter(closed_by__in=Attempt.ClosedBy.values)
    return {
        minute: (
            attempts.filter(started_at__gte=minute, started_at__lt=minute + MINUTE).count(),
            finished.filter(submitted_at__gte=minute, submitted_at__lt=minute + MINUTE).count(),
        )
        for minute in minutes
    }


def last_deadline(round_id: int) -> datetime | None:
    """The last deadline that closed an attempt by itself."""
    closed = ranked_attempts(round_id).filter(
        closed_by=Attempt.ClosedBy.DEADLINE, submitted_at__isnull=False
    )
    return closed.order_by("-submitted_at").values_list("submitted_at", flat=True).first()
