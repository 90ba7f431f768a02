"""Addresses of the desk and of the library."""

from django.urls import path

from quizzes import desk_views

app_name = "quizzes"
urlpatterns = [
    path("organiser/questions/", desk_views.questions, name="questions"),
    path("organiser/questions/new/", desk_views.new_question, name="new_question"),
    path("organiser/questions/<int:version_id>/", desk_views.version_page, name="version"),
    path(
        "organiser/questions/<int:version_id>/edit/", desk_views.edit_version, name="edit_version"
    ),
    path("organiser/questions/<int:version_id>/do/<slug:name>/", desk_views.act, name="act"),
]
