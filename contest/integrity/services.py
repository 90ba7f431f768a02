"""The review queue: what was found, and what people decided about it.

Nothing follows from a finding by itself: whoever confirms one still has to decide about the
people, with a reason, where such decisions are made.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from accounts.models import User
from contest.audit import record
from contest.conduct.decisions import locked, require_reason
from contest.errors import ContestError
from contest.integrity.reading import sittings, syllables
from contest.irregularities.devices import shared_devices
from contest.irregularities.patterns import shared_patterns
from contest.irregularities.reading import impossible_reading
from contest.irregularities.records import Finding
from contest.models import Irregularity, Round


def find_irregularities(*, round: Round, now: datetime) -> list[Irregularity]:
    """Look at every finished attempt of the round; gives what was not in the queue before.

    What is there stays as people left it; the same group is not queued twice. Reads every
    paper, so it has no place in a competitor's request.
    """
    read = list(sittings(round))
    findings = [
        *shared_devices(read),
        *shared_patterns(read),
        *impossible_reading(read, syllables(round)),
    ]
    rows = [_row(round, finding, now) for finding in findings]
    with transaction.atomic():
        locked(round)  # somebody else may be looking at this moment
        known = set(round.irregularities.values_list("digest", flat=True))
        return Irregularity.objects.bulk_create(row for row in rows if row.digest not in known)


def _row(round: Round, finding: Finding, now: datetime) -> Irregularity:
    group = f"{finding.kind}|{sorted(finding.attempts)}"
    return Irregularity(
        round=round,
        kind=finding.kind,
        digest=hashlib.sha256(group.encode()).hexdigest(),
        unit_id=finding.unit,
        entries=list(finding.entries),
        attempts=list(finding.attempts),
        false_alarm=finding.false_alarm,
        evidence=finding.evidence,
        summary=finding.summary,
        found_at=now,
    )


@transaction.atomic
def judge(
    *, actor: User, irregularity: Irregularity, status: str, reason: str, now: datetime
) -> Irregularity:
    """Say what people found on looking: dismissed, confirmed, or open again.

    Raises ``ContestError`` without a reason, or when it stands so already.
    """
    said = require_reason(reason)
    row = Irregularity.objects.select_for_update(of=("self",)).get(pk=irregularity.pk)
    if status not in Irregularity.Status.values:
        raise ContestError("Hãy chọn kết luận.")
    if row.status == status:
        raise ContestError("Mục này đã có kết luận như vậy.")
    before = row.status
    row.status, row.reason, row.decided_at, row.decided_by = status, said, now, actor
    row.save(update_fields=["status", "reason", "decided_at", "decided_by"])
    record(
        actor=actor,
        action="judge_irregularity",
        subject=f"round:{row.round_id}",
        reason=said,
        before={"irregularity": row.pk, "status": before},
        after={"irregularity": row.pk, "status": status, "kind": row.kind},
    )
    return row
