"""JSON endpoints of boards."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from ninja import Query, Router, Schema
from pydantic import Field

from accounts.models import User
from contest.access import visible_round
from contest.errors import NotFound
from contest.schemas import ErrorOut
from leaderboard import boards, schemas
from leaderboard.feed import Projection, current

router = Router()
signed_in = Router()


class BoardQuery(Schema):
    by: Literal["people", "units"] = "people"
    division: Annotated[str, Field(max_length=40)] = ""
    unit: Annotated[str, Field(max_length=60, pattern=r"^[\w-]*$")] = ""
    offset: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    limit: Annotated[int, Field(ge=1, le=boards.MOST_ROWS)] = boards.PAGE


@router.get(
    "rounds/{round_id}/board",
    response={200: schemas.BoardOut, 404: ErrorOut, 422: ErrorOut},
    summary="A board; the first page is the same text that the WebSocket sends",
)
def board(request: HttpRequest, round_id: int, query: Query[BoardQuery]) -> HttpResponseBase:
    if query.division:
        raise NotFound("Vòng thi này không chia bảng.")
    projection = Projection(round_id, query.by, query.offset, query.limit, query.unit)
    visible_round(round_id)
    snapshot = current(projection)
    return _conditional(request, snapshot.text, snapshot.etag)


def _conditional(request: HttpRequest, text: str, etag: str) -> HttpResponseBase:
    """304 without a body when the client already holds this text."""
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    return get_conditional_response(request, etag=etag, response=response) or response


@signed_in.get(
    "rounds/{round_id}/board/me",
    response={200: schemas.MyPlaceOut, 401: ErrorOut, 404: ErrorOut},
    summary="My place and my neighbours",
)
def my_place(request: HttpRequest, round_id: int) -> dict[str, Any]:
    return boards.my_place(visible_round(round_id), cast(User, request.user))
