"""Questions of competitors to the organisers, and their answers: private, or for everybody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.statements import Prepared, columns, models_of
from contest import phases
from contest.audit import record
from contest.errors import ContestError, RoundNotOpen
from contest.events import round_changed
from contest.live.announcements import announce_text
from contest.live.texts import tidy
from contest.models import Announcement, Inquiry, Round

MOST_CHARACTERS = 500
MOST_OPEN = 5
MOST_ANSWER = 400


_own = Prepared(
    lambda user, round: (
        Inquiry.objects.filter(user=user, round=round)
        .order_by("-asked_at", "-id")
        .values_list(*columns(Inquiry))
    ),
    "user",
    "round",
)


def own_inquiries(user: User, round: Round) -> list[Inquiry]:
    """What the person asked in this round, newest first."""
    return [models_of(row, Inquiry)[0] for row in _own.all(user=user.pk, round=round.pk)]


def may_ask(round: Round, now: datetime) -> bool:
    """Whether the organisers of the round still take questions: until its result is final."""
    return phases.state(round.window, now) != phases.State.FINAL


def payload(inquiry: Inquiry) -> dict[str, Any]:
    """An own question with its answer, as the contract names them."""
    return {
        "id": inquiry.pk,
        "text": inquiry.text,
        "asked_at": inquiry.asked_at,
        "answer": inquiry.answer,
        "answered_at": inquiry.answered_at,
    }


@transaction.atomic
def ask(*, user: User, round: Round, text: str, now: datetime) -> Inquiry:
    """Put a question to the organisers of a round.

    Raises ``ContestError`` for an empty or too long text and for more than ``MOST_OPEN``
    unanswered ones of the person, ``RoundNotOpen`` once the result is final.
    """
    if not may_ask(round, now):
        raise RoundNotOpen("Kết quả chính thức đã công bố nên vòng thi không nhận câu hỏi nữa.")
    said = tidy(text, most=MOST_CHARACTERS, empty="Hãy viết câu hỏi.")
    User.objects.select_for_update().get(pk=user.pk)  # two at once must not both be the fifth
    waiting = [each for each in own_inquiries(user, round) if each.answered_at is None]
    if len(waiting) >= MOST_OPEN:
        raise ContestError(
            f"Bạn đang có {MOST_OPEN} câu hỏi chờ trả lời. "
            "Hãy đợi Ban Tổ chức trả lời rồi hỏi tiếp."
        )
    made = Inquiry.objects.create(round=round, user=user, text=said, asked_at=now)
    round_changed(round.pk)
    return made


@transaction.atomic
def answer_privately(*, inquiry: Inquiry, text: str, actor: User, now: datetime) -> Inquiry:
    """Answer only whoever asked; answering again replaces the answer.

    Raises ``ContestError`` for an empty or too long answer, or when everybody was answered.
    """
    held = _answerable(inquiry)
    return _write(held, _tidy_answer(text), None, actor, now)


@transaction.atomic
def answer_everybody(
    *, inquiry: Inquiry, text: str, quote: str, actor: User, now: datetime
) -> Inquiry:
    """Answer with an announcement that quotes the question, without a name.

    ``quote`` is the question as everybody may read it. Raises ``ContestError`` like
    ``answer_privately``, and for an empty or too long quote.
    """
    held = _answerable(inquiry)
    answer = _tidy_answer(text)
    asked = tidy(quote, most=MOST_CHARACTERS, empty="Hãy viết câu hỏi như sẽ hiện với mọi người.")
    told = announce_text(
        round=held.round, text=f"Hỏi: “{asked}”\nTrả lời: {answer}", actor=actor, now=now
    )
    return _write(held, answer, told, actor, now)


def _tidy_answer(text: str) -> str:
    return tidy(text, most=MOST_ANSWER, empty="Hãy viết câu trả lời.")


def _answerable(inquiry: Inquiry) -> Inquiry:
    held = Inquiry.objects.select_for_update(of=("self",)).get(pk=inquiry.pk)
    if held.announcement is not None and held.announcement.withdrawn_at is None:
        raise ContestError(
            "Câu hỏi này đã được trả lời cho mọi người. Muốn trả lời lại, hãy gỡ thông báo đó."
        )
    return held


def _write(
    inquiry: Inquiry, answer: str, told: Announcement | None, actor: User, now: datetime
) -> Inquiry:
    before = {"answer": inquiry.answer} if inquiry.answered_at else {}
    inquiry.answer, inquiry.announcement = answer, told
    inquiry.answered_at, inquiry.answered_by = now, actor
    inquiry.save(update_fields=["answer", "announcement", "answered_at", "answered_by"])
    record(
        actor=actor,
        action="answer_inquiry",
        subject=f"round:{inquiry.round_id}",
        before={"inquiry": inquiry.pk, **before},
        after={
            "inquiry": inquiry.pk,
            "answer": answer,
            "announcement": told.pk if told else None,
        },
    )
    round_changed(inquiry.round_id)
    return inquiry
