"""Invented people for a copy of a round: spread over the units that it admits, and signed in."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import cycle, islice, product
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import Affiliation, Unit, User
from accounts.text import fold, name_sort_key
from config.rehearsal.copying import CannotRehearse
from contest.eligibility import Eligibility, Person, division_of
from contest.models import Contest

NAMES = ["Nông Thị Hoài", "Hoàng Văn Tài", "Lục Thu Trang", "Triệu Đức Dự", "Bế Ngọc Yến"]
BATCH = 500


class Part(NamedTuple):
    """Somebody the round admits: of this unit, in this role, of this age in years."""

    unit: Unit
    role: str
    age: int


def parts(contest: Contest) -> list[Part]:
    """Kinds of people the contest admits, mixed; the same order every time.

    Raises ``CannotRehearse`` when it admits nobody.
    """
    divisions = [division.who for division in contest.divisions.order_by("position")]
    units = [u for u in Unit.objects.filter(is_selectable=True).order_by("code")
             if not any(f"/{code}/" in u.path for code in contest.excluded_units)]  # fmt: skip
    kinds = product(Affiliation.Role.values, _ages([contest.who, *divisions]), units)
    found = [
        Part(unit, role, age)
        for role, age, unit in kinds
        if _admits(contest.who, divisions, Person(unit.path, unit.kind, frozenset({role}), age))
    ]
    if not found:
        raise CannotRehearse("Không có đơn vị nào thuộc đối tượng dự thi của vòng này.")
    random.Random(7).shuffle(found)
    return found


def _admits(who: Eligibility, divisions: list[Eligibility], person: Person) -> bool:
    return who.admits(person) and (not divisions or division_of(divisions, person) is not None)


def _ages(conditions: list[Eligibility]) -> list[int]:
    """An ordinary age and the limits, which lie on either side of where divisions part."""
    limits = {30}
    for who in conditions:
        limits |= {age for age in (who.min_age, who.max_age) if age is not None}
    return sorted(limits)


def invite(contest: Contest, count: int) -> list[str]:
    """Make so many people and sign them in; the values of their session cookies."""
    chosen = list(islice(cycle(parts(contest)), count))
    today = timezone.localdate()
    users = User.objects.bulk_create(
        [_person(number, part.age, today) for number, part in enumerate(chosen)], batch_size=BATCH
    )
    Affiliation.objects.bulk_create(
        [
            Affiliation(user=user, unit=part.unit, role=part.role, is_primary=True)
            for user, part in zip(users, chosen, strict=True)
        ],
        batch_size=BATCH,
    )
    return [row.session_key for row in Session.objects.bulk_create(_sessions(users), BATCH)]


def _person(number: int, age: int, today: date) -> User:
    name = NAMES[number % len(NAMES)]
    return User(
        username=f"dien-tap-{number}",
        full_name=name,
        sort_key=name_sort_key(name),
        search_text=fold(name),
        password="!",
        # A month past the birthday: no matter on which day the round opens.
        birth_date=today - timedelta(days=round(age * 365.25) + 30),
    )


def _sessions(users: list[User]) -> Iterator[Session]:
    """A row for each, as signing in leaves it: whoever is not in the cache is read from here."""
    store: Any = SessionStore()
    for user in users:
        data = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
        yield Session(
            session_key=store._get_new_session_key(),
            session_data=store.encode(data),
            expire_date=timezone.now() + timedelta(days=1),
        )
