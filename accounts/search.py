"""Finding a unit by what people type: without marks, by the name of today or a former one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import Q

from accounts.models import FormerName, Unit
from accounts.text import fold

MOST = 12
_MOST_WORDS = 8
_MOST_CHARACTERS = 100
# What a name may open with; "hung dao" names "Xã Hưng Đạo" as fully as the whole name does.
_KIND_WORDS = re.compile(r"(xa|phuong|thi tran|tinh|thanh pho|truong thpt|truong|so) ")


@dataclass(frozen=True)
class FoundUnit:
    """A unit of today, and the former name that led to it (None: found by its own name)."""

    unit: Unit
    matched: str | None = None
    note: str = ""


def find_units(query: str, limit: int = MOST) -> list[FoundUnit]:
    """At most ``limit`` units people may choose, best first; nothing for an empty query.

    Every word typed must begin a word of the name. Hits on a name of today come first, then
    hits on former names; within each, a whole name before the beginning of one before the rest.
    """
    words = _words(query)
    if not words or limit < 1:
        return []
    found = {unit.pk: FoundUnit(unit) for unit in _by_name(words)}
    for former in _by_former_name(words):
        if former.unit_id not in found:
            found[former.unit_id] = FoundUnit(former.unit, str(former))
    return _with_notes(list(found.values())[:limit])


def units_named(text: str) -> list[Unit]:
    """Units that ``text`` names in full, today or formerly, the kind word given or left out.

    "Xã Hưng Đạo" names three; "thục phán" exactly one.
    """
    words = _words(text)
    if not words:
        return []
    wanted = " ".join(words)
    names = [(unit, unit.name) for unit in _by_name(words)]
    for former in _by_former_name(words):
        names += [(former.unit, former.name), (former.unit, str(former))]
    named = {unit.pk: unit for unit, name in names if wanted in _spellings(name)}
    return list(named.values())


def _words(query: str) -> list[str]:
    return re.findall(r"\w+", fold(query[:_MOST_CHARACTERS]))[:_MOST_WORDS]


def _spellings(name: str) -> set[str]:
    """The folded name with and without its kind word, punctuation dropped."""
    whole = " ".join(re.findall(r"\w+", fold(name)))
    return {whole, _KIND_WORDS.sub("", whole, count=1) if _KIND_WORDS.match(whole) else whole}


def _has_words(words: list[str]) -> Q:
    """Rows whose folded text has, for every word, a word that begins with it."""
    condition = Q()
    for word in words:
        starts = Q(search_text__startswith=word)
        for mark in (" ", "(", "-"):
            starts |= Q(search_text__contains=mark + word)
        condition &= starts
    return condition


def _closeness(name: str, words: list[str]) -> int:
    """0 the whole name, 1 its beginning, 2 the words side by side, 3 somewhere in it."""
    wanted = " ".join(words)
    spellings = _spellings(name)
    if wanted in spellings:
        return 0
    if any(spelling.startswith(wanted) for spelling in spellings):
        return 1
    return 2 if any(f" {wanted}" in spelling for spelling in spellings) else 3


def _by_name(words: list[str]) -> list[Unit]:
    """Units whose name of today has all words, best first."""
    units = Unit.objects.filter(_has_words(words), is_selectable=True)
    return sorted(units, key=lambda unit: (_closeness(unit.name, words), unit.path))


def _by_former_name(words: list[str]) -> list[FormerName]:
    """Former names that have all words, best first. Words may name the old district too, but
    the former name itself must be meant by at least one, its kind word aside."""
    rows = FormerName.objects.filter(_has_words(words), unit__is_selectable=True)
    meant = [row for row in rows.select_related("unit") if _means_name(row.name, words)]
    return sorted(meant, key=lambda row: (_closeness(row.name, words), row.unit.path, row.pk))


def _means_name(name: str, words: list[str]) -> bool:
    bare = min(_spellings(name), key=len).split()
    return any(part.startswith(word) for part in bare for word in words)


def _with_notes(found: list[FoundUnit]) -> list[FoundUnit]:
    """Add the line that tells units of similar names apart."""
    districts: dict[int, list[str]] = {}
    rows = FormerName.objects.filter(unit__in=[hit.unit for hit in found]).order_by("pk")
    for unit_id, was_in in rows.values_list("unit_id", "was_in"):
        if was_in not in districts.setdefault(unit_id, []):
            districts[unit_id].append(was_in)
    return [
        FoundUnit(hit.unit, hit.matched, _note(hit, districts.get(hit.unit.pk, [])))
        for hit in found
    ]


def _note(hit: FoundUnit, districts: list[str]) -> str:
    if hit.matched:
        return f"{hit.matched} nay thuộc đơn vị này"
    if districts:
        return f"Vùng {', '.join(districts)} trước 01/7/2025"
    return hit.unit.block
