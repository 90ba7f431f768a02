"""Runs inside an installation: a round of very many finished attempts, and its final result.

Called as ``bench._stage`` is.
"""

from __future__ import annotations

import json
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench import _stage  # isort: skip  # sets Django up

from django.db.models import F
from django.utils import timezone

from accounts.models import User
from bench._crowd import refresh_statistics
from contest.closing import canonical_result
from contest.drawing import draw_paper
from contest.entries import standing
from contest.marking import score_paper
from contest.models import Attempt, Entry, Prize, Round, RoundResult
from contest.ordering import rank_key
from contest.papers import PaperItem, attempt_seed
from contest.results.checking import attempt_of, verify_attempt
from contest.results.files import published_lines
from contest.results.finalising import finalise_round
from contest.results.sealing import seal_round
from contest.scoring import receipt

BATCH = 2_000


def fill(given: dict[str, int]) -> dict[str, Any]:
    """A closed round with one finished attempt a person. The first ``receipts`` people have a
    paper of their own, drawn as at a start; all others have one of these."""
    _stage.install()
    round = _stage.open_round()
    prizes = [Prize(round=round, position=p, name=f"Giải {p}", count=p * 10) for p in (1, 2, 3)]
    Prize.objects.bulk_create(prizes)
    users = _stage.make_people(given["people"])
    receipts: list[str] = []
    papers: list[list[PaperItem]] = []
    dice = random.Random(7)
    for start in range(0, len(users), BATCH):
        batch = _entries(round, users[start : start + BATCH], start)
        rows = []
        for entry in batch:
            if len(papers) < given["receipts"]:
                papers.append(draw_paper(round, attempt_seed(round.secret, entry.pk, 1)))
            paper = papers[(entry.pk - 1) % len(papers)]
            rows.append(_attempt(entry, paper, dice))
        Entry.objects.bulk_create([_counting(row) for row in rows])
        Attempt.objects.bulk_create(rows)
        receipts += [row.receipt for row in rows]
    Entry.objects.filter(round=round).update(counted_id=F("id"))
    now = timezone.now()
    Round.objects.filter(pk=round.pk).update(
        opens_at=now - timedelta(days=2), closes_at=now - timedelta(minutes=1)
    )
    refresh_statistics()
    return {"round": round.pk, "receipts": receipts[: given["receipts"]]}


def _entries(round: Round, users: list[User], start: int) -> list[Entry]:
    """Entries with ids of their own choosing; their attempts have the same ones."""
    units = _stage.communes()
    return [
        Entry(
            id=start + place + 1,
            user=user,
            round=round,
            attempts_started=1,
            unit=units[(start + place) % len(units)],
        )
        for place, user in enumerate(users)
    ]


def _attempt(entry: Entry, paper: list[PaperItem], dice: random.Random) -> Attempt:
    """A finished attempt with invented answers, scored and given a receipt as at hand-in."""
    at = entry.round.opens_at + timedelta(milliseconds=dice.randrange(2_700_000))
    attempt = Attempt(
        id=entry.pk,
        entry=entry,
        number=1,
        unit_id=entry.unit_id or 0,
        started_at=at,
        deadline=at + timedelta(minutes=15),
        paper=paper,
        answers={str(number): [dice.choice("ab")] for number in range(1, len(paper) + 1)},
        prediction=Decimal(dice.randrange(500_000)),
        state=Attempt.State.FINISHED,
        closed_by=Attempt.ClosedBy.PERSON,
        elapsed_ms=dice.randrange(60_000, 900_000),
    )
    attempt.submitted_at = at + timedelta(milliseconds=attempt.elapsed_ms or 0)
    result = score_paper(paper, attempt.answers)
    attempt.points, attempt.correct = result.points, result.correct
    attempt.is_perfect = result.is_perfect
    columns = {name: getattr(attempt, name) for name in ("points", "correct", "elapsed_ms")}
    attempt.receipt = receipt(
        canonical_result(attempt, {**columns, "submitted_at": attempt.submitted_at})
    )
    return attempt


def _counting(attempt: Attempt) -> Entry:
    """The entry as closing the attempt leaves it."""
    entry, stands = attempt.entry, standing(attempt)
    entry.points, entry.correct = stands.points, attempt.correct or 0
    entry.is_perfect, entry.elapsed_ms = attempt.is_perfect, stands.elapsed_ms
    entry.submitted_at = stands.submitted_at
    entry.rank_key = rank_key(entry.round.ranking_keys, stands)
    return entry


def finalise(given: dict[str, Any]) -> dict[str, Any]:
    """Seal and finalise the round; wall seconds of both, and the peak memory of this process."""
    round = Round.objects.get(pk=given["round"])
    actor = User.objects.get(username=f"{_stage.PREFIX}organiser")
    now = timezone.now()
    before = _peak_mb()
    sealing, _ = timed(lambda: seal_round(round=round, now=now))
    began = time.process_time()
    making, result = timed(lambda: finalise_round(actor=actor, round=round, now=now))
    return {
        "root": result.root,
        "figures": {
            "sealing attempts, s": sealing,
            "finalising, s": making,
            "of it CPU of this process, s": round_to_tenth(time.process_time() - began),
            "rows": result.leaves,
            "memory before, MB": before,
            "peak memory, MB": _peak_mb(),
        },
    }


def verify(given: dict[str, Any]) -> dict[str, Any]:
    """Write the published file, verify receipts; wall times, and how many failed."""
    result = RoundResult.objects.select_related("round__contest").get(
        round=given["round"], kind=RoundResult.Kind.FINAL
    )
    now = timezone.now()
    writing, _ = timed(lambda: _write(result, Path(given["file"])))
    seconds, failed = [], 0
    for code in given["receipts"]:
        began = time.perf_counter()
        attempt = attempt_of(code)
        failed += attempt is None or not verify_attempt(attempt, code, now).holds
        seconds.append((time.perf_counter() - began) * 1000)
    return {
        "writing the file, s": writing,
        "file, MB": round_to_tenth(Path(given["file"]).stat().st_size / 1e6),
        "verifying a receipt, median ms": round_to_tenth(statistics.median(seconds)),
        "verifying a receipt, worst ms": round_to_tenth(max(seconds)),
        "receipts that failed": failed,
    }


def _write(result: RoundResult, path: Path) -> None:
    with path.open("wb") as file:
        file.writelines(published_lines(result, timezone.now()))


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Wall seconds of the work, and what it gives."""
    began = time.perf_counter()
    given = work()
    return round_to_tenth(time.perf_counter() - began), given


def round_to_tenth(value: float) -> float:
    return round(value, 1)


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


ACTIONS: dict[str, Callable[[Any], Any]] = {"fill": fill, "finalise": finalise, "verify": verify}


if __name__ == "__main__":
    print(json.dumps(ACTIONS[sys.argv[1]](json.load(sys.stdin))))
