"""Gatekeepers of boards."""

from __future__ import annotations

from accounts.models import Unit
from contest.errors import NotFound


def board_unit(code: str) -> Unit | None:
    """The unit whose subtree a board is limited to; None for "". ``NotFound`` for an unknown."""
    if not code:
        return None
    is_code = code.replace("-", "").isalnum()  # PostgreSQL refuses to look for a NUL character
    found = Unit.objects.filter(code=code).first() if is_code else None
    if found is None:
        raise NotFound("Không tìm thấy đơn vị này.")
    return found
