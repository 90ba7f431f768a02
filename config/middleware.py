"""What holds for every answer of the site."""

from __future__ import annotations

from collections.abc import Callable

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase


class PersonalAnswers:
    """Answers to somebody with a session are theirs: no proxy of a school or hall keeps them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


class PagePolicy(CSPMiddleware):
    """The content security policy of pages. Nothing runs in JSON, and composing the header, which
    the library does before it looks at its own exceptions, took a tenth of a save."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if response.headers.get("Content-Type", "").startswith("application/json"):
            return response
        return super().process_response(request, response)
