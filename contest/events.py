"""Telling whoever watches a round that something changed, once the change is committed.

A wake is a new token under one cache key; it says nothing about what changed, may be repeated,
and may be lost (a slow refresh heals that). See docs/decisions/0002-wake-by-token.md.
"""

from __future__ import annotations

import secrets

from django.core.cache import cache
from django.db import transaction

_LIFETIME_S = 24 * 3600


def token_key(round_id: int) -> str:
    """The cache key of a round's token, for whoever reads it together with other keys."""
    return f"round-changed:{round_id}"


def round_changed(round_id: int) -> None:
    """Announce after commit; rolled back means nothing is announced."""
    # robust: what is committed stays done even when the cache is away; boards heal by refresh.
    transaction.on_commit(
        lambda: cache.set(token_key(round_id), secrets.token_hex(4), _LIFETIME_S), robust=True
    )
