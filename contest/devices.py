"""A random name for a browser, so that many accounts on one device can be looked at by people.

It says nothing about the device or the person, is sent to this site only, and is kept with
attempts until their accounts are erased.
"""

from __future__ import annotations

import logging
import re
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from contest.models import Attempt, DeviceChange

log = logging.getLogger(__name__)

# So many say all there is to say; a program without a memory must not fill the table.
MOST_CHANGES = 50
# Whoever taps twice sends the second request before the first answer brings the name.
DOUBLE_TAP = timedelta(minutes=1)
_TRIES = 5

COOKIE = "device"
_NAME = re.compile(r"[0-9a-f]{32}")
_YEAR_S = 365 * 24 * 3600


def device_of(request: HttpRequest) -> str:
    """The name this browser was given, or a new one to be given with the answer."""
    known = request.COOKIES.get(COOKIE, "")
    return known if _NAME.fullmatch(known) else secrets.token_hex(16)


def remember_device(response: HttpResponseBase, device: str) -> None:
    """Give the browser its name, for a year from its last attempt."""
    response.set_cookie(
        COOKIE,
        device,
        max_age=_YEAR_S,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def settled_device(request: HttpRequest, attempt: Attempt, device: str, now: datetime) -> str:
    """The name to go on with after a start that asked as ``device``: a browser without a name
    that gets back an attempt begun this moment, in which nothing is saved, is the one that began
    it."""
    is_named = request.COOKIES.get(COOKIE) == device
    is_fresh = attempt.saved_at is None and now - attempt.started_at < DOUBLE_TAP
    return attempt.device if attempt.device and is_fresh and not is_named else device


def note_device(attempt: Attempt, device: str, now: datetime) -> bool:
    """Write down that ``device`` opens the attempt in progress, if the last one was another.

    Returns whether the person is to be told: the attempt came here from another device, and
    nothing has been saved since.
    """
    if not attempt.device:  # begun without one: nothing to compare with
        return False
    for _ in range(_TRIES):
        last = attempt.device_changes.order_by("number").last()
        number = last.number + 1 if last else 1
        if device == (last or attempt).device or number > MOST_CHANGES:
            return last is not None and (attempt.saved_at is None or attempt.saved_at < last.at)
        if _noted(attempt, number, device, now):
            break
        # Another device opened it at this moment: look again.
    return True


def _noted(attempt: Attempt, number: int, device: str, now: datetime) -> bool:
    """False when somebody else took the number. A note that the database has no room for just
    now keeps nobody from the exam."""
    try:
        with transaction.atomic():
            DeviceChange.objects.create(attempt=attempt, number=number, device=device, at=now)
    except IntegrityError:
        return False
    except OperationalError:
        log.exception("device of attempt %s", attempt.pk)
    return True
