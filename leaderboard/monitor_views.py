"""The organisers' monitor of a round: the page, and the same figures as JSON for polling."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from contest import access
from contest.console_views import organiser_page
from contest.errors import ContestError
from leaderboard.feed import current
from leaderboard.monitor import LONGEST_QUERY, MINUTES, MonitorProjection, wanted_name


@require_safe
@organiser_page
def monitor(request: HttpRequest, round_id: int) -> HttpResponse:
    """The figures as they are now; the script keeps them fresh."""
    round = access.organised_round(request.user, round_id)
    if round.published_at is None:
        return redirect("contest:console_round", round.pk)
    typed = request.GET.get("q", "")[:LONGEST_QUERY]
    figures: dict[str, Any] = json.loads(current(_wanted(request, round.pk)).text)
    query = f"?{urlencode({'q': typed})}" if typed else ""
    closed = figures["problems"]["last_closed_at"]
    context = {
        "console_nav": "contests",
        "here": "monitor",
        "round": round,
        "figures": figures,
        "at": datetime.fromisoformat(figures["at"]),
        "last_closed_at": datetime.fromisoformat(closed) if closed else None,
        "this_minute": {name: figures["minutes"][name][-1] for name in ("starts", "finishes")},
        "minutes": MINUTES,
        "q": typed,
        "data_url": reverse("leaderboard:monitor_data", args=[round.pk]) + query,
        "socket_url": f"/ws/rounds/{round.pk}/monitor/{query}",
    }
    return render(request, "leaderboard/monitor.html", context)


@require_safe
def monitor_data(request: HttpRequest, round_id: int) -> HttpResponseBase:
    """The same text as the socket's, with an ETag; refusals are JSON, as a script asks."""
    try:
        access.organised_round(request.user, round_id)
        snapshot = current(_wanted(request, round_id))
    except ContestError as refusal:
        error = {"code": refusal.code, "message": refusal.message}
        return JsonResponse({"error": error}, status=refusal.status)
    response = HttpResponse(snapshot.text, content_type="application/json; charset=utf-8")
    response["ETag"] = snapshot.etag
    response["Cache-Control"] = "private, no-cache"
    return get_conditional_response(request, etag=snapshot.etag, response=response) or response


def _wanted(request: HttpRequest, round_id: int) -> MonitorProjection:
    return MonitorProjection(round_id, wanted_name(request.GET.get("q", "")))
