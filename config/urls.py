"""Every address of the site: each app's, and the few that belong to the whole."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from config.api import api
from config.views import healthz, readyz
from leaderboard.views import home

# One door: the admin's own login would not count wrong passwords.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    # First, because patterns are tried in turn and most requests are saves.
    path("api/v1/", api.urls),
    path("", home, name="home"),
    path("", include("quizzes.urls")),
    path("", include("contest.urls")),
    path("", include("leaderboard.urls")),
    path("accounts/", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]

handler403 = "config.views.forbidden"
handler500 = "config.faults.server_fault"
