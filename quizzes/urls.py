"""Addresses of the desk and of the library."""

from django.urls import URLPattern, path  # noqa: F401

app_name = "quizzes"
urlpatterns: list[URLPattern] = []
