"""Addresses of results and their proofs."""

from django.urls import URLPattern, path

from contest.results import console, table_views, views

urlpatterns: list[URLPattern] = [
    path("c/<slug:slug>/table/", table_views.table, name="table"),
    path("c/<slug:slug>/<int:number>/results/", views.results_page, name="results"),
    path(
        "c/<slug:slug>/<int:number>/results/<int:version>.jsonl",
        views.result_file,
        name="result_file",
    ),
    path("c/<slug:slug>/<int:number>/proof/", views.proof_page, name="proof"),
    path("verify/", views.verify_form, name="verify_form"),
    path("verify/<str:code>/", views.verify_page, name="verify"),
    path("attempts/<int:attempt_id>/paper.json", views.own_paper, name="paper_file"),
    path(
        "organiser/rounds/<int:round_id>/results/",
        console.console_results,
        name="console_results",
    ),
    path("organiser/rounds/<int:round_id>/results/finalise/", console.finalise, name="finalise"),
    path(
        "organiser/rounds/<int:round_id>/results/correction/open/",
        console.open_correction,
        name="open_correction",
    ),
    path(
        "organiser/rounds/<int:round_id>/results/correction/sign/",
        console.sign_correction,
        name="sign_correction",
    ),
    path(
        "organiser/rounds/<int:round_id>/results/correction/drop/",
        console.drop_correction,
        name="drop_correction",
    ),
]
