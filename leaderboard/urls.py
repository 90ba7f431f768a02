"""Addresses of boards and of units."""

from django.urls import path

from leaderboard import views

app_name = "leaderboard"
urlpatterns = [
    path("boards/", views.current, name="current"),
    path("c/<slug:slug>/<int:number>/board/", views.board, name="board"),
    path("units/<slug:code>/", views.unit, name="unit"),
]
