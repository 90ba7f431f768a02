"""Addresses of certificates."""

from django.urls import path

from leaderboard.certificates import views

urlpatterns = [
    path("verify/<str:code>/certificate/", views.certificate_page, name="certificate"),
    path(
        "verify/<str:code>/certificate.png", views.certificate_picture, name="certificate_picture"
    ),
]
