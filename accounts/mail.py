"""Whether this installation sends e-mail."""

from __future__ import annotations

from django.conf import settings

_PRINTS_ONLY = "django.core.mail.backends.console.EmailBackend"


def can_send_mail() -> bool:
    """False while no mail server is configured and letters would only be printed to the log."""
    return bool(settings.EMAIL_HOST) or settings.EMAIL_BACKEND != _PRINTS_ONLY
