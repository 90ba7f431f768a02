"""Decisions in force as the engine reads them. Pure.

Results are a function of attempts and rulings; nothing else changes them after hand-in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from contest.phases import Span

CREDIT, DROP, ACCEPT = "credit", "drop", "accept"


@dataclass(frozen=True, slots=True)
class Ruling:
    """One decision in force; see ``contest.models.Decision`` for ``kind`` and ``data``."""

    kind: str
    entry: int | None
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided about a question version.

    ``void``: "credit" gives everybody who had it its points, "drop" takes it out of the paper,
    "" leaves it. ``accepted``: further right answers, as settled bank keys.
    """

    void: str = ""
    accepted: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Rulings:
    """All decisions in force about a round.

    ``merged``: ``{entry taken over: entry it counts for}``; ``extra_s``: seconds by entry.
    """

    outages: tuple[Span, ...] = ()
    disqualified: frozenset[int] = frozenset()
    merged: Mapping[int, int] = field(default_factory=dict)
    verdicts: Mapping[int, Verdict] = field(default_factory=dict)
    extra_s: Mapping[int, int] = field(default_factory=dict)

    def kept(self, entry: int) -> int:
        """The entry for which this one's attempts count: itself unless it was merged."""
        seen = {entry}
        while entry in self.merged and self.merged[entry] not in seen:
            entry = self.merged[entry]
            seen.add(entry)
        return entry

    def counting_for(self, entry: int) -> list[int]:
        """Entries whose attempts count for this one; none when it was disqualified, or merged
        into another."""
        if self.kept(entry) != entry or entry in self.disqualified:
            return []
        others = [other for other in self.merged if self.kept(other) == entry]
        return [e for e in (entry, *sorted(others)) if e not in self.disqualified]


NO_RULINGS = Rulings()


def rulings(in_force: Iterable[Ruling], merged: Mapping[int, int]) -> Rulings:
    """Decisions in force, in the order they were made, as one thing.

    ``merged`` maps entries because merges name accounts. Of two decisions that void the same
    question the later one holds.
    """
    outages: list[Span] = []
    disqualified: set[int] = set()
    verdicts: dict[int, Verdict] = {}
    extra: dict[int, int] = {}
    for ruling in in_force:
        if ruling.kind == "outage":
            outages.append(span_of(ruling.data))
        elif ruling.kind == "disqualify" and ruling.entry is not None:
            disqualified.add(ruling.entry)
        elif ruling.kind == "extra_time" and ruling.entry is not None:
            extra[ruling.entry] = extra.get(ruling.entry, 0) + int(ruling.data["seconds"])
        elif ruling.kind == "regrade":
            version = int(ruling.data["version"])
            verdicts[version] = _with(verdicts.get(version, Verdict()), ruling.data)
    return Rulings(tuple(outages), frozenset(disqualified), dict(merged), verdicts, extra)


def _with(verdict: Verdict, data: Mapping[str, Any]) -> Verdict:
    if data["verdict"] == ACCEPT:
        more = tuple(tuple(keys) for keys in data["accepted"])
        return replace(verdict, accepted=(*verdict.accepted, *more))
    return replace(verdict, void=data["verdict"])


def span_of(data: Mapping[str, Any]) -> Span:
    """The interval of an outage as stored; without an end while a pause goes on."""
    ends = data.get("ends")
    return Span(
        datetime.fromisoformat(data["starts"]), datetime.fromisoformat(ends) if ends else None
    )
