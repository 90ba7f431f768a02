"""Addresses of signing in and of the own account.

Only the pages of allauth that we support are routed, under allauth's own names: what is not
named here (changing e-mail addresses, codes, passkeys) does not exist on this site.
"""

from allauth.account import views as allauth_views
from django.urls import include, path, re_path

from accounts import password_forms, views

own = (
    [
        path("me/", views.me, name="me"),
        path("me/edit/", views.edit, name="edit"),
        path("me/consent/", views.consent, name="consent"),
    ],
    "accounts",
)

urlpatterns = [
    path("signup/", views.signup, name="account_signup"),
    path("login/", allauth_views.login, name="account_login"),
    path("logout/", allauth_views.logout, name="account_logout"),
    path("inactive/", allauth_views.account_inactive, name="account_inactive"),
    path(
        "password/change/",
        allauth_views.PasswordChangeView.as_view(form_class=password_forms.ChangePasswordForm),
        name="account_change_password",
    ),
    path(
        "password/set/",
        allauth_views.PasswordSetView.as_view(form_class=password_forms.SetPasswordForm),
        name="account_set_password",
    ),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path(
        "password/reset/done/",
        allauth_views.password_reset_done,
        name="account_reset_password_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth_views.PasswordResetFromKeyView.as_view(
            form_class=password_forms.ResetPasswordKeyForm
        ),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        allauth_views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("", include(own)),
]
