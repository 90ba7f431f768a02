"""Questions about a person that other apps ask: unit, duties, permissions."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from accounts.models import Unit, User

Visitor = User | AnonymousUser

ORGANISERS = "organisers"


def primary_unit(user: User) -> Unit | None:
    """The unit a person competes for today, or None while none was chosen."""
    return Unit.objects.filter(
        affiliations__user=user, affiliations__is_primary=True, affiliations__until=None
    ).first()


def holds_duty(user: User) -> bool:
    """Whether the person works for the contest (any staff group); such people never rank."""
    return user.is_staff or user.is_superuser or user.groups.exists()
