"""Addresses of sockets."""

from django.urls import path

from leaderboard.consumers import BoardConsumer

websocket_urlpatterns = [
    path("ws/rounds/<int:round_id>/board/", BoardConsumer.as_asgi()),
]
