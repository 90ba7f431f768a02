"""Who may compete, and in which division. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Person:
    """What of a person conditions look at, at the instant an attempt starts.

    ``unit_path``: such as ``/04/khoi-xa-phuong/01273/``; ``memberships``: roles held today;
    ``age`` in whole years on the day the round opens, None when no date of birth is known.
    """

    unit_path: str
    unit_kind: str
    memberships: frozenset[str] = frozenset()
    age: int | None = None


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Conditions that must all hold; an empty one always does.

    ``units``: codes, any of whose subtrees; ``kinds`` and ``memberships``: any of them;
    ``min_age`` and ``max_age`` inclusive, in years.
    """

    units: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    memberships: tuple[str, ...] = ()
    min_age: int | None = None
    max_age: int | None = None

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Eligibility:
        """As stored on a contest or division; missing parts are no condition."""
        return cls(
            units=tuple(stored.get("units", ())),
            kinds=tuple(stored.get("kinds", ())),
            memberships=tuple(stored.get("memberships", ())),
            min_age=stored.get("min_age"),
            max_age=stored.get("max_age"),
        )

    def to_json(self) -> dict[str, Any]:
        """Only the conditions there are; ``from_json`` gives the same back."""
        parts = {
            "units": list(self.units),
            "kinds": list(self.kinds),
            "memberships": list(self.memberships),
            "min_age": self.min_age,
            "max_age": self.max_age,
        }
        return {name: value for name, value in parts.items() if value not in ([], None)}

    @property
    def asks_age(self) -> bool:
        return self.min_age is not None or self.max_age is not None

    def admits(self, person: Person) -> bool:
        """Whether the person meets every condition; an unknown age meets no age condition."""
        if self.units and not any(f"/{code}/" in person.unit_path for code in self.units):
            return False
        if self.kinds and person.unit_kind not in self.kinds:
            return False
        if self.memberships and not person.memberships & set(self.memberships):
            return False
        if not self.asks_age:
            return True
        if person.age is None or (self.min_age is not None and person.age < self.min_age):
            return False
        return self.max_age is None or person.age <= self.max_age


def division_of(divisions: Sequence[Eligibility], person: Person) -> int | None:
    """Index of the first division that admits the person, None when none does."""
    return next((i for i, who in enumerate(divisions) if who.admits(person)), None)
