"""The library: what there is to learn, open to everybody."""

from __future__ import annotations

from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from quizzes.library import readings as library
from quizzes.models import Programme
from quizzes.qr import qr_code

NO_PROGRAMME = "Thư viện không có văn bản này."
NO_CLAUSE = "Văn bản này không có mục ấy."


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The documents with their clauses, or what a search (``?q=``) found."""
    query = request.GET.get("q", "").strip()[:200]
    shelves = [
        (programme, list(of))
        for programme, of in groupby(library.readings(), lambda reading: reading.programme)
    ]
    context = {
        "nav": "library",
        "query": query,
        "hits": library.search(query) if query else [],
        "shelves": shelves,
        "qr": _qr(request),
    }
    return render(request, "quizzes/library/index.html", context)


@require_safe
def programme_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A document: its clauses with notes."""
    programme = _programme(slug)
    context = {
        "nav": "library",
        "programme": programme,
        "readings": library.readings(programme),
        "qr": _qr(request),
    }
    return render(request, "quizzes/library/programme.html", context)


@require_safe
def clause_page(request: HttpRequest, slug: str, place: str) -> HttpResponse:
    """A clause: the note to remember it by, the official text, the way on."""
    programme = _programme(slug)
    readings = library.readings(programme)
    reading = next((r for r in readings if r.place == place.lower()), None)
    if reading is None:
        raise Http404(NO_CLAUSE)
    before, after = library.neighbours(readings, reading)
    context = {
        "nav": "library",
        "programme": programme,
        "reading": reading,
        "items": [r for r in readings if r.clause.parent_id == reading.clause.pk],
        "before": before,
        "after": after,
        "qr": _qr(request),
    }
    return render(request, "quizzes/library/clause.html", context)


def _programme(slug: str) -> Programme:
    programme = library.programme_at(slug)
    if programme is None:
        raise Http404(NO_PROGRAMME)
    return programme


def _qr(request: HttpRequest) -> dict[str, object]:
    """The address of this page without its query, as people scan it."""
    address = request.build_absolute_uri(request.path)
    return {"code": qr_code(address), "address": address}
