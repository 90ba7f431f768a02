"""Who a session claims to be, for paths that read the person along with something else."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from accounts.models import User


class Claim(NamedTuple):
    """The person's id and the digest of their password that the session was signed in with."""

    user_id: int
    digest: str


def session_claim(request: HttpRequest) -> Claim | None:
    """What the session says, or None when nobody is signed in. Worth nothing until
    ``is_genuine`` has compared it with the person's row; reads no database of its own."""
    try:
        user_id = int(request.session[SESSION_KEY])
    except (KeyError, ValueError):
        return None
    return Claim(user_id, request.session.get(HASH_SESSION_KEY, ""))


def is_genuine(claim: Claim, *, password: str, is_active: bool) -> bool:
    """Whether the person may act and still has the password the session was signed in with:
    the rule of ``django.contrib.auth.get_user``, but for the name of the backend."""
    return is_active and constant_time_compare(claim.digest, _digest_of(password))


@lru_cache(maxsize=50_000)
def _digest_of(password: str) -> str:
    """What a session signed in with this password hash holds; the same for every request."""
    return User(password=password).get_session_auth_hash()
