"""What browser tests may do inside the server's project: set the stage, look behind it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Affiliation, HeadCount, Unit, User
from contest.attempts import close_overdue, finish_attempt, save_answers, start_attempt
from contest.duties import grant_organiser
from contest.models import Attempt, Contest, Entry, Round
from contest.rounds import LineDraft, RoundDraft, create_contest, create_round, publish_round
from quizzes.models import Programme
from tests.factories import right_answers

__all__ = [
    "Affiliation", "Attempt", "Contest", "Entry", "HeadCount", "Programme", "Round", "Unit",
    "User", "close_overdue", "finish_attempt", "open_round", "person", "right_answers",
    "save_answers", "start_attempt", "take", "timedelta", "timezone",
]  # fmt: skip

PASSWORD = "mat-khau-thu"


def person(
    login: str, full_name: str, unit_code: str = "01477", *, organiser: bool = False
) -> User:
    """A person with a unit, made when missing."""
    user = User.objects.filter(username=login).first()
    if user is None:
        user = User.objects.create_user(login, password=PASSWORD, full_name=full_name)
        unit = Unit.objects.get(code=unit_code)
        Affiliation.objects.create(user=user, unit=unit, is_primary=True)
    if organiser:
        grant_organiser(user=user)
    return user


def open_round(title: str, *, questions: int = 7, **changes: Any) -> Round:
    """A published, open round of its own contest: so many questions from the seven banks."""
    organiser = person("nguoi-to-chuc", "Nông Thị Thu Hà", organiser=True)
    now = timezone.now()
    programmes = list(Programme.objects.all())
    per, extra = divmod(questions, len(programmes))
    counts = [per + (place < extra) for place in range(len(programmes))]
    settings: dict[str, Any] = {
        "title": title,
        "opens_at": now - timedelta(hours=1),
        "closes_at": now + timedelta(days=1),
        "time_limit_s": 900,
        "attempts_allowed": 3,
        "prediction_target": Round.PredictionTarget.ENTRANTS,
        "lines": [LineDraft(p, "", n, 1) for p, n in zip(programmes, counts, strict=True) if n],
    }
    contest = create_contest(actor=organiser, title=title, summary="Cuộc thi thử.")
    draft = RoundDraft(**settings | changes)
    round = create_round(actor=organiser, contest=contest, draft=draft)
    return publish_round(actor=organiser, round=round, now=now)


def take(user: User, round: Round, *, right: int, seconds: int = 60) -> Attempt:
    """A finished attempt with so many right answers, handed in just now."""
    now = timezone.now()
    attempt, _ = start_attempt(user=user, round=round, now=now - timedelta(seconds=seconds))
    return finish_attempt(
        attempt=attempt,
        rev=1,
        answers=right_answers(attempt.paper, right),
        prediction=None,
        now=now,
    )
