"""A real server process over a fresh database, and a real browser in front of it.

Uses Debian's chromium. Where none is installed the browser tests are skipped, unless
REQUIRE_BROWSER=1 (as in CI) says that this must not happen.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Each window would prepare lists below its address bar: half the work of a short test.
    "--disable-features=PaintHolding,WebUIOmniboxPopup,WebUIOmniboxAimPopup",
]
PHONE = {"width": 360, "height": 740}
PASSWORD = "mat-khau-thu"

# In the embedded mode a change made by the stage, another process, is seen by the server's slow
# refresh only, every five seconds.
expect.set_options(timeout=12_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.path).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(autouse=True)
def fresh_process() -> None:
    """The server is another process; nothing of this one needs to be emptied."""


@dataclass
class Live:
    """A running server: its address, and its management commands and shell."""

    url: str
    env: dict[str, str]
    actor: subprocess.Popen[str] | None = None

    def manage(self, *arguments: str) -> str:
        """Run a management command against the server's database; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.env, capture_output=True, text=True, timeout=180,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def shell(self, code: str) -> str:
        """Run Python code with everything of stage.py at hand; returns what it printed."""
        if self.actor is None:
            self.actor = subprocess.Popen(
                [sys.executable, "-m", "tests.browser.actor"],
                cwd=ROOT, env=self.env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip
        assert self.actor.stdin is not None
        assert self.actor.stdout is not None
        self.actor.stdin.write(json.dumps(code) + "\n")
        self.actor.stdin.flush()
        answer = json.loads(self.actor.stdout.readline())
        assert not answer["error"], answer["error"]
        return str(answer["printed"]).strip()


@pytest.fixture(scope="package")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("live")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {**os.environ, "DATA_DIR": str(folder), "DEBUG": "0", "PYTHONPATH": str(ROOT)}
    env["STATIC_ROOT"] = str(folder / "static")
    env["CACHE_PREFIX"] = f"browser-{uuid.uuid4().hex[:8]}"
    drop = _fresh_postgres(env) if env.get("DATABASE_URL") else lambda: None
    live = Live(f"http://127.0.0.1:{port}", env)
    live.manage("migrate", "--verbosity", "0")
    live.manage("collectstatic", "--noinput", "--verbosity", "0")
    live.manage("load_units")
    live.manage("load_banks")
    server = subprocess.Popen(
        [sys.executable, "-m", "config.serve", "--port", str(port)], cwd=ROOT, env=env
    )
    try:
        _wait_until_ready(live.url, server)
        yield live
    finally:
        if live.actor is not None:
            live.actor.kill()
        server.terminate()
        code = server.wait(20)
        drop()
    assert code == 0, f"the server ended with {code}"


def _fresh_postgres(env: dict[str, str]) -> Callable[[], None]:
    """A database of our own beside the configured one; returns what drops it again."""
    parts = urlsplit(env["DATABASE_URL"])
    name = f"browser_{uuid.uuid4().hex[:10]}"
    admin = urlunsplit(parts)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    env["DATABASE_URL"] = urlunsplit(parts._replace(path=f"/{name}"))

    def drop() -> None:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    return drop


def _wait_until_ready(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(150):
        assert server.poll() is None, "the server did not start"
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server was not ready within 15 seconds")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail("REQUIRE_BROWSER=1, but no chromium was found")
        pytest.skip("no chromium found: install Debian's package, or set CHROMIUM=/path")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def new_context(browser: Browser, live: Live) -> Iterator[Callable[..., BrowserContext]]:
    """Make browser contexts (a device each); all are closed at the end of the test."""
    contexts: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        settings = {"viewport": PHONE, "base_url": live.url, "locale": "vi-VN", "has_touch": True}
        context = browser.new_context(**(settings | options))  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def phone(new_context: Callable[..., BrowserContext]) -> Page:
    """A page on a phone of 360x740."""
    return new_context().new_page()


@pytest.fixture
def sign_in(live: Live) -> Callable[[Page, str], None]:
    """Give a device the session of a person, without the form and its slow password check."""

    def go(page: Page, login: str) -> None:
        key = live.shell(f"print(session_of({login!r}))")
        cookies = {"sessionid": key, "csrftoken": uuid.uuid4().hex}
        page.context.add_cookies(
            [{"name": name, "value": value, "url": live.url} for name, value in cookies.items()]
        )

    return go


@pytest.fixture
def sign_in_by_form() -> Callable[[Page, str], None]:
    """Sign a person in as people do."""

    def go(page: Page, login: str) -> None:
        page.goto("/accounts/login/")
        page.fill("[name=login]", login)
        page.fill("[name=password]", PASSWORD)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(lambda url: "/login/" not in url)

    return go
