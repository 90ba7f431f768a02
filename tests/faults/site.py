"""Settings of the servers that are hurt here: those of a measurement, with three screws."""

import os
import sqlite3
import threading
import time
from typing import Any

from bench._settings import *  # noqa: F403
from bench._settings import DATABASE_URL, DATABASES

# A hall of 500 signs in here; how dear a password is to check is not what these tests are about.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


class Hurt(sqlite3.Connection):
    """A transaction can be held by a trigger that calls ``fault_sleep(seconds)``. When read-only,
    it refuses to write wherever requests are answered; the checks at the start may."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.create_function("fault_sleep", 1, time.sleep)
        is_serving = threading.current_thread() is not threading.main_thread()
        if os.environ.get("FAULT_READ_ONLY") and is_serving:
            self.execute("PRAGMA query_only = 1")


if not DATABASE_URL:
    options = DATABASES["default"]["OPTIONS"]
    options["timeout"] = float(os.environ.get("FAULT_BUSY_S", options["timeout"]))
    options["init_command"] += os.environ.get("FAULT_PRAGMAS", "")
    options["factory"] = Hurt
