"""Questions about a person that other apps ask: unit, duties, permissions."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q, QuerySet

from accounts.models import Affiliation, Unit, UnitChange, User
from accounts.phones import normalise_phone
from accounts.statements import Prepared, columns, models_of

Visitor = User | AnonymousUser

ORGANISERS = "organisers"


def person_by_login(login: str) -> User | None:
    """The person who signs in with this username, e-mail address or phone number."""
    login = login.strip()
    who = Q(username__iexact=login) | Q(email__iexact=login)
    if phone := normalise_phone(login):
        who |= Q(phone=phone)
    return User.objects.filter(who).first() if login else None


_person = Prepared(
    lambda user: User.objects.filter(pk=user).order_by().values_list(*columns(User)), "user"
)


def person_by_id(user_id: int) -> User | None:
    """The person, active or not."""
    row = _person.first(user=user_id)
    return models_of(row, User)[0] if row else None


def primary_units(user_id: int) -> QuerySet[Unit]:
    """The unit a person competes for today; empty while none was chosen."""
    return Unit.objects.filter(
        affiliations__user=user_id, affiliations__is_primary=True, affiliations__until=None
    )


def primary_unit(user: User) -> Unit | None:
    """The unit a person competes for today, or None while none was chosen."""
    return primary_units(user.pk).first()


def people_on_duty() -> QuerySet[User]:
    """People who work for the contest (staff, any group or permission of their own); such people
    never rank. May name a person twice."""
    duties = Q(groups__isnull=False) | Q(user_permissions__isnull=False)
    return User.objects.filter(duties | Q(is_staff=True) | Q(is_superuser=True)).order_by()


def holds_duty(user: User) -> bool:
    """Whether the person is one of ``people_on_duty``."""
    return people_on_duty().filter(pk=user.pk).exists()


# -- units and their leaders -----------------------------------------------------------------


def leads_units(user: Visitor) -> list[Unit]:
    """The units a person leads today, in the order of the tree; none for strangers."""
    if not isinstance(user, User):
        return []
    led = Q(affiliations__role=Affiliation.Role.LEADER, affiliations__until=None)
    return list(Unit.objects.filter(led, affiliations__user=user, dissolved_on=None))


def in_subtree(unit: Unit, root: Unit) -> bool:
    """Whether ``unit`` is ``root`` or lies below it."""
    return unit.path.startswith(root.path)


class Transfer(NamedTuple):
    """A person who competed for one unit and now, or until the next move, for another one."""

    user: User
    left: Unit
    joined: Unit
    at: datetime


def transfers(unit: Unit, since: datetime) -> list[Transfer]:
    """Who moved into the unit's subtree, out of it or within it at ``since`` or later, the last
    first. People who came along when their whole unit was merged did not move themselves."""
    places = Affiliation.objects.filter(is_primary=True)
    here = Q(unit__path__startswith=unit.path)
    movers = places
    for condition in (here, Q(since__gte=since), Q(until__isnull=False)):
        movers = movers.filter(user__in=places.filter(condition).values("user"))
    in_turn = ("user", F("until").asc(nulls_last=True), "pk")
    rows = movers.order_by(*in_turn).select_related("user", "unit")
    moves = [
        Transfer(now.user, before.unit, now.unit, now.since)
        for before, now in pairwise(rows)
        if before.user_id == now.user_id and before.unit_id != now.unit_id and now.since >= since
    ]
    merges = _merges_since(since)
    mine = [
        move
        for move in moves
        if (in_subtree(move.left, unit) or in_subtree(move.joined, unit))
        and (move.left.pk, move.joined.pk, move.at) not in merges
    ]
    return sorted(mine, key=lambda move: (move.at, move.user.pk), reverse=True)


def _merges_since(since: datetime) -> set[tuple[int, int | None, datetime]]:
    merged = UnitChange.objects.filter(kind=UnitChange.Kind.MERGED, at__gte=since)
    return set(merged.values_list("unit_id", "into_id", "at"))
