"""Pages of a round's rules: for everybody, and in the console before and after publication."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contest import access
from contest.console_views import organiser_page
from contest.errors import NotFound
from contest.models import Round, RulesVersion
from contest.rules.versions import articles_of
from contest.views import page, rules_context


@require_safe
@page
def rules_page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The rules of a round; ``?version=2`` shows what they were before they were amended."""
    round = access.visible_round_at(slug, number)
    context = {"nav": "contests", "contest": round.contest, "round": round, **rules_context(round)}
    last: RulesVersion | None = context["version"]
    asked = request.GET.get("version")
    if asked is not None and last is not None:
        shown = _version(round, asked)
        context |= {"version": shown, "articles": articles_of(shown)}
        if shown != last:
            context |= {"amendments": [], "replaced": _following(round, shown)}
    versions = round.rules_versions.order_by("-number")
    return render(request, "contest/rules.html", context | {"last": last, "versions": versions})


def _version(round: Round, asked: str) -> RulesVersion:
    """The version of that number, or ``NotFound``."""
    digits = asked.isascii() and asked.isdigit() and len(asked) < 5
    found = round.rules_versions.filter(number=int(asked)).first() if digits else None
    if found is None:
        raise NotFound("Không có bản Thể lệ này.")
    return found


def _following(round: Round, version: RulesVersion) -> RulesVersion | None:
    """The version that replaced this one."""
    later = round.rules_versions.filter(number__gt=version.number)
    return later.order_by("number").first()


@require_safe
@organiser_page
def rules_preview(request: HttpRequest, round_id: int) -> HttpResponse:
    """The rules as the settings make them: of a draft before everybody reads them, of a published
    round with its amendments."""
    round = access.organised_round(request.user, round_id)
    context = {"round": round, "here": "rules", **rules_context(round)}
    return render(request, "contest/console/change_rules.html", context)
