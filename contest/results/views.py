"""Public pages of results: the final table, verifying a receipt, how the draw is proved, files."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.models import User
from contest import access, closing, payloads
from contest.errors import Forbidden, NotFound
from contest.models import Attempt, Round, RoundResult
from contest.papers import seed_commitment
from contest.plans import paper_size
from contest.results import reading
from contest.results.checking import Verified, attempt_of, may_show, settled_code, verify_attempt
from contest.results.files import published_lines
from contest.results.papers import paper_file
from contest.results.sealing import secret_public
from contest.views import page
from contest.visibility import is_final
from quizzes.qr import qr_code


@require_safe
@page
def results_page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The final result of a round: prizes, the table, figures, units, every version of it."""
    round = access.visible_round_at(slug, number)
    context: dict[str, Any] = {"nav": "contests", "round": round, "contest": round.contest}
    if not is_final(round.visibility, timezone.now()):
        return render(request, "contest/results/pending.html", context, status=404)
    asked = request.GET
    result = reading.table_at(round, asked.get("version", ""))
    part = reading.wanted(round, result, asked.get("division", ""), asked.get("page", "1"))
    context |= reading.table_context(part, all_units=asked.get("units") == "all")
    context["has_questions"] = bool(paper_size(round).questions)
    context["divisions"] = round.contest.divisions.order_by("position")
    return render(request, "contest/results/results.html", context)


@require_safe
@page
def proof_page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """How the draw and the result are proved: the commitment, the secret, files and script."""
    round, now = access.visible_round_at(slug, number), timezone.now()
    results = list(round.results.order_by("number"))
    if not is_final(round.visibility, now):
        results = [result for result in results if result.kind == RoundResult.Kind.CLOSE]
    context = {
        "nav": "contests",
        "round": round,
        "contest": round.contest,
        "seed_commitment": seed_commitment(round.secret),
        "secret": round.secret if secret_public(round, now) else None,
        "results": [(result, reading.file_visible(result, now)) for result in results],
    }
    return render(request, "contest/results/proof.html", context)


@require_safe
def result_file(
    request: HttpRequest, slug: str, number: int, version: int
) -> StreamingHttpResponse:
    """The published file of a result, streamed."""
    try:
        result = _readable(request, access.visible_round_at(slug, number), version)
    except NotFound as refusal:
        raise Http404(refusal.message) from refusal
    lines = published_lines(result, timezone.now())
    response = StreamingHttpResponse(lines, content_type="application/x-ndjson; charset=utf-8")
    name = f"{slug}-vong-{number}-{result.kind}-{version}.jsonl"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _readable(request: HttpRequest, round: Round, version: int) -> RoundResult:
    """The result of this number if its file may be read; organisers may at any time."""
    result = round.results.filter(number=version).first()
    if result is not None:
        result.round = round
        if access.may_organise(request.user) or reading.file_visible(result, timezone.now()):
            return result
    raise NotFound("Chưa có tệp kết quả này.")


# -- Receipts ------------------------------------------------------------------------------------


@require_safe
def verify_form(request: HttpRequest) -> HttpResponse:
    """Where a receipt is typed; leads to its page."""
    typed = request.GET.get("code", "")
    code = settled_code(typed)
    if code:
        return redirect("contest:verify", code)
    context = {"nav": "contests", "typed": typed, "is_wrong": bool(typed.strip())}
    status = 422 if context["is_wrong"] else 200
    return render(request, "contest/results/verify_form.html", context, status=status)


@require_safe
@cache_control(no_store=True, private=True)
def verify_page(request: HttpRequest, code: str) -> HttpResponse:
    """What a receipt stands for, with everything about it computed again."""
    now, settled = timezone.now(), settled_code(code)
    attempt = attempt_of(settled) if settled else None
    context: dict[str, Any] = {"nav": "contests", "typed": code, "code": settled}
    if attempt is None:
        context |= {"is_wrong": not settled, "is_unknown": bool(settled)}
        return render(request, "contest/results/verify_form.html", context, status=404)
    round = attempt.entry.round
    address = request.build_absolute_uri(reverse("contest:verify", args=[settled]))
    context |= {"attempt": attempt, "round": round, "address": address, "qr": qr_code(address)}
    if may_show(round, now):
        context |= _verified(verify_attempt(attempt, settled, now))
    return render(request, "contest/results/verify.html", context)


def _verified(found: Verified) -> dict[str, Any]:
    attempt = found.attempt
    return {
        "found": found,
        "essay_points": attempt.essay_points,
        "points": found.now.points + (attempt.essay_points or 0),
        "name": reading.published_name(found.row) if found.row else "",
    }


@require_safe
@login_required
@cache_control(no_store=True, private=True)
@page
def own_paper(request: HttpRequest, attempt_id: int) -> HttpResponse:
    """The own attempt as a file for the verifier, once its solutions may be seen."""
    now = timezone.now()
    attempt = access.own_attempt(cast(User, request.user), attempt_id)
    closing.close_if_overdue(attempt=attempt, now=now)
    if payloads.attempt_payload(attempt, now)["solutions"] is None:
        raise Forbidden("Tệp bài thi tải được khi đáp án của vòng thi đã mở.")
    content = paper_file(attempt, with_identity=_is_public(attempt, now))
    response = HttpResponse(
        json.dumps(content, ensure_ascii=False, indent=1),
        content_type="application/json; charset=utf-8",
    )
    response["Content-Disposition"] = f'attachment; filename="bai-thi-{attempt.pk}.json"'
    return response


def _is_public(attempt: Attempt, now: datetime) -> bool:
    return is_final(attempt.entry.round.visibility, now)
