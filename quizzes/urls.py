"""Addresses of the desk and of the library."""

from django.urls import path

from quizzes.derivation import views as derive_views
from quizzes.desk import views as desk_views
from quizzes.documents import views as document_views
from quizzes.exchange import views as exchange_views
from quizzes.library import views as library_views

app_name = "quizzes"
urlpatterns = [
    path("library/", library_views.index, name="library"),
    path("library/<slug:slug>/", library_views.programme_page, name="programme"),
    path("library/<slug:slug>/<str:place>/", library_views.clause_page, name="clause"),
    path("organiser/questions/", desk_views.questions, name="questions"),
    path("organiser/questions/exchange/", exchange_views.exchange, name="exchange"),
    path("organiser/questions/exchange/export/", exchange_views.export, name="exchange_export"),
    path(
        "organiser/questions/exchange/template.xlsx",
        exchange_views.template,
        name="exchange_template",
    ),
    path("organiser/questions/new/", desk_views.new_question, name="new_question"),
    path("organiser/questions/<int:version_id>/", desk_views.version_page, name="version"),
    path(
        "organiser/questions/<int:version_id>/edit/", desk_views.edit_version, name="edit_version"
    ),
    path("organiser/questions/<int:version_id>/do/<slug:name>/", desk_views.act, name="act"),
    path("organiser/questions/derive/<path:clause_code>/", derive_views.derive, name="derive"),
    path("organiser/documents/", document_views.document_list, name="documents"),
    path("organiser/documents/new/", document_views.new_document, name="new_document"),
    path("organiser/documents/<int:document_id>/", document_views.document_page, name="document"),
    path(
        "organiser/documents/<int:document_id>/clause/",
        document_views.correct_clause,
        name="correct_clause",
    ),
    path(
        "organiser/documents/<int:document_id>/split/",
        document_views.split_glued,
        name="split_glued",
    ),
    path(
        "organiser/documents/<int:document_id>/text/",
        document_views.document_text,
        name="document_text",
    ),
    path(
        "organiser/documents/<int:document_id>/accept/",
        document_views.accept_document,
        name="accept_document",
    ),
    path(
        "organiser/documents/<int:document_id>/drop/",
        document_views.drop_document,
        name="drop_document",
    ),
]
