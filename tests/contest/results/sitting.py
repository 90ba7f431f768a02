"""People who sit a round, so that a final table can be worked out by hand."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from accounts.models import Unit, User
from contest.attempts import finish_attempt, start_attempt
from contest.essays import save_essay
from contest.models import Attempt, ResultRow, Round, RoundResult
from contest.results.files import published_lines
from tests.factories import make_person, right_answers

SCRIPT = Path(__file__).resolve().parents[3] / "static/verify/verify_round.py"
OVER = timedelta(days=1, minutes=1)


def sit(
    user: User,
    round: Round,
    *,
    right: int,
    at: datetime,
    took_s: float = 60,
    predicts: int | str | None = None,
    essay: str = "",
) -> Attempt:
    """A finished attempt with so many right answers, started at ``at``."""
    attempt, _ = start_attempt(user=user, round=round, now=at)
    if essay:
        save_essay(attempt=attempt, text=essay, now=at)
        attempt.refresh_from_db()
    return finish_attempt(
        attempt=attempt,
        rev=1,
        answers=right_answers(attempt.paper, right),
        prediction=None if predicts is None else Decimal(predicts),
        now=at + timedelta(seconds=took_s),
    )


def person(name: str, unit: Unit, **fields: Any) -> User:
    """Somebody whose login is the last word of the name."""
    return make_person(name.split()[-1].lower(), name, unit, **fields)


def table(result: RoundResult) -> list[ResultRow]:
    return list(result.rows.select_related("entry__user").order_by("position"))


def order(result: RoundResult) -> list[tuple[int, str]]:
    """``(rank, login)`` of every row."""
    return [(row.rank, row.entry.user.username) for row in table(result) if row.entry.user]


def file_of(result: RoundResult, now: datetime) -> bytes:
    fresh = RoundResult.objects.select_related("round__contest").get(pk=result.pk)
    return b"".join(published_lines(fresh, now))


def verified(content: bytes, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """The stand-alone script over a downloaded file, without anything of ours on its path."""
    file = folder / "results.jsonl"
    file.write_bytes(content)
    return subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(file), *options],
        capture_output=True,
        text=True,
        timeout=60,
    )
