"""Rows for tests, made through the services where there is one."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import Affiliation, Unit, User
from contest.drafts import LineDraft, RoundDraft
from contest.models import Attempt, Contest, Entry, Round
from contest.ordering import Standing, rank_key
from contest.papers import Answers, PaperItem, shown_letters
from contest.rounds import create_contest, create_round, publish_round
from quizzes.banks import settled_answer
from quizzes.models import Clause, Programme, Question, QuestionVersion
from quizzes.versions import version_texts


def make_unit(
    code: str, name: str, kind: str = Unit.Kind.COMMUNE, parent: Unit | None = None
) -> Unit:
    return Unit.objects.create(code=code, name=name, kind=kind, parent=parent, block="Xã, phường")


def make_person(username: str, full_name: str, unit: Unit | None = None, **fields: Any) -> User:
    user = User.objects.create_user(
        username, password="mat-khau-thu", full_name=full_name, **fields
    )
    if unit is not None:
        Affiliation.objects.create(user=user, unit=unit, is_primary=True)
    return user


def make_programme(code: str = "03-CTr/TU", position: int = 1) -> Programme:
    return Programme.objects.create(
        code=code,
        title=f"Chương trình số {code}",
        short_title=f"Chương trình {code}",
        kind=Programme.Kind.CORE,
        issued_on=date(2025, 11, 28),
        position=position,
    )


def make_question(
    programme: Programme,
    code: str,
    *,
    type: str = QuestionVersion.Type.SINGLE,
    answer: tuple[str, ...] = ("b",),
    difficulty: str = QuestionVersion.Difficulty.EASY,
    status: str = QuestionVersion.Status.APPROVED,
) -> QuestionVersion:
    """An approved question with four choices (two for true/false), and a prompt for each of them
    when they are to be matched."""
    clause, _ = Clause.objects.get_or_create(
        code=f"{programme.code}:1",
        defaults={"programme": programme, "position": 1, "title": "Mục 1"},
    )
    question = Question.objects.create(code=code, programme=programme)
    keys = "ab" if type == QuestionVersion.Type.TRUE_FALSE else "abcd"
    return QuestionVersion.objects.create(
        question=question,
        number=1,
        status=status,
        clause=clause,
        type=type,
        difficulty=difficulty,
        stem=f"Câu hỏi {code}?",
        prompts=[f"{code} vế {key}" for key in keys] if type == QuestionVersion.Type.MATCH else [],
        choices=[{"key": key, "text": f"{code} {key.upper()}"} for key in keys],
        answer=list(settled_answer(type, answer)),
        quote=f"trích dẫn bí mật {code}",
        explanation=f"giải thích bí mật {code}",
        content_hash=code,
    )


def make_pool(programme: Programme | None = None, size: int = 8) -> Programme:
    """A programme with ``size`` approved easy questions, one of them multiple choice."""
    programme = programme or make_programme()
    for number in range(1, size + 1):
        several = number == 1
        make_question(
            programme,
            f"{programme.number}-{number:03d}",
            type=QuestionVersion.Type.MULTIPLE if several else QuestionVersion.Type.SINGLE,
            answer=("a", "c") if several else ("abcd"[number % 4],),
        )
    return programme


def make_draft(programme: Programme, now: datetime, **changes: Any) -> RoundDraft:
    settings: dict[str, Any] = {
        "title": "Kinh tế rừng",
        "opens_at": now - timedelta(hours=1),
        "closes_at": now + timedelta(days=1),
        "time_limit_s": 600,
        "attempts_allowed": 2,
        "prediction_target": Round.PredictionTarget.ENTRANTS,
        "lines": [LineDraft(programme, "", 5, 1)],
    }
    return RoundDraft(**settings | changes)


def make_contest(actor: User, title: str = "Tìm hiểu Nghị quyết") -> Contest:
    return create_contest(actor=actor, title=title, summary="Giới thiệu cuộc thi.")


def make_round(
    actor: User, now: datetime, *, contest: Contest | None = None, **changes: Any
) -> Round:
    """A published round over a fresh pool (or the one that exists)."""
    programme = Programme.objects.first() or make_pool()
    contest = contest or make_contest(actor)
    draft = make_draft(programme, now, **changes)
    round = create_round(actor=actor, contest=contest, draft=draft)
    return publish_round(actor=actor, round=round, now=now - timedelta(hours=2))


def right_answers(paper: list[PaperItem], count: int | None = None) -> Answers:
    """Answers that make the first ``count`` questions right (all by default), the rest blank."""
    texts = version_texts(item["v"] for item in paper)
    answers: Answers = {}
    for number, item in enumerate(paper if count is None else paper[:count], start=1):
        text = texts[item["v"]]
        answers[str(number)] = shown_letters(item, text.answer, text.type)
    return answers


def wrong_answer(item: PaperItem) -> list[str]:
    """One letter of a question that is not right by itself; a sequence the wrong way round."""
    text = version_texts([item["v"]])[item["v"]]
    if text.is_sequence:
        return shown_letters(item, text.answer, text.type)[::-1]
    return shown_letters(item, sorted(set(text.keys) - set(text.answer))[:1], text.type)


def make_entry(
    user: User | None, round: Round, unit: Unit, *, points: int, elapsed_ms: int, at: datetime
) -> Entry:
    """A ranked entry without the attempt behind it, for boards of many."""
    standing = Standing(points, elapsed_ms, at)
    return Entry(
        user=user,
        round=round,
        unit=unit,
        attempts_started=1,
        points=points,
        correct=points,
        elapsed_ms=elapsed_ms,
        submitted_at=at,
        rank_key=rank_key(round.ranking_keys, standing),
    )


def stored(attempt: Attempt) -> Attempt:
    """The attempt as the database has it now."""
    return Attempt.objects.select_related("entry__round__contest").get(pk=attempt.pk)
