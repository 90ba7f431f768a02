"""O3: whatever the staff does to a score is on record with who, when, why, before and after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from contest.conduct import people, timing
from contest.conduct.undoing import undo
from contest.models import Attempt, AuditRecord, Decision, Entry, Round
from contest.regrading.services import apply_regrade, proposal
from quizzes.models import QuestionVersion
from tests.contest.results.sitting import sit
from tests.factories import make_round

MINUTE = timedelta(minutes=1)
AFTER = timedelta(minutes=40)
REASON = "Biên bản số 5 của Tổ Giám sát"


def state(round: Round) -> list[tuple[Any, ...]]:
    """Everything that decides places: what counts for whom."""
    round.refresh_from_db()
    columns = ("pk", "rank_key", "points", "correct", "elapsed_ms", "unit")
    return list(Entry.objects.filter(round=round).order_by("pk").values_list(*columns))


def disqualify(round: Round, yen: User, tai: User, by: dict[str, Any]) -> Decision:
    return people.disqualify(entry=Entry.objects.get(user=yen), **by)


def merge(round: Round, yen: User, tai: User, by: dict[str, Any]) -> Decision:
    return people.merge_accounts(contest=round.contest, kept=tai, merged=yen, **by)


def regrade(round: Round, yen: User, tai: User, by: dict[str, Any]) -> Decision:
    first = Attempt.objects.get(entry__user=yen).paper[0]["v"]
    version = QuestionVersion.objects.get(pk=first)
    dropped = proposal(round=round, version=version, verdict="drop", accepted=[])
    return apply_regrade(round=round, proposed=dropped, **by)


def outage(round: Round, yen: User, tai: User, by: dict[str, Any]) -> Decision:
    begun = Attempt.objects.get(entry__user=yen).started_at
    ends = begun + timedelta(seconds=30)
    return timing.declare_outage(round=round, starts=begun, ends=ends, **by)


@pytest.mark.parametrize("deed", [disqualify, merge, regrade, outage])
def test_o3_a_deed_that_moves_a_score_and_its_undoing_are_on_record(
    ha: User, yen: User, tai: User, noon: datetime, deed: Callable[..., Decision]
) -> None:
    round = make_round(ha, noon)
    sit(yen, round, right=5, at=noon)
    sit(tai, round, right=3, at=noon + 5 * MINUTE)
    before, known = state(round), set(AuditRecord.objects.values_list("pk", flat=True))
    began, when = timezone.now(), noon + AFTER
    decision = deed(round, yen, tai, {"actor": ha, "reason": REASON, "now": when})
    moved = state(round)
    assert moved != before
    undo(decision=decision, actor=ha, reason="Xác minh lại", now=when + MINUTE)
    assert state(round) == before
    done, undone = AuditRecord.objects.exclude(pk__in=known).order_by("pk")
    assert (done.action, undone.action) == (decision.kind, f"undo_{decision.kind}")
    for record, why in ((done, REASON), (undone, "Xác minh lại")):
        assert (record.actor, record.actor_name, record.reason) == (ha, ha.full_name, why)
        assert began <= record.at <= timezone.now()  # the server's stamp, no matter what is told
        assert record.before or record.after
        assert record.before != record.after
        assert record.digest
