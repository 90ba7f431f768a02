"""Settings of the server of a rehearsal: this installation's own, over the copy."""

from config.settings import *  # noqa: F403
from config.settings import STATIC_ROOT, STORAGES

# Before the files are collected nobody can be served hashed names; the pages can be rehearsed.
if not (STATIC_ROOT / "staticfiles.json").exists():
    STORAGES = {
        **STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
