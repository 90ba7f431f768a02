"""Addresses of sockets."""

from typing import Any, cast

from django.urls import path, re_path

from leaderboard.consumers import Application, no_such_socket, watcher
from leaderboard.live import known_notices, wanted_notices
from leaderboard.monitor import wanted_monitor
from leaderboard.watching import known_board, wanted_board


def _view(application: Application) -> Any:
    """Channels routes to applications where Django's types expect views."""
    return cast(Any, application)


websocket_urlpatterns = [
    path("ws/rounds/<int:round_id>/board/", _view(watcher(wanted_board, known_board))),
    path("ws/rounds/<int:round_id>/notices/", _view(watcher(wanted_notices, known_notices))),
    path("ws/rounds/<int:round_id>/monitor/", _view(watcher(wanted_monitor))),
    re_path(r"", _view(no_such_socket)),
]
