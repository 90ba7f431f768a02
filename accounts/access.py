"""Questions about a person that other apps ask: unit, duties, permissions."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from accounts.models import Unit, User
from accounts.phones import normalise_phone

Visitor = User | AnonymousUser

ORGANISERS = "organisers"


def person_by_login(login: str) -> User | None:
    """The person who signs in with this username, e-mail address or phone number."""
    login = login.strip()
    who = Q(username__iexact=login) | Q(email__iexact=login)
    if phone := normalise_phone(login):
        who |= Q(phone=phone)
    return User.objects.filter(who).first() if login else None


def primary_unit(user: User) -> Unit | None:
    """The unit a person competes for today, or None while none was chosen."""
    return Unit.objects.filter(
        affiliations__user=user, affiliations__is_primary=True, affiliations__until=None
    ).first()


def holds_duty(user: User) -> bool:
    """Whether the person works for the contest (any staff group or permission of their own);
    such people never rank."""
    if user.is_staff or user.is_superuser:
        return True
    duties = Q(groups__isnull=False) | Q(user_permissions__isnull=False)
    return User.objects.filter(duties, pk=user.pk).exists()
