"""Who a session belongs to: allauth's ways to sign in, with one prepared read of the person."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from accounts.access import person_by_id
from accounts.models import User


class AccountBackend(AuthenticationBackend):
    """Every page of everybody who is signed in asks for the person."""

    def get_user(self, user_id: Any) -> User | None:
        """The person of a session, or None for somebody who may not act any more."""
        user = person_by_id(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
