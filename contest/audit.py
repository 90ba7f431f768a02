"""Writing down what the staff decides; called inside the transaction of the decision."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from contest.models import AuditRecord


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
    return AuditRecord.objects.create(
        actor=actor,
        actor_name=str(actor),
        action=action,
        subject=subject,
        reason=reason,
        before=before or {},
        after=after or {},
    )
