"""Finding a unit by what people type: without marks, by the name of today or a former one."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from accounts.models import FormerName, Unit
from accounts.unit_changes import heir
from accounts.unit_words import (
    bare,
    full_variants,
    has_words,
    spellings,
    variants,
    without_district,
    words_of,
)

MOST = 12
_MOST_WORDS = 8
_MOST_WORDS_TO_GUESS_FROM = 16
_MOST_CHARACTERS = 100


@dataclass(frozen=True)
class FoundUnit:
    """A unit of today, and the former name that led to it, also through units that went into
    it (None: found by its own name)."""

    unit: Unit
    matched: str | None = None
    note: str = ""


def find_units(query: str, limit: int = MOST) -> list[FoundUnit]:
    """At most ``limit`` units people may choose, best first; nothing for an empty query.

    Every word typed must begin a word of the name. Hits on a name of today come first, then
    hits on former names; within each, a whole name before the beginning of one before the rest.
    Only when nothing has all the words, units are offered that the text may mean.
    """
    words = _words(query)
    if not words or limit < 1:
        return []
    hits = _merged(_by_name(without_district(words)), _by_former_name(words))
    return _with_notes((hits or _guessed(query))[:limit])


def units_named(text: str) -> list[Unit]:
    """Units that ``text`` names in full, today or formerly, the kind word given or left out.

    "Xã Hưng Đạo" names three; "thục phán" exactly one. When none has that very name, one that
    has it in another way of writing: "xã thục phán", "TP HCM".
    """
    words = _words(text)
    if not words:
        return []
    wanted = " ".join(words)
    names = [(unit, unit.name) for unit in _by_name(words)]
    for former in _by_former_name(words):
        names += [(former.unit, former.name), (former.unit, str(former))]
    named = {unit.pk: unit for unit, name in names if wanted in spellings(name)}
    named |= {unit.pk: unit for unit in _by_alias(words) if wanted in _aliases(unit)}
    return list(named.values()) or _named_otherwise(text)


def _words(query: str, most: int = _MOST_WORDS) -> list[str]:
    return words_of(query[:_MOST_CHARACTERS], most)


def _merged(units: list[Unit], formers: list[FormerName]) -> list[FoundUnit]:
    found = {unit.pk: FoundUnit(unit) for unit in units}
    for former in formers:
        if former.unit_id not in found:
            found[former.unit_id] = FoundUnit(former.unit, str(former))
    return list(found.values())


# -- when nothing has all the words --------------------------------------------------------------


def _guessed(query: str) -> list[FoundUnit]:
    """Hits of the first variant of the text that has any, aliases included; two queries."""
    tries = variants(_words(query, _MOST_WORDS_TO_GUESS_FROM))
    units, formers = _candidates(tries)
    for words in tries:
        wanted = " ".join(words)
        names = [
            unit
            for unit in units
            if any(has_words(name, words) for name in [unit.name, *_aliases(unit)])
        ]
        names.sort(key=lambda unit: (wanted not in _aliases(unit), *_order(unit, words)))
        meant = [former for former in formers if has_words(former.search_text, words)]
        hits = _merged(names, _best_first(meant, words))
        if hits:
            return hits
    return []


def _named_otherwise(text: str) -> list[Unit]:
    """Units named in full by the first variant that names any; no words are left out but those
    that say a kind or the province."""
    tries = full_variants(_words(text, _MOST_WORDS_TO_GUESS_FROM))
    units, formers = _candidates(tries)
    names = [(unit, {*spellings(unit.name), *_aliases(unit)}) for unit in units]
    for former in formers:
        whole = str(former)
        same = {*spellings(former.name), *spellings(whole), bare(whole)}
        names.append((former.unit, same))
    for wanted in map(" ".join, tries):
        named = {unit.pk: unit for unit, same in names if wanted in same}
        if named:
            return list(named.values())
    return []


def _candidates(tries: list[list[str]]) -> tuple[list[Unit], list[FormerName]]:
    """Everything that has all words of at least one variant."""
    of_units, of_formers = Q(), Q()
    for words in tries:
        of_units |= _has_words(words) | _has_words(words, "alias_text")
        of_formers |= _has_words(words)
    units = Unit.objects.filter(of_units, is_selectable=True)
    return list(units), _leading_on(of_formers)


def _aliases(unit: Unit) -> list[str]:
    return unit.alias_text.split("; ") if unit.alias_text else []


# -- finding and ordering ------------------------------------------------------------------------


def _has_words(words: list[str], column: str = "search_text") -> Q:
    """Rows whose folded text has, for every word, a word that begins with it."""
    condition = Q()
    for word in words:
        starts = Q((f"{column}__startswith", word))
        for mark in (" ", "(", "-"):
            starts |= Q((f"{column}__contains", mark + word))
        condition &= starts
    return condition


def _closeness(name: str, words: list[str]) -> int:
    """0 the whole name, 1 its beginning, 2 the words side by side, 3 somewhere in it."""
    wanted = " ".join(words)
    names = spellings(name)
    if wanted in names:
        return 0
    if any(spelling.startswith(wanted) for spelling in names):
        return 1
    return 2 if any(f" {wanted}" in spelling for spelling in names) else 3


def _by_name(words: list[str]) -> list[Unit]:
    """Units whose name of today has all words, best first."""
    units = Unit.objects.filter(_has_words(words), is_selectable=True)
    return sorted(units, key=lambda unit: _order(unit, words))


def _by_alias(words: list[str]) -> list[Unit]:
    return list(Unit.objects.filter(_has_words(words, "alias_text"), is_selectable=True))


def _order(unit: Unit, words: list[str]) -> tuple[int, str]:
    return _closeness(unit.name, words), unit.path


def _by_former_name(words: list[str]) -> list[FormerName]:
    """Former names that have all words, best first."""
    return _best_first(_leading_on(_has_words(words)), words)


def _leading_on(condition: Q) -> list[FormerName]:
    """Former names that lead to a unit people may choose. Those of a unit that went into another
    one lead on to its successor; the rows carry it for this search only, nothing is saved."""
    rows = FormerName.objects.filter(
        condition, Q(unit__is_selectable=True) | Q(unit__successor__isnull=False)
    )
    found = list(rows.select_related("unit__successor"))
    for row in found:
        row.unit = heir(row.unit)
    return [row for row in found if row.unit.is_selectable]


def _best_first(rows: list[FormerName], words: list[str]) -> list[FormerName]:
    """Words may name the old district too, but the former name itself must be meant by at least
    one, its kind word aside."""
    meant = [row for row in rows if _means_name(row.name, words)]
    return sorted(meant, key=lambda row: (_closeness(row.name, words), row.unit.path, row.pk))


def _means_name(name: str, words: list[str]) -> bool:
    own = min(spellings(name), key=len).split()
    return any(part.startswith(word) for part in own for word in words)


def _with_notes(found: list[FoundUnit]) -> list[FoundUnit]:
    """Add the line that tells units of similar names apart."""
    districts: dict[int, list[str]] = {}
    rows = FormerName.objects.filter(unit__in=[hit.unit for hit in found]).exclude(was_in="")
    for unit_id, was_in in rows.order_by("pk").values_list("unit_id", "was_in"):
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
