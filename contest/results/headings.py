"""What a result says about its round, kept as it was on the day it was made."""

from __future__ import annotations

from typing import Any

from django.db.models import Max

from contest.models import Round
from contest.proofs import utc_ms


def heading_of(round: Round) -> dict[str, Any]:
    """Names and times of the round for ``figures["heading"]`` of a result: later renames and
    extensions leave a published file as it was."""
    return {
        "contest": round.contest.title,
        "number": round.number,
        "title": round.title,
        "opens_at": utc_ms(round.opens_at),
        "closes_at": utc_ms(round.closes_at),
    }


def next_number(round: Round) -> int:
    """The number of the round's next result."""
    return (round.results.aggregate(last=Max("number"))["last"] or 0) + 1


def rules_number(round: Round) -> int:
    """The version of the rules in force; 1 where no other was written."""
    return round.rules_versions.aggregate(last=Max("number"))["last"] or 1
