"""How people are named on every board; nothing here prints an account's user name."""

from __future__ import annotations

from accounts.ages import age_on
from accounts.models import User
from contest.models import Round
from contest.names import shown_name
from contest.phases import VIETNAM


def public_name(round: Round, user: User | None, entry: int) -> str:
    """The name of ``entry``'s person as the round shows it to everybody.

    ``user`` None, or erased, leaves the line anonymous. Ages are those of the opening day.
    """
    if user is None or user.erased_at is not None:
        return shown_name(None, round.names_shown, entry=entry)
    opening = round.opens_at.astimezone(VIETNAM).date()
    return shown_name(
        user.full_name,
        round.names_shown,
        entry=entry,
        is_hidden=user.is_name_hidden,
        age=None if user.birth_date is None else age_on(user.birth_date, opening),
    )
