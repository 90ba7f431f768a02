"""A random name for a browser, so that many accounts on one device can be looked at by people.

It says nothing about the device or the person, is sent to this site only, and is kept with
attempts until their accounts are erased.
"""

from __future__ import annotations

import re
import secrets

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

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
