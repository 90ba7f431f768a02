"""Joining: a person, the unit and unions they belong to, and what they agreed to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string

from accounts.models import Affiliation, Consent, Unit, User
from accounts.phones import normalise_phone
from accounts.text import fold, nfc
from accounts.unit_changes import heir

YOUTH_UNION_CODE = "tinh-doan"
TRADE_UNION_CODE = "lien-doan-lao-dong-tinh"

# The wording people agree to; its text is templates/accounts/consent/<version>.html. A changed
# wording gets a new version, and the old file stays as proof of what was agreed to before.
CONSENT_WORDING = "2026-11-23"

REPEATED_CONTACT = "Mật khẩu không được trùng số điện thoại hoặc e-mail."

_USERNAME_TAIL = "23456789abcdefghjkmnpqrstuvwxyz"


class ContactTaken(Exception):
    """Somebody has an account with this telephone number or e-mail address already."""


class UnitGone(Exception):
    """The unit was merged or dissolved after it was chosen; ask again."""


class WordingChanged(Exception):
    """What the person read is not the wording in force any more; show that one."""


@dataclass(frozen=True)
class Contact:
    """Where a person can be reached and by what they sign in: exactly one of the two is set."""

    phone: str | None = None
    email: str = ""

    @property
    def taken(self) -> bool:
        """Whether an account, active or not, uses it."""
        if self.phone:
            return User.objects.filter(phone=self.phone).exists()
        return User.objects.filter(email__iexact=self.email).exists()


def parse_contact(raw: str) -> Contact | None:
    """A telephone number in E.164 or an e-mail address in lower case; None for neither."""
    text = nfc(raw)
    if "@" not in text:
        phone = normalise_phone(text)
        return Contact(phone=phone) if phone else None
    try:
        validate_email(text)
    except ValidationError:
        return None
    return Contact(email=text.lower())


def repeats_contact(password: str, *contacts: Contact) -> bool:
    """Whether the password is one of the contacts, however it is spelled. A telephone number is
    known to colleagues, so it keeps nobody out."""
    given = parse_contact(password)
    return given is not None and given in contacts


@transaction.atomic
def _create(
    user: User, unit: Unit, roles: list[Affiliation.Role], wording: str, now: datetime
) -> None:
    _hold(unit)
    user.save()
    Affiliation.objects.create(user=user, unit=unit, is_primary=True, since=now)
    for role in roles:
        affiliate(user=user, role=role, now=now)
    Consent.objects.create(
        user=user, purpose=Consent.Purpose.CONTEST, wording_version=wording, given_at=now
    )


def _hold(unit: Unit) -> None:
    """Keep the unit from ending until we are done. Units are locked before people, here and in
    accounts.unit_changes, so that nobody waits in a circle."""
    if Unit.objects.select_for_update(no_key=True).get(pk=unit.pk).dissolved_on is not None:
        raise UnitGone


def register(
    *,
    full_name: str,
    contact: Contact,
    password: str,
    unit: Unit,
    is_youth_member: bool,
    is_trade_union_member: bool,
    now: datetime,
    wording: str = CONSENT_WORDING,
) -> User:
    """A new account with its affiliations and the consent given ``now``, all or nothing.

    Raises ``ContactTaken`` when the telephone number or e-mail is in use, also when somebody
    else registers it at the same moment, and ``UnitGone``.
    """
    if contact.taken:
        raise ContactTaken
    roles = []
    if is_youth_member:
        roles.append(Affiliation.Role.YOUTH_MEMBER)
    if is_trade_union_member:
        roles.append(Affiliation.Role.TRADE_UNION_MEMBER)
    user = User(full_name=full_name, phone=contact.phone, email=contact.email, date_joined=now)
    user.set_password(password)  # slow on purpose, so before the transaction begins
    user.username = username_for(contact)
    try:
        _create(user, unit, roles, wording, now)
    except IntegrityError:
        # Somebody was faster between the question above and the insert.
        if contact.taken:
            raise ContactTaken from None
        raise
    return user


def username_for(contact: Contact) -> str:
    """A technical name: recognisable to its owner, without giving the contact away, and never
    equal to somebody's telephone number or e-mail address."""
    if contact.phone:
        stem = f"so{contact.phone[-3:]}"
    else:
        stem = re.sub(r"[^a-z0-9.]+", "", fold(contact.email.split("@")[0]))[:40] or "email"
    return f"{stem}-{get_random_string(6, _USERNAME_TAIL)}"


def affiliate(*, user: User, role: Affiliation.Role, now: datetime) -> Affiliation:
    """Membership of the province's youth union or trade union beside the workplace, or of what
    became of it.

    Raises ``Unit.DoesNotExist`` when the register of units was not loaded.
    """
    codes = {
        Affiliation.Role.YOUTH_MEMBER: YOUTH_UNION_CODE,
        Affiliation.Role.TRADE_UNION_MEMBER: TRADE_UNION_CODE,
    }
    union = heir(Unit.objects.get(code=codes[role]))
    membership, _ = Affiliation.objects.get_or_create(
        user=user, unit=union, role=role, until=None, defaults={"since": now}
    )
    return membership


@transaction.atomic
def change_unit(*, user: User, unit: Unit, now: datetime) -> Affiliation:
    """Move a person to ``unit`` from ``now`` on. The old affiliation is closed, not deleted:
    what was done under the old unit stays with it. Choosing the same unit changes nothing.
    Raises ``UnitGone``."""
    _hold(unit)
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # one move at a time
    current = Affiliation.objects.filter(user=user, until=None)
    primary = current.filter(is_primary=True).first()
    if primary is not None and primary.unit_id == unit.pk:
        return primary
    current.filter(is_primary=True).update(until=now)
    current.filter(unit=unit, role=Affiliation.Role.MEMBER).update(until=now)
    return Affiliation.objects.create(user=user, unit=unit, is_primary=True, since=now)


@transaction.atomic
def correct_details(
    *, user: User, full_name: str, birth_date: date | None, unit: Unit, now: datetime
) -> None:
    """What people correct about themselves, all or nothing; ``birth_date`` None removes it.
    Raises ``UnitGone``."""
    change_unit(user=user, unit=unit, now=now)
    user.full_name, user.birth_date = full_name, birth_date
    user.save(update_fields=["full_name", "birth_date", "sort_key", "search_text"])


def consent_to_renew(user: User) -> Consent | None:
    """The last consent in force, if it was given to older wordings only; None when there is
    nothing to ask."""
    given = Consent.objects.filter(
        user=user, purpose=Consent.Purpose.CONTEST, withdrawn_at=None
    ).order_by("-given_at", "-pk")
    consents = list(given)
    if any(consent.wording_version == CONSENT_WORDING for consent in consents):
        return None
    return consents[0] if consents else None


@transaction.atomic
def renew_consent(*, user: User, wording: str, now: datetime) -> None:
    """Note that the person agrees to the wording in force, beside what they agreed to before;
    doing it again changes nothing. Raises ``WordingChanged``."""
    if wording != CONSENT_WORDING:
        raise WordingChanged
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # a double tap is one consent
    if consent_to_renew(user) is not None:
        Consent.objects.create(
            user=user, purpose=Consent.Purpose.CONTEST, wording_version=wording, given_at=now
        )
