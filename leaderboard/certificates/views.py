"""Certificates: the page with its picture, and the picture for screens and for print."""

from __future__ import annotations

import hashlib

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.limits import within_limit
from contest.results.checking import settled_code
from contest.views import page
from leaderboard.certificates.drawing import png_bytes
from leaderboard.certificates.reading import Issued, certificate_of, issued
from leaderboard.certificates.words import Certificate, alt_text

_DAY_S = 24 * 3600
# A picture takes a good part of a second to draw; a minute of one account's, or of all visitors
# together, holds so many new ones.
_NEW_A_MINUTE, _VISITORS_A_MINUTE = 10, 60


@require_safe
@cache_control(private=True, no_cache=True)
@page
def certificate_page(request: HttpRequest, code: str) -> HttpResponse:
    """The certificate of a receipt, in words and as a picture."""
    shown, found = _certificate(request, code)
    context = {
        "nav": "contests",
        "certificate": shown,
        "words": alt_text(shown),
        "row": found.row,
        "round": found.row.result.round,
        "newer": found.newer,
        "picture": reverse("leaderboard:certificate_picture", args=[found.row.receipt]),
        "number": found.row.result.number,
    }
    return render(request, "leaderboard/certificate.html", context)


@require_safe
@cache_control(private=True, no_cache=True)
@page
def certificate_picture(request: HttpRequest, code: str) -> HttpResponse:
    """The picture as PNG at 150 dpi, with ``?print=1`` at 300 dpi."""
    shown, _ = _certificate(request, code)
    scale = 2 if request.GET.get("print") == "1" else 1
    name = hashlib.sha256(f"{shown}|{scale}".encode()).hexdigest()
    etag = f'"{name[:32]}"'
    if unchanged := get_conditional_response(request, etag=etag):
        return unchanged
    picture: bytes | None = cache.get(f"certificate:{name}")
    if picture is None:
        if not _may_draw(request):
            return _busy(request)
        picture = png_bytes(shown, scale)
        cache.set(f"certificate:{name}", picture, _DAY_S)
    response = HttpResponse(picture, content_type="image/png")
    response["ETag"] = etag
    response["Content-Disposition"] = f'inline; filename="giay-chung-nhan-{shown.code}.png"'
    return response


def _certificate(request: HttpRequest, code: str) -> tuple[Certificate, Issued]:
    found = issued(
        code=settled_code(code) or "",
        number=request.GET.get("result", "")[:5],
        visitor=request.user,
        now=timezone.now(),
    )
    verify = reverse("contest:verify", args=[found.row.receipt])
    return certificate_of(found, request.build_absolute_uri(verify)), found


def _may_draw(request: HttpRequest) -> bool:
    if request.user.is_authenticated:
        return within_limit("certificate", request.user.pk, times=_NEW_A_MINUTE, seconds=60)
    return within_limit("certificate", 0, times=_VISITORS_A_MINUTE, seconds=60)


def _busy(request: HttpRequest) -> HttpResponse:
    response = render(request, "429.html", status=429)
    response["Retry-After"] = "60"
    return response
