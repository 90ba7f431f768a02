"""Finding audit records, and what their numbers stand for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Max, QuerySet

from accounts.models import User
from accounts.text import fold
from contest.audit_words import People, searched_text
from contest.models import AuditRecord, Contest, Entry, Round
from contest.phases import VIETNAM

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; "" and None for anything. ``words`` must all stand in the record,
    whatever their case and marks; ``since`` and ``until`` are days in Vietnam, both counted."""

    words: str = ""
    person: int | None = None
    action: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None


def found_ids(wanted: Wanted) -> list[int]:
    """Ids of the records that match, newest first."""
    records = _filtered(wanted)
    words = fold(wanted.words).split()
    if not words:
        return list(records.values_list("pk", flat=True))
    return [record.pk for record in records.iterator(chunk_size=_CHUNK) if _has(record, words)]


def _filtered(wanted: Wanted) -> QuerySet[AuditRecord]:
    records = AuditRecord.objects.order_by("-pk")
    exact = {
        "actor_number": wanted.person,
        "action": wanted.action,
        "subject": wanted.subject,
        "at__gte": wanted.since and _midnight(wanted.since),
        "at__lt": wanted.until and _midnight(wanted.until + timedelta(days=1)),
    }
    return records.filter(**{name: value for name, value in exact.items() if value})


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM)


def _has(record: AuditRecord, words: list[str]) -> bool:
    said = fold(searched_text(record))
    return all(word in said for word in words)


def in_order(ids: list[int]) -> Iterator[AuditRecord]:
    """The records of these ids, some hundred at a time."""
    for start in range(0, len(ids), _CHUNK):
        batch = ids[start : start + _CHUNK]
        found = AuditRecord.objects.in_bulk(batch)
        yield from (found[pk] for pk in batch if pk in found)


# -- What there is to choose from ----------------------------------------------------------------


def actors() -> list[tuple[int, str]]:
    """``(number, name)`` of everybody in the audit, under the name of their last record."""
    last = AuditRecord.objects.order_by().values("actor_number").annotate(last=Max("pk"))
    rows = AuditRecord.objects.filter(pk__in=[each["last"] for each in last])
    named = rows.exclude(actor_number=None).values_list("actor_number", "actor_name")
    return sorted(((number or 0, name) for number, name in named), key=lambda pair: fold(pair[1]))


def subjects() -> list[tuple[str, str]]:
    """Contests with their rounds, as ``(subject, name)``."""
    rounds = Round.objects.select_related("contest").order_by("-contest", "number")
    found: dict[str, str] = {}
    for round in rounds:
        found.setdefault(f"contest:{round.contest_id}", round.contest.title)
        found[f"round:{round.pk}"] = f"{round.contest.title}: {round}"
    return list(found.items())


# -- What numbers stand for ----------------------------------------------------------------------


def people_in(records: Iterable[AuditRecord]) -> People:
    """Names of the entries and accounts that the records mention."""
    entries: set[int] = set()
    users: set[int] = set()
    for record in records:
        for said in (record.before, record.after):
            entries |= _numbers(said, "entry")
            users |= _numbers(said, "user", "kept", "merged", "person")
    names = Entry.objects.filter(pk__in=entries).values_list("pk", "user__full_name")
    return People({pk: name or "" for pk, name in names}, _user_names(users))


def _numbers(said: dict[str, Any], *keys: str) -> set[int]:
    return {said[key] for key in keys if isinstance(said.get(key), int)}


def _user_names(users: Iterable[int]) -> dict[int, str]:
    return dict(User.objects.filter(pk__in=users).values_list("pk", "full_name"))


def subject_names(records: Iterable[AuditRecord]) -> dict[str, str]:
    """What each subject of the records is called; "audit" is the audit itself."""
    numbers: dict[str, set[int]] = {"round": set(), "contest": set(), "user": set()}
    for record in records:
        kind, _, number = record.subject.partition(":")
        if kind in numbers and number.isdecimal():
            numbers[kind].add(int(number))
    rounds = Round.objects.select_related("contest").filter(pk__in=numbers["round"])
    contests = Contest.objects.filter(pk__in=numbers["contest"])
    return {
        "audit": "Nhật ký",
        **{f"round:{each.pk}": f"{each}, {each.contest}" for each in rounds},
        **{f"contest:{each.pk}": str(each) for each in contests},
        **{f"user:{pk}": name for pk, name in _user_names(numbers["user"]).items() if name},
    }
