"""JSON about units: what the picker of the sign-up page asks."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from accounts.search import find_units

router = Router()


class FoundUnitOut(Schema):
    """A unit of today. ``matched`` is the former name that led to it, ``note`` a line for people
    that tells units of similar names apart."""

    code: str
    name: str
    kind: str
    block: str
    matched: str | None
    note: str


@router.get("/units", response=list[FoundUnitOut], auth=None)
def units(request: HttpRequest, response: HttpResponse, q: str = "") -> list[FoundUnitOut]:
    """At most twelve units for what a person typed; public, because it is needed to sign up."""
    response["Cache-Control"] = "public, max-age=300"
    return [
        FoundUnitOut(
            code=hit.unit.code,
            name=hit.unit.name,
            kind=hit.unit.kind,
            block=hit.unit.block,
            matched=hit.matched,
            note=hit.note,
        )
        for hit in find_units(q)
    ]
