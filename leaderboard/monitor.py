"""What the organisers watch while a round runs. Reads only; nothing here is on the exam's path.

People on duty and their practice are in no figure.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from django.utils import timezone

from accounts.models import Unit
from accounts.text import fold
from contest import phases
from contest.access import organised_round
from contest.errors import NotFound
from contest.models import Appeal, Irregularity, RefusedSave, Round
from leaderboard.monitor_words import Figures, glance
from leaderboard.tallies import (
    RUNNING,
    by_minute,
    last_deadline,
    ranked_attempts,
    running_by_unit,
    tally_by_unit,
)
from leaderboard.watching import visitor_of

REFUSED_WITHIN = timedelta(minutes=10)
# The worker looks every ten seconds for what ended a minute ago: what is open longer than this
# past its end was forgotten.
FORGOTTEN_AFTER = timedelta(seconds=90)
MINUTES = 30
TOP_UNITS = 20
LONGEST_QUERY = 60

COUNTS = ("started", "answering", "finished", "silent")
PROBLEMS = ("refused", "overdue", "outside_hours", "inquiries", "appeals", "irregularities")


@dataclass(frozen=True, slots=True)
class MonitorProjection:
    """A round as its organisers watch it; ``q`` limits the list of units to names that have it.

    Who may look is asked before, with ``contest.access.organised_round``.
    """

    round_id: int
    q: str = ""

    @property
    def key(self) -> str:
        return f"monitor:{self.round_id}:{hashlib.sha256(self.q.encode()).hexdigest()[:16]}"

    def body(self) -> dict[str, Any]:
        """The figures now, without version. Raises ``NotFound``."""
        round = Round.objects.select_related("contest").filter(pk=self.round_id).first()
        if round is None or round.published_at is None:
            raise NotFound("Không tìm thấy vòng thi này.")
        return figures_of(round, self.q, timezone.now())


def wanted_monitor(scope: dict[str, Any]) -> MonitorProjection:
    """The figures a socket asks for. Raises ``Forbidden`` for whoever is no organiser now, and
    ``NotFound``; the session is looked up once, as the socket opens."""
    round_id = int(scope["url_route"]["kwargs"]["round_id"])
    round = organised_round(visitor_of(scope), round_id)
    query = parse_qs(scope["query_string"].decode(errors="replace"))
    return MonitorProjection(round.pk, wanted_name(query.get("q", [""])[0]))


def wanted_name(typed: str) -> str:
    """What was typed to find units, as names are compared."""
    return fold(typed[:LONGEST_QUERY])


def figures_of(round: Round, q: str, now: datetime) -> dict[str, Any]:
    """Everything the page shows, JSON-ready; ``glance`` says it in one sentence."""
    units = _units(round, now)
    people = {name: sum(unit[name] for unit in units) for name in COUNTS}
    problems = _problems(round, people["answering"], now)
    closed_at = last_deadline(round.pk)
    problems["last_closed_at"] = closed_at.isoformat() if closed_at else None
    state = phases.state(round.window, now)
    said = glance(
        Figures(
            state=state,
            paused=round.paused_at is not None,
            in_hours=phases.session_end(round.window, now) is not None,
            answering=people["answering"],
            silent=people["silent"],
            **{name: problems[name] for name in PROBLEMS},
        )
    )
    return {
        "type": "monitor",
        "round": round.pk,
        "at": now.isoformat(timespec="seconds"),
        "state": state.value,
        "closes_at": round.closes_at.isoformat(),
        "paused": round.paused_at is not None,
        "glance": asdict(said),
        "people": people,
        "minutes": by_minute(round.pk, now, MINUTES),
        "units": _shown_units(units, q),
        "problems": problems,
    }


def _units(round: Round, now: datetime) -> list[dict[str, Any]]:
    """Every unit with attempts, and what is counted of it."""
    tallies, running = tally_by_unit(round.pk), running_by_unit(round.pk, now)
    found = tallies.keys() | running.keys()
    nothing = dict.fromkeys(COUNTS, 0)
    units = Unit.objects.filter(pk__in=found).values_list("pk", "name", "code")
    return [
        {"unit": name, "code": code, **nothing, **tallies.get(pk, {}), **running.get(pk, {})}
        for pk, name, code in units
    ]


def _shown_units(units: list[dict[str, Any]], q: str) -> dict[str, Any]:
    """The units with most people at work, of those whose name has ``q``; ``total`` of them all."""
    names = ("unit", "code", "answering", "silent", "finished")
    found = [{name: unit[name] for name in names} for unit in units if q in fold(unit["unit"])]
    found.sort(key=lambda row: (-row["answering"], -row["finished"], row["code"]))
    return {"total": len(found), "rows": found[:TOP_UNITS]}


def _problems(round: Round, answering: int, now: datetime) -> dict[str, Any]:
    """What somebody may have to look at, as counts."""
    refused = RefusedSave.objects.filter(
        attempt__entry__round=round,
        attempt__is_ranked=True,
        received_at__gt=now - REFUSED_WITHIN,
    )
    forgotten = ranked_attempts(round.pk).filter(
        RUNNING, deadline__lt=now - phases.GRACE - FORGOTTEN_AFTER
    )
    return {
        "refused": refused.count(),
        "overdue": forgotten.count(),
        "outside_hours": answering if _is_after_hours(round, now) else 0,
        "inquiries": round.inquiries.filter(answered_at=None).count(),
        "appeals": round.appeals.filter(status=Appeal.Status.OPEN).count(),
        "irregularities": round.irregularities.filter(status=Irregularity.Status.OPEN).count(),
    }


def _is_after_hours(round: Round, now: datetime) -> bool:
    """Whether the hours of the day are over although the round is open."""
    is_open = phases.state(round.window, now) == phases.State.OPEN
    return is_open and phases.session_end(round.window, now) is None
