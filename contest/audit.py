"""Writing down what the staff decides; called inside the transaction of the decision.

Records are chained: each digest covers the record and the digest before it, so that a record
changed, removed or slipped in later shows. Names are left out of the digest: they may have to
be erased one day.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Subquery
from django.utils import timezone

from accounts.models import User
from contest.models import AuditHead, AuditRecord


@transaction.atomic
def record(
    *,
    actor: User,
    action: str,
    subject: str,
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> AuditRecord:
    """Append one audit record; ``before`` and ``after`` are JSON-ready."""
    AuditHead.objects.get_or_create(pk=1)
    head = AuditHead.objects.select_for_update().get(pk=1)
    written = AuditRecord(
        actor=actor,
        actor_number=actor.pk,
        actor_name=str(actor),
        action=action,
        subject=subject,
        reason=reason,
        before=before or {},
        after=after or {},
        at=timezone.now(),
    )
    written.digest = digest_after(head.digest, written)
    written.save()
    AuditHead.objects.filter(pk=head.pk).update(digest=written.digest)
    return written


def digest_after(previous: str, written: AuditRecord) -> str:
    """SHA-256 in hexadecimal of the digest before and the record's canonical JSON."""
    content = {
        "at": written.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": written.actor_number,
        "action": written.action,
        "subject": written.subject,
        "reason": written.reason,
        "before": written.before,
        "after": written.after,
    }
    text = json.dumps(
        content,
        cls=DjangoJSONEncoder,
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def broken_links(records: Iterable[AuditRecord]) -> list[int]:
    """Ids of records, given oldest first, whose digest does not follow from the one before.

    Records from before the chain began have none, and are not looked at.
    """
    broken, previous = [], ""
    for written in records:
        if not written.digest:
            if previous:  # only before the first chained one can there be any
                broken.append(written.pk)
            continue
        if written.digest != digest_after(previous, written):
            broken.append(written.pk)
        previous = written.digest
    return broken


@dataclass(frozen=True, slots=True)
class Chain:
    """What looking through all records found: how many there are, the ids of those that do not
    fit, and whether the newest is the one the head names."""

    records: int
    broken: tuple[int, ...]
    ends_at_head: bool

    @property
    def is_whole(self) -> bool:
        return not self.broken and self.ends_at_head


def look_through() -> Chain:
    """Compute every digest again. Records written meanwhile are left out."""
    last = AuditRecord.objects.order_by("-pk").values("pk")[:1]
    head = AuditHead.objects.annotate(last=Subquery(last)).filter(pk=1).first()
    # Without a head nothing was ever chained by us: whatever is there does not follow from it.
    digest, newest = (head.digest, head.last) if head else ("", None)
    records = AuditRecord.objects.order_by("pk")
    if head is not None:
        records = records.filter(pk__lte=newest or 0)
    count, tail = 0, ""

    def read() -> Iterator[AuditRecord]:
        nonlocal count, tail
        for written in records.iterator(chunk_size=2_000):
            count, tail = count + 1, written.digest or tail
            yield written

    broken = tuple(broken_links(read()))
    return Chain(count, broken, tail == digest)
