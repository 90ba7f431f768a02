"""Devices that many accounts of a round shared. Pure.

Sharing is normal: a family has one phone, a helper registers a whole hamlet. What is unusual is
read from the round itself, from how many accounts its devices have.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from contest.irregularities.records import Finding, Kind, Sitting, percent
from contest.wording import number

RATE = 0.01
LEAST_ACCOUNTS = 5
# One hundredth of a small round is nobody: there the few most shared devices may be shown, as
# long as they are no more than this share of all.
LARGEST_RATE, FEW = 0.05, 3
# Two papers with fewer answered questions in common say nothing by being the same.
LEAST_ALIKE = 5


@dataclass(frozen=True, slots=True)
class Usage:
    """How many accounts each device of a round had, most first, and from how many it is shown."""

    accounts: tuple[int, ...]
    threshold: int

    def as_many(self, count: int) -> int:
        """How many devices had at least so many accounts."""
        return sum(accounts >= count for accounts in self.accounts)


def usage(accounts: Iterable[int]) -> Usage | None:
    """From the accounts of each device, how many are unusual for this round.

    The threshold is the least number, not below ``LEAST_ACCOUNTS``, that at most ``RATE`` of the
    devices reach (in a small round ``FEW`` of them, not above ``LARGEST_RATE``). None when the
    round has too few devices to tell.
    """
    ordered = tuple(sorted(accounts, reverse=True))
    shown = max(int(len(ordered) * RATE), min(FEW, int(len(ordered) * LARGEST_RATE)))
    return Usage(ordered, max(LEAST_ACCOUNTS, ordered[shown] + 1)) if shown else None


def shared_devices(sittings: Iterable[Sitting]) -> list[Finding]:
    """A finding for every device with unusually many accounts, most accounts first.

    Takes all sittings of one round; those without a device are left out.
    """
    devices: defaultdict[str, list[Sitting]] = defaultdict(list)
    for sitting in sorted(sittings, key=lambda s: (s.started_at, s.attempt)):
        if sitting.device:
            devices[sitting.device].append(sitting)
    accounts = {device: len({s.entry for s in used}) for device, used in devices.items()}
    round_usage = usage(accounts.values())
    if round_usage is None:
        return []
    found = [
        _finding(device, devices[device], count, round_usage)
        for device, count in accounts.items()
        if count >= round_usage.threshold
    ]
    return sorted(found, key=lambda finding: (finding.false_alarm, finding.attempts))


def _finding(device: str, used: Sequence[Sitting], accounts: int, usage: Usage) -> Finding:
    units = sorted({sitting.unit for sitting in used})
    as_many, overlaps = usage.as_many(accounts), _overlaps(used)
    return Finding(
        Kind.SHARED_DEVICES,
        attempts=tuple(sorted(sitting.attempt for sitting in used)),
        entries=tuple(sorted({sitting.entry for sitting in used})),
        unit=units[0] if len(units) == 1 else None,
        false_alarm=as_many / len(usage.accounts),
        evidence={
            "device": device,
            "accounts": accounts,
            "sittings": len(used),
            "units": units,
            "first_start": used[0].started_at.isoformat(),
            "last_start": used[-1].started_at.isoformat(),
            "threshold": usage.threshold,
            "devices": len(usage.accounts),
            "devices_with_as_many": as_many,
            "devices_by_accounts": [list(row) for row in sorted(Counter(usage.accounts).items())],
            **overlaps,
            **_alike(used),
            "basis": _basis(usage, as_many),
        },
        summary=_summary(accounts, as_many, usage, overlaps["overlapping"]),
    )


def _overlaps(used: Sequence[Sitting]) -> dict[str, Any]:
    """How many sittings began while somebody else was still at work on the same device.

    ``used`` is in order of start. A sitting lasts until its last save: one that was left lying
    and closed at its deadline does not overlap with whoever took the phone next.
    """
    count, longest, example = 0, timedelta(0), []
    working = used[0]
    for sitting in used[1:]:
        together = _until(working, sitting) - sitting.started_at
        if sitting.entry != working.entry and together > timedelta(0):
            count += 1
            if together > longest:
                longest, example = together, [working.attempt, sitting.attempt]
        working = max(working, sitting, key=lambda s: s.last_save)
    return {
        "overlapping": count,
        "longest_overlap_ms": longest // timedelta(milliseconds=1),
        "longest_overlap_attempts": example,
    }


def _until(one: Sitting, other: Sitting) -> datetime:
    return min(one.last_save, other.last_save)


def _alike(used: Sequence[Sitting]) -> dict[str, int]:
    """How many neighbours in time gave the same answers to all questions both answered.

    Only people who sat one after the other are compared, so the work stays small however many
    share the device. Two papers without a mistake are the same too; ``identical_with_wrong``
    counts the pairs that share a mistake.
    """
    compared = identical = with_wrong = 0
    for one, other in pairwise(used):
        if one.entry == other.entry:
            continue
        mine, theirs = one.given(), other.given()
        common = mine.keys() & theirs.keys()
        if len(common) < LEAST_ALIKE:
            continue
        compared += 1
        if all(mine[version] == theirs[version] for version in common):
            identical += 1
            with_wrong += any(version in common for version in one.wrong())
    return {
        "neighbours_compared": compared,
        "identical": identical,
        "identical_with_wrong": with_wrong,
    }


def _summary(accounts: int, as_many: int, usage: Usage, overlapping: int) -> str:
    said = (
        f"{number(accounts)} tài khoản dự thi trên cùng một thiết bị; cả vòng có "
        f"{number(as_many)} trên {number(len(usage.accounts))} thiết bị đông như vậy trở lên"
    )
    return f"{said}, {number(overlapping)} lượt làm chồng giờ nhau." if overlapping else f"{said}."


def _basis(usage: Usage, as_many: int) -> str:
    share = percent(as_many / len(usage.accounts))
    return (
        f"Đếm thực tế trong vòng thi: {share}% số thiết bị có từ ngần ấy tài khoản trở lên, kể cả "
        f"thiết bị này; chỉ nêu thiết bị có từ {number(usage.threshold)} tài khoản. Nếu thiết "
        "bị này cũng dùng chung bình thường như các thiết bị khác thì khả năng bị nêu vào loại "
        "đông đến thế đúng bằng tỷ lệ đó. Gia đình dùng chung máy hoặc cán bộ giúp bà con dự thi "
        "là việc bình thường."
    )
