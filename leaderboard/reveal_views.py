"""The ceremony on the projector: the host presses a key, the server says what comes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from contest import access, reveal
from contest.console_views import organiser_page
from contest.errors import ContestError
from contest.models import Round


@require_safe
@never_cache
@organiser_page
def show(request: HttpRequest, round_id: int) -> HttpResponse:
    """The ceremony where it has got to; before it, after it, and with ``manage=1`` the page
    that begins and ends it."""
    round = access.organised_round(request.user, round_id)
    scene = reveal.scene(round)
    is_on = scene is not None and round.revealed_at is None and not reveal.why_not(round)
    if is_on and request.GET.get("manage") != "1":
        return render(request, "leaderboard/reveal.html", {"round": round, "scene": scene})
    return _manage(request, round)


def _manage(
    request: HttpRequest, round: Round, problem: str = "", status: int = 200
) -> HttpResponse:
    why_not = reveal.why_not(round)
    context: dict[str, Any] = {
        "round": round,
        "here": "results",
        "why_not": why_not,
        "scene": reveal.scene(round),
        "prizes": 0 if why_not else reveal.prizes(round),
        "problem": problem,
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "leaderboard/reveal_manage.html", context, status=status)


@require_POST
@never_cache
@organiser_page
def step(request: HttpRequest, round_id: int) -> HttpResponse:
    """Begin, go on or go back from the step the page shows; answers a script with the scene."""
    round = access.organised_round(request.user, round_id)
    try:
        round = _taken(request, round)
    except ContestError as refusal:
        return _manage(request, round, refusal.message, refusal.status)
    if request.headers.get("X-Requested-With") != "fetch":
        return redirect("leaderboard:reveal", round_id)
    scene = reveal.scene(round)
    return render(request, "leaderboard/reveal_scene.html", {"round": round, "scene": scene})


def _taken(request: HttpRequest, round: Round) -> Round:
    typed, deed = request.POST.get("at", ""), request.POST.get("deed")
    at = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 0
    if deed == "start":
        return reveal.start_reveal(round=round, actor=access.require_organiser(request.user))
    if deed == "back":
        return reveal.step_back(round=round, before=at)
    return reveal.next_step(round=round, after=at)


@require_POST
@organiser_page
def finish(request: HttpRequest, round_id: int) -> HttpResponse:
    """Publish the result: boards show it from now on."""
    round = access.organised_round(request.user, round_id)
    try:
        reveal.finish_reveal(
            round=round,
            actor=access.require_organiser(request.user),
            now=timezone.now(),
            reason=request.POST.get("reason", ""),
        )
    except ContestError as refusal:
        return _manage(request, round, refusal.message, 422)
    messages.success(
        request, "Đã công bố. Bảng xếp hạng và kết quả chính thức đã mở cho mọi người."
    )
    return redirect("leaderboard:reveal", round_id)
