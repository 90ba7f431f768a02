"""Addresses of deciding while a round runs."""

from django.urls import URLPattern, path

from contest.conduct import views

urlpatterns: list[URLPattern] = [
    path("organiser/rounds/<int:round_id>/conduct/", views.conduct_page, name="conduct"),
    path("organiser/rounds/<int:round_id>/conduct/<slug:deed>/", views.decide, name="decide"),
]
