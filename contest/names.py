"""How a person is named where everybody can read it. Pure: every surface asks here."""

from __future__ import annotations

from contest.visibility import Names

HIDDEN_BY_DECISION = "(tên đã ẩn)"
ERASED = "(đã xóa thông tin)"
# Below this age a name is published only in short (Law 91/2025/QH15, article 24).
FULL_NAME_FROM_AGE = 16


def shown_name(
    name: str | None,
    policy: Names | str,
    *,
    entry: int,
    is_hidden: bool = False,
    age: int | None = None,
) -> str:
    """The name as the round shows it.

    ``name`` None for somebody whose account is gone; ``entry`` numbers people whose names a
    round hides; ``age`` in years where it is known.
    """
    if not name:
        return ERASED
    if policy == Names.HIDDEN:
        return f"Người dự thi số {entry}"
    if is_hidden:
        return HIDDEN_BY_DECISION
    is_minor = age is not None and age < FULL_NAME_FROM_AGE
    return shortened(name) if policy == Names.SHORTENED or is_minor else name


def shortened(name: str) -> str:
    """ "H. T. Yến" for "Hoàng Thị Yến": people are called by their last name word."""
    *before, given = name.split()
    return " ".join([*(f"{word[0].upper()}." for word in before), given])
