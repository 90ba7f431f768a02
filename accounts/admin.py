"""Django's admin for people and units: plain, with a search that ignores marks."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.forms import UserChangeForm as DjangoUserChangeForm
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import Affiliation, FormerName, HeadCount, Unit, User
from accounts.phones import normalise_phone
from accounts.text import fold

# One place for e-mail addresses: the user.
admin.site.unregister(EmailAddress)


class FoldedSearch:
    """Searches the folded columns with the folded term; a telephone number in any spelling."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = normalise_phone(search_term) or fold(search_term)
        return super().get_search_results(request, queryset, term)  # type: ignore[misc,no-any-return]


class _PhoneForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean_phone(self) -> str | None:
        raw = self.cleaned_data.get("phone")
        if not raw:
            return None
        number = normalise_phone(raw)
        if number is None:
            raise forms.ValidationError("Số điện thoại cần đủ 10 chữ số.")
        return number


class UserAddForm(_PhoneForm, AdminUserCreationForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ("username", "full_name", "phone", "email")


class UserEditForm(_PhoneForm, DjangoUserChangeForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = (
            "username",
            "password",
            "full_name",
            "phone",
            "email",
            "is_active",
            "is_staff",
            "is_superuser",
            "groups",
            "user_permissions",
        )


class AffiliationInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Affiliation
    extra = 0
    autocomplete_fields = ("unit",)


@admin.register(User)
class UserAdmin(FoldedSearch, DjangoUserAdmin):  # type: ignore[type-arg]
    add_form = UserAddForm
    form = UserEditForm
    list_display = ("full_name", "phone", "email", "is_staff", "is_active", "date_joined")
    list_filter = ("is_staff", "is_superuser", "is_active", "groups")
    search_fields = ("search_text", "phone", "email", "username")
    ordering = ("sort_key", "pk")
    inlines = (AffiliationInline,)
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Con người", {"fields": ("full_name", "phone", "email")}),
        (
            "Quyền",
            {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
        ("Thời điểm", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": (
                    "username",
                    "full_name",
                    "phone",
                    "email",
                    "usable_password",
                    "password1",
                    "password2",
                ),
            },
        ),
    )

    def get_inlines(self, request: HttpRequest, obj: User | None = None) -> Any:
        return self.inlines if obj else ()


class FormerNameInline(admin.TabularInline):  # type: ignore[type-arg]
    model = FormerName
    extra = 0


@admin.register(Unit)
class UnitAdmin(FoldedSearch, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "code", "kind", "block", "is_selectable")
    list_filter = ("kind", "block", "is_selectable")
    search_fields = ("search_text", "code", "former_names__search_text")
    ordering = ("path",)
    autocomplete_fields = ("parent",)
    inlines = (FormerNameInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Unit | None = None) -> Any:
        """Place and code of an existing unit change through the register (load_units) only,
        which carries the units below along."""
        return ("code", "parent") if obj else ()


@admin.register(HeadCount)
class HeadCountAdmin(FoldedSearch, admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows are added, never changed: a corrected count is a new row."""

    list_display = ("unit", "members", "as_of", "declared_by", "created_at")
    list_select_related = ("unit", "declared_by")
    search_fields = ("unit__search_text", "unit__code")
    date_hierarchy = "as_of"
    autocomplete_fields = ("unit",)
    fields = ("unit", "members", "as_of", "note")

    def has_change_permission(self, request: HttpRequest, obj: HeadCount | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: HeadCount | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: HeadCount, form: Any, change: bool) -> None:
        assert isinstance(request.user, User)
        obj.declared_by = request.user
        super().save_model(request, obj, form, change)


@admin.register(Affiliation)
class AffiliationAdmin(FoldedSearch, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("user", "unit", "role", "is_primary", "since", "until")
    list_select_related = ("user", "unit")
    list_filter = ("role", "is_primary")
    search_fields = ("user__search_text", "user__phone", "unit__search_text")
    autocomplete_fields = ("user", "unit")
