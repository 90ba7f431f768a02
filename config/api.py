"""The JSON API: one instance, the apps' routers, and one shape for every error."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.renderers import JSONRenderer
from ninja.security import SessionAuth

import accounts.api
import contest.api
import contest.live.api
import leaderboard.api
from contest.errors import AttemptClosed, ContestError, SignedOut, StaleRev


class CompactRenderer(JSONRenderer):
    """UTF-8 as it is and no blanks: Vietnamese escaped as \\uXXXX would triple a paper."""

    json_dumps_params = {
        "ensure_ascii": False,
        "separators": (",", ":"),
    }


api = NinjaAPI(
    renderer=CompactRenderer(),
    title="Tìm hiểu Nghị quyết",
    version="1.0.0",
    description="Contests, attempts and live boards. See docs/contract.md.",
    docs_url=None,  # the interactive page would load scripts from a foreign host
    urls_namespace="api",
)
session = SessionAuth()
api.add_router("", accounts.api.router, tags=["units"])
api.add_router("", contest.api.router, tags=["contests"])
api.add_router("", contest.api.signed_in, auth=session, tags=["attempts"])
api.add_router("", contest.live.api.signed_in, auth=session, tags=["live"])
api.add_router("", leaderboard.api.router, tags=["boards"])
api.add_router("", leaderboard.api.signed_in, auth=session, tags=["boards"])


def error_body(code: str, message: str, fields: dict[str, str] | None = None) -> dict[str, Any]:
    """``{"error": {"code", "message", "fields"?}}``, the shape of every refusal."""
    error: dict[str, Any] = {"code": code, "message": message}
    return {"error": error | ({"fields": fields} if fields else {})}


@api.exception_handler(ContestError)
def on_contest_error(request: HttpRequest, error: ContestError) -> HttpResponse:
    body = error_body(error.code, error.message, error.fields)
    if isinstance(error, StaleRev | AttemptClosed):
        attempt = error.extra["attempt"]
        body |= {
            "rev": attempt.rev,
            "answers": attempt.answers,
            "state": attempt.state,
            "server_time": timezone.now(),
        }
    return api.create_response(request, body, status=error.status)


@api.exception_handler(RequestDataTooBig)
def on_too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    body = error_body("too_large", "Dữ liệu gửi lên lớn quá mức cho phép.")
    return api.create_response(request, body, status=413)


@api.exception_handler(ValidationError)
def on_invalid_input(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = {".".join(map(str, fault["loc"][1:])): fault["msg"] for fault in error.errors}
    body = error_body("invalid_input", "Dữ liệu gửi lên không đúng dạng.", fields)
    return api.create_response(request, body, status=422)


@api.exception_handler(AuthenticationError)
def on_signed_out(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return api.create_response(request, error_body(SignedOut.code, SignedOut.message), status=401)


@api.exception_handler(HttpError)
def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == 403:
        body = error_body("csrf_failed", "Phiên làm việc đã cũ. Hãy tải lại trang rồi thử lại.")
    else:
        body = error_body("bad_request", "Yêu cầu gửi lên không đọc được.")
    return api.create_response(request, body, status=error.status_code)


@api.exception_handler(Http404)
def on_not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    body = error_body("not_found", "Không tìm thấy nội dung này.")
    return api.create_response(request, body, status=404)
