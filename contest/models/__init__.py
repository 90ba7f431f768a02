"""Competing, as rows: contests and rounds, attempts, what was decided, what was published."""

from contest.models.attempts import Attempt, DeviceChange, Entry, FrozenStanding, RefusedSave
from contest.models.conduct import Announcement, Appeal, Inquiry, Irregularity
from contest.models.contests import Contest, Division, Exclusion
from contest.models.decisions import AuditHead, AuditRecord, Decision, ScoreChange
from contest.models.results import ResultRow, RoundResult, UnitResultRow
from contest.models.rounds import (
    BlueprintLine,
    PoolMember,
    Prize,
    Round,
    RulesVersion,
    default_keys,
    new_secret,
)

__all__ = [
    "Announcement",
    "Appeal",
    "Attempt",
    "AuditHead",
    "AuditRecord",
    "BlueprintLine",
    "Contest",
    "Decision",
    "DeviceChange",
    "Division",
    "Entry",
    "Exclusion",
    "FrozenStanding",
    "Inquiry",
    "Irregularity",
    "PoolMember",
    "Prize",
    "RefusedSave",
    "ResultRow",
    "Round",
    "RoundResult",
    "RulesVersion",
    "ScoreChange",
    "UnitResultRow",
    "default_keys",
    "new_secret",
]
