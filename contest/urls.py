"""Addresses of competing and of the organisers' console."""

from django.urls import path

from contest import attempt_views, console_views, coverage_views, views

app_name = "contest"
urlpatterns = [
    path("c/", views.index, name="index"),
    path("c/<slug:slug>/", views.contest_page, name="contest"),
    path("c/<slug:slug>/<int:number>/", views.round_page, name="round"),
    path("c/<slug:slug>/<int:number>/start/", attempt_views.start, name="start"),
    path("attempts/<int:attempt_id>/", attempt_views.attempt_page, name="attempt"),
    path("organiser/", console_views.console, name="console"),
    path("organiser/new/", console_views.new_contest, name="new_contest"),
    path("organiser/coverage/", coverage_views.coverage_page, name="coverage"),
    path("organiser/c/<slug:slug>/new-round/", console_views.new_round, name="new_round"),
    path("organiser/rounds/<int:round_id>/", console_views.round_page, name="console_round"),
    path("organiser/rounds/<int:round_id>/edit/", console_views.edit_round, name="edit_round"),
    path("organiser/rounds/<int:round_id>/publish/", console_views.publish, name="publish_round"),
]
