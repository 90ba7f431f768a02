"""Looking at the questions. They are written in bank files, so nothing is edited here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from quizzes.models import Clause, Programme, Question, QuestionVersion

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Model]
else:  # Django's own class takes no parameter when the program runs
    _ModelAdmin = admin.ModelAdmin


class ReadOnlyAdmin(_ModelAdmin):
    """May be looked at with the view permission, never changed."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Programme)
class ProgrammeAdmin(ReadOnlyAdmin):
    list_display = ["code", "short_title", "kind", "issued_on", "position"]


@admin.register(Clause)
class ClauseAdmin(ReadOnlyAdmin):
    list_display = ["code", "title", "programme", "parent"]
    list_filter = ["programme"]
    list_select_related = ["programme", "parent"]
    search_fields = ["code", "title"]


@admin.register(Question)
class QuestionAdmin(ReadOnlyAdmin):
    list_display = ["code", "programme"]
    list_filter = ["programme"]
    list_select_related = ["programme"]
    search_fields = ["code"]


@admin.register(QuestionVersion)
class QuestionVersionAdmin(ReadOnlyAdmin):
    list_display = ["question", "number", "status", "type", "difficulty", "clause", "stem"]
    list_filter = ["status", "type", "difficulty", "question__programme"]
    list_select_related = ["question", "clause"]
    search_fields = ["question__code", "stem"]
