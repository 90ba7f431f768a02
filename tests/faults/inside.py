"""A process beside the servers that sets the stage and looks behind it, one JSON line each.

Run as a module it is that process: starting Django for every question would take longer than the
tests themselves.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import traceback
from typing import Any

from config.rehearsal.place import ROOT


class Inside:
    """Actions of modules such as ``bench._stage`` inside an installation. A context manager:
    leaving it ends the process."""

    def __init__(self, env: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.inside"],
            cwd=ROOT, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def __enter__(self) -> Inside:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def do(self, module: str, action: str, given: Any) -> Any:
        """What the function ``action`` of a module returns; JSON goes in and comes out."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([module, action, given]) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert not answer["error"], answer["error"]
        return answer["found"]


def _answer(module: str, action: str, given: Any) -> dict[str, Any]:
    from django.db import connections  # the first module that is named sets Django up

    try:
        found = getattr(importlib.import_module(module), action)(given)
        return {"found": found, "error": ""}
    except Exception:
        return {"found": None, "error": traceback.format_exc()}
    finally:
        connections.close_all()  # the tests end and count connections


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(_answer(*json.loads(line))), flush=True)
