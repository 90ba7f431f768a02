"""Public pages of competing: home, contests, a contest with its rules, a round."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contest import access, wording
from contest.cards import RoundCard, card, featured
from contest.errors import Forbidden, NotFound
from contest.models import Contest, Round
from contest.papers import seed_commitment
from contest.payloads import prediction_question
from contest.rules.versions import amendments, articles_in_force, last_version
from quizzes.models import Programme, QuestionVersion

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponse]


def page(view: Page[P]) -> Page[P]:
    """A view whose gatekeepers' refusals become the site's 404 and 403 pages."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotFound as refusal:
            raise Http404(refusal.message) from refusal
        except Forbidden as refusal:
            raise PermissionDenied(refusal.message) from refusal

    return guarded


def home_context(request: HttpRequest) -> dict[str, Any]:
    """The round people come for (``card``), what follows, and what there is to learn.

    The page itself is leaderboard's, which adds the units that lead.
    """
    now = timezone.now()
    rounds = access.visible_rounds().prefetch_related("lines")
    coming = list(rounds.filter(closes_at__gt=now, finalised_at=None).order_by("opens_at"))
    main = featured(coming, now) or rounds.order_by("-closes_at").first()
    return {
        "nav": "home",
        "card": card(main, request.user, now) if main else None,
        "rounds_in_contest": _visible_rounds_of(main.contest).count() if main else 0,
        "following": [RoundCard(r, now) for r in coming if main and r.pk != main.pk][:5],
        "groups": _programmes_by_kind(),
    }


def _visible_rounds_of(contest: Contest) -> QuerySet[Round]:
    return access.visible_rounds().filter(contest=contest)


def _programmes_by_kind() -> list[tuple[str, Sequence[Programme]]]:
    """``[(heading, programmes)]`` of the resolution's own documents, not of the dispatch about
    them; each programme knows how many approved questions it has."""
    approved = Q(questions__versions__status=QuestionVersion.Status.APPROVED)
    programmes = list(
        Programme.objects.annotate(approved=Count("questions__versions", filter=approved))
    )
    groups: list[tuple[str, Sequence[Programme]]] = []
    for kind in (Programme.Kind.ACTION, Programme.Kind.CORE, Programme.Kind.BREAKTHROUGH):
        members = [programme for programme in programmes if programme.kind == kind]
        name = str(kind.label)
        heading = name if len(members) == 1 else f"{wording.in_words(len(members))} {name}"
        if members:
            groups.append((heading[:1].upper() + heading[1:].lower(), members))
    return groups


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every contest with a published round."""
    now = timezone.now()
    contests = access.visible_contests()
    rounds = access.visible_rounds().filter(contest__in=contests).order_by("number")
    cards: dict[int, list[RoundCard]] = {}
    for round in rounds:
        cards.setdefault(round.contest_id, []).append(RoundCard(round, now))
    shown = [(contest, cards.get(contest.pk, [])) for contest in contests]
    return render(request, "contest/index.html", {"nav": "contests", "contests": shown})


@require_safe
@page
def contest_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A contest: its current round with own attempts, all rounds, and the rules."""
    now = timezone.now()
    contest = access.visible_contest(slug)
    rounds = list(_visible_rounds_of(contest).order_by("number").prefetch_related("lines"))
    main = featured(rounds, now)
    assert main is not None  # a visible contest has a published round
    context = {
        "nav": "contests",
        "contest": contest,
        "card": card(main, request.user, now),
        "cards": [RoundCard(round, now) for round in rounds],
        **rules_context(main),
    }
    return render(request, "contest/contest.html", context)


def rules_context(round: Round) -> dict[str, Any]:
    """The thể lệ in force of a round, and what was amended: ``version``, ``articles``,
    ``amendments``."""
    return {
        "version": last_version(round),
        "articles": articles_in_force(round),
        "amendments": amendments(round),
    }


@require_safe
@page
def round_page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A round: state, window, limits, own attempts, and the way in."""
    round = access.visible_round_at(slug, number)
    context = {
        "nav": "contests",
        "contest": round.contest,
        "card": card(round, request.user, timezone.now()),
        "prediction_question": prediction_question(round),
        "seed_commitment": seed_commitment(round.secret),
    }
    return render(request, "contest/round.html", context)
