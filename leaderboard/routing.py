"""Addresses of sockets."""

from django.urls import path, re_path

from leaderboard.consumers import BoardConsumer, NoSuchSocket

websocket_urlpatterns = [
    path("ws/rounds/<int:round_id>/board/", BoardConsumer.as_asgi()),
    re_path(r"", NoSuchSocket.as_asgi()),
]
