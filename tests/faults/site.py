"""Settings of the servers that are hurt here: those of a measurement, with three screws."""

import os
import sqlite3
import threading
from typing import Any

from bench._settings import *  # noqa: F403
from bench._settings import DATABASE_URL, DATABASES

# A hall of 500 signs in here; how dear a password is to check is not what these tests are about.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


class ReadOnly(sqlite3.Connection):
    """Refuses to write wherever requests are answered; the checks at the start may."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if threading.current_thread() is not threading.main_thread():
            self.execute("PRAGMA query_only = 1")


if not DATABASE_URL:
    options = DATABASES["default"]["OPTIONS"]
    options["timeout"] = float(os.environ.get("FAULT_BUSY_S", options["timeout"]))
    options["init_command"] += os.environ.get("FAULT_PRAGMAS", "")
    if os.environ.get("FAULT_READ_ONLY"):
        options["factory"] = ReadOnly
