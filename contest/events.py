"""Telling whoever watches a round that something changed, once the change is committed.

A wake is a new token under one cache key; it says nothing about what changed, may be repeated,
and may be lost (a slow refresh heals that). See docs/decisions/0002-wake-by-token.md.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from django.core.cache import cache
from django.db import transaction

_LIFETIME_S = 24 * 3600


def _key(round_id: int) -> str:
    return f"round-changed:{round_id}"


def round_changed(round_id: int) -> None:
    """Announce after commit; rolled back means nothing is announced."""
    # robust: what is committed stays done even when the cache is away; boards heal by refresh.
    transaction.on_commit(
        lambda: cache.set(_key(round_id), secrets.token_hex(4), _LIFETIME_S), robust=True
    )


def change_tokens(round_ids: Iterable[int]) -> dict[int, str]:
    """``{round id: token}``; a token differs from the last one read when the round changed."""
    keys = {_key(round_id): round_id for round_id in round_ids}
    found = cache.get_many(keys)
    return {round_id: found.get(key, "") for key, round_id in keys.items()}
