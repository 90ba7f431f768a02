"""Views that behave badly on purpose, beside the product's own addresses."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from tests.config.edge_sockets import push_from_thread, watchers

PIECE = b"x" * 65_536
running = 0
done: list[str] = []


def busy(request: HttpRequest) -> JsonResponse:
    """Slow views and streams that run now and those that ran, and threads for requests."""
    threads = [t for t in threading.enumerate() if t.name.startswith("http")]
    return JsonResponse(
        {"running": running, "threads": len(threads), "done": done, "watchers": len(watchers)}
    )


@csrf_exempt
def slow(request: HttpRequest) -> JsonResponse:
    """Holds its thread as long as asked."""
    global running
    running += 1
    try:
        time.sleep(float(request.GET["s"]))
    finally:
        running -= 1
    done.append(request.GET.get("name", ""))
    return JsonResponse({"done": done[-1], "padding": "y" * 100_000})


def query(request: HttpRequest) -> HttpResponse:
    """One query, long enough that several run at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    time.sleep(0.01)
    return HttpResponse(request.GET.get("name", ""))


def fast(request: HttpRequest) -> HttpResponse:
    """One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("fast")


def failing(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose")


@csrf_exempt
def echo(request: HttpRequest) -> JsonResponse:
    """What arrived: size of the body, or of the uploaded file."""
    file = request.FILES.get("file")
    return JsonResponse(
        {"method": request.method, "size": file.size if file else len(request.body)}
    )


def streaming(request: HttpRequest) -> StreamingHttpResponse:
    """``n`` pieces of 64 KB; breaks after ``broken`` of them when asked."""
    count, broken = int(request.GET["n"]), int(request.GET.get("broken", 1_000_000))

    def pieces() -> Iterator[bytes]:
        global running
        running += 1
        try:
            for place in range(count):
                if place == broken:
                    raise RuntimeError("on purpose, in the middle")
                time.sleep(float(request.GET.get("s", 0)))
                yield PIECE
        finally:
            running -= 1

    return StreamingHttpResponse(pieces())


def pushing(request: HttpRequest) -> HttpResponse:
    """Sends ``n`` texts of ``kb`` KB to every socket; each begins with its number and a colon."""
    start = int(request.GET.get("start", 0))
    for place in range(start, start + int(request.GET["n"])):
        push_from_thread(f"{place}:" + "b" * 1024 * int(request.GET["kb"]))
    return HttpResponse("pushed")


urlpatterns = [
    path("test/push", pushing),
    path("test/busy", busy),
    path("test/slow", slow),
    path("test/query", query),
    path("test/fast", fast),
    path("test/failing", failing),
    path("test/echo", echo),
    path("test/stream", streaming),
    path("", include("config.urls")),
]
