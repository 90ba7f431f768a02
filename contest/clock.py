"""What time it is for a request: the server's clock when the request reached the server."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest
from django.utils import timezone


def arrival(request: HttpRequest) -> datetime:
    """The instant the request arrived, before it waited for a free thread (config/asgi.py).

    Falls back to now where nothing stamped it; never lies in the future. Nothing a client
    sends has any part in it.
    """
    now = timezone.now()
    stamp = request.META.get("asgi.scope", {}).get("arrived_at")
    return now if stamp is None else min(now, datetime.fromtimestamp(stamp, UTC))
