"""Runs inside an installation: people of a hall, who sign in with a password.

``python -m bench._hall ACTION`` reads how many from stdin and prints its answer, as JSON.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from bench import _stage  # isort: skip  # sets Django up

from django.contrib.auth.hashers import make_password

from accounts.models import User
from bench.hall import PASSWORD


def prepare(people: int) -> dict[str, Any]:
    """``join`` in an installation that is empty so far."""
    _stage.install()
    return join(people)


def join(people: int) -> dict[str, Any]:
    """A round, and the ``logins`` of people whose password is ``PASSWORD``."""
    stage = _stage.join(people)
    hall = User.objects.filter(pk__in=[person["user"] for person in stage["people"]])
    # One hash for all: making it takes as long as checking it.
    hall.update(password=make_password(PASSWORD))
    return {"round": stage["round"], "logins": list(hall.values_list("username", flat=True))}


if __name__ == "__main__":
    action = {"prepare": prepare, "join": join}[sys.argv[1]]
    print(json.dumps(action(json.load(sys.stdin))))
