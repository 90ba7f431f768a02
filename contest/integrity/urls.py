"""Addresses of irregularities."""

from django.urls import path

from contest.integrity import views

_BASE = "organiser/rounds/<int:round_id>/irregularities/"
urlpatterns = [
    path(_BASE, views.queue, name="irregularities"),
    path(f"{_BASE}search/", views.search, name="find_irregularities"),
    path(f"{_BASE}<int:irregularity_id>/", views.decide, name="judge_irregularity"),
]
