"""Limits per account, never per address: a whole hall stands behind one IP."""

from __future__ import annotations

from django.core.cache import cache


def within_limit(action: str, who: int, *, times: int, seconds: int) -> bool:
    """Count one ``action`` of account ``who``; False once there were more than ``times`` of
    them within a fixed window of ``seconds`` that starts with the first."""
    key = f"limit:{action}:{who}"
    if cache.add(key, 1, seconds):
        return True
    try:
        return cache.incr(key) <= times
    except ValueError:  # the window ended between the two calls
        cache.add(key, 1, seconds)
        return True
