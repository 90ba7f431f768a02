"""The JSON contract of competing, as types: what comes in, what goes out (docs/contract.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

Letters = Annotated[list[Annotated[str, Field(max_length=1)]], Field(max_length=10)]
AnswersField = Annotated[dict[Annotated[str, Field(max_length=3)], Letters], Field(max_length=200)]
Rev = Annotated[int, Field(ge=0, le=2_000_000_000)]


class SaveIn(Schema):
    rev: Annotated[int, Field(ge=1, le=2_000_000_000)]
    answers: AnswersField


class FinishIn(Schema):
    rev: Rev
    answers: AnswersField = {}
    prediction: int | float | str | None = None


class EssayIn(Schema):
    essay: Annotated[str, Field(max_length=100_000)]


class EssayOut(Schema):
    """What was kept: how many characters of the essay."""

    characters: int
    deadline: datetime
    server_time: datetime


class ErrorBody(Schema):
    code: str
    message: str
    fields: dict[str, str] | None = None


class ErrorOut(Schema):
    error: ErrorBody


class ChoiceOut(Schema):
    key: str
    text: str


class PaperItemOut(Schema):
    """A question. ``prompts`` are what ``match`` gives to be matched, [] for other types."""

    number: int
    type: Literal["single", "multiple", "true_false", "fill", "order", "match"]
    stem: str
    choices: list[ChoiceOut]
    prompts: list[str]
    points: int
    programme: str


class ResultOut(Schema):
    """A finished attempt. ``place`` is None beyond the first thousand, or when not ranked.

    ``points`` are with those of the essay, ``essay_points``, once it is marked. ``points`` and
    ``correct`` are None, and ``shown_after`` says when they open, while the round withholds
    results.
    """

    points: int | None
    correct: int | None
    total: int
    essay_points: int | None = None
    elapsed_ms: int
    submitted_at: datetime
    receipt: str
    closed_by: Literal["person", "deadline"]
    place: int | None
    provisional: bool
    shown_after: str | None = None


class AppealOut(Schema):
    """An own appeal; ``answer`` is "" until it was decided."""

    status: Literal["open", "accepted", "rejected"]
    clause: str
    text: str
    made_at: datetime
    answer: str
    decided_at: datetime | None


class SolutionOut(Schema):
    """``key``: sorted letters; of ``order`` in the right order, of ``match`` one per prompt.

    What was decided afterwards: ``accepted``, further answers like ``key`` that are right;
    ``verdict``, "credit" (its points go to everybody) or "drop" (it does not count);
    ``decisions``, each in a sentence. ``is_right``: whether it brings its points.
    """

    number: int
    key: list[str]
    accepted: list[list[str]]
    is_right: bool
    verdict: Literal["", "credit", "drop"]
    decisions: list[str]
    appeal: AppealOut | None
    explanation: str
    quote: str
    clause: str


class AttemptOut(Schema):
    id: int
    round: int
    number: int
    state: Literal["in_progress", "finished"]
    started_at: datetime
    deadline: datetime
    server_time: datetime
    rev: int
    paper: list[PaperItemOut]
    answers: dict[str, list[str]]
    prediction: int | float | None
    prediction_question: str | None
    essay_prompt: str | None
    essay: str
    result: ResultOut | None
    solutions: list[SolutionOut] | None


class SavedOut(Schema):
    rev: int
    answers: dict[str, list[str]]
    deadline: datetime
    server_time: datetime


class StaleOut(Schema):
    """A refused save, with the state as the server holds it."""

    error: ErrorBody
    rev: int
    answers: dict[str, list[str]]
    state: str
    server_time: datetime


class MyAttemptOut(Schema):
    id: int
    number: int
    state: str
    points: int | None
    correct: int | None
    elapsed_ms: int | None


class MineOut(Schema):
    """What the asking person may do. ``start_refusal`` says why not, None when they may."""

    attempts: list[MyAttemptOut]
    attempts_left: int | None
    in_progress: int | None
    start_refusal: str | None
    time_if_started_now_s: int


class RoundOut(Schema):
    id: int
    contest: str
    number: int
    title: str
    state: Literal["scheduled", "open", "closed", "final"]
    opens_at: datetime
    closes_at: datetime
    server_time: datetime
    time_limit_s: int
    attempts_allowed: int | None
    questions: int
    max_points: int
    prediction_question: str | None
    ranking_keys: list[str]
    seed_commitment: str
    me: MineOut | None = None


class ContestOut(Schema):
    slug: str
    title: str
    summary: str
    rounds: list[RoundOut]
