"""What a socket wants to watch, and whether its visitor may: reads for the hub's threads."""

from __future__ import annotations

import time
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, parse_cookie
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.access import Visitor
from contest.access import visible_round
from contest.models import Round
from leaderboard.access import board_division, may_look, require_board
from leaderboard.projections import BOARDS, BoardProjection

# A hall opens its pages in the same seconds and asks for the same few boards: what everybody is
# answered alike is read once a moment. Whether this visitor may look is asked for each.
MOMENT_S = 0.5
_MOST_KEPT = 500
_kept: dict[tuple[int, str, str], tuple[float, Round]] = {}


def wanted_board(scope: Any) -> BoardProjection:
    """The board that a socket's address asks for. Raises ``ValueError`` for one that cannot
    be, ``NotFound``, or ``BoardHidden`` for a visitor who may not look at it."""
    by, division = _asked(scope)
    round = round_of_moment(round_id_of(scope), by, division)
    # Most boards are open to everybody: who came is looked up only where it matters.
    visitor: Any = SimpleLazyObject(lambda: visitor_of(scope))
    require_board(round, visitor, timezone.now())
    return BoardProjection(round.pk, by, division=division, shown=round.board_shown)


def known_board(scope: Any) -> BoardProjection | None:
    """The same without reading anything: None unless the board was read a moment ago and is
    open to everybody. Raises ``ValueError``."""
    by, division = _asked(scope)
    round = kept_round(round_id_of(scope), by, division)
    if round is None or not may_look(round, AnonymousUser(), timezone.now()):
        return None
    return BoardProjection(round.pk, by, division=division, shown=round.board_shown)


def _asked(scope: Any) -> tuple[str, str]:
    query = parse_qs(scope["query_string"].decode(errors="replace"))
    by, division = query.get("by", ["people"])[0], query.get("division", [""])[0][:40]
    if by not in BOARDS:
        raise ValueError(by)
    return by, division


def round_id_of(scope: Any) -> int:
    """The round in a socket's address."""
    return int(scope["url_route"]["kwargs"]["round_id"])


def round_of_moment(round_id: int, by: str = "", division: str = "") -> Round:
    """A published round that has this division (of a board ``by``; "" asks for none), as it was
    at most ``MOMENT_S`` ago. Raises ``NotFound``."""
    kept = kept_round(round_id, by, division)
    if kept is not None:
        return kept
    read_at, round = time.monotonic(), visible_round(round_id)
    if by:
        board_division(round, division, by)
    if len(_kept) >= _MOST_KEPT:
        _kept.clear()
    _kept[round_id, by, division] = (read_at, round)
    return round


def kept_round(round_id: int, by: str = "", division: str = "") -> Round | None:
    """What ``round_of_moment`` answered last; None when that is too long ago."""
    read_at, round = _kept.get((round_id, by, division), (0.0, None))
    return round if time.monotonic() - read_at < MOMENT_S else None


def visitor_of(scope: Any) -> Visitor:
    """Who opened the socket, by the session cookie it came with."""
    headers = dict(scope["headers"])
    cookies = parse_cookie(headers.get(b"cookie", b"").decode("latin-1"))
    request = HttpRequest()
    store = import_module(settings.SESSION_ENGINE).SessionStore
    request.session = store(cookies.get(settings.SESSION_COOKIE_NAME))
    return get_user(request)
