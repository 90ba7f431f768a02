"""What time it is for a request: when it reached us, before it waited for anything."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

# Nothing waits longer: a proxy's own limits end a request before. Bounds what a wrong clock of
# a proxy, or a proxy that passes on what clients claim, could give away.
LONGEST_WAIT = timedelta(seconds=60)
_STAMP = re.compile(r"t=(\d{10}\.\d{3})", re.ASCII)


def arrival(request: HttpRequest) -> datetime:
    """The instant the request arrived, before it waited for a free thread.

    Stamped by the proxy in front (``X-Request-Start: t=SECONDS.MILLISECONDS``, believed only
    when ``ARRIVAL_FROM_PROXY`` says that it overwrites what clients send) or by the
    server process itself (config/asgi.py). Now where neither did, and where a stamp lies in the
    future or more than ``LONGEST_WAIT`` back.
    """
    now = timezone.now()
    for seconds in (_of_proxy(request), _of_process(request)):
        if seconds is not None:
            at = datetime.fromtimestamp(seconds, UTC)
            if now - LONGEST_WAIT <= at <= now:
                return at
    return now


def _of_proxy(request: HttpRequest) -> float | None:
    if not settings.ARRIVAL_FROM_PROXY:
        return None
    stamp = _STAMP.fullmatch(request.META.get("HTTP_X_REQUEST_START", ""))
    return float(stamp[1]) if stamp else None


def _of_process(request: HttpRequest) -> float | None:
    stamp = request.META.get("asgi.scope", {}).get("arrived_at")
    return None if stamp is None else float(stamp)
