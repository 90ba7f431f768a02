"""Addresses of boards, of units and of the ceremony."""

from django.urls import path

from leaderboard import monitor_views, reveal_views, views
from leaderboard.certificates.urls import urlpatterns as certificates

app_name = "leaderboard"
urlpatterns = [
    path("boards/", views.current, name="current"),
    path("c/<slug:slug>/<int:number>/board/", views.board, name="board"),
    path("units/<slug:code>/", views.unit, name="unit"),
    path("organiser/rounds/<int:round_id>/reveal/", reveal_views.show, name="reveal"),
    path("organiser/rounds/<int:round_id>/reveal/step/", reveal_views.step, name="reveal_step"),
    path(
        "organiser/rounds/<int:round_id>/reveal/finish/", reveal_views.finish, name="reveal_finish"
    ),
    path("organiser/rounds/<int:round_id>/monitor/", monitor_views.monitor, name="monitor"),
    path(
        "organiser/rounds/<int:round_id>/monitor.json",
        monitor_views.monitor_data,
        name="monitor_data",
    ),
]
urlpatterns += certificates
