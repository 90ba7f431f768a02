"""What went wrong beyond anybody's asking: one answer, in the shape of whoever asked."""

from __future__ import annotations

import logging
import sys

from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from redis.exceptions import RedisError

from config.api import error_body

log = logging.getLogger(__name__)

# The store is away, full, locked for too long or read-only; what was asked may work soon. A fault
# of ours (IntegrityError, ProgrammingError, anything else) does not heal by trying again.
PASSING = (OperationalError, InterfaceError, InternalError, RedisError)
RETRY_AFTER_S = 5

UNAVAILABLE = error_body(
    "unavailable",
    "Hệ thống tạm thời chưa ghi nhận được yêu cầu này. Những gì đã lưu vẫn an toàn;"
    " hãy thử lại sau ít giây.",
)
FAULT = error_body(
    "fault",
    "Hệ thống gặp lỗi ngoài dự kiến, lỗi đã được ghi lại. Những gì đã lưu vẫn an toàn.",
)


def server_fault(request: HttpRequest) -> HttpResponse:
    """Answer an exception nobody caught: 503 with ``Retry-After`` when trying again may help,
    else 500; JSON under ``/api/``, a page elsewhere. Asks neither database nor cache."""
    fault = sys.exc_info()[1]
    is_passing = isinstance(fault, PASSING)
    status = 503 if is_passing else 500
    if request.path.startswith("/api/"):
        answer: HttpResponse = JsonResponse(
            UNAVAILABLE if is_passing else FAULT,
            status=status,
            json_dumps_params={"ensure_ascii": False, "separators": (",", ":")},
        )
    else:
        answer = HttpResponse(loader.get_template(f"{status}.html").render(), status=status)
    if is_passing:
        answer.headers["Retry-After"] = str(RETRY_AFTER_S)
        log.error("%s %s: 503, %s", request.method, request.path, str(fault).strip())
        # Django's own mark: a traceback for each of thousands would fill the next disk.
        answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer
