"""A copy of one round for a rehearsal: everything its pages and papers need, and no people.

Reading happens in the installation itself and changes nothing there; the rows travel as Django's
own JSON and keep their ids, because papers name question versions by id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain

from django.core import serializers
from django.db import transaction
from django.db.models import Model, Q

from accounts.models import Unit
from contest import phases
from contest.models import (
    BlueprintLine,
    Contest,
    Division,
    PoolMember,
    Prize,
    Round,
    RulesVersion,
    new_secret,
)
from quizzes.models import Clause, Programme, Question, QuestionVersion

# Nobody's time runs out while a crowd of minutes stands for one of hours.
LEAST_TIME_S = 3600


class CannotRehearse(Exception):
    """Why there is nothing to rehearse, in Vietnamese."""


def rehearsable_round(round_id: int) -> Round:
    """The published round. Raises ``CannotRehearse``."""
    round = Round.objects.select_related("contest").filter(pk=round_id).first()
    if round is None:
        raise CannotRehearse(f"Không có vòng thi số {round_id}.")
    if round.published_at is None:
        raise CannotRehearse(
            f"{round} còn là bản nháp, chưa có đề để diễn tập. Hãy công bố vòng thi rồi chạy lại."
        )
    return round


def open_rounds(now: datetime) -> list[Round]:
    """Rounds of this installation in which people may be working now."""
    published = Round.objects.filter(published_at__isnull=False, finalised_at=None)
    since = Q(opens_at__lte=now) & (Q(closes_at__gt=now) | Q(answers_until__gt=now))
    return [
        round
        for round in published.filter(since).select_related("contest").order_by("opens_at")
        if not phases.answers_are_in(round.window, now)
    ]


def copied(round: Round, now: datetime) -> str:
    """The rows of the copy as JSON, to be written within one transaction.

    Its window is open around ``now``. Decisions, results and everything about people stay behind.
    """
    with transaction.atomic():
        rows = [*_study(round), *_contest(round), opened(round, now), *_plan(round)]
    text: str = serializers.serialize("json", rows)
    return text


def opened(round: Round, now: datetime) -> Round:
    """The round as it stands in the copy: in memory only, never saved here."""
    copy = Round.objects.get(pk=round.pk)
    copy.opens_at, copy.closes_at = now - timedelta(hours=1), now + timedelta(days=2)
    copy.published_at = now - timedelta(hours=2)
    copy.weekdays, copy.daily_from, copy.daily_to = [], None, None
    copy.time_limit_s = max(copy.time_limit_s, LEAST_TIME_S)
    copy.secret = new_secret()  # the papers of the real round stay unknown
    copy.admits_from, copy.admits_top = "", None
    copy.decisions_rev = copy.reveal_step = 0
    for name in ("frozen_at", "answers_until", "paused_at", "revealed_at", "finalised_at"):
        setattr(copy, name, None)
    copy.reopened_at = None
    return copy


def _contest(round: Round) -> Iterator[Model]:
    contest = Contest.objects.get(pk=round.contest_id)
    contest.created_by = None
    yield contest
    yield from Division.objects.filter(contest=contest).order_by("pk")


def _plan(round: Round) -> Iterator[Model]:
    yield from BlueprintLine.objects.filter(round=round).order_by("pk")
    yield from PoolMember.objects.filter(round=round).order_by("pk")
    yield from Prize.objects.filter(round=round).order_by("pk")
    for version in RulesVersion.objects.filter(round=round).order_by("number"):
        version.by = None
        yield version


def _study(round: Round) -> Iterable[Model]:
    """Units, programmes, and the versions papers may hold with their questions and clauses."""
    ids = {version for pool in round.pools for version in pool}
    versions = QuestionVersion.objects.filter(pk__in=ids).order_by("pk")
    return chain(
        Unit.objects.order_by("pk"),
        Programme.objects.order_by("pk"),
        Clause.objects.order_by("pk"),
        Question.objects.filter(versions__in=versions).distinct().order_by("pk"),
        versions,
    )
