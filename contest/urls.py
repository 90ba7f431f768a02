"""Addresses of competing and of the organisers' console."""

from django.urls import path

from contest import (
    attempt_views,
    console_views,
    coverage_views,
    editor_views,
    erasure_views,
    essay_views,
    settings_views,
    views,
)
from contest.conduct.urls import urlpatterns as conduct
from contest.dossier.urls import urlpatterns as dossier
from contest.integrity.urls import urlpatterns as integrity
from contest.live.urls import urlpatterns as live
from contest.regrading.urls import urlpatterns as regrading
from contest.results.urls import urlpatterns as results
from contest.rules.urls import urlpatterns as rules

app_name = "contest"
urlpatterns = [
    path("c/", views.index, name="index"),
    path("c/<slug:slug>/", views.contest_page, name="contest"),
    path("c/<slug:slug>/<int:number>/", views.round_page, name="round"),
    path("c/<slug:slug>/<int:number>/start/", attempt_views.start, name="start"),
    path("attempts/", attempt_views.my_attempts, name="my_attempts"),
    path("attempts/<int:attempt_id>/", attempt_views.attempt_page, name="attempt"),
    path("accounts/me/erase/", erasure_views.erase, name="erase"),
    path("organiser/", console_views.console, name="console"),
    path("organiser/new/", editor_views.new_contest, name="new_contest"),
    path("organiser/coverage/", coverage_views.coverage_page, name="coverage"),
    path("organiser/c/<slug:slug>/new-round/", editor_views.new_round, name="new_round"),
    path("organiser/c/<slug:slug>/settings/", settings_views.show, name="contest_settings"),
    path("organiser/c/<slug:slug>/clone/", settings_views.clone, name="clone_contest"),
    path(
        "organiser/c/<slug:slug>/divisions/new/", settings_views.new_division, name="new_division"
    ),
    path(
        "organiser/c/<slug:slug>/divisions/<int:division_id>/",
        settings_views.edit_division,
        name="edit_division",
    ),
    path(
        "organiser/c/<slug:slug>/divisions/<int:division_id>/move/",
        settings_views.move_division,
        name="move_division",
    ),
    path(
        "organiser/c/<slug:slug>/divisions/<int:division_id>/remove/",
        settings_views.remove_division,
        name="remove_division",
    ),
    path("organiser/c/<slug:slug>/people/", settings_views.exclude, name="exclude_person"),
    path(
        "organiser/c/<slug:slug>/people/<int:exclusion_id>/",
        settings_views.readmit,
        name="readmit_person",
    ),
    path("organiser/rounds/<int:round_id>/", console_views.round_page, name="console_round"),
    path("organiser/rounds/<int:round_id>/essays/", essay_views.mark, name="essays"),
    path("organiser/rounds/<int:round_id>/edit/", editor_views.edit_round, name="edit_round"),
    path("organiser/rounds/<int:round_id>/publish/", console_views.publish, name="publish_round"),
]
urlpatterns += [*rules, *conduct, *live, *regrading, *integrity, *results, *dossier]
