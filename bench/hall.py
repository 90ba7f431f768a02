"""``python -m bench.hall``: a hall of people on one address signs in and starts, all at once.

Each on a device that has never been there: the sign-in page, the form with the password, the
first question. Nobody may be refused, and thirty seconds is what they have. Exit code 1 when
somebody was refused.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from bench import SETTINGS
from bench._restarts import Restartable
from bench.journey import mode
from config.rehearsal import host
from config.rehearsal.place import end_in_order, fresh_place, staged

PASSWORD = "mat-khau-thu"
AT_ONCE = 100
JOINED = (200, 302, 201)  # the page, signed in, a new attempt


class Device:
    """A browser that has never been here: keeps cookies, sends forms, follows no redirect."""

    def __init__(self, port: int) -> None:
        self._at = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, **form: str) -> tuple[int, str]:
        """Status and text of an answer. Raises what a broken connection raises."""
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
            "X-CSRFToken": self._cookies.get("csrftoken", ""),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self._at.request(method, path, urlencode(form), headers)
        answer = self._at.getresponse()
        text = answer.read().decode(errors="replace")
        for header in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(header).items():
                self._cookies[name] = morsel.value
        return answer.status, text

    def close(self) -> None:
        """Hang up."""
        self._at.close()


def joined(port: int, login: str, round_id: int) -> tuple[int, int, int]:
    """The statuses a person meets from the sign-in page to the first question; like ``JOINED``
    when all is well."""
    device = Device(port)
    try:
        opened, page = device.ask("GET", "/accounts/login/")
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        token = found[1] if found else ""
        form = {"login": login, "password": PASSWORD, "csrfmiddlewaretoken": token}
        signed_in, _ = device.ask("POST", "/accounts/login/", **form)
        started, _ = device.ask("POST", f"/api/v1/rounds/{round_id}/attempts")
        return opened, signed_in, started
    finally:
        device.close()


def main(given: list[str]) -> int:
    """Measure and print; 1 when somebody was refused."""
    parser = argparse.ArgumentParser(prog="python -m bench.hall", description=__doc__)
    parser.add_argument("--people", type=int, default=500, help="how many (default 500)")
    options = parser.parse_args(given)
    if not 1 <= options.people <= 5_000:
        parser.error("--people: 1 to 5,000")
    end_in_order()
    host.pin(0, 1)
    with fresh_place(SETTINGS) as env:
        stage = staged(env, "bench._hall", "prepare", options.people)
        with Restartable(env) as server:
            began, before = time.perf_counter(), host.cpu_s([server.pid])
            with ThreadPoolExecutor(AT_ONCE) as hall:
                met = Counter(
                    hall.map(
                        lambda login: joined(server.port, login, stage["round"]), stage["logins"]
                    )
                )
            wall_s, cpu_s = time.perf_counter() - began, host.cpu_s([server.pid]) - before
    each_ms = 1000 * cpu_s / options.people
    refused = {way: count for way, count in met.items() if way != JOINED}
    print(f"-- {options.people} people on one address: {mode(dict(os.environ))}")
    print(f"all joined after {wall_s:.1f} s; server CPU {cpu_s:.1f} s, {each_ms:.1f} ms each")
    print(f"refused: {refused or 'nobody'}")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
