"""``python -m config.cluster [--port N] [--live N] [--workers N]``: the server mode on this
machine, from the same files as a deployment: nginx in front, gunicorn for pages and JSON, and
several ``config.serve`` for sockets. What ends is started again; SIGTERM ends all in order.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings

from config.cluster import nginx
from config.cluster.keeper import ROOT, GaveUp, Kept, end_all, keep

START_S, STOP_S = 120, 60
# A proxy named in the environment is for other machines.
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Stopped(Exception):
    """SIGTERM or Ctrl-C."""


def main(arguments: list[str]) -> int:
    """Run until told to stop. 0 after an orderly end, 1 when something could not start or end."""
    parser = argparse.ArgumentParser(prog="python -m config.cluster", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="of nginx; 0: any free one")
    parser.add_argument("--live", type=int, default=2, help="processes for sockets")
    parser.add_argument("--workers", type=int, default=2, help="processes of gunicorn")
    parser.add_argument("--check", action="store_true", help="only say whether it can start")
    options = parser.parse_args(arguments)
    if missing := what_is_missing():
        print(missing, file=sys.stderr)
        return 1
    if options.check:
        return 0
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="contest-cluster-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        return run(folder, stack, options)


def what_is_missing() -> str:
    """Why the server mode cannot start here; empty when it can."""
    if not settings.DATABASE_URL or not settings.REDIS_URL:
        return "The server mode needs DATABASE_URL (postgres://...) and REDIS_URL (redis://...)."
    if nginx.executable() is None:
        return "nginx is not installed (Debian: apt-get install nginx)."
    return ""


def run(folder: Path, stack: ExitStack, options: argparse.Namespace) -> int:
    """Start everything over ``folder``, look after it, and end it. Gives the exit code."""
    port = options.port or free_port()
    ports = [free_port() for _ in range(options.live)]
    http = stack.enter_context(socket.socket(socket.AF_UNIX))
    http.bind(str(folder / "http.sock"))
    http.listen(4096)
    nginx.write_configuration(
        folder,
        listen=f"127.0.0.1:{port}",
        http_socket=folder / "http.sock",
        live_ports=ports,
        static=Path(settings.STATIC_ROOT),
    )
    kept = processes(folder, http.fileno(), ports, options.workers)
    try:
        for one in kept:
            one.start()
        wait_until_ready(kept, [*((p, "/healthz") for p in ports), (port, "/readyz")])
        print(f"Ready: http://127.0.0.1:{port}", flush=True)
        while True:
            keep(kept, 3600)
    except Stopped:
        code = 0
    except GaveUp as fault:
        print(fault, file=sys.stderr)
        code = 1
    # A second signal changes nothing: everything is ending already.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    return code if end_all(kept, STOP_S) else 1


def processes(folder: Path, http: int, ports: list[int], workers: int) -> list[Kept]:
    """What runs, in the order in which it is told to end: first nobody new is let in."""
    # nginx stands in front and speaks plain HTTP here.
    env = os.environ | {
        "PROXY_COUNT": "1",
        "ARRIVAL_FROM_PROXY": "1",
        "BEHIND_TLS": "0",
        "HTTP_WORKERS": str(workers),
    }
    front = [nginx.executable() or "", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    python = [sys.executable, "-m"]
    http_server = [*python, "gunicorn", "--config", str(ROOT / "deploy" / "gunicorn.conf.py")]
    return [
        Kept("nginx", [*front, "-e", "stderr"], env, end_by=signal.SIGQUIT),
        *(
            Kept(f"live {port}", [*python, "config.serve", "--port", str(port)], env)
            for port in ports
        ),
        Kept(
            "http",
            [*python, "config.cluster.handover", str(http), *http_server],
            env,
            pass_fds=(http,),
        ),
    ]


def wait_until_ready(kept: list[Kept], addresses: list[tuple[int, str]]) -> None:
    """Until every address answers 200; raises ``GaveUp`` after two minutes."""
    end = time.monotonic() + START_S
    for port, path in addresses:
        while not answers(port, path):
            if time.monotonic() > end:
                raise GaveUp(f"port {port} did not answer {path} within {START_S} s")
            keep(kept, 0.1)


def answers(port: int, path: str) -> bool:
    """Whether the address answers 200 to one of the names people use."""
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}")
    asked.add_header("Host", settings.ALLOWED_HOSTS[0].lstrip("."))
    try:
        with _direct.open(asked, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _stop(number: int, frame: object) -> None:
    raise Stopped


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
