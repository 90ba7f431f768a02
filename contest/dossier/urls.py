"""Addresses of the paperwork: the dossier of a round, and the audit."""

from django.urls import URLPattern, path

from contest import audit_views
from contest.dossier import views

urlpatterns: list[URLPattern] = [
    path("organiser/rounds/<int:round_id>/dossier/", views.dossier_page, name="dossier"),
    path("organiser/rounds/<int:round_id>/dossier/file/", views.export, name="dossier_file"),
    path("organiser/audit/", audit_views.audit_page, name="audit"),
    path("organiser/audit/file/", audit_views.audit_export, name="audit_export"),
]
