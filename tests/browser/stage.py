"""What browser tests may do inside the server's project: set the stage, look behind it."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone

from accounts.models import Affiliation, HeadCount, Unit, User
from contest.attempts import finish_attempt, save_answers, start_attempt
from contest.closing import close_overdue
from contest.drafts import LineDraft, RoundDraft
from contest.duties import grant_organiser
from contest.models import Attempt, Contest, Entry, Round
from contest.rounds import create_contest, create_round, publish_round
from quizzes.banks import SEQUENCES
from quizzes.duties import AUTHORS, REVIEWERS, grant_desk_duty
from quizzes.models import Programme, QuestionVersion
from quizzes.pools import drawable_versions
from tests.factories import make_question, right_answers

__all__ = [
    "AUTHORS", "REVIEWERS", "Affiliation", "Attempt", "Contest", "Entry", "HeadCount",
    "Programme", "QuestionVersion", "Round", "Unit", "User", "close_overdue", "finish_attempt",
    "grant_desk_duty", "open_round", "person", "right_answers", "save_answers",
    "sequence_round", "session_of", "start_attempt", "take", "timedelta", "timezone",
    "whole_round",
]  # fmt: skip

PASSWORD = "mat-khau-thu"
SessionStore = import_module(settings.SESSION_ENGINE).SessionStore


def session_of(login: str) -> str:
    """The key of a new session of this person, as signing in leaves it."""
    user = User.objects.get(username=login)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


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
    """A published, open round of its own contest: so many questions from the banks, all of them
    answered by ticking, so that a test can tap any choice of any question."""
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
    drafted = create_round(actor=organiser, contest=contest, draft=draft)
    round = publish_round(actor=organiser, round=drafted, now=now)
    sequences = set(QuestionVersion.objects.filter(type__in=SEQUENCES).values_list("pk", flat=True))
    _set_pools(round, [[v for v in pool if v not in sequences] for pool in round.pools])
    return round


def _set_pools(round: Round, pools: list[list[int]]) -> None:
    round.pools = pools
    round.save(update_fields=["pools"])


SEQUENCE_QUESTIONS: list[tuple[str, dict[str, Any]]] = [
    ("order", {
        "stem": "Sắp xếp các bước đưa rừng trồng vào cấp chứng chỉ theo thứ tự của phần thử này.",
        "choices": ["Cấp chứng chỉ", "Rà soát diện tích rừng trồng của từng hộ, từng hợp tác xã",
                    "Đánh giá tại hiện trường", "Lập hồ sơ"],
        "answer": ["b", "d", "c", "a"],
    }),
    ("match", {
        "stem": "Ghép mỗi văn bản với lĩnh vực của văn bản đó.",
        "prompts": ["Chương trình số 03-CTr/TU", "Chương trình số 04-CTr/TU",
                    "Kế hoạch số 32-KH/TU", "Kế hoạch số 33-KH/TU"],
        "choices": ["Kết cấu hạ tầng đồng bộ, hiện đại", "Kinh tế rừng, nông, lâm nghiệp",
                    "Đội ngũ cán bộ và nguồn nhân lực chất lượng cao", "Kinh tế cửa khẩu"],
        "answer": ["b", "d", "a", "c"],
    }),
    ("fill", {
        "stem": "Mục tiêu là phát triển kinh tế rừng theo hướng […], gắn với bảo vệ môi trường.",
        "choices": ["đa giá trị", "khai thác nhanh", "chuyên canh một loài cây duy nhất", "tự túc"],
        "answer": ["a"],
    }),
]  # fmt: skip


def sequence_round(title: str) -> Round:
    """An open round of one question to put in order, one to match and one with a gap to fill,
    of versions that no other round draws."""
    programme = Programme.objects.earliest("position")
    versions = []
    for type, texts in SEQUENCE_QUESTIONS:
        version = make_question(programme, f"THU-{type}", type=type, status="retired")
        pairs = zip("abcd", texts["choices"], strict=True)
        choices = [{"key": key, "text": text} for key, text in pairs]
        QuestionVersion.objects.filter(pk=version.pk).update(**{**texts, "choices": choices})
        versions.append(version.pk)
    round = open_round(title, lines=[LineDraft(programme, "", len(versions), 1)])
    _set_pools(round, [versions])
    return round


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


def whole_round(title: str, programme_code: str) -> Round:
    """An open round whose papers hold every approved question of one document."""
    programme = Programme.objects.get(code=programme_code)
    organiser = person("nguoi-to-chuc", "Nông Thị Thu Hà", organiser=True)
    now = timezone.now()
    draft = RoundDraft(
        title=title,
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(days=1),
        time_limit_s=3600,
        attempts_allowed=1,
        prediction_target="",
        lines=[LineDraft(programme, "", len(drawable_versions(programme)), 1)],
    )
    contest = create_contest(actor=organiser, title=title, summary="Cuộc thi thử.")
    drafted = create_round(actor=organiser, contest=contest, draft=draft)
    return publish_round(actor=organiser, round=drafted, now=now)
