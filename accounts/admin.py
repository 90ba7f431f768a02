"""Django's admin for people; that for units, which it loads, is accounts.unit_admin."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.forms import UserChangeForm as DjangoUserChangeForm
from django.http import HttpRequest

from accounts.fields import BirthDateField
from accounts.models import Affiliation, User
from accounts.phones import normalise_phone
from accounts.unit_admin import FoldedSearch

# One place for e-mail addresses: the user.
admin.site.unregister(EmailAddress)


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
    birth_date = BirthDateField(required=False, label="Ngày sinh")

    class Meta:
        model = User
        fields = (
            "username",
            "password",
            "full_name",
            "phone",
            "email",
            "birth_date",
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
        ("Con người", {"fields": ("full_name", "phone", "email", "birth_date")}),
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


@admin.register(Affiliation)
class AffiliationAdmin(FoldedSearch, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("user", "unit", "role", "is_primary", "since", "until")
    list_select_related = ("user", "unit")
    list_filter = ("role", "is_primary")
    search_fields = ("user__search_text", "user__phone", "unit__search_text")
    autocomplete_fields = ("user", "unit")
