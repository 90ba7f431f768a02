"""Django's admin for units: the tree, head counts, and what happens to units."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone

from accounts.models import Affiliation, FormerName, HeadCount, Unit, UnitChange, User
from accounts.phones import normalise_phone
from accounts.text import fold
from accounts.unit_change_forms import FORMS, HeadCountForm
from accounts.unit_changes import UnitChangeRefused


class FoldedSearch:
    """Searches the folded columns with the folded term; a telephone number in any spelling."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = normalise_phone(search_term) or fold(search_term)
        return super().get_search_results(request, queryset, term)  # type: ignore[misc,no-any-return]


class _Kept:
    """Rows that are added, never changed."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class _ShownOnly(_Kept):
    """Rows to look at, each with the page where they are made."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class FormerNameInline(admin.TabularInline):  # type: ignore[type-arg]
    model = FormerName
    extra = 0


class HeadCountInline(_ShownOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = HeadCount
    fields = ("members", "as_of", "note", "declared_by", "created_at")
    readonly_fields = ("created_at",)
    ordering = ("-as_of", "-id")


class UnitChangeInline(_ShownOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = UnitChange
    fk_name = "unit"
    fields = ("on", "kind", "old_name", "new_name", "reason", "actor_name", "at")


# Shown of units that ended.
_ENDED = ("dissolved_on", "successor")


@admin.register(Unit)
class UnitAdmin(FoldedSearch, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "code", "kind", "block", "is_selectable", "dissolved_on")
    list_filter = ("kind", "block", "is_selectable")
    search_fields = ("search_text", "code", "former_names__search_text")
    ordering = ("path",)
    autocomplete_fields = ("parent",)
    inlines = (FormerNameInline, HeadCountInline, UnitChangeInline)
    change_form_template = "accounts/unit_admin.html"

    def get_readonly_fields(self, request: HttpRequest, obj: Unit | None = None) -> Any:
        """Place and code of an existing unit change through the register (load_units) only,
        which carries the units below along; name and end through pages that ask why."""
        if obj is None:
            return ()
        shown = ("code", "parent", "name")
        return shown if obj.dissolved_on is None else (*shown, "is_selectable", *_ENDED)

    def get_fields(self, request: HttpRequest, obj: Unit | None = None) -> Any:
        fields = ("parent", "code", "name", "kind", "block", "is_selectable")
        return fields if obj is None or obj.dissolved_on is None else (*fields, *_ENDED)

    def get_inlines(self, request: HttpRequest, obj: Unit | None = None) -> Any:
        return self.inlines if obj else (FormerNameInline,)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Units that ended are found here, and for correcting a head count; not as a choice."""
        picker_of = request.GET.get("model_name", "headcount")
        if picker_of != "headcount":
            queryset = queryset.filter(dissolved_on=None)
        return super().get_search_results(request, queryset, search_term)

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                f"<int:pk>/{deed}/",
                self.admin_site.admin_view(self.change_unit),
                {"deed": deed},
                name=f"accounts_unit_{deed}",
            )
            for deed in FORMS
        ]
        return own + super().get_urls()

    def change_unit(self, request: HttpRequest, pk: int, deed: str) -> HttpResponse:
        """Ask for what a change of a unit needs, and make it."""
        unit = self.get_object(request, str(pk))
        if unit is None:
            raise Http404
        if not self.has_change_permission(request, unit):
            raise PermissionDenied
        assert isinstance(request.user, User)
        form = FORMS[deed](request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                change = form.apply(actor=request.user, unit=unit, now=timezone.now())
            except UnitChangeRefused as refused:
                form.add_error(refused.field or None, refused.message)
            else:
                self.log_change(request, unit, str(change))
                self.message_user(request, form.done(change), messages.SUCCESS)
                return redirect("admin:accounts_unit_change", pk)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{form.title}: {unit.name}",
            "opts": self.opts,
            "original": unit,
            "form": form,
            "people": Affiliation.objects.filter(unit=unit, until=None, is_primary=True).count(),
        }
        return TemplateResponse(request, "accounts/unit_change.html", context)


@admin.register(UnitChange)
class UnitChangeAdmin(_ShownOnly, FoldedSearch, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("at", "kind", "old_name", "new_name", "on", "reason", "actor_name")
    list_filter = ("kind",)
    search_fields = ("unit__search_text", "into__search_text")
    date_hierarchy = "on"


@admin.register(HeadCount)
class HeadCountAdmin(_Kept, FoldedSearch, admin.ModelAdmin):  # type: ignore[type-arg]
    """A corrected count is a new row; the old ones stay in view."""

    form = HeadCountForm
    list_display = ("unit", "members", "as_of", "in_use", "note", "declared_by", "created_at")
    list_select_related = ("unit", "declared_by")
    search_fields = ("unit__search_text", "unit__code")
    date_hierarchy = "as_of"
    autocomplete_fields = ("unit",)
    fields = ("unit", "members", "as_of", "note")

    def get_queryset(self, request: HttpRequest) -> QuerySet[HeadCount]:
        later = Q(as_of__gt=OuterRef("as_of")) | Q(as_of=OuterRef("as_of"), id__gt=OuterRef("id"))
        newer = HeadCount.objects.filter(later, unit=OuterRef("unit"))
        rows: QuerySet[HeadCount] = super().get_queryset(request)
        return rows.annotate(is_in_use=~Exists(newer))

    @admin.display(description="đang dùng", boolean=True)
    def in_use(self, row: HeadCount) -> bool:
        return bool(getattr(row, "is_in_use"))  # noqa: B009 - an annotation, unknown to the model

    def save_model(self, request: HttpRequest, obj: HeadCount, form: Any, change: bool) -> None:
        assert isinstance(request.user, User)
        obj.declared_by = request.user
        super().save_model(request, obj, form, change)
        used = obj.unit.head_counts.order_by("as_of", "id").last()
        if used is not None and used != obj:
            self.message_user(
                request,
                f"Tỷ lệ tham gia vẫn tính theo số mới hơn: {used.members} người, "
                f"tính đến {used.as_of:%d/%m/%Y}.",
                messages.WARNING,
            )
