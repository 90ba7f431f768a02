"""Finding a person for a decision, so that namesakes are told apart. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, Q

from accounts.models import Affiliation, Unit, User
from accounts.phones import normalise_phone, spoken_phone
from accounts.text import fold
from contest.models import Attempt, Contest, Decision, Entry, Round

MOST = 20
_MOST_WORDS = 8
_LEAST_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a round: what tells them from others of the same name.

    ``unit``: today's, or that of the last attempt; ``phone``: its last digits, "" for none.
    """

    entry: Entry
    user: User
    unit: Unit | None
    attempts: list[Attempt]
    is_disqualified: bool

    @property
    def phone(self) -> str:
        return _last_digits(self.user)

    @property
    def running(self) -> Attempt | None:
        return next((a for a in self.attempts if a.state == Attempt.State.IN_PROGRESS), None)


@dataclass(frozen=True, slots=True)
class Account:
    """An account as a candidate for merging: ``attempts`` are those in the whole contest."""

    user: User
    unit: Unit | None
    attempts: int

    @property
    def phone(self) -> str:
        return _last_digits(self.user)


def find_people(round: Round, query: str) -> list[Person]:
    """At most ``MOST`` people of the round by name, with or without marks, phone or login."""
    who = _matching(query, "user__")
    if who is None:
        return []
    entries = round.entries.filter(who, user__isnull=False)
    return _people(round, _with_everything(entries.order_by("user__sort_key", "pk")[:MOST]))


def person(round: Round, entry_id: int) -> Person | None:
    """The person of this entry of the round; None when it is not one or the account is gone."""
    entries = round.entries.filter(pk=entry_id, user__isnull=False)
    return next(iter(_people(round, _with_everything(entries))), None)


def find_accounts(contest: Contest, query: str, *, but: User) -> list[Account]:
    """At most ``MOST`` accounts by name, phone or login, without ``but`` and erased ones."""
    who = _matching(query, "")
    if who is None:
        return []
    users = User.objects.filter(who, erased_at=None).exclude(pk=but.pk)
    return _accounts(contest, list(users.order_by("sort_key", "pk")[:MOST]))


def account(contest: Contest, user_id: int | None, *, but: User) -> Account | None:
    """The account of this number, None when it is gone or ``but``."""
    if user_id is None:
        return None
    users = User.objects.filter(pk=user_id, erased_at=None).exclude(pk=but.pk)
    return next(iter(_accounts(contest, list(users))), None)


def _accounts(contest: Contest, found: list[User]) -> list[Account]:
    units = _units(found)
    counts: dict[int, int] = {}
    attempts = Attempt.objects.filter(entry__round__contest=contest, entry__user__in=found)
    for user_id in attempts.order_by().values_list("entry__user", flat=True):
        if user_id is not None:
            counts[user_id] = counts.get(user_id, 0) + 1
    return [Account(user, units.get(user.pk), counts.get(user.pk, 0)) for user in found]


def _matching(query: str, to: str) -> Q | None:
    """The condition on people behind the relation ``to``; None when nothing was typed."""
    words = fold(query).split()[:_MOST_WORDS]
    if not words:
        return None
    by_name = Q()
    for word in words:
        begins = Q((f"{to}search_text__startswith", word))
        by_name &= begins | Q((f"{to}search_text__contains", f" {word}"))
    login = query.strip()
    found = by_name | Q((f"{to}username__iexact", login)) | Q((f"{to}email__iexact", login))
    if phone := normalise_phone(login):
        found |= Q((f"{to}phone", phone))
    elif login.isdecimal() and len(login) >= _LEAST_DIGITS:
        found |= Q((f"{to}phone__endswith", login))
    return found


def _with_everything(entries: Iterable[Entry]) -> list[Entry]:
    ids = [entry.pk for entry in entries]
    attempts = Prefetch(
        "attempts", Attempt.objects.select_related("unit").defer("journal").order_by("number")
    )
    found = Entry.objects.filter(pk__in=ids).select_related("user").prefetch_related(attempts)
    by_id = {entry.pk: entry for entry in found}
    return [by_id[pk] for pk in ids]


def _people(round: Round, entries: list[Entry]) -> list[Person]:
    users = [entry.user for entry in entries if entry.user is not None]
    units = _units(users)
    out = set(
        Decision.objects.filter(
            round=round, kind=Decision.Kind.DISQUALIFY, undone_at=None, entry__in=entries
        ).values_list("entry", flat=True)
    )
    people = []
    for entry in entries:
        if entry.user is not None:
            attempts = list(entry.attempts.all())
            unit = units.get(entry.user.pk) or (attempts[-1].unit if attempts else None)
            people.append(Person(entry, entry.user, unit, attempts, entry.pk in out))
    return people


def _units(users: list[User]) -> dict[int, Unit]:
    current = Affiliation.objects.filter(user__in=users, is_primary=True, until=None)
    return {row.user_id: row.unit for row in current.select_related("unit")}


def _last_digits(user: User) -> str:
    return spoken_phone(user.phone)[-3:] if user.phone else ""
