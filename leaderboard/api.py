"""JSON endpoints of boards."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from ninja import Query, Router, Schema
from pydantic import Field

from accounts.models import User
from contest.access import visible_round
from contest.schemas import ErrorOut
from leaderboard import boards, schemas
from leaderboard.access import require_board
from leaderboard.feed import current
from leaderboard.live import RoundNotices
from leaderboard.projections import BoardProjection

router = Router()
signed_in = Router()


class BoardQuery(Schema):
    by: Literal["people", "units"] = "people"
    division: Annotated[str, Field(max_length=40, pattern=r"^[\w-]*$")] = ""
    unit: Annotated[str, Field(max_length=60, pattern=r"^[\w-]*$")] = ""
    offset: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    limit: Annotated[int, Field(ge=1, le=boards.MOST_ROWS)] = boards.PAGE


@router.get(
    "rounds/{round_id}/board",
    response={200: schemas.BoardOut, 403: ErrorOut, 404: ErrorOut, 422: ErrorOut},
    summary="A board; the first page is the same text that the WebSocket sends",
)
def board(request: HttpRequest, round_id: int, query: Query[BoardQuery]) -> HttpResponseBase:
    round = visible_round(round_id)
    require_board(round, request.user, timezone.now())
    projection = BoardProjection(
        round_id, query.by, query.offset, query.limit, query.unit, query.division, round.board_shown
    )
    snapshot = current(projection, kept_s=projection.kept_s)
    return _conditional(request, snapshot.text, snapshot.etag)


def _conditional(request: HttpRequest, text: str, etag: str) -> HttpResponseBase:
    """304 without a body when the client already holds this text."""
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    return get_conditional_response(request, etag=etag, response=response) or response


@router.get(
    "rounds/{round_id}/notices",
    response={200: schemas.NoticesOut, 404: ErrorOut},
    summary="What every open page of a round should hear; the same text that the WebSocket sends",
)
def notices(request: HttpRequest, round_id: int) -> HttpResponseBase:
    snapshot = current(RoundNotices(visible_round(round_id).pk))
    return _conditional(request, snapshot.text, snapshot.etag)


@signed_in.get(
    "rounds/{round_id}/board/me",
    response={200: schemas.MyPlaceOut, 401: ErrorOut, 403: ErrorOut, 404: ErrorOut},
    summary="My place and my neighbours",
)
def my_place(request: HttpRequest, round_id: int) -> dict[str, Any]:
    round, now = visible_round(round_id), timezone.now()
    require_board(round, request.user, now)
    return boards.my_place(round, cast(User, request.user), now)
