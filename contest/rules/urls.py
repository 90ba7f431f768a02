"""Addresses of rules and their versions."""

from django.urls import URLPattern, path

from contest.rules import change_views, views

urlpatterns: list[URLPattern] = [
    path("c/<slug:slug>/<int:number>/rules/", views.rules_page, name="rules"),
    path("organiser/rounds/<int:round_id>/rules/", views.rules_preview, name="rules_preview"),
    path("organiser/rounds/<int:round_id>/change/", change_views.change_round, name="change_round"),
]
