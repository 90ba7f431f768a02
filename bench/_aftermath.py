"""Runs inside an installation after its server was killed: is all there that was acknowledged?

``python -m bench._aftermath check`` reads from stdin and prints its answer, as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from datetime import timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench._settings")

import django

django.setup()

from django.db.models import Max  # noqa: E402
from django.forms.models import model_to_dict  # noqa: E402
from django.utils import timezone  # noqa: E402

from contest.closing import canonical_result, close_overdue  # noqa: E402
from contest.entries import refresh_entry  # noqa: E402
from contest.marking import score_paper  # noqa: E402
from contest.models import Attempt, Entry, Round  # noqa: E402
from contest.papers import merged  # noqa: E402
from contest.phases import GRACE  # noqa: E402
from contest.scoring import receipt  # noqa: E402

MOST_TOLD = 20


def check(given: dict[str, Any]) -> dict[str, Any]:
    """Compare the round ``given["round"]`` with ``given["kept"]``, everything acknowledged:
    ``[{"attempt", "user", "saves": {rev: {"answers", "sent"}}, "receipt"}]``; nothing else may
    have been asked of the round.

    Gives ``recorded`` by kind, ``replayed`` (saves that were recorded before the request that
    was answered had been sent) and ``faults`` in words.
    """
    round = Round.objects.get(pk=given["round"])
    recorded: Counter[str] = Counter()
    faults: list[str] = []
    replayed = 0
    rows = {row.pk: row for row in attempts_of(round)}
    for item in given["kept"]:
        row = rows.get(item["attempt"])
        if row is None or row.entry.user_id != item["user"]:
            faults.append(f"attempt {item['attempt']} of user {item['user']} is not there")
            continue
        replayed += compared(row, item, recorded, faults)
    unasked = set(rows) - {item["attempt"] for item in given["kept"]}
    faults += [f"attempt {pk} was never acknowledged to anybody" for pk in sorted(unasked)]
    faults += [fault for row in rows.values() for fault in half_written(row)]
    faults += miscounted(round)
    faults += left_open(round)
    told = faults[:MOST_TOLD]
    return {"recorded": recorded, "replayed": replayed, "faults": told, "count": len(faults)}


def attempts_of(round: Round) -> list[Attempt]:
    """All attempts of the round with what judging them needs."""
    return list(Attempt.objects.filter(entry__round=round).select_related("entry__round"))


def compared(row: Attempt, item: dict[str, Any], recorded: Counter[str], faults: list[str]) -> int:
    """Count what is recorded of one acknowledged attempt; returns how many saves were replays."""
    recorded["start"] += 1
    replayed = 0
    journal = {rev: (ms, answers) for rev, ms, answers in row.journal}
    for rev, save in item["saves"].items():
        ms, answers = journal.pop(int(rev), (0, None))
        if answers != save["answers"]:
            faults.append(f"attempt {row.pk}, rev {rev}: {save['answers']} became {answers}")
            continue
        recorded["save"] += 1
        replayed += (row.started_at + timedelta(milliseconds=ms)).timestamp() < save["sent"]
    faults += [f"attempt {row.pk}, rev {rev} was never acknowledged" for rev in journal]
    if item["receipt"]:
        if row.state == Attempt.State.FINISHED and row.receipt == item["receipt"]:
            recorded["finish"] += 1
        else:
            faults.append(f"attempt {row.pk}: receipt {item['receipt']} became {row.receipt!r}")
    elif row.state == Attempt.State.FINISHED:
        faults.append(f"attempt {row.pk} was finished by nobody")
    return replayed


def half_written(row: Attempt) -> list[str]:
    """What in one row contradicts the rest of it."""
    answers: dict[str, list[str]] = {}
    for _, _, change in row.journal:
        answers = merged(answers, change)
    revs = [rev for rev, _, _ in row.journal]
    wrong = []
    if answers != row.answers or row.rev != (revs[-1] if revs else 0) or revs != sorted(set(revs)):
        wrong.append("answers, rev and journal differ")
    if row.state == Attempt.State.FINISHED:
        result = score_paper(row.paper, row.answers)
        columns = {
            "points": result.points, "correct": result.correct,
            "elapsed_ms": row.elapsed_ms, "submitted_at": row.submitted_at,
        }  # fmt: skip
        if row.receipt != receipt(canonical_result(row, columns)):
            wrong.append("the receipt is of another result")
    elif row.receipt or row.points is not None or row.submitted_at:
        wrong.append("in progress, but with a result")
    return [f"attempt {row.pk}: {fault}" for fault in wrong]


def miscounted(round: Round) -> list[str]:
    """Entries whose attempts are not what was counted, or more than the round allows."""
    faults = []
    for entry in Entry.objects.filter(round=round).prefetch_related("attempts"):
        numbers = sorted(attempt.number for attempt in entry.attempts.all())
        if numbers != list(range(1, entry.attempts_started + 1)):
            faults.append(f"entry {entry.pk}: started {entry.attempts_started}, has {numbers}")
        if round.attempts_allowed is not None and len(numbers) > round.attempts_allowed:
            faults.append(f"entry {entry.pk}: {len(numbers)} attempts")
        before = model_to_dict(entry)
        refresh_entry(entry, round)
        if model_to_dict(entry) != before:
            faults.append(f"entry {entry.pk} did not say what counts")
    return faults


def left_open(round: Round) -> list[str]:
    """Attempts that closing at the end of all time leaves in progress, or dates wrongly."""
    latest = Attempt.objects.filter(entry__round=round).aggregate(Max("deadline"))["deadline__max"]
    end = max(latest or timezone.now(), timezone.now()) + GRACE + timedelta(seconds=1)
    while close_overdue(now=end):
        pass
    faults = []
    for row in attempts_of(round):
        if row.state != Attempt.State.FINISHED:
            faults.append(f"attempt {row.pk} stays in progress")
        elif row.closed_by == Attempt.ClosedBy.DEADLINE and row.submitted_at != row.deadline:
            faults.append(f"attempt {row.pk}, closed by its deadline, ends at {row.submitted_at}")
    return faults


if __name__ == "__main__":
    if sys.argv[1:] != ["check"]:
        raise SystemExit(__doc__)
    print(json.dumps(check(json.load(sys.stdin))))
