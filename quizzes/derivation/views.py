"""The page that suggests questions from the official text of one clause."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from quizzes import access
from quizzes.banks import BankQuestion
from quizzes.derivation import services as deriving
from quizzes.desk.pages import desk_page
from quizzes.desk.services import DeskError
from quizzes.models import Clause, QuestionVersion
from quizzes.passages import current_texts

_MOST_SEED = 20


@dataclass(frozen=True, slots=True)
class Option:
    """A choice as a card shows it."""

    text: str
    is_key: bool


@dataclass(frozen=True, slots=True)
class Card:
    """A candidate as the page shows it."""

    token: str
    question: BankQuestion
    difficulty: str
    options: list[Option]
    pairs: list[tuple[str, str]]


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def derive(request: HttpRequest, clause_code: str) -> HttpResponse:
    """Candidates for a clause; POST keeps the ticked ones as drafts."""
    if "\0" in clause_code:  # PostgreSQL cannot even look for it
        raise Http404
    clause = get_object_or_404(Clause.objects.select_related("programme"), code=clause_code)
    seed = _seed(request.POST.get("seed") or request.GET.get("seed", ""))
    if request.method != "POST":
        return _show(request, clause, seed)
    actor = access.require_author(request.user)
    chosen = set(request.POST.getlist("chosen"))
    try:
        kept = deriving.keep(
            actor=actor, clause=clause, seed=seed, chosen=chosen, now=timezone.now()
        )
    except DeskError as refusal:
        return _show(request, clause, seed, refusal.reasons, chosen)
    codes = ", ".join(version.question.code for version in kept)
    messages.success(
        request,
        f"Đã lưu {len(kept)} bản nháp: {codes}. Hãy viết lời giải thích rồi gửi thẩm định.",
    )
    return redirect(f"{request.path}?{urlencode({'seed': seed})}")


def _seed(typed: str) -> str:
    """A short seed: numbers from the page's own links, anything else as it is."""
    return typed.strip()[:_MOST_SEED] or "1"


def _show(
    request: HttpRequest,
    clause: Clause,
    seed: str,
    problems: list[str] | None = None,
    chosen: set[str] | None = None,
) -> HttpResponse:
    offered = deriving.offered(clause, seed)
    groups = [
        (label, [_card(question) for question in offered if question.type == type])
        for type, label in QuestionVersion.Type.choices
    ]
    context = {
        "console_nav": "questions",
        "clause": clause,
        "official_text": current_texts().get(clause.code, ""),
        "groups": [(label, cards) for label, cards in groups if cards],
        "total": len(offered),
        "seed": seed,
        "next_seed": int(seed) + 1 if seed.isdecimal() else 1,
        "chosen": chosen or set(),
        "problems": problems or [],
        "may_write": access.may_write(request.user),
    }
    return render(request, "quizzes/derive.html", context, status=422 if problems else 200)


def _card(question: BankQuestion) -> Card:
    texts = dict(question.choices)
    return Card(
        token=deriving.token(question),
        question=question,
        difficulty=QuestionVersion.Difficulty(question.difficulty).label,
        options=[Option(text, key in question.answer) for key, text in question.choices],
        pairs=[
            (prompt, texts[key])
            for prompt, key in zip(question.prompts, question.answer, strict=False)
        ],
    )
