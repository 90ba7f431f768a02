"""Settings of a server under measurement: the product's own, in a place of their own."""

import os

from config.settings import *  # noqa: F403
from config.settings import DATA_DIR

STATIC_ROOT = DATA_DIR / "static"

if os.environ.get("BENCH_ANCHOR") == "1":
    # The least a Django site does: four stock middleware and the two views of the anchor.
    ROOT_URLCONF = "bench._anchor"
    MIDDLEWARE = [
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ]
