"""A process that stays beside the server and runs what tests ask for, one JSON line each.

Starting Django for every question would take longer than the tests themselves.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import traceback

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.db import close_old_connections  # noqa: E402

from tests.browser import stage  # noqa: E402

for line in sys.stdin:
    printed, error = io.StringIO(), ""
    close_old_connections()
    try:
        with contextlib.redirect_stdout(printed):
            exec(json.loads(line), {name: getattr(stage, name) for name in stage.__all__})
    except Exception:
        error = traceback.format_exc()
    sys.stdout.write(json.dumps({"printed": printed.getvalue(), "error": error}) + "\n")
    sys.stdout.flush()
