"""Limits per account, never per address: a whole hall stands behind one IP."""

from __future__ import annotations

import logging

from django.core.cache import cache

log = logging.getLogger(__name__)


def within_limit(action: str, who: int, *, times: int, seconds: int) -> bool:
    """Count one ``action`` of account ``who``; False once there were more than ``times`` of
    them within a fixed window of ``seconds`` that starts with the first.

    True while the cache is away: a limit protects the contest and must not stop it.
    """
    key = f"limit:{action}:{who}"
    try:
        if cache.add(key, 1, seconds):
            return True
        return cache.incr(key) <= times
    except ValueError:  # the window ended between the two calls
        return True
    except Exception:
        log.exception("counting %s", action)
        return True
