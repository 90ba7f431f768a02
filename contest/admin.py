"""Looking at contests, rounds and attempts. Deciding is the console's business, not the admin's:
there every change goes through a service and leaves an audit record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from contest.models import Attempt, AuditRecord, BlueprintLine, Contest, Entry, Round
from quizzes.admin import ReadOnlyAdmin

if TYPE_CHECKING:
    _Inline = admin.TabularInline[BlueprintLine, Round]
else:  # Django's own class takes no parameter when the program runs
    _Inline = admin.TabularInline


@admin.register(Contest)
class ContestAdmin(ReadOnlyAdmin):
    """The name and the introduction may be corrected; the address stays."""

    list_display = ["title", "slug", "created_by", "created_at"]
    search_fields = ["title", "slug"]
    fields = ["title", "summary", "slug", "created_by", "created_at"]
    readonly_fields = ["slug", "created_by", "created_at"]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm("contest.change_contest")


class LineInline(_Inline):
    model = BlueprintLine
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Round)
class RoundAdmin(ReadOnlyAdmin):
    """The round's secret is left out: whoever knows it before the close knows every paper."""

    list_display = ["contest", "number", "title", "opens_at", "closes_at", "published_at"]
    list_filter = ["contest"]
    list_select_related = ["contest"]
    fields = [
        "contest", "number", "title", "opens_at", "closes_at", "time_limit_s",
        "attempts_allowed", "prediction_target", "ranking_keys", "published_at", "finalised_at",
    ]  # fmt: skip
    inlines = [LineInline]


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ["user", "round", "unit", "attempts_started", "points", "submitted_at"]
    list_filter = ["round"]
    list_select_related = ["user", "round", "unit"]
    search_fields = ["user__search_text", "user__phone", "user__email"]
    show_full_result_count = False


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    list_display = ["receipt", "entry", "number", "state", "points", "started_at", "submitted_at"]
    list_filter = ["state", "closed_by", "entry__round"]
    list_select_related = ["entry__user", "entry__round"]
    search_fields = ["receipt", "entry__user__search_text"]
    show_full_result_count = False


@admin.register(AuditRecord)
class AuditRecordAdmin(ReadOnlyAdmin):
    list_display = ["at", "actor_name", "action", "subject", "reason"]
    list_filter = ["action"]
    search_fields = ["actor_name", "subject", "reason"]
