"""What ships in deploy/ fits together, and with the program."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]


def named(pattern: str, file: str) -> set[str]:
    return set(re.findall(pattern, (DEPLOY / file).read_text()))


def test_every_port_that_nginx_knows_is_started() -> None:
    known = named(r"server 127\.0\.0\.1:(\d+)", "nginx/contest.conf")
    assert known == named(r"contest-live@(\d+)\.service", "systemd/contest.target")
    assert len(known) >= 2


def test_the_socket_is_the_one_nginx_connects_to() -> None:
    [path] = named(r"ListenStream=(\S+)", "systemd/contest-http.socket")
    assert named(r"server unix:([^;]+);", "nginx/contest.conf") == {path}


def test_static_files_lie_where_nginx_looks() -> None:
    [root] = named(r"(?m)^STATIC_ROOT=(\S+)", "contest.env")
    assert named(r"set \$contest_static ([^;]+);", "nginx/contest.conf") == {root}


def test_the_environment_holds_only_variables_that_are_described() -> None:
    described = (ROOT / "docs/running.md").read_text()
    for name in named(r"(?m)^(\w+)=", "contest.env"):
        assert f"`{name}`" in described, name


def test_every_path_of_the_program_exists() -> None:
    for unit in SERVICES:
        text = unit.read_text()
        for module in re.findall(r"python -m ([\w.]+)", text):
            assert module == "gunicorn" or (ROOT / f"{module.replace('.', '/')}.py").is_file()
        for file in re.findall(r"--config (\S+)|python (\S+\.py)", text):
            assert (ROOT / "".join(file)).is_file(), unit.name


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_services_run_without_rights_they_do_not_need(unit: Path) -> None:
    lines = unit.read_text().splitlines()
    for needed in (
        "User=contest", "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes",
        "PrivateTmp=yes", "CapabilityBoundingSet=", "EnvironmentFile=/etc/contest/contest.env",
    ):  # fmt: skip
        assert needed in lines


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text().replace("/srv/contest/app/.venv/bin/python", sys.executable)
        (tmp_path / unit.name).write_text(text)
    names = [unit.name.replace("@.", "@8101.") for unit in UNITS]
    done = subprocess.run(
        ["systemd-analyze", "verify", *names],
        cwd=tmp_path,
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
        capture_output=True,
        text=True,
    )
    ours = [line for line in done.stderr.splitlines() if "contest" in line]
    assert (done.returncode, ours) == (0, [])


def test_gunicorn_accepts_its_settings(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "--print-config"],
        cwd=ROOT, env={**os.environ, "HTTP_WORKERS": "3", "HTTP_THREADS": "5"},
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = dict(re.findall(r"^(\w+)\s+= (.*)$", done.stdout, re.MULTILINE))
    assert (found["workers"], found["threads"], found["worker_connections"]) == ("3", "5", "5")
    assert found["keepalive"] == "0"
    assert found["preload_app"] == "True"
