"""Settings of a server whose views are slow, fail, and stream on demand (tests of the edge)."""

from bench._settings import *  # noqa: F403
from bench._settings import INSTALLED_APPS

ROOT_URLCONF = "tests.config.edge_views"
INSTALLED_APPS = [*INSTALLED_APPS, "tests.config.edge_sockets.EdgeConfig"]
# Tables straight from the models: migrating from the beginning takes many seconds.
FROM_MODELS = [
    "accounts", "quizzes", "contest", "leaderboard",
    "account", "admin", "auth", "contenttypes", "sessions",
]  # fmt: skip
MIGRATION_MODULES = dict.fromkeys(FROM_MODELS)
