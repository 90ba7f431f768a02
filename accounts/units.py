"""The register of units: read the file, check it, bring the database in line with it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from accounts.models import FormerName, Unit, UnitChange
from accounts.text import nfc
from accounts.unit_words import words_of
from accounts.yaml_files import SafeLoader

UNITS_FILE = Path(__file__).parent / "data" / "units.yaml"

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_KEYS = {"code", "name", "kind", "parent", "block", "selectable", "old_names", "aliases"}
_TEXTS = {"code": 60, "name": 200, "kind": 20, "parent": 60, "block": 80}
_OLD_TEXTS = {"name": 200, "was_in": 120}
_LONGEST_ALIASES = 400  # all of a unit together

OldName = tuple[str, str]  # name, the district it was in


class UnitsFileError(ValueError):
    """The file cannot be loaded; ``problems`` has one line for each fault, naming the entry."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class UnitEntry:
    """One entry of the file, checked."""

    code: str
    name: str
    kind: str
    parent: str | None = None
    block: str = ""
    selectable: bool = True
    old_names: tuple[OldName, ...] = ()
    alias_text: str = ""


@dataclass
class LoadCounts:
    """What a load changed. ``not_in_file``: codes the database knows and the file does not;
    such units stay as they are, because people may belong to them."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    old_names_added: int = 0
    old_names_removed: int = 0
    not_in_file: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return bool(self.created or self.updated or self.old_names_added or self.old_names_removed)


# -- reading ---------------------------------------------------------------------------------


def read_units(path: Path) -> list[UnitEntry]:
    """The checked entries of a YAML file, parents before children; ``UnitsFileError`` lists
    everything that is wrong with it."""
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=SafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UnitsFileError([f"{path.name} cannot be read: {error}"]) from error
    if not isinstance(raw, list):
        raise UnitsFileError([f"{path.name} must hold one list of units."])
    problems: list[str] = []
    entries = []
    for place, item in enumerate(raw, start=1):
        label = _label(place, item)
        faults = _faults(item)
        problems += [f"{label}: {fault}" for fault in faults]
        if not faults:
            entries.append(_entry(item))
    problems += _faults_between(entries)
    if problems:
        raise UnitsFileError(problems)
    return entries


def _label(place: int, item: Any) -> str:
    code = item.get("code") if isinstance(item, dict) else None
    return f"entry {place} ({code})" if code else f"entry {place}"


def _faults(item: Any) -> list[str]:
    """What is wrong with one raw entry by itself."""
    if not isinstance(item, dict):
        return ["must be a mapping with code, name and kind"]
    faults = [f"unknown key {key!r}" for key in item if key not in _KEYS]
    faults += [f"{key} is missing" for key in ("code", "name", "kind") if not item.get(key)]
    faults += _text_faults(item, _TEXTS)
    if faults:
        return faults
    if not _CODE.fullmatch(item["code"]):
        faults.append("code may hold a-z, 0-9 and single dashes only")
    if item["kind"] not in Unit.Kind.values:
        faults.append(f"unknown kind {item['kind']!r}")
    if not isinstance(item.get("selectable", True), bool):
        faults.append("selectable must be true or false")
    faults += _old_name_faults(item.get("old_names", []))
    return faults + _alias_faults(item.get("aliases", []))


def _text_faults(item: dict[str, Any], limits: dict[str, int]) -> list[str]:
    faults = []
    for key, most in limits.items():
        value = item.get(key, "")
        if not isinstance(value, str):
            faults.append(f"{key} must be text in quotes, not {value!r}")
        elif len(value) > most:
            faults.append(f"{key} is longer than {most} characters")
    return faults


def _old_name_faults(old_names: Any) -> list[str]:
    if not isinstance(old_names, list):
        return ["old_names must be a list"]
    faults: list[str] = []
    for old in old_names:
        if not isinstance(old, dict) or set(old) != set(_OLD_TEXTS):
            faults.append(f"old name {old!r} must have exactly name and was_in")
        else:
            faults += [f"old name: {fault}" for fault in _text_faults(old, _OLD_TEXTS)]
    return faults


def _alias_faults(aliases: Any) -> list[str]:
    if not isinstance(aliases, list) or not all(isinstance(a, str) and a for a in aliases):
        return ["aliases must be a list of texts in quotes"]
    if any(";" in alias for alias in aliases):
        return ["aliases may not hold a semicolon"]
    if len(_alias_text(aliases)) > _LONGEST_ALIASES:
        return [f"aliases are together longer than {_LONGEST_ALIASES} characters"]
    return []


def _alias_text(aliases: list[str]) -> str:
    return "; ".join(" ".join(words_of(alias)) for alias in aliases)


def _entry(item: dict[str, Any]) -> UnitEntry:
    return UnitEntry(
        code=item["code"],
        name=nfc(item["name"]),
        kind=item["kind"],
        parent=item.get("parent"),
        block=nfc(item.get("block", "")),
        selectable=item.get("selectable", True),
        old_names=tuple((nfc(o["name"]), nfc(o["was_in"])) for o in item.get("old_names", [])),
        alias_text=_alias_text(item.get("aliases", [])),
    )


def _faults_between(entries: Iterable[UnitEntry]) -> list[str]:
    """Codes used twice, parents that do not come first, old names that lead to two units."""
    faults = []
    seen: set[str] = set()
    leads_to: dict[OldName, str] = {}
    for entry in entries:
        if entry.code in seen:
            faults.append(f"{entry.code}: the code is used twice")
        if entry.parent is not None and entry.parent not in seen:
            faults.append(f"{entry.code}: parent {entry.parent!r} does not come before it")
        for old in entry.old_names:
            if old in leads_to:
                faults.append(
                    f"{entry.code}: old name {old[0]!r} ({old[1]}) already leads to {leads_to[old]}"
                )
            leads_to[old] = entry.code
        seen.add(entry.code)
    return faults


# -- loading ---------------------------------------------------------------------------------


def load_units(path: Path = UNITS_FILE) -> LoadCounts:
    """Create and update units and their former names from ``path``, matched by code.

    All or nothing; a second run changes nothing. Units that the file does not name are left
    alone. A file that is behind does not undo what the staff changed since: a name given up does
    not come back, a unit that ended stays so, and its old name leads where it led.
    Raises ``UnitsFileError`` before anything is written.
    """
    entries = read_units(path)
    counts = LoadCounts()
    with transaction.atomic():
        known = {unit.code: unit for unit in Unit.objects.select_related("parent")}
        counts.not_in_file = sorted(set(known) - {entry.code for entry in entries})
        moved: list[tuple[str, str]] = []
        for entry in entries:
            was = known[entry.code].path if entry.code in known else None
            unit = known[entry.code] = _save_unit(entry, known, counts)
            if was is not None and was != unit.path:
                moved.append((was, unit.path))
        for was, now in moved:
            _move_below(was, now)
        _sync_old_names(entries, known, counts)
    return counts


def _save_unit(entry: UnitEntry, known: dict[str, Unit], counts: LoadCounts) -> Unit:
    """The unit of one entry, written only when something differs."""
    parent = known[entry.parent] if entry.parent else None
    unit = known.get(entry.code)
    wanted = {
        "name": unit.name if unit and _given_up(unit, entry.name) else entry.name,
        "kind": entry.kind,
        "block": entry.block,
        "is_selectable": entry.selectable and (unit is None or unit.dissolved_on is None),
        "alias_text": entry.alias_text,
        "path": f"{parent.path if parent else '/'}{entry.code}/",
    }
    if unit is None:
        counts.created += 1
        unit = Unit(code=entry.code)
    elif all(getattr(unit, name) == value for name, value in wanted.items()):
        counts.unchanged += 1
        return unit
    else:
        counts.updated += 1
    for name, value in wanted.items():
        setattr(unit, name, value)
    unit.parent = parent
    unit.save()
    return unit


def _given_up(unit: Unit, name: str) -> bool:
    """Whether the staff replaced this very name of the unit."""
    renamed = UnitChange.objects.filter(unit=unit, kind=UnitChange.Kind.RENAMED)
    return name != unit.name and renamed.filter(old_name=name).exists()


def _move_below(was: str, now: str) -> None:
    """Units below a moved one that the file does not name get the new beginning of the path."""
    for unit in Unit.objects.filter(path__startswith=was):
        Unit.objects.filter(pk=unit.pk).update(path=now + unit.path[len(was) :])


def _sync_old_names(entries: list[UnitEntry], known: dict[str, Unit], counts: LoadCounts) -> None:
    """Former names of the units in the file become exactly those in the file, and those that
    changes of units left behind."""
    wanted = {
        (known[entry.code].pk, *old): known[entry.code]
        for entry in entries
        for old in entry.old_names
    }
    listed = [known[entry.code] for entry in entries]
    left_behind = {
        (change.into_id or change.unit_id, change.old_name, "")
        for change in UnitChange.objects.exclude(kind=UnitChange.Kind.DISSOLVED)
    }
    for former in FormerName.objects.filter(unit__in=listed):
        key = (former.unit_id, former.name, former.was_in)
        if wanted.pop(key, None) is None and key not in left_behind:
            former.delete()
            counts.old_names_removed += 1
    for (_, name, was_in), unit in wanted.items():
        FormerName.objects.create(unit=unit, name=name, was_in=was_in)
        counts.old_names_added += 1
