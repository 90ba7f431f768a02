"""Addresses of regrading and appeals."""

from django.urls import URLPattern, path

from contest.regrading import appeal_views, views

_ROUND = "organiser/rounds/<int:round_id>"

urlpatterns: list[URLPattern] = [
    path(f"{_ROUND}/regrades/", views.regrades, name="regrades"),
    path(f"{_ROUND}/regrades/<int:version_id>/", views.regrade, name="regrade"),
    path(f"{_ROUND}/regrades/<int:version_id>/apply/", views.apply, name="apply_regrade"),
    path(f"{_ROUND}/regrades/undo/<int:decision_id>/", views.undo, name="undo_regrade"),
    path("organiser/appeals/", appeal_views.rounds, name="appeal_rounds"),
    path(f"{_ROUND}/appeals/", appeal_views.queue, name="console_appeals"),
    path(f"{_ROUND}/appeals/<int:appeal_id>/", appeal_views.decide, name="decide_appeal"),
    path("attempts/<int:attempt_id>/appeals/<int:number>/", appeal_views.appeal, name="appeal"),
    path("c/<slug:slug>/<int:number>/appeals/", appeal_views.public_log, name="appeals"),
]
