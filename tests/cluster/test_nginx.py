"""The rules that ship for nginx: what it passes on, what it answers itself, and its files."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config.cluster import nginx
from tests.cluster.behind import Front, running_front

DEPLOY = Path(__file__).resolve().parent.parent.parent / "deploy"


@pytest.fixture(autouse=True)
def nothing_seen(front: Front) -> None:
    for behind in (front.http, front.live):
        behind.seen.clear()
        behind.hangs_up = False


def test_what_the_site_believes_comes_from_nginx_alone(front: Front) -> None:
    forged = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "https",
        "X-Request-Start": "t=1.0",
    }
    for path in ("/", "/api/v1/contests", "/accounts/login/", "/organiser/", "/admin/", "/ws/x/"):
        before = time.time()
        front.ask("GET", path, headers=forged)
        seen = (front.live if path == "/ws/x/" else front.http).seen
        headers = seen[-1][2]
        assert headers["x-forwarded-for"] == "127.0.0.1", path
        assert headers["x-forwarded-proto"] == "http", path
        stamp = re.fullmatch(r"t=(\d+\.\d{3})", headers["x-request-start"])
        assert stamp, path
        assert before - 1 < float(stamp[1]) < time.time() + 1, path
        assert headers["host"] == f"127.0.0.1:{front.port}", path


def test_only_sockets_go_to_the_processes_for_sockets(front: Front) -> None:
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade"}
    front.ask("GET", "/ws/rounds/1/board/?by=units", headers=upgrade)
    front.ask("GET", "/c/x/1/board/", headers=upgrade)
    [(_, path, headers)] = front.live.seen
    assert path == "/ws/rounds/1/board/?by=units"
    assert (headers["upgrade"], headers["connection"]) == ("websocket", "upgrade")
    assert "upgrade" not in front.http.seen[0][2]


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_what_was_sent_on_is_never_sent_twice(front: Front, method: str) -> None:
    """The answer may have been recorded before the process died; the page repeats it itself."""
    front.http.hangs_up = True
    answer = front.ask(method, "/api/v1/attempts/1/answers", b"{}")
    assert len(front.http.seen) == 1
    assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
    assert answer.headers["Content-Type"] == "application/json"
    assert json.loads(answer.text)["error"]["code"] == "unavailable"


def test_a_page_that_cannot_be_had_says_so_in_vietnamese(front: Front) -> None:
    front.http.hangs_up = True
    answer = front.ask("GET", "/c/x/1/")
    assert answer.status == 503
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Máy chủ đang bận" in answer.text


def test_bodies_are_bounded_before_they_reach_the_site(front: Front) -> None:
    big = b"x" * (1024 * 1024 + 1)
    for path in ("/", "/api/v1/attempts/1/answers", "/accounts/login/"):
        answer = front.ask("POST", path, big)
        assert (answer.status, "lớn quá mức" in answer.text) == (413, True), path
    assert front.http.seen == []
    assert front.ask("POST", "/organiser/documents/", big).status == 200


def test_c7_a_hall_behind_one_address_signs_in(front: Front) -> None:
    """500 people, four requests each, as fast as they can."""

    def sign_in(_: int) -> list[int]:
        return [front.ask("GET", "/accounts/login/").status for _ in range(4)]

    with ThreadPoolExecutor(32) as people:
        found = [status for several in people.map(sign_in, range(500)) for status in several]
    assert set(found) == {200}


def test_other_addresses_are_not_limited(front: Front) -> None:
    """Whoever saves answers is never told to wait for the address they share."""
    rules = (DEPLOY / "nginx/contest/site.conf").read_text()
    limited = re.findall(r"location (\S+) \{\n    limit_req ", rules)
    assert limited == ["/accounts/"]
    assert rules.count("limit_req ") == 1


def test_named_files_are_compressed_and_never_asked_for_again(front: Front) -> None:
    for name in ("app.0123456789ab.js", "app.js"):
        (front.static / name).write_text("let a = 1;" * 50)
        (front.static / f"{name}.gz").write_bytes(gzip.compress(b"let a = 1;" * 50))
    packed = {"Accept-Encoding": "gzip"}
    named = front.ask("GET", "/static/app.0123456789ab.js", headers=packed)
    assert named.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (named.headers["Content-Encoding"], named.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert named.headers["X-Content-Type-Options"] == "nosniff"
    plain = front.ask("GET", "/static/app.js")
    assert (plain.headers["Cache-Control"], plain.headers["Content-Encoding"]) == (
        "public, max-age=60",
        None,
    )
    assert plain.text == "let a = 1;" * 50
    missing = front.ask("GET", "/static/none.0123456789ab.js")
    assert (missing.status, missing.headers["Cache-Control"]) == (404, None)
    assert front.http.seen == []


def test_the_shipped_file_is_valid(has_nginx: None, tmp_path: Path) -> None:
    """``nginx -t`` over contest.conf as it is, but for the certificate."""
    shutil.copytree(DEPLOY / "nginx" / "contest", tmp_path / "contest")
    site = (DEPLOY / "nginx" / "contest.conf").read_text()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=thi.example.vn",
         "-keyout", tmp_path / "privkey.pem", "-out", tmp_path / "fullchain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    assert site.count("/etc/ssl/contest/") == 2
    (tmp_path / "contest.conf").write_text(site.replace("/etc/ssl/contest/", f"{tmp_path}/"))
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/nginx.pid; error_log stderr;\nevents {{}}\n"
        f"http {{ access_log off; client_body_temp_path {tmp_path}/body;\n"
        f"proxy_temp_path {tmp_path}/proxy; include contest.conf; }}\n"
    )
    command = [nginx.executable() or "", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
    done = subprocess.run([*command, "-e", "stderr", "-t"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr


def test_the_admin_is_for_the_network_of_the_staff(front: Front, tmp_path: Path) -> None:
    assert front.ask("GET", "/admin/").status == 200
    with running_front(tmp_path, staff="10.0.0.0/8") as elsewhere:
        for path in ("/admin/", "/admin/accounts/user/", "//admin/"):
            assert elsewhere.ask("GET", path).status == 403, path
        assert elsewhere.http.seen == []
    assert "default      0;" in (DEPLOY / "nginx/contest.conf").read_text()
