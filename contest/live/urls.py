"""Addresses of announcements and questions."""

from django.urls import URLPattern, path

from contest.live import views

_CONSOLE = "organiser/rounds/<int:round_id>/notices/"

urlpatterns: list[URLPattern] = [
    path("c/<slug:slug>/<int:number>/ask/", views.ask, name="ask"),
    path(_CONSOLE, views.notices, name="notices"),
    path(f"{_CONSOLE}announce/", views.announce, name="announce"),
    path(f"{_CONSOLE}<int:announcement_id>/withdraw/", views.withdraw, name="withdraw"),
    path(f"{_CONSOLE}questions/<int:inquiry_id>/answer/", views.answer, name="answer"),
]
